"""Legacy codes of IKEA, and how they are brought through the phases."""

from __future__ import annotations

from pathlib import Path

from plings.dash import make_classes, register_pointers, take
from plings.registry import Registry

KEY, OTHER_KEY = "5Kd3NBUoD3fCRJcyPbTWTBf2n8Z4Vt9u2K7s6Jh5G3f2A", "A7Kj9mN2pQ8Rt5KdBUoD3fCRJcyPbTWTBf2n8Z4Vt9u2K7s"
ROWS = (
    f"2.3.2.2.-3.7P.9j,{KEY}",
    "2.3.2.2.-3.7P.9k,",
    "2.3.2.2.-3.7P.C,",
    "2.3.5.-4.2.2,",
    "2.3.5.-5.2.2,",
    "2.3.6.-3.2.2,",
)
MOVED = {
    "2.3.2.2.-3.7P.9j": "2.3.2.2.7P.9j",
    "2.3.2.2.-3.7P.9k": "2.3.2.2.7P.9k",
    "2.3.2.2.-3.7P.C": "2.3.2.2.7P.C",
    "2.3.5.-4.2.2": "2.3.5.4.2.2",
    "2.3.5.-5.2.2": "2.3.5.5.2.2",
    "2.3.6.-3.2.2": "2.3.6.2.2",
}


def legacy_file(folder: Path, *rows: str, header: str = "path,instance_key") -> Path:
    file = folder / f"legacy-{len(list(folder.iterdir()))}.csv"
    file.write_text("\n".join([header, *rows]) + "\n")
    return file


def migrate(registry: Registry, file: Path, prefix: str = "2.3") -> None:
    take(registry, prefix, file)
    make_classes(registry, prefix)
    register_pointers(registry, prefix)

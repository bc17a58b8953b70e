"""Objects that somebody noted as seen, as their codes name them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from plings.identity import ClassPath
from plings.registry.database import Registry

PAGE: Final = 2_000
"""Objects that are read at once."""


@dataclass(frozen=True)
class NotedInstance:
    """What a code claims: nothing here says that it is genuine."""

    path: str
    class_pointer: str
    address: str


def noted_instances(registry: Registry, prefix: str) -> Iterator[NotedInstance]:
    """All objects below a prefix of two segments or more, by path; a page is in memory at a time.

    Raises PathError and RegistryErrors.
    """
    place = ClassPath(prefix).text
    last = (f"{place}.", -(2**63), "")
    while page := registry.rows(_QUERY, [*last, f"{place}/", PAGE]):  # `/` is what follows `.` in ASCII
        yield from (NotedInstance(row["path"], row["pointer"], row["solana_address"]) for row in page)
        last = (page[-1]["path"], page[-1]["class_pointer"], page[-1]["solana_address"])


_QUERY: Final = """
    SELECT path, class_pointer, pointer_text(class_pointer) AS pointer, solana_address FROM object_instances
    WHERE (path, class_pointer, solana_address) > (%s, %s, %s) AND path < %s
    ORDER BY path, class_pointer, solana_address LIMIT %s
"""

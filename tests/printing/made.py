"""A manufacturer, and jobs of it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from plings.identity import ClassPath, Identity
from plings.printing import Batch, Job

MAKER = Identity.from_seed(bytes(range(32)), ClassPath("2.3"))
NOW = 1_700_000_000
SMALL = (Batch.parse("2.3.2.G:0-6"), Batch.parse("2.3.4F.2aB.5:3,157-160,2147483647"))
THREE_RUNS = (Batch.parse("2.3.2.G:0-4999"), Batch.parse("2.3.2.g:7-9"))
"""Of 4,096, 904 and 3 codes."""


def job(*batches: Batch, **options: object) -> Job:
    return Job(batches or SMALL, **options)  # type: ignore[arg-type]


def clock() -> float:
    return float(NOW)


def contents(folder: Path) -> dict[str, str]:
    """The hash of each file."""
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}

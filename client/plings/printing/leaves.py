"""The leaves of a printed batch, computed anew from the codes in its file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from plings.commitments import SUBTREE_LEAVES, RootBuilder, item_leaf, subtree_root
from plings.errors import PrintingError
from plings.identity import ClassPointer, parse_address
from plings.printing.manifest import PrintedBatch
from plings.printing.read_codes import ListedCode, read_codes
from plings.printing.workers import cores, in_order
from plings.proofs.tree import HASH_BYTES


class LeafRun(NamedTuple):
    """The leaves of a run, 32 bytes each, and their root."""

    root: bytes
    leaves: bytes

    @property
    def codes(self) -> int:
        return len(self.leaves) // HASH_BYTES


def leaf_runs(folder: Path, batch: PrintedBatch, *, workers: int | None = None) -> Iterator[LeafRun]:
    """The runs of a batch of a finished job, in order, a few of them in memory. They hold when the last one came.

    Of each code path and address count, which the leaf is of. Raises PrintingError with rule `missing`, `unreadable`
    or, at the end too, `changed`: the codes have another root than the one that is signed; SettingsError for Parquet,
    and OSError.
    """
    file = folder / batch.file
    if not file.is_file():
        raise PrintingError(f"{file} is missing", "missing")
    rows = read_codes(file)
    runs = iter(lambda: list(islice(rows, SUBTREE_LEAVES)), [])
    root = RootBuilder()
    for run in in_order(LeafMaker(file, batch.commitment.class_pointer), runs, workers or cores()):
        if run.codes != min(SUBTREE_LEAVES, batch.commitment.item_count - root.count):
            raise _changed(file, "it has another number of codes")
        root.join(run.root, run.codes)
        yield run
    if root.root != batch.commitment.root:
        raise _changed(file, "its codes have another root than the one that is signed")


class LeafMaker:
    """Makes the leaves of a run of rows. Raises PrintingError with rule `changed`, which names the line."""

    def __init__(self, file: Path, pointer: ClassPointer) -> None:
        self._file, self._pointer = file, pointer

    def __call__(self, rows: list[ListedCode]) -> LeafRun:
        leaves = [self._leaf(row) for row in rows]
        return LeafRun(subtree_root(leaves), b"".join(leaves))

    def _leaf(self, row: ListedCode) -> bytes:
        try:
            return item_leaf(row.path or "", self._pointer, parse_address(row.address or ""))
        except ValueError:  # no address, or a path that is not ASCII
            raise _changed(self._file, f"line {row.line}: it has no path and address") from None


def _changed(file: Path, reason: str) -> PrintingError:
    return PrintingError(f"{file} is not what was printed into it: {reason}", "changed")

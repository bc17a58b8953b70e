"""Lists of printed codes for registries: a commitment, and the runs of leaves that its root is of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from plings.commitments import SUBTREE_LEAVES, BatchCommitment, InstanceRanges, RootBuilder, item_leaf, subtree_root
from plings.identity import Identity, Path, ScanUrl, format_segment, make_code
from plings.printing.leaves import LeafRun

PRINTED_AT = 1_700_000_000


@dataclass(frozen=True)
class PrintedList:
    """Of a batch's `instances`. Those in `real`, all if nothing is said, have the leaves of codes; others' are
    anything, as keys take time."""

    maker: Identity
    batch: str
    instances: str = "0-9"
    real: frozenset[int] | None = field(default=None)

    def code(self, instance: int = 0) -> ScanUrl:
        return make_code(self.maker, Path(f"{self.batch}.{format_segment(instance)}"))

    @property
    def runs(self) -> Iterator[LeafRun]:
        for start in range(0, self._ranges.count, SUBTREE_LEAVES):
            leaves = [self._leaf(number) for number in self._ranges.numbers(start, start + SUBTREE_LEAVES)]
            yield LeafRun(subtree_root(leaves), b"".join(leaves))

    @cached_property
    def commitment(self) -> BatchCommitment:
        root = RootBuilder()
        for run in self.runs:
            root.join(run.root, run.codes)
        return BatchCommitment.make(
            batch=self.batch,
            instances=self._ranges,
            root=root.root,
            created_at_unix=PRINTED_AT,
            identity_key=self.maker.public_key,
            sign=self.maker.node.sign,
        )

    @cached_property
    def _ranges(self) -> InstanceRanges:
        return InstanceRanges.parse(self.instances)

    def _leaf(self, number: int) -> bytes:
        if self.real is not None and number not in self.real:
            return sha256(f"{self.batch} {number}".encode()).digest()
        code = self.code(number)
        return item_leaf(code.path.text, code.class_pointer, code.address)

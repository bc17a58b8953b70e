"""A batch as a printing line makes one, of which some codes are real: its commitment, and proofs of its items."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.commitments import BatchCommitment, InstanceRanges, ItemProof, item_leaf
from plings.identity import ScanUrl, format_segment
from plings.program import instructions as ix
from plings.program import pda
from plings.proofs import Tree

if TYPE_CHECKING:
    from program.journey import Maker

PRINTED_AT = 1_700_000_000


@dataclass(frozen=True)
class PrintedItems:
    """A batch of `instances`, of which those in `real` have the leaves of the maker's codes: others' are anything."""

    maker: Maker
    below_prefix: str
    instances: str
    real: tuple[int, ...]

    @cached_property
    def ranges(self) -> InstanceRanges:
        return InstanceRanges.parse(self.instances)

    def code(self, instance: int) -> ScanUrl:
        return self.maker.code(f"{self.below_prefix}.{format_segment(instance)}")

    @cached_property
    def tree(self) -> Tree:
        return Tree(self.leaf(number) for number in self.ranges.numbers(0, self.ranges.count))

    def leaf(self, number: int) -> bytes:
        if number not in self.real:
            return hashlib.sha256(f"{self.below_prefix} {number}".encode()).digest()
        code = self.code(number)
        return item_leaf(code.path.text, code.class_pointer, code.address)

    @cached_property
    def commitment(self) -> BatchCommitment:
        identity = self.maker.identity
        return BatchCommitment.make(
            batch=f"{self.maker.prefix}.{self.below_prefix}",
            instances=self.ranges,
            root=self.tree.root(),
            created_at_unix=PRINTED_AT,
            identity_key=identity.public_key,
            sign=identity.node.sign,
        )

    def item(self, instance: int = 0) -> ItemProof:
        code, place = self.code(instance), self.ranges.place_of(instance)
        assert place is not None
        return ItemProof(code.path, code.address, tuple(self.tree.inclusion_proof(place)), self.commitment)

    @property
    def address(self) -> Pubkey:
        commitment = self.commitment
        return pda.printed_batch_address(self.maker.account, commitment.class_pointer, commitment.batch_number)

    def commit(self, payer: Pubkey | None = None, authority: Pubkey | None = None) -> tuple[Instruction, Instruction]:
        """The signature's check, and commit_batch."""
        authority = authority or self.maker.authority.pubkey()
        commit = ix.commit_batch(payer=payer or authority, authority=authority, commitment=self.commitment)
        return ix.check_commitment(self.commitment), commit

"""All that was said of one claim, for the rules: pure data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plings.disputes.claim import Claim
from plings.disputes.testimony import ChainSaid, IndexSaid, NodeSaid, Testimony
from plings.proofs import Leaf, claim_by, owner_by

OWN_INDEX = "the own index"


@dataclass(frozen=True)
class Case:
    """What the sources said, each with the faults that were found in it by then.

    `operators` says of each node's name who runs it, as far as anybody can tell from outside; `quorum` is how many of
    them must say the same where nothing proves it.
    """

    claim: Claim
    chain: Testimony[ChainSaid]
    index: Testimony[IndexSaid]
    nodes: Sequence[Testimony[NodeSaid]]
    operators: Mapping[str, str]
    quorum: int

    @property
    def sound_index(self) -> IndexSaid | None:
        """What the index said, unless something is wrong with it."""
        return None if self.index.faults else self.index.said

    @property
    def proved_leaves(self) -> frozenset[Leaf]:
        """Those that a node proved."""
        return frozenset(leaf for node in self.nodes for leaf in node.shown)

    @property
    def title(self) -> tuple[Leaf, ...]:
        """The claim by all leaves that were proved or are in the own index: the earliest payment shown, and so on."""
        index, known = self.index.said, self.proved_leaves
        if index and not any(fault.is_lie or fault.rule == "provisional" for fault in self.index.faults):
            known |= frozenset(index.claim)
        return claim_by(known)

    @property
    def shown_owner(self) -> bytes | None:
        """Whose the object is by all that was shown: by its slot, which nothing but an earlier payment outranks, or by
        the title. None where nothing was shown."""
        chain, title = self.chain.said, self.title
        slot = chain.slot_account if chain and not chain.promotion else None
        if slot and not (title and title[0].number < slot.number):
            return slot.owner
        return owner_by(title[-1]) if title else None

    def voices(self) -> dict[str, bytes]:
        """Whom each operator says to be the owner: only those without a fault, and who say one thing.

        The own index is one, if it is whole and final.
        """
        said: dict[str, set[bytes]] = {}
        for node in self.nodes:
            if node.said and node.said.current and not node.faults:
                said.setdefault(self.operators[node.source], set()).add(node.said.current.owner)
        if (index := self.sound_index) and index.current:
            said[OWN_INDEX] = {index.current.owner}
        return {operator: owner for operator, (owner, *more) in said.items() if not more}

    def voices_for(self, owner: bytes) -> list[str]:
        return sorted(operator for operator, said in self.voices().items() if said == owner)

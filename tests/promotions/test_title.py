"""What is missing in a title: shown in its order, it always makes it the log's own answer."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from plings.identity import ClassPointer, Path
from plings.program.accounts import Link
from plings.promotions import missing, title_of
from plings.proofs import Kind, Leaf, Ownership

LOG = bytes(32)
PEOPLE = [bytes([number]) * 32 for number in range(1, 4)]


def leaf_at(number: int, kind: Kind, actor: bytes, owner: bytes) -> Leaf:
    owner = actor if kind.is_payment else owner
    return Leaf(kind, LOG, number, 0, actor, owner, 0, ClassPointer(bytes(8)), LOG, Path("2.3.4F.5.2"))


@dataclass
class Title:
    """The program's: programs/plings/src/rules/title.rs."""

    links: list[Link]

    def show(self, leaf: Leaf) -> bool:
        """Whether it changed anything."""
        if leaf.kind.is_payment:
            place = 0
            changes = not self.links or leaf.number < self.links[0].number
        else:
            place = sum(link.number < leaf.number for link in self.links)
            is_shown = any(link.number == leaf.number for link in self.links)
            changes = place > 0 and bytes(self.links[place - 1].owner) == leaf.actor and not is_shown
        if changes:
            self.links = [*self.links[:place], Link(leaf.number, Pubkey.from_bytes(leaf.owner))]
        return changes


PERSON = st.sampled_from(PEOPLE)
STEPS = st.lists(st.tuples(st.sampled_from([Kind.PAYMENT, Kind.TRANSFER]), PERSON, PERSON), min_size=1, max_size=20)


@given(STEPS, st.randoms(use_true_random=False))
def test_what_is_missing_makes_it_the_log_s_answer(steps: list[tuple[Kind, bytes, bytes]], random: object) -> None:
    leaves = [leaf_at(number, *step) for number, step in enumerate(steps)]
    ownership = Ownership(LOG)
    for leaf in leaves:
        ownership.append(leaf)
    true = title_of(ownership.claim_of(leaves[0].object_key))
    title = Title([])
    for leaf in random.choices(leaves, k=len(leaves)):  # type: ignore[attr-defined]
        title.show(leaf)
    left = missing(title.links, true)
    assert all(title.show(leaf) for leaf in left)
    assert title.links == [Link(leaf.number, Pubkey.from_bytes(leaf.owner)) for leaf in true]
    assert missing(title.links, true) == []


def test_a_slot_stands_for_all() -> None:
    one, other = PEOPLE[:2]
    claim = [leaf_at(3, Kind.SLOT_PAYMENT, one, one), leaf_at(5, Kind.SLOT_TRANSFER, one, other)]
    assert title_of(claim) == claim[:1]
    assert title_of([]) == []
    assert missing([Link(3, Pubkey.from_bytes(other))], claim[:1]) == []
    assert missing([Link(4, Pubkey.from_bytes(other))], claim[:1]) == claim[:1]

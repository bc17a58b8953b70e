"""Who owns what, against a model that looks through all leaves each time it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plings.errors import LeafRefused
from plings.proofs import MOST_LINKS, Kind, Leaf, ObjectKey, Ownership, Tenure, claim_by, owner_by
from proofs.made import LOG, made_leaf

PEOPLE = tuple(bytes([number]) * 32 for number in range(3))
OBJECTS = tuple(bytes([number]) * 32 for number in range(2))
A, B, C = PEOPLE


def leaf(number: int, kind: Kind, actor: bytes, owner: bytes, address: bytes = OBJECTS[0]) -> Leaf:
    return replace(made_leaf(number), kind=kind, actor=actor, owner=owner, address=address)


def object_at(address: bytes) -> ObjectKey:
    path, pointer, _ = made_leaf(0).object_key
    return path, pointer, address


def numbered(leaves: Sequence[tuple[Kind, bytes, bytes, bytes]]) -> list[Leaf]:
    """A buyer pays for themselves, as the program has it."""
    return [
        leaf(number, kind, actor, actor if kind.is_payment else owner, address)
        for number, (kind, actor, owner, address) in enumerate(leaves)
    ]


entries = st.lists(
    st.tuples(st.sampled_from(Kind), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.sampled_from(OBJECTS)),
    max_size=40,
).map(numbered)


def model_history(leaves: Sequence[Leaf], address: bytes) -> list[tuple[int, bytes]]:
    """The rules once more, in the plainest words."""
    mine = [each for each in leaves if each.address == address]
    payments = [each for each in mine if each.kind in (1, 3)]
    if not payments:
        return []
    first = payments[0]
    gift = 2 if first.kind == 1 else 4
    history = [(first.number, first.actor)]
    for each in mine:
        if each.number > first.number and each.kind == gift and each.actor == history[-1][1]:
            history.append((each.number, each.owner))
    return history


def taken(leaves: Sequence[Leaf]) -> Ownership:
    ownership = Ownership(LOG.payment_log)
    for each in leaves:
        ownership.append(each)
    return ownership


@settings(deadline=None)
@given(entries)
def test_owners_are_the_model_s_after_every_leaf(leaves: list[Leaf]) -> None:
    ownership = Ownership(LOG.payment_log)
    keys = {address: object_at(address) for address in OBJECTS}
    for number, each in enumerate(leaves, start=1):
        changed = ownership.append(each)
        assert changed == ((each.number, each.owner) in model_history(leaves[:number], each.address))
        for address, key in keys.items():
            history = model_history(leaves[:number], address)
            assert [(tenure.number, tenure.owner) for tenure in ownership.history_of(key)] == history
            assert ownership.owner_of(key) == (history[-1][1] if history else None)
    assert ownership.count == len(leaves)


@settings(deadline=None)
@given(entries)
def test_the_leaves_of_a_claim_are_enough_to_tell_the_owner(leaves: list[Leaf]) -> None:
    ownership = taken(leaves)
    for address in OBJECTS:
        key = object_at(address)
        claim = ownership.claim_of(key)
        assert all(leaves[each.number] is each for each in claim)
        again = taken([replace(each, number=number) for number, each in enumerate(claim)])
        assert again.owner_of(key) == ownership.owner_of(key)
        assert len(again.claim_of(key)) == len(claim)


@settings(deadline=None)
@given(entries)
def test_a_claim_is_never_mixed(leaves: list[Leaf]) -> None:
    ownership = taken(leaves)
    for address in OBJECTS:
        kinds = [each.kind for each in ownership.claim_of(object_at(address))]
        assert kinds in ([], [1] + [2] * (len(kinds) - 1), [3] + [4] * (len(kinds) - 1))


@settings(deadline=None)
@given(entries, st.randoms(use_true_random=False))
def test_leaves_in_any_order_make_the_log_s_own_claim(leaves: list[Leaf], chance: Random) -> None:
    ownership = taken(leaves)
    for address in OBJECTS:
        mine = [each for each in leaves if each.address == address]
        claim = claim_by(chance.sample(mine * 2, 2 * len(mine)))
        assert claim == ownership.claim_of(object_at(address))
        assert (owner_by(claim[-1]) if claim else None) == ownership.owner_of(object_at(address))


def test_the_first_payment_decides_and_later_ones_change_nothing() -> None:
    paid = [leaf(0, Kind.PAYMENT, A, A), leaf(1, Kind.PAYMENT, B, B), leaf(2, Kind.SLOT_PAYMENT, C, C)]
    assert taken(paid).history_of(paid[0].object_key) == [Tenure(0, A)]


def test_only_the_owner_gives_and_in_the_way_of_the_first_payment() -> None:
    leaves = [
        leaf(0, Kind.TRANSFER, A, C),
        leaf(1, Kind.SLOT_PAYMENT, A, A),
        leaf(2, Kind.TRANSFER, A, B),
        leaf(3, Kind.SLOT_TRANSFER, B, C),
        leaf(4, Kind.SLOT_TRANSFER, A, B),
        leaf(5, Kind.SLOT_TRANSFER, A, C),
        leaf(6, Kind.SLOT_TRANSFER, B, B),
    ]
    ownership = taken(leaves)
    key = leaves[0].object_key
    assert ownership.history_of(key) == [Tenure(1, A), Tenure(4, B), Tenure(6, B)]
    assert ownership.claim_of(key) == (leaves[1], leaves[4], leaves[6])


@pytest.mark.parametrize(("first", "gift", "counted"), [(1, 2, MOST_LINKS), (3, 4, 150)])
def test_gifts_by_leaf_count_ninety_nine_times(first: int, gift: int, counted: int) -> None:
    """A slot's owner is kept by the program, so that its gifts have no end."""
    gifts = [(Kind(gift), *((A, B) if at % 2 == 0 else (B, A)), OBJECTS[0]) for at in range(149)]
    ownership = taken(numbered([(Kind(first), A, A, OBJECTS[0]), *gifts]))
    assert len(ownership.history_of(object_at(OBJECTS[0]))) == counted
    assert ownership.owner_of(object_at(OBJECTS[0])) == B


def test_nobody_owns_what_was_never_paid() -> None:
    ownership = taken([leaf(0, Kind.TRANSFER, A, B)])
    key = object_at(OBJECTS[0])
    assert (ownership.owner_of(key), ownership.history_of(key), ownership.claim_of(key)) == (None, [], ())


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_leaf_out_of_its_turn_is_refused_and_changes_nothing(number: int) -> None:
    ownership = taken([made_leaf(0), made_leaf(1)])
    with pytest.raises(LeafRefused, match=rf"leaf {number}: the log's next leaf has number 2 \[number\]"):
        ownership.append(made_leaf(number))
    assert ownership.count == 2
    assert ownership.append(made_leaf(2))


def test_a_leaf_of_another_log_is_refused() -> None:
    ownership = taken([made_leaf(0)])
    with pytest.raises(LeafRefused, match="another_log"):
        ownership.append(replace(made_leaf(1), payment_log=bytes(32)))
    assert ownership.count == 1

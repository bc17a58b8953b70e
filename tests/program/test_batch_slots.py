"""Any payments and gifts, by anybody, in any order: the slots are what a small model says, and so is every lamport."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.fix_program import World, address_of, log_of
from plings.identity import ScanUrl
from plings.program import errors
from plings.program.accounts import Slot, hash_of_address
from plings.proofs import Tree
from program.batches import (
    BATCH_RENT,
    SLOT_RENT,
    batch_account,
    batch_of,
    instance,
    slot_gift,
    slot_payment,
    slot_sweep,
    with_address,
    with_batch,
)
from program.leaves import leaf_of
from program.test_splits import run

OBJECTS = [instance(100), instance(101), instance(199), instance(200)]
SQUAT = with_address(OBJECTS[0], bytes(range(32)))
"""Another address on the first object's path, and so its slot."""
CODES = [*OBJECTS, SQUAT]
ACTORS = ["alice", "carol", "mallory"]
HUNDREDS = [OBJECTS[0], OBJECTS[3]]

Payment = tuple[str, ScanUrl, str]
Gift = tuple[str, ScanUrl, str, str]
Sweep = tuple[str, ScanUrl]
codes, actors = st.sampled_from(CODES), st.sampled_from(ACTORS)
STEPS = (
    st.tuples(st.just("pay"), codes, actors)
    | st.tuples(st.just("give"), codes, actors, actors)
    | st.tuples(st.just("sweep"), st.sampled_from(HUNDREDS))
)
FEW = settings(
    max_examples=30, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@dataclass
class Model:
    """Who owns which slot, what each batch account is owed, and the log's tree."""

    slots: dict[str, tuple[bytes, str, int]] = field(default_factory=dict)
    """by path: the address, its owner, the leaf of the payment"""
    owed: dict[ScanUrl, int] = field(default_factory=lambda: dict.fromkeys(HUNDREDS, 0))
    tree: Tree = field(default_factory=Tree)

    def owner(self, code: ScanUrl) -> str | None:
        address, owner, _ = self.slots.get(code.path.text, (b"", None, 0))
        return owner if address == code.address else None


@FEW
@given(steps=st.lists(STEPS, max_size=15))
def test_slots_rent_and_log_are_those_of_the_model(deployed: World, steps: list[Payment | Gift | Sweep]) -> None:
    run(_take(deployed, steps))


async def _take(world: World, steps: list[Payment | Gift | Sweep]) -> None:
    """A new world for each example: the last one is rewound."""
    world.rewind()
    world.__init__()  # type: ignore[misc]
    await world.initialize()
    await world.send(world.opening())
    await with_batch(world, *HUNDREDS)
    model = Model()
    for name, *arguments in steps:
        await STEPS_BY_NAME[name](world, model, *arguments)
    await _is_as(world, model)


async def _pay(world: World, model: Model, code: ScanUrl, buyer: str) -> None:
    payment = slot_payment(code, buyer, 10_001)
    if code.path.text in model.slots:
        await world.refused(errors.SlotTaken, payment)
        return
    receipt = await world.send(payment)
    assert receipt.moved == {address_of(buyer): -10_001 - SLOT_RENT, log_of(): 10_001, batch_of(code): SLOT_RENT}
    model.slots[code.path.text] = code.address, buyer, len(model.tree)
    model.owed[_hundred(code)] += SLOT_RENT
    model.tree.append(leaf_of(receipt.event).hash)


async def _give(world: World, model: Model, code: ScanUrl, owner: str, new_owner: str) -> None:
    gift = slot_gift(code, owner, new_owner)
    if owner == new_owner:
        await world.refused(errors.AlreadyOwner, gift)
    elif model.owner(code) != owner:
        await world.refused(errors.NotSlotOwner, gift)
    else:
        receipt = await world.send(gift)
        assert receipt.moved == {}
        address, _, number = model.slots[code.path.text]
        model.slots[code.path.text] = address, new_owner, number
        model.tree.append(leaf_of(receipt.event).hash)


async def _sweep(world: World, model: Model, code: ScanUrl) -> None:
    if not model.owed[code]:
        await world.refused(errors.NothingOwed, slot_sweep(code))
        return
    receipt = await world.send(slot_sweep(code))
    assert receipt.moved == {batch_of(code): -model.owed[code], address_of("bob"): model.owed[code]}
    model.owed[code] = 0


STEPS_BY_NAME = {"pay": _pay, "give": _give, "sweep": _sweep}


async def _is_as(world: World, model: Model) -> None:
    for hundred in HUNDREDS:
        batch = await batch_account(world, hundred)
        assert batch.rent_owed_lamports == model.owed[hundred]
        assert await world.lamports(batch_of(hundred)) == BATCH_RENT + model.owed[hundred]
        assert batch.slots == _slots(model, hundred)
    log = await world.payment_log()
    assert (log.leaf_count, log.frontier.root) == (len(model.tree), model.tree.root())
    assert log.manufacturer_lamports + log.platform_lamports == 10_001 * len(model.slots)


def _slots(model: Model, hundred: ScanUrl) -> tuple[Slot | None, ...]:
    slots: list[Slot | None] = [None] * 100
    for code in OBJECTS:
        if code.path.text in model.slots and _hundred(code) == hundred:
            address, owner, number = model.slots[code.path.text]
            slots[code.path.instance % 100] = Slot(address_of(owner), number, hash_of_address(address))
    return tuple(slots)


def _hundred(code: ScanUrl) -> ScanUrl:
    return HUNDREDS[code.path.instance // 100 - 1]

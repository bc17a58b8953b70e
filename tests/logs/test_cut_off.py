"""Leaves of every kind whose events the runtime cut off: each is taken from its instruction, or from none."""

from __future__ import annotations

import pytest
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from cli.market import FLOOR
from logs.trade import Telling, Trade, noise_of
from plings.chain import Past
from plings.errors import LogError
from plings.logs import find_log, read_entries
from plings.objects import pay as pay_as_object
from plings.program import instructions as ix
from plings.program.accounts import Tier
from plings.program.events import decode_events
from plings.program.leaves import Moved, moved_by
from plings.proofs import Kind

LINES = 32
"""Calls that together log nearly 10,000 bytes."""
SLOT, OWN = 12_000_000, 200_000_000
POOL = {"per_item_lamports": 10_000_000, "minimum_value_lamports": 2 * FLOOR, "maximum_value_lamports": 100 * FLOOR}


class Hiding:
    """Whoever sends `instruction` with as many lines before it as make the runtime cut its event off."""

    def __init__(self, trade: Trade, mint: Pubkey) -> None:
        self.trade = trade
        self.noise = noise_of(mint)
        actors = trade.market.actors
        self.key = Keypair.from_seed(actors.identity.node.key).pubkey()
        self.treasuries = ix.Treasuries(actors.manufacturer_treasury.pubkey(), actors.platform_treasury.pubkey())
        self.buyer = trade.alice.pubkey()

    async def send(self, instruction: Instruction) -> None:
        self.trade.cluster.advance_clock(1)
        done = await self.trade.cluster.send([*[self.noise] * LINES, instruction], [self.trade.alice])
        assert "Log truncated" in done.logs
        assert decode_events(done.logs) == []

    async def pays(self, instance: int, lamports: int, **accounts: object) -> None:
        """By its value, where `accounts` let it."""
        payment = ix.process_payment(
            buyer=self.buyer,
            code=self.trade.code(instance),
            amount_lamports=lamports,
            identity_key=self.key,
            **accounts,  # type: ignore[arg-type]
        )
        await self.send(payment)

    async def pays_with_sponsor(self, instance: int, lamports: int) -> None:
        payment = ix.sponsored_payment(
            buyer=self.buyer,
            code=self.trade.code(instance),
            amount_lamports=lamports,
            identity_key=self.key,
            manufacturer_treasury=self.treasuries.manufacturer,
            platform_treasury=self.treasuries.platform,
        )
        await self.send(payment)


@pytest.fixture
async def hiding(trade: Trade) -> Hiding:
    """With a batch account around the codes 0 to 99."""
    paid = await pay_as_object(trade.cluster, trade.code(4), trade.alice, FLOOR, tier=Tier.OBJECT)
    hiding = Hiding(trade, paid.mint)
    payer, path = trade.alice.pubkey(), trade.code().path
    batch = ix.create_shared_batch_account(payer=payer, path=path, identity_key=hiding.key)
    await trade.cluster.send([batch], [trade.alice])
    return hiding


async def kinds(trade: Trade) -> list[tuple[Kind, int]]:
    """Of all leaves, which have the log's root, with their amounts."""
    entries = await read_entries(trade.cluster, await find_log(trade.cluster, trade.log))
    return [(entry.leaf.kind, entry.leaf.amount_lamports) for entry in entries]


async def test_slots(hiding: Hiding) -> None:
    trade, code = hiding.trade, hiding.trade.code()
    await hiding.send(
        ix.handle_batch_payment(buyer=hiding.buyer, code=code, amount_lamports=SLOT, identity_key=hiding.key)
    )
    new_owner = trade.bob.pubkey()
    await hiding.send(
        ix.transfer_batch_slot(owner=hiding.buyer, code=code, new_owner=new_owner, identity_key=hiding.key)
    )
    assert await kinds(trade) == [(Kind.SLOT_PAYMENT, SLOT), (Kind.SLOT_TRANSFER, 0)]


async def test_payments_by_value(hiding: Hiding) -> None:
    trade = hiding.trade
    await hiding.pays(2, SLOT, with_batch=True)
    await hiding.pays(2, SLOT, with_batch=True)  # its slot is taken
    await hiding.pays(5, SLOT)
    await hiding.pays(6, FLOOR, with_batch=True)
    await hiding.pays(7, OWN, treasuries=hiding.treasuries)  # makes an object
    await trade.paid(1)
    await hiding.pays(8, FLOOR)
    slot, micro = (Kind.SLOT_PAYMENT, SLOT), (Kind.PAYMENT, FLOOR)
    assert await kinds(trade) == [slot, (Kind.PAYMENT, SLOT), (Kind.PAYMENT, SLOT), micro, micro, micro]


async def test_payments_that_a_pool_sponsors_or_not(hiding: Hiding) -> None:
    trade, maker = hiding.trade, hiding.trade.market.actors.manufacturer
    opening = ix.initialize_sponsor_pool(
        payer=maker.pubkey(), authority=maker.pubkey(), identity_key=hiding.key, **POOL
    )
    funding = ix.fund_sponsor_pool(funder=maker.pubkey(), identity_key=hiding.key, amount_lamports=100_000_000)
    await trade.cluster.send([opening, funding], [maker])
    await hiding.pays_with_sponsor(2, FLOOR)
    await hiding.pays_with_sponsor(5, 3 * FLOOR)  # makes an object
    await hiding.pays(6, OWN, treasuries=hiding.treasuries, with_pool=True)  # so does this
    await hiding.pays_with_sponsor(7, FLOOR)
    assert await kinds(trade) == [(Kind.PAYMENT, FLOOR)] * 2


async def test_a_node_that_keeps_no_calls_cannot_tell(hiding: Hiding) -> None:
    """Whether such a payment made a leaf is known from its first call alone; nothing is guessed."""
    await hiding.pays(2, FLOOR)

    def without_calls(told: list[Past]) -> list[Past]:
        return [
            Past(one.signature, one.slot, one.block_time_unix, one.logs, one.instructions[: LINES + 1]) for one in told
        ]

    with pytest.raises(LogError, match="no leaf 0 of the 1 "):
        telling = Telling(hiding.trade.cluster, without_calls)
        await read_entries(telling, await find_log(hiding.trade.cluster, hiding.trade.log))  # type: ignore[arg-type]


def test_what_moves_lamports() -> None:
    system, (one, other) = Pubkey.default(), (Pubkey.new_unique(), Pubkey.new_unique())
    data = bytes([2, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0])
    assert moved_by(system, data, [one, other]) == Moved(one, other, 7)
    assert moved_by(one, data, [one, other]) is None
    assert moved_by(system, b"\3" + data[1:], [one, other]) is None
    assert moved_by(system, data[:-1], [one, other]) is None
    assert moved_by(system, data, [one]) is None

"""A payment log read back: whole and true, or an error that says what is wrong with the telling."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from chain.people import pay
from cli.market import FLOOR
from logs.trade import Telling, Trade, noise_of
from plings.chain import Past
from plings.errors import LogError, NotRegistered
from plings.logs import find_log, find_maker, read_entries, read_log, sweep
from plings.objects import pay as pay_as_object
from plings.program import instructions as ix
from plings.program.accounts import Tier
from plings.program.events import DATA, decode_events
from plings.proofs import Frontier


async def test_every_leaf_comes_back_as_it_was_written(trade: Trade) -> None:
    leaves = [*await trade.paid(3), await trade.given(), *await trade.paid(2, trade.code(3))]
    assert [leaf.number for leaf in leaves] == list(range(6))
    assert await read_log(trade.cluster, trade.log) == leaves


async def test_a_leaf_is_told_with_its_transaction(trade: Trade) -> None:
    leaf = await trade.given()
    (entry,) = await read_entries(trade.cluster, await find_log(trade.cluster, trade.log))
    assert entry.leaf == leaf
    confirmed = await trade.cluster.outcome(entry.signature)
    assert confirmed and (confirmed.signature, confirmed.slot) == (entry.signature, entry.slot)


async def test_leaves_whose_events_the_runtime_cut_off_are_not_lost(trade: Trade) -> None:
    """Anyone may hide leaves so, by 10,000 bytes of other lines before them."""
    object_paid = await pay_as_object(trade.cluster, trade.code(4), trade.alice, FLOOR, tier=Tier.OBJECT)
    noise = noise_of(object_paid.mint)
    leaves = await trade.paid(1)
    maker = await find_maker(trade.cluster, "2.3")
    for amount in (FLOOR, FLOOR + 7):
        trade.cluster.advance_clock(1)
        buyer, identity_key, code = trade.bob.pubkey(), maker.identity_key, trade.code()
        payment = ix.handle_micro_payment(buyer=buyer, code=code, amount_lamports=amount, identity_key=identity_key)
        gift = ix.transfer_micro_ownership(
            owner=buyer, code=code, new_owner=trade.alice.pubkey(), identity_key=identity_key
        )
        done = await trade.cluster.send([*[noise] * 30, gift, payment], [trade.bob])
        assert "Log truncated" in done.logs
        assert len(decode_events(done.logs)) < 2
        await trade.paid(1)
    entries = await read_entries(trade.cluster, await find_log(trade.cluster, trade.log))
    assert entries[0].leaf == leaves[0]
    assert [entry.leaf.number for entry in entries] == list(range(7))
    assert [entry.leaf.amount_lamports for entry in entries] == [FLOOR, 0, FLOOR, FLOOR, 0, FLOOR + 7, FLOOR]


async def test_a_log_without_a_leaf_is_empty(trade: Trade) -> None:
    assert await read_log(trade.cluster, trade.log) == []


async def test_what_else_names_the_log_is_passed_over(trade: Trade) -> None:
    leaves = await trade.paid(1)
    await sweep(trade.cluster, trade.bob, trade.log)
    await trade.cluster.send([pay(trade.bob, trade.log, 5)], [trade.bob])
    leaves += await trade.paid(1)
    assert await read_log(trade.cluster, trade.log) == leaves


async def test_leaves_that_came_later_are_left_out(trade: Trade) -> None:
    leaves = await trade.paid(2)
    found = await find_log(trade.cluster, trade.log)
    await trade.paid(2)
    assert [entry.leaf for entry in await read_entries(trade.cluster, found)] == leaves


async def test_nobody_s_log(trade: Trade) -> None:
    with pytest.raises(NotRegistered, match="no payment log is open at"):
        await read_log(trade.cluster, Pubkey.default())


# what a node may tell instead


def with_event(past: Past, change: tuple[bytes, bytes]) -> Past:
    """The same transaction with other bytes in its event, and no instructions."""
    event = next(line for line in past.logs if line.startswith(DATA))
    other = DATA + base64.b64encode(base64.b64decode(event.removeprefix(DATA)).replace(*change)).decode()
    logs = tuple(other if line == event else line for line in past.logs)
    return replace(past, logs=logs, instructions=())


FALSE_TELLINGS: dict[str, tuple[Callable[[list[Past]], list[Past]], str]] = {
    "one is missing": (lambda told: told[:2] + told[3:], "no leaf 4 of the 7 "),
    "the newest are": (lambda told: told[3:], "no leaf 4 to 6 of the 7 "),
    "every other is": (lambda told: [told[1], told[3], told[5]], "no leaf 0, 2, 4, 6 of the 7 "),
    "all are": (lambda told: [], "no leaf 0 to 6 of the 7 "),
    "one is there twice": (lambda told: [*told, told[3]], "leaf 3 .* is told twice, by transactions "),
    "another path": (lambda told: [with_event(told[0], (b"2aB", b"2aC")), *told[1:]], "the log's root"),
    "no text": (
        lambda told: [with_event(told[0], (b"2aB", b"2\xffB")), *told[1:]],
        "no leaf 6 ",
    ),
    "no path": (lambda told: [with_event(told[0], (b"2aB", b"2al")), *told[1:]], "no leaf 6 "),
    "half an event": (lambda told: [with_event(told[0], (b"micro_payment", b"")), *told[1:]], "no leaf 6 "),
    "no logs and no instructions": (lambda told: [replace(told[0], logs=(), instructions=()), *told[1:]], "no leaf 6 "),
    "no logs and no time": (lambda told: [replace(told[0], logs=(), block_time_unix=None), *told[1:]], "no leaf 6 "),
    "no logs and another time": (lambda told: [replace(told[0], logs=(), block_time_unix=1), *told[1:]], "log's root"),
    "no logs and no order": (lambda told: [replace(past, logs=()) for past in reversed(told)], "the log's root"),
}
"""What a node may tell, from the truth (the newest first, the log's opening last), and what is said to that."""


@pytest.mark.parametrize(("change", "said"), FALSE_TELLINGS.values(), ids=FALSE_TELLINGS)
async def test_a_false_telling_is_found_out(
    trade: Trade, change: Callable[[list[Past]], list[Past]], said: str
) -> None:
    await trade.paid(7)
    with pytest.raises(LogError, match=said):
        await read_log(Telling(trade.cluster, change), trade.log)  # type: ignore[arg-type]


async def test_a_false_event_is_made_good_by_its_instruction(trade: Trade) -> None:
    leaves = await trade.paid(3)

    def change(told: list[Past]) -> list[Past]:
        return [replace(with_event(told[0], (b"2aB", b"2al")), instructions=told[0].instructions), *told[1:]]

    assert await read_log(Telling(trade.cluster, change), trade.log) == leaves  # type: ignore[arg-type]


async def test_a_node_that_claims_any_number_of_leaves(trade: Trade) -> None:
    leaves = await trade.paid(1)
    found = await find_log(trade.cluster, trade.log)
    most = Frontier(2**40 - 1, tuple((level, leaves[0].hash) for level in range(40)))
    with pytest.raises(LogError, match=r"no leaf 1 to 1099511627774 of the 1,099,511,627,775 "):
        await read_entries(trade.cluster, replace(found, log=replace(found.log, frontier=most)))


async def test_many_gaps_are_not_all_named(trade: Trade) -> None:
    await trade.paid(14)
    with pytest.raises(LogError, match="no leaf 0, 2, 4, 6, 8 and others of the 14 "):
        await read_log(Telling(trade.cluster, lambda told: told[::2]), trade.log)  # type: ignore[arg-type]

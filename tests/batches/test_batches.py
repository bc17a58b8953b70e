"""Opening batch accounts, one and many, and handing their rent back."""

from __future__ import annotations

import pytest
from solders.account import Account as StoredAccount
from solders.pubkey import Pubkey

from batches.slots import take_slot
from logs.trade import Trade
from plings.batches import find_batch_account, open_batch_account, open_batch_accounts, sweep_batch_account
from plings.batches.open import ACCOUNTS_AT_ONCE
from plings.chain import Signed
from plings.errors import ClusterError, NotRegistered, PathError, SegmentError, TransactionRefused
from plings.identity import SEGMENT_LIMIT, Path, format_segment
from plings.objects import find_slot, give
from plings.program import PROGRAM_ID, errors
from plings.program.pda import batch_account_address

RENT = 35_635_200
BATCH = "2.3.4F.2aB.5"
SIX = format_segment(2**30)
"""Six characters, as many as a segment may have."""


def path(instance: int, batch: str = BATCH) -> Path:
    return Path(f"{batch}.{format_segment(instance)}")


async def test_account_is_opened_once_and_is_all_free(trade: Trade) -> None:
    opened = await open_batch_account(trade.cluster, trade.bob, path(105))
    found = await find_batch_account(trade.cluster, path(199))
    assert opened.address == found.address == batch_account_address(path(100))
    assert (found.lamports, found.batch.slots) == (RENT, (None,) * 100)
    assert (found.batch.number, found.batch.path_to_batch, found.batch.rent_payer) == (1, BATCH, trade.bob.pubkey())
    with pytest.raises(TransactionRefused, match="already in use"):
        await open_batch_account(trade.cluster, trade.alice, path(101))


async def test_missing_accounts_of_a_range_are_opened_several_at_once(trade: Trade) -> None:
    await open_batch_account(trade.cluster, trade.bob, path(250))
    signed: list[Signed] = []
    opened = await open_batch_accounts(trade.cluster, trade.alice, path(99), 802, on_signed=signed.append)
    firsts = [99, 100, 300, 400, 500, 600, 700, 800, 900]
    assert [one.path for one in opened] == [path(instance) for instance in firsts]
    assert len(signed) == len({one.confirmed.signature for one in opened}) == 2
    assert (await find_batch_account(trade.cluster, path(250))).batch.rent_payer == trade.bob.pubkey()
    assert (await find_batch_account(trade.cluster, path(900))).batch.number == 9
    with pytest.raises(NotRegistered):
        await find_batch_account(trade.cluster, path(1_000))
    assert await open_batch_accounts(trade.cluster, trade.alice, path(99), 802) == []


async def test_one_transaction_takes_as_many_of_the_longest_paths(trade: Trade) -> None:
    longest = path(2**30, f"2.3{f'.{SIX}' * 8}{'.zzzzz' * 5}")
    assert len(longest.text) == 96
    signed: list[Signed] = []
    count = ACCOUNTS_AT_ONCE * 100
    opened = await open_batch_accounts(trade.cluster, trade.bob, longest, count - 50, on_signed=signed.append)
    assert (len(opened), len(signed)) == (ACCOUNTS_AT_ONCE, 1)


async def test_range_that_no_batch_has(trade: Trade) -> None:
    last = path(SEGMENT_LIMIT - 1)
    for count in (2, 10**30):
        with pytest.raises(SegmentError, match="too_large"):
            await open_batch_accounts(trade.cluster, trade.bob, last, count)
    (opened,) = await open_batch_accounts(trade.cluster, trade.bob, last, 1)
    assert (await find_batch_account(trade.cluster, last)).address == opened.address
    long = Path(f"2.3{f'.{SIX}' * 13}.z")
    with pytest.raises(PathError, match="too_long"):
        await open_batch_accounts(trade.cluster, trade.bob, long, 2)


async def test_nobody_s_prefix(trade: Trade) -> None:
    with pytest.raises(NotRegistered, match=r"for 2\.4"):
        await open_batch_account(trade.cluster, trade.bob, Path("2.4.5.6"))
    with pytest.raises(NotRegistered, match=r"for 2\.4"):
        await open_batch_accounts(trade.cluster, trade.bob, Path("2.4.5.6"), 5)


async def test_lamports_that_came_first_are_no_account_and_stop_nobody(trade: Trade) -> None:
    await trade.cluster.airdrop(batch_account_address(path(5)), 1_000_000)
    with pytest.raises(NotRegistered):
        await find_batch_account(trade.cluster, path(5))
    assert await find_slot(trade.cluster, trade.code(5)) is None
    assert len(await open_batch_accounts(trade.cluster, trade.bob, path(5), 1)) == 1
    assert (await find_batch_account(trade.cluster, path(5))).lamports == RENT + 1_000_000


@pytest.mark.parametrize("data", [b"", bytes(4_992), b"PLINGS"])
async def test_account_that_is_something_else_is_not_believed(trade: Trade, data: bytes) -> None:
    stored = StoredAccount(RENT, data, PROGRAM_ID, False)
    trade.cluster._svm.set_account(batch_account_address(trade.code().path), stored)
    for question in (
        find_batch_account(trade.cluster, trade.code().path),
        find_slot(trade.cluster, trade.code()),
        sweep_batch_account(trade.cluster, trade.bob, trade.code().path),
        give(trade.cluster, trade.code(), trade.alice, trade.bob.pubkey()),
    ):
        with pytest.raises(ClusterError, match="holds"):
            await question


async def test_rent_goes_back_to_who_paid_it(trade: Trade) -> None:
    with pytest.raises(NotRegistered, match="no batch account is open for"):
        await sweep_batch_account(trade.cluster, trade.alice, trade.code().path)
    await open_batch_account(trade.cluster, trade.bob, trade.code().path)
    with pytest.raises(errors.NothingOwed):
        await sweep_batch_account(trade.cluster, trade.alice, trade.code().path)
    await take_slot(trade.market, trade.code(), trade.alice)
    await take_slot(trade.market, trade.code(3), trade.alice)
    before = await lamports(trade, trade.bob.pubkey())
    done = await sweep_batch_account(trade.cluster, trade.alice, trade.code().path)
    assert (done.rent_payer, done.amount_lamports) == (trade.bob.pubkey(), 2 * RENT // 100)
    assert await lamports(trade, trade.bob.pubkey()) == before + 2 * RENT // 100
    found = await find_batch_account(trade.cluster, trade.code().path)
    assert (found.lamports, found.batch.rent_owed_lamports) == (RENT, 0)


async def lamports(trade: Trade, address: Pubkey) -> int:
    account = await trade.cluster.account(address)
    return account.lamports if account else 0

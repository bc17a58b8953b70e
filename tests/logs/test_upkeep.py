"""Opening logs, paying them out, noting checkpoints; and what they are said to be short of."""

from __future__ import annotations

import pytest
from solders.account import Account as StoredAccount

from cli.market import FLOOR
from logs.trade import Trade
from plings.errors import NotRegistered, PathError, TransactionRefused
from plings.logs import (
    Due,
    create_checkpoint,
    due,
    find_log,
    find_logs,
    find_maker,
    log_address,
    open_payment_log,
    open_payment_logs,
    sweep,
)
from plings.objects import find_config
from plings.program import errors
from plings.program import instructions as ix
from plings.program.pda import manufacturer_address
from program.micro import LAYOUTS

DAY = 86_400


async def with_shards(trade: Trade, bits: int) -> None:
    """A manufacturer of `2 ** bits` logs, by force."""
    maker = await find_maker(trade.cluster, "2.3")
    address = manufacturer_address(maker.identity_key)
    account = await trade.cluster.account(address)
    assert account
    data = bytearray(account.data)
    data[LAYOUTS["Manufacturer"]["fields"]["shard_bits"][0]] = bits
    stored = StoredAccount(account.lamports, bytes(data), account.owner, False)
    trade.cluster._svm.set_account(address, stored)


async def test_all_missing_logs_are_opened_sixteen_at_once(trade: Trade) -> None:
    await with_shards(trade, 5)
    maker = await find_maker(trade.cluster, "2.3")
    signed: list[object] = []
    opened = await open_payment_logs(trade.cluster, trade.bob, "2.3", on_signed=signed.append)
    assert [log.shard for log in opened] == list(range(1, 32))
    assert len(signed) == len({log.confirmed.signature for log in opened}) == 2
    logs = await find_logs(trade.cluster, maker)
    assert [found and found.log.shard for found in logs] == list(range(32))
    assert [found and found.address for found in logs] == [log_address(maker, shard) for shard in range(32)]
    assert await open_payment_logs(trade.cluster, trade.bob, "2.3") == []


async def test_manufacturer_is_named_by_prefix_or_key(trade: Trade) -> None:
    maker = await find_maker(trade.cluster, "2.3")
    assert await find_maker(trade.cluster, maker.identity_key) == maker
    await with_shards(trade, 1)
    assert (await open_payment_log(trade.cluster, trade.bob, maker.identity_key, 1)).shard == 1


async def test_what_is_no_manufacturer(trade: Trade) -> None:
    with pytest.raises(NotRegistered, match=r"for 2\.4"):
        await find_maker(trade.cluster, "2.4")
    with pytest.raises(NotRegistered, match="identity key"):
        await find_maker(trade.cluster, trade.bob.pubkey())
    for text in ("2", "2.3.4", "", "2.3" + ".222222" * 12):
        with pytest.raises(PathError):
            await find_maker(trade.cluster, text)


async def test_log_is_opened_once_and_only_where_there_is_a_shard(trade: Trade) -> None:
    with pytest.raises(TransactionRefused, match="already in use"):
        await open_payment_log(trade.cluster, trade.bob, "2.3")
    with pytest.raises(errors.NoSuchShard):
        await open_payment_log(trade.cluster, trade.bob, "2.3", 1)


async def test_sweep_pays_both(trade: Trade) -> None:
    await trade.paid(2)
    found = await find_log(trade.cluster, trade.log)
    assert found.owed_lamports == 2 * FLOOR + 1
    done = await sweep(trade.cluster, trade.bob, trade.log)
    assert done.shares == {"manufacturer": found.log.manufacturer_lamports, "platform": found.log.platform_lamports}
    after = await find_log(trade.cluster, trade.log)
    assert (after.owed_lamports, after.lamports, after.rent_lamports) == (0, found.rent_lamports, found.rent_lamports)
    with pytest.raises(errors.NothingOwed):
        await sweep(trade.cluster, trade.bob, trade.log)


async def is_due(trade: Trade) -> Due:
    """What is said to be missing; and the program agrees."""
    log = (await find_log(trade.cluster, trade.log)).log
    told = due(log, await find_config(trade.cluster), await trade.cluster.clock_unix())
    note = ix.create_checkpoint(payer=trade.bob.pubkey(), payment_log=trade.log, checkpoint_id=log.checkpoint_count)
    trial = await trade.cluster.simulate([note], trade.bob.pubkey())
    assert (trial.failure is None) == told.now
    return told


async def test_checkpoint_is_due_when_the_program_says_so(trade: Trade) -> None:
    change = ix.update_config(authority=trade.market.actors.platform.pubkey(), checkpoint_payments=3)
    await trade.cluster.send([change], [trade.market.actors.platform])
    assert await is_due(trade) == Due(0, 3, DAY)
    await trade.paid(2)
    assert await is_due(trade) == Due(2, 1, DAY - 2)
    await trade.paid(1)
    assert await is_due(trade) == Due(3, 0, DAY - 3)
    assert (await create_checkpoint(trade.cluster, trade.bob, trade.log)).checkpoint_id == 0
    trade.cluster.advance_clock(DAY)
    assert await is_due(trade) == Due(0, 3, 0)
    await trade.paid(1)
    assert await is_due(trade) == Due(1, 2, 0)
    assert (await create_checkpoint(trade.cluster, trade.bob, trade.log)).checkpoint_id == 1
    with pytest.raises(errors.CheckpointTooEarly):
        await create_checkpoint(trade.cluster, trade.bob, trade.log)

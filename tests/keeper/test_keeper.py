"""The keeper on the real program: what is due is made, once, whoever else is at it, and never beyond its budget."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from solders.keypair import Keypair
from solders.signature import Signature

from indexer.conftest import emptied
from keeper.conftest import DAY, Kept
from plings.chain import Cluster
from plings.errors import ClusterError, DatabaseUnavailable, NotRegistered, TransactionUnresolved
from plings.indexer.reading import checkpoints, receipt
from plings.indexer.tiles import WIDTH
from plings.keeper import Duty, Ending, Outcome, Round, Rules, What, find_duties, keep, keep_once, spent_lamports
from plings.keeper.budget import reserve, settle
from plings.keeper.rules import MOST_FEE_LAMPORTS, checkpoint_cost_lamports
from plings.logs import create_checkpoint, find_checkpoints, find_log
from plings.program.pda import config_address
from plings.program.rent import rent_lamports

PLENTY = Rules(10**9)
RENT = checkpoint_cost_lamports() - MOST_FEE_LAMPORTS


async def once(kept: Kept, rules: Rules = PLENTY, **others: Any) -> Round:
    payer = others.pop("payer", kept.trade.bob)
    return await keep_once(kept.registry, others.pop("cluster", kept.cluster), payer, rules, **others)


async def counts(kept: Kept) -> list[int]:
    """How many leaves the checkpoints on chain cover."""
    found = await find_log(kept.cluster, kept.log)
    return [one.leaf_count for one in await find_checkpoints(kept.cluster, found)]


def endings(done: Round) -> list[Ending]:
    return [outcome.ending for outcome in done.outcomes]


async def test_a_checkpoint_is_made_when_it_is_due_and_not_before(kept: Kept) -> None:
    await kept.paid(2)
    assert await once(kept) == Round(logs=1)
    await kept.paid(1)
    seen: list[Outcome] = []
    done = await once(kept, on_outcome=seen.append)
    (made,) = done.outcomes
    assert seen == [made]
    assert (made.duty, made.ending, made.checkpoint_id) == (
        Duty(What.CHECKPOINT, kept.log, 3, checkpoint_cost_lamports()),
        Ending.DONE,
        0,
    )
    assert (await once(kept)).outcomes == ()
    await kept.paid(1)
    assert (await once(kept)).outcomes == ()
    kept.cluster.advance_clock(DAY)
    assert endings(await once(kept)) == [Ending.DONE]
    kept.cluster.advance_clock(DAY)
    assert (await once(kept)).outcomes == ()
    assert await counts(kept) == [3, 4]


async def test_a_receipt_can_be_had_then(kept: Kept) -> None:
    await kept.paid(3)
    await once(kept)
    await kept.indexed()
    (noted,) = checkpoints(kept.registry, bytes(kept.log)).checkpoints
    for number in range(3):
        found = receipt(kept.registry, bytes(kept.log), number)
        assert found.verify(checkpoints=[noted.checkpoint]).proved


async def test_what_it_costs_is_what_the_payer_pays(kept: Kept) -> None:
    await kept.paid(3)
    bob = kept.trade.bob.pubkey()
    before = await kept.cluster.account(bob)
    (made,) = (await once(kept)).outcomes
    after = await kept.cluster.account(bob)
    assert before and after
    assert before.lamports - after.lamports == made.lamports == spent_lamports(kept.registry, bob)
    assert 0 < made.lamports - RENT <= MOST_FEE_LAMPORTS


async def test_two_keepers_do_no_harm(kept: Kept) -> None:
    await kept.paid(3)
    one, other = await asyncio.gather(once(kept), once(kept, payer=kept.trade.alice))
    assert sorted(endings(one) + endings(other)) in ([Ending.BY_ANOTHER, Ending.DONE], [Ending.DONE])
    assert await counts(kept) == [3]
    spent = [spent_lamports(kept.registry, key.pubkey()) for key in (kept.trade.alice, kept.trade.bob)]
    assert sorted(spent)[0] == 0 and sorted(spent)[1] > RENT


class Late:
    """A cluster on which somebody makes the checkpoint between a keeper's look and its sending."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kept.cluster, name)

    async def accounts(self, addresses: list[Any]) -> list[Any]:
        found = await self._kept.cluster.accounts(addresses)
        if addresses == [self._kept.log]:
            await create_checkpoint(self._kept.cluster, self._kept.trade.alice, self._kept.log)
        return found


async def test_somebody_faster_is_told_and_costs_nothing(kept: Kept) -> None:
    await kept.paid(3)
    done = await once(kept, cluster=Late(kept))
    assert endings(done) == [Ending.BY_ANOTHER]
    assert spent_lamports(kept.registry, kept.trade.bob.pubkey()) == 0
    assert await counts(kept) == [3]


async def test_a_day_s_budget_holds_whichever_keeper_spends(kept: Kept) -> None:
    rules = Rules(2 * checkpoint_cost_lamports())
    for _ in range(2):
        await kept.paid(3)
        assert endings(await once(kept, rules)) == [Ending.DONE]
    await kept.paid(3)
    done = await once(kept, rules)
    assert endings(done) == [Ending.OVER_BUDGET]
    assert f"{rules.most_lamports_per_day:,} lamports" in done.outcomes[0].text
    assert await counts(kept) == [3, 6]
    assert endings(await once(kept, rules, payer=kept.trade.alice)) == [Ending.DONE], "another key has its own"
    await kept.paid(3)
    kept.registry.rows("UPDATE keeper_spending SET spent_at = spent_at - interval '25 hours'")
    assert endings(await once(kept, rules)) == [Ending.DONE]


async def test_two_rounds_at_once_share_the_budget(kept: Kept) -> None:
    await kept.paid(3)
    duty = (await find_duties(kept.cluster, [kept.log], PLENTY))[0]
    bob, most = kept.trade.bob.pubkey(), checkpoint_cost_lamports()
    first = reserve(kept.registry, bob, duty, most)
    assert first is not None
    assert reserve(kept.registry, bob, duty, most) is None
    settle(kept.registry, first, 0)
    assert reserve(kept.registry, bob, duty, most) is not None
    assert reserve(kept.registry, bob, duty, most - 1) is None


async def test_without_money_nothing_is_sent(kept: Kept) -> None:
    await kept.paid(3)
    poor = Keypair.from_seed(b"p" * 32)
    done = await once(kept, payer=poor)
    assert endings(done) == [Ending.NO_FUNDS]
    assert f"short of {checkpoint_cost_lamports() + rent_lamports(0):,}" in done.outcomes[0].text
    await kept.cluster.airdrop(poor.pubkey(), checkpoint_cost_lamports() + rent_lamports(0) - 1)
    assert "short of 1 lamports" in (await once(kept, payer=poor)).outcomes[0].text
    await kept.cluster.airdrop(poor.pubkey(), 1)
    assert endings(await once(kept, payer=poor)) == [Ending.DONE]


async def test_few_leaves_can_wait_whatever_time_says(kept: Kept) -> None:
    await kept.paid(2)
    kept.cluster.advance_clock(DAY)
    assert (await once(kept, replace(PLENTY, least_leaves=3))).outcomes == ()
    assert endings(await once(kept, replace(PLENTY, least_leaves=2))) == [Ending.DONE]


async def test_a_dry_run_sends_nothing(kept: Kept) -> None:
    await kept.paid(300)
    before = await kept.cluster.account(kept.trade.bob.pubkey())
    done = await once(kept, replace(PLENTY, is_dry_run=True), payer=None)
    assert endings(done) == [Ending.WOULD] and done.tiles == 0
    assert done.outcomes[0].lamports == checkpoint_cost_lamports()
    assert await kept.cluster.account(kept.trade.bob.pubkey()) == before
    assert await counts(kept) == []


async def test_it_makes_tiles(kept: Kept) -> None:
    await kept.paid(WIDTH + 1)
    done = await once(kept)
    assert (done.tiles, endings(done)) == (1, [Ending.DONE])
    assert (await once(kept)).tiles == 0


async def test_logs_are_paid_out_from_a_sum_on(kept: Kept) -> None:
    await kept.paid(2)
    owed = (await find_log(kept.cluster, kept.log)).owed_lamports
    assert (await once(kept, replace(PLENTY, sweep_from_lamports=owed + 1))).outcomes == ()
    done = await once(kept, replace(PLENTY, sweep_from_lamports=owed))
    assert [(one.duty.what, one.duty.amount, one.ending) for one in done.outcomes] == [(What.SWEEP, owed, Ending.DONE)]
    assert (await find_log(kept.cluster, kept.log)).owed_lamports == 0
    assert 0 < spent_lamports(kept.registry, kept.trade.bob.pubkey()) <= MOST_FEE_LAMPORTS
    assert (await once(kept, replace(PLENTY, sweep_from_lamports=1))).outcomes == ()


async def test_logs_of_a_manufacturer_are_kept_without_any_index(kept: Kept) -> None:
    await kept.trade.paid(3)
    emptied(kept.registry)
    assert (await once(kept)).logs == 0
    done = await once(kept, replace(PLENTY, makers=("2.3", "2.3")))
    assert (done.logs, endings(done)) == (1, [Ending.DONE])
    with pytest.raises(NotRegistered):
        await once(kept, replace(PLENTY, makers=("2.4",)))


async def test_a_log_that_only_the_index_knows_is_passed_over(kept: Kept) -> None:
    """Whoever can write the index cannot make a keeper pay for an account that is no log of the program's."""
    await kept.paid(3)
    others = [kept.trade.bob.pubkey(), config_address()]
    with kept.registry.transaction() as connection:
        for address in others:
            connection.execute("INSERT INTO payment_logs (address) VALUES (%s)", [bytes(address)])
    done = await once(kept)
    assert (done.logs, endings(done)) == (3, [Ending.DONE])


class Silent:
    """A cluster whose `send`, or all of it, is broken."""

    def __init__(self, kept: Kept, error: Exception, *, sending: bool) -> None:
        self._kept, self._error, self._sending = kept, error, sending

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kept.cluster, name)

    async def send(self, *_: Any, **__: Any) -> Any:
        raise self._error

    async def account(self, address: Any) -> Any:
        if not self._sending:
            raise self._error
        return await self._kept.cluster.account(address)


async def test_what_may_have_been_sent_counts_as_spent(kept: Kept) -> None:
    await kept.paid(3)
    error = TransactionUnresolved("nobody knows", signature=Signature.default(), last_valid_block_height=9)
    done = await once(kept, cluster=Silent(kept, error, sending=True))
    assert endings(done) == [Ending.UNRESOLVED]
    assert spent_lamports(kept.registry, kept.trade.bob.pubkey()) == checkpoint_cost_lamports()


async def test_what_was_not_sent_does_not(kept: Kept) -> None:
    await kept.paid(3)
    for sending in (True, False):
        with pytest.raises(ClusterError):
            await once(kept, cluster=Silent(kept, ClusterError("no node"), sending=sending))
    assert spent_lamports(kept.registry, kept.trade.bob.pubkey()) == 0


async def test_an_index_that_lies_raises_an_alert(kept: Kept) -> None:
    await kept.paid(3)
    checked: dict[bytes, int] = {}
    await once(kept, checked=checked)
    await kept.indexed()
    assert (await once(kept, checked=checked)).mismatches == ()
    assert checked == {bytes(kept.log): 0}
    with kept.registry.transaction() as connection:
        connection.execute("UPDATE payment_leaves SET amount_lamports = amount_lamports + 1 WHERE number = 1")
    assert (await once(kept, checked=checked)).mismatches == (), "it was compared already"
    for _ in range(2):
        assert (await once(kept)).mismatches == (str(kept.log),)
    (alert,) = kept.registry.rows("SELECT alert_type, severity, details FROM system_alerts")
    assert (alert["alert_type"], alert["severity"]) == ("INDEXER_ROOT_MISMATCH", "CRITICAL")
    assert alert["details"]["checkpoint_id"] == 0


async def rounds(kept: Kept, place: Any, cluster: Cluster, stop_after: int, **others: Any) -> AsyncIterator[Round]:
    found: asyncio.Queue[Round] = asyncio.Queue()
    task = asyncio.create_task(
        keep(place, cluster, kept.trade.bob, PLENTY, on_round=found.put_nowait, every_seconds=0.01, **others)
    )
    try:
        for _ in range(stop_after):
            yield await asyncio.wait_for(found.get(), 20)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_it_goes_on_after_trouble(kept: Kept) -> None:
    class Place:
        calls = 0

        def another(self) -> Any:
            self.calls += 1
            if self.calls == 1:
                raise DatabaseUnavailable("the database is away", "connection")
            return kept.another()

    await kept.paid(3)
    seen = [done async for done in rounds(kept, Place(), kept.cluster, 3)]
    assert seen[0].trouble and "the database is away" in seen[0].trouble
    assert endings(seen[1]) == [Ending.DONE]
    assert endings(seen[2]) == [] and seen[2].trouble is None


class Failing(Silent):
    """A cluster that does what it is told once, and is silent from then on."""

    sent = 0

    async def send(self, *given: Any, **others: Any) -> Any:
        self.sent += 1
        if self.sent > 1:
            raise self._error
        return await self._kept.cluster.send(*given, **others)


async def test_what_was_done_before_trouble_is_told(kept: Kept) -> None:
    await kept.paid(3)
    rules = replace(PLENTY, sweep_from_lamports=1)
    broken = Failing(kept, ClusterError("no node"), sending=True)
    found: list[Round] = []
    task = asyncio.create_task(
        keep(kept, broken, kept.trade.bob, rules, on_round=found.append, every_seconds=60)  # type: ignore[arg-type]
    )
    while not found:
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (found[0].trouble, endings(found[0])) == ("no node", [Ending.DONE])


async def test_a_node_that_is_down_is_waited_for(kept: Kept) -> None:
    await kept.paid(3)
    broken = Silent(kept, ClusterError("no node"), sending=False)
    seen = [done async for done in rounds(kept, kept, broken, 2)]  # type: ignore[arg-type]
    assert [done.trouble for done in seen] == ["no node", "no node"]

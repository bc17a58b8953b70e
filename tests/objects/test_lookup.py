"""What a code's standing is, and how often a cluster is asked for it."""

from __future__ import annotations

from collections.abc import Sequence

from solders.pubkey import Pubkey

from cli.market import FLOOR
from logs.trade import Trade
from plings.chain import Account, EmbeddedCluster
from plings.objects import find_object, find_standing, find_terms, pay
from plings.program.accounts import Tier


class Counting:
    """Of a cluster, only the question for several accounts, and how often it was asked."""

    def __init__(self, cluster: EmbeddedCluster) -> None:
        self._cluster = cluster
        self.asked = 0

    async def accounts(self, addresses: Sequence[Pubkey]) -> list[Account | None]:
        self.asked += 1
        return await self._cluster.accounts(addresses)


async def test_standing_is_found_by_two_questions(trade: Trade) -> None:
    await pay(trade.cluster, trade.code(), trade.alice, FLOOR, tier=Tier.OBJECT)
    found = await find_object(trade.cluster, trade.code())
    assert found and found.holder == trade.alice.pubkey()
    counting = Counting(trade.cluster)
    paid = await find_standing(counting, trade.code())  # type: ignore[arg-type]
    assert (paid.found, counting.asked) == (found, 2)
    unpaid = await find_standing(counting, trade.code(3))  # type: ignore[arg-type]
    assert (unpaid.found, counting.asked) == (None, 4)
    assert paid.terms == unpaid.terms == await find_terms(trade.cluster, trade.code())

"""A market whose manufacturer has an open payment log, and micro-payments in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from cli.market import FLOOR, Market, open_market
from plings.chain import Cluster, EmbeddedCluster, Past
from plings.identity import Path as ObjectPath
from plings.identity import ScanUrl, make_code
from plings.logs import open_payment_log
from plings.objects import micro_pay, transfer_micro_ownership
from plings.program.interface import TOKEN_PROGRAM_ID
from plings.proofs import Leaf


class Trade:
    """`log` is the address of the one payment log. alice and bob have money."""

    def __init__(self, market: Market, log: Pubkey) -> None:
        self.market = market
        self.log = log
        self.alice: Keypair = market.actors.first_buyer
        self.bob: Keypair = market.actors.second_buyer

    @property
    def cluster(self) -> EmbeddedCluster:
        return self.market.cluster

    def code(self, instance: int = 2, *, signed: bool = False) -> ScanUrl:
        return make_code(self.market.actors.identity, ObjectPath(f"2.3.4F.2aB.5.{instance}"), signed=signed)

    async def paid(self, number: int, code: ScanUrl | None = None) -> list[Leaf]:
        """Leaves of `number` payments of alice's, a second apart, no two for one amount."""
        leaves = []
        for at in range(number):
            self.cluster.advance_clock(1)
            leaves.append((await micro_pay(self.cluster, code or self.code(), self.alice, FLOOR + at)).leaf)
        return [leaf for leaf in leaves if leaf]

    async def given(self) -> Leaf:
        """The leaf with which alice gives the object to bob."""
        written = await transfer_micro_ownership(self.cluster, self.code(), self.alice, self.bob.pubkey())
        assert written.leaf
        return written.leaf


async def open_trade(folder: Path) -> Trade:
    market = await open_market(folder)
    opened = await open_payment_log(market.cluster, market.actors.first_buyer, "2.3")
    return Trade(market, opened.address)


def noise_of(mint: Pubkey) -> Instruction:
    """A call of Token-2022 that anyone may make, with a dozen bytes, for some 400 bytes of log."""
    amount_to_ui = bytes([23]) + (1).to_bytes(8, "little")
    return Instruction(TOKEN_PROGRAM_ID, amount_to_ui, [AccountMeta(mint, is_signer=False, is_writable=False)])


class Telling:
    """A cluster whose history is told otherwise: `change` makes the transactions of it, from the true ones."""

    def __init__(self, cluster: Cluster, change: Callable[[list[Past]], list[Past]]) -> None:
        self._cluster = cluster
        self._change = change

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cluster, name)

    async def history(self, address: Pubkey) -> AsyncIterator[Past]:
        for past in self._change([past async for past in self._cluster.history(address)]):
            yield past

"""An embedded cluster with the platform, a manufacturer and two buyers, for the commands that ask one."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey

from cli.command import write_key
from fixtures.fix_node import ScriptedNode
from plings.chain import Account, EmbeddedCluster
from plings.demo import Actors, known_actors
from plings.demo.platform import open_platform, register
from plings.identity import Path as ObjectPath
from plings.identity import make_code
from plings.program import PROGRAM_ID, program_binary

FLOOR = 1_000_000
PRICE = 60_000_000
"""Enough for an account of its own."""
PURSE = 1_000_000_000


class Market:
    """`code` is one that nobody has paid for; the key files are the buyers'."""

    def __init__(self, cluster: EmbeddedCluster, actors: Actors, folder: Path) -> None:
        self.cluster = cluster
        self.actors = actors
        self.code = make_code(actors.identity, ObjectPath("2.3.4F.2aB.5.2"))
        self.first = write_key(folder / "first.json", actors.first_buyer)
        self.second = write_key(folder / "second.json", actors.second_buyer)

    @property
    def url(self) -> str:
        return self.code.text


async def open_market(folder: Path) -> Market:
    actors, cluster = known_actors(), EmbeddedCluster()
    cluster.deploy(PROGRAM_ID, program_binary(), upgrade_authority=actors.platform.pubkey())
    people = [actors.platform, actors.platform_treasury, actors.manufacturer, actors.manufacturer_treasury]
    for person in [*people, actors.first_buyer, actors.second_buyer]:
        await cluster.airdrop(person.pubkey(), PURSE)
    await open_platform(cluster, actors)
    await register(cluster, actors)
    return Market(cluster, actors, folder)


def ask_market(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever cluster a command names, it is this one."""
    monkeypatch.setattr("plings.cli.clusters.open_cluster", lambda name: market.cluster)


def show_market(market: Market, node: ScriptedNode) -> None:
    """The node tells of the market's accounts."""

    async def told(address: str) -> dict[str, Any] | None:
        account = await market.cluster.account(Pubkey.from_string(address))
        return _as_json(account) if account else None

    async def one(params: list[Any]) -> object:
        return node.in_context(await told(params[0]))

    async def several(params: list[Any]) -> object:
        return node.in_context([await told(address) for address in params[0]])

    node.script |= {"getAccountInfo": one, "getMultipleAccounts": several}


def _as_json(account: Account) -> dict[str, Any]:
    data = [base64.b64encode(account.data).decode(), "base64"]
    return {
        "lamports": account.lamports,
        "owner": str(account.owner),
        "data": data,
        "executable": account.executable,
        "rentEpoch": 0,
        "space": len(account.data),
    }

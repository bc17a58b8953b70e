"""The own index on a real PostgreSQL, and nodes that are real ones of ours, over the real program's transactions."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from solders.keypair import Keypair

from api.asking import serving
from cli.market import PRICE
from disputes.peers import Peer, leaves_of, telling
from disputes.peers import serving as peers_serving
from logs.test_prove import noted
from logs.trade import Telling, Trade
from plings.disputes import Claim, Grade, Limits, NodeAddress, Resolution, Sources, Standing, resolve
from plings.indexer import index
from plings.indexer.sources.embedded import EmbeddedSource
from plings.indexer.store import Batch
from plings.logs import find_log, read_entries, read_log
from plings.objects import pay
from plings.program.accounts import Tier
from plings.registry import Registry, connect


@pytest.fixture
def node(indexed_url: str) -> Iterator[httpx.Client]:
    """A node of ours over the same database."""
    with serving(indexed_url) as client:
        yield client


async def indexed(trade: Trade, registry: Registry, *, but: int | None = None, commitment: str = "finalized") -> None:
    """All that happened, but for the transaction of the log's leaf `but`."""
    missing = None
    if but is not None:
        missing = (await read_entries(trade.cluster, await find_log(trade.cluster, trade.log)))[but].signature
    async for batch in EmbeddedSource(trade.cluster).batches(None):
        kept = [raw for raw in batch.transactions if missing is None or raw.signature != bytes(missing)]
        index(registry, Batch(kept, batch.cursor, commitment))  # type: ignore[arg-type]


async def asked(trade: Trade, wallet: Keypair, sources: Sources, quorum: int | None = None) -> Resolution:
    claim = Claim(trade.code(), bytes(wallet.pubkey()))
    return await resolve(claim, sources, quorum=quorum, limits=Limits(node=5, index=5, chain=5))


def forgetful(trade: Trade) -> Telling:
    """Its accounts are there, its history is not."""
    return Telling(trade.cluster, lambda told: [])


async def test_the_index_under_the_chain_s_root_proves(trade: Trade, registry: Registry) -> None:
    await trade.paid(1, trade.code(3))
    await trade.paid(2)
    await trade.given()
    await indexed(trade, registry)
    for wallet, standing in ((trade.bob, Standing.OWNER), (trade.alice, Standing.NOT_OWNER)):
        resolution = await asked(trade, wallet, Sources(forgetful(trade), registry))
        assert (resolution.verdict.standing, resolution.verdict.grade) == (standing, Grade.PROVED)
        assert resolution.verdict.by == "index" and not resolution.index.faults
        said = resolution.index.said
        assert said and [proof.leaf.number for proof in said.proofs] == [1, 3]
        assert resolution.chain.said and resolution.chain.said.log and said.log == resolution.chain.said.log.head


async def test_an_index_without_the_chain_says_so(trade: Trade, registry: Registry) -> None:
    await trade.paid(1)
    await indexed(trade, registry)
    resolution = await asked(trade, trade.alice, Sources(None, registry))
    assert (resolution.verdict.standing, resolution.verdict.grade) == (Standing.OWNER, Grade.INDEXED)
    assert "the chain could not be asked" in resolution.verdict.reasons[1] and not resolution.verdict.cautions
    assert resolution.index.said and 0 <= (resolution.index.said.age_seconds or -1) < 60
    nobody = await resolve(Claim(trade.code(3), bytes(32)), Sources(None, registry))
    assert nobody.verdict.standing is Standing.UNRESOLVED  # it may have been paid where it did not look


async def test_an_index_with_a_gap_does_not_decide(trade: Trade, registry: Registry) -> None:
    """Without the first payment, it takes the second for it; the chain's root tells, and so does the gap."""
    await trade.paid(1)
    trade.alice, trade.bob = trade.bob, trade.alice
    await trade.paid(2)
    await indexed(trade, registry, but=0)
    for sources in (Sources(None, registry), Sources(forgetful(trade), registry)):
        resolution = await asked(trade, trade.alice, sources)
        assert resolution.verdict.standing is Standing.UNRESOLVED
        assert "gaps" in {fault.rule for fault in resolution.index.faults}
    resolution = await asked(trade, trade.bob, Sources(trade.cluster, registry))
    assert (resolution.verdict.standing, resolution.verdict.by) == (Standing.OWNER, "log")
    assert {fault.rule for fault in resolution.index.faults} >= {"gaps", "contradicted"}


async def test_an_index_that_is_behind_does_not_decide(trade: Trade, registry: Registry) -> None:
    await trade.paid(1)
    await indexed(trade, registry)
    await trade.given()
    resolution = await asked(trade, trade.alice, Sources(forgetful(trade), registry))
    assert resolution.verdict.standing is Standing.UNRESOLVED
    assert {fault.rule for fault in resolution.index.faults} == {"stale"}
    resolution = await asked(trade, trade.bob, Sources(trade.cluster, registry))
    assert resolution.verdict.standing is Standing.OWNER
    assert {fault.rule for fault in resolution.index.faults} == {"stale"}


async def test_what_is_not_final_is_not_the_index_s_last_word(trade: Trade, registry: Registry) -> None:
    await trade.paid(1)
    await indexed(trade, registry, commitment="confirmed")
    resolution = await asked(trade, trade.alice, Sources(None, registry))
    assert resolution.verdict.standing is Standing.UNRESOLVED
    assert {fault.rule for fault in resolution.index.faults} == {"provisional"}


async def test_an_object_of_its_own(trade: Trade, registry: Registry) -> None:
    await pay(trade.cluster, trade.code(), trade.alice, PRICE, tier=Tier.OBJECT)
    await indexed(trade, registry)
    resolution = await asked(trade, trade.alice, Sources(None, registry))
    assert (resolution.verdict.standing, resolution.verdict.grade) == (Standing.OWNER, Grade.INDEXED)
    resolution = await asked(trade, trade.alice, Sources(trade.cluster, registry))
    assert (resolution.verdict.standing, resolution.verdict.by) == (Standing.OWNER, "account")


async def test_a_node_of_ours_proves_by_its_leaves(trade: Trade, registry: Registry, node: httpx.Client) -> None:
    """The cluster's node has forgotten, there is no index here, and one node elsewhere is enough: among liars."""
    await trade.paid(1, trade.code(3))
    await trade.paid(2)
    await trade.given()
    await indexed(trade, registry)
    leaves = await read_log(trade.cluster, trade.log)
    liar = Peer({**telling(trade.code(), leaves[1:2]), **leaves_of(leaves[:2])}, "127.0.0.2")
    async with peers_serving([liar]):
        nodes = [NodeAddress.parse(str(node.base_url)), NodeAddress.parse(liar.url)]
        resolution = await asked(trade, trade.bob, Sources(forgetful(trade), nodes=nodes))
    assert (resolution.verdict.standing, resolution.verdict.grade) == (Standing.OWNER, Grade.PROVED)
    assert not resolution.nodes[0].faults
    assert resolution.nodes[0].said and resolution.nodes[0].said.slot


async def test_nodes_of_ours_prove_by_receipts(trade: Trade, registry: Registry, node: httpx.Client) -> None:
    """Their receipts are held against the chain's checkpoints, or those of an own index where the chain is silent."""
    await trade.paid(2)
    await trade.given()
    await noted(trade)
    await indexed(trade, registry)
    nodes = [NodeAddress.parse(str(node.base_url))]
    for sources in (Sources(forgetful(trade), nodes=nodes), Sources(None, registry, nodes)):
        resolution = await asked(trade, trade.bob, sources, quorum=1)
        assert [leaf.number for leaf in resolution.nodes[0].shown] == [2, 0]
        assert resolution.verdict.standing is Standing.OWNER
    assert resolution.verdict.grade is Grade.SHOWN


async def test_a_database_that_is_away_is_no_obstacle(trade: Trade, indexed_url: str) -> None:
    await trade.paid(1)
    with connect(indexed_url) as connection:
        registry = Registry(connection)
    resolution = await asked(trade, trade.alice, Sources(trade.cluster, registry))
    assert resolution.verdict.standing is Standing.OWNER
    assert {fault.rule for fault in resolution.index.faults} == {"unavailable"}

"""Real nodes over HTTP against the real program, where the cluster's own node has forgotten the log's history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from solders.keypair import Keypair

from chain.people import keypair_for
from cli.market import FLOOR, PRICE
from disputes.peers import Peer, Route, claim_in, document, leaves_of, serving, telling
from disputes.test_chain import slot_of
from logs.test_prove import noted
from logs.trade import Telling, Trade
from plings.disputes import Claim, Grade, Limits, NodeAddress, Resolution, Sources, Standing, resolve
from plings.logs import make_receipt, read_log
from plings.objects import micro_pay
from plings.proofs import Leaf, Receipt

THIEF = keypair_for("thief")


async def asked(trade: Trade, wallet: Keypair, *peers: dict[str, Route], quorum: int | None = None) -> Resolution:
    """The cluster tells its accounts and nothing of its history. Each peer is on an address of its own."""
    served = [Peer(routes, f"127.0.0.{at}") for at, routes in enumerate(peers, start=1)]
    forgetful = Telling(trade.cluster, lambda told: [])
    async with serving(served):
        nodes = [NodeAddress.parse(peer.url) for peer in served]
        claim = Claim(trade.code(), bytes(wallet.pubkey()))
        sources = Sources(forgetful, nodes=nodes, cluster_name="chain")
        return await resolve(claim, sources, quorum=quorum, limits=Limits(node=3, chain=5))


def rules(resolution: Resolution) -> list[set[str]]:
    return [{fault.rule for fault in node.faults} for node in resolution.nodes]


class Dealt:
    """alice paid for the object by leaf 1, a thief by leaf 2; alice gave it to bob by leaf 3. All are checkpointed."""

    def __init__(self, trade: Trade, leaves: Sequence[Leaf], receipts: dict[int, Receipt]) -> None:
        self.trade = trade
        self.leaves = leaves
        self.receipts = receipts
        self.claim = claim_in(leaves, trade.code())

    def honest(self) -> dict[str, Route]:
        return telling(self.trade.code(), self.claim, [self.receipts[leaf.number] for leaf in self.claim])

    def asserting(self, *numbers: int, proving: Sequence[int] = ()) -> dict[str, Route]:
        """Who says that these leaves are the claim, and has receipts of those."""
        claim = [self.leaves[number] for number in numbers]
        return telling(self.trade.code(), claim, [self.receipts[number] for number in proving])


@pytest.fixture
async def dealt(trade: Trade) -> Dealt:
    await trade.paid(1, trade.code(3))
    await trade.paid(1)
    await trade.cluster.airdrop(THIEF.pubkey(), PRICE)
    await micro_pay(trade.cluster, trade.code(), THIEF, FLOOR)
    await trade.given()
    await noted(trade)
    leaves = await read_log(trade.cluster, trade.log)
    receipts = {number: await make_receipt(trade.cluster, trade.code(), number) for number in (1, 2, 3)}
    receipts[0] = await make_receipt(trade.cluster, trade.code(3), 0)
    return Dealt(trade, leaves, receipts)


async def test_proofs_and_a_quorum_show_the_owner(dealt: Dealt) -> None:
    trade = dealt.trade
    for wallet, standing in ((trade.bob, Standing.OWNER), (trade.alice, Standing.NOT_OWNER)):
        resolution = await asked(trade, wallet, dealt.honest(), dealt.asserting(1, 3))
        assert (resolution.verdict.standing, resolution.verdict.grade) == (standing, Grade.SHOWN)
        assert rules(resolution)[0] == set()
        assert [leaf.number for leaf in resolution.nodes[0].shown] == [3, 1]
        assert resolution.nodes[1].shown == ()


async def test_nodes_that_lie_are_named_and_change_nothing(dealt: Dealt) -> None:
    """A quorum of liars among them, with true receipts that show something else."""
    trade = dealt.trade
    liars = [
        dealt.asserting(1),  # who sold it, as if they had not
        dealt.asserting(1, proving=[1]),
        dealt.asserting(2, proving=[2]),  # who paid later
        telling(trade.code(), [dealt.leaves[2]], receipt=document(dealt.receipts[1])),
        telling(trade.code(), [dealt.leaves[2]], [dealt.receipts[2]], receipt=document(dealt.receipts[0])),
    ]
    for wallet in (trade.alice, THIEF):
        resolution = await asked(trade, wallet, *liars, dealt.honest())
        assert resolution.verdict.standing is Standing.UNRESOLVED
    found = rules(resolution)
    assert all(found[:5])
    assert "own_proof" in found[3] and "another_object" in found[4]
    assert set(resolution.liars) >= {resolution.nodes[3].source, resolution.nodes[4].source}


async def test_the_leaves_themselves_prove_what_the_cluster_s_node_forgot(dealt: Dealt) -> None:
    """One node that has them is enough, whoever else says what."""
    trade = dealt.trade
    short = leaves_of(dealt.leaves[:3])
    thief = dealt.leaves[2].actor
    stolen = replace(dealt.leaves[1], actor=thief, owner=thief)
    forged = leaves_of([dealt.leaves[0], stolen, *dealt.leaves[2:]])
    whole = leaves_of(dealt.leaves)
    liars = [{**dealt.asserting(2), **routes} for routes in (short, forged)]
    for wallet, standing in ((trade.bob, Standing.OWNER), (trade.alice, Standing.NOT_OWNER)):
        resolution = await asked(trade, wallet, *liars, {**dealt.honest(), **whole})
        assert (resolution.verdict.standing, resolution.verdict.grade) == (standing, Grade.PROVED)
        log = resolution.chain.said and resolution.chain.said.log
        assert log and log.told_by == resolution.nodes[2].source
        assert log.told_by in resolution.verdict.reasons[1]
    resolution = await asked(trade, trade.bob, *liars)
    assert resolution.verdict.standing is Standing.UNRESOLVED
    assert "gaps" in rules(resolution)[0] and "leaves" in rules(resolution)[1]


async def test_a_slot_and_a_quorum(trade: Trade) -> None:
    await slot_of(trade, trade.alice)
    leaves = await read_log(trade.cluster, trade.log)
    saying = telling(trade.code(), leaves)
    resolution = await asked(trade, trade.alice, saying, saying)
    assert (resolution.verdict.standing, resolution.verdict.grade) == (Standing.OWNER, Grade.SHOWN)
    assert "batch account" in resolution.verdict.reasons[1]
    alone = await asked(trade, trade.alice, saying)
    assert alone.verdict.standing is Standing.UNRESOLVED
    assert "1 of the 2 that are needed" in " ".join(alone.verdict.reasons)


async def test_receipts_that_somebody_brings_along_are_held_to_the_chain(dealt: Dealt) -> None:
    """They take the object away from who only asserts it, and do not make an owner."""
    trade = dealt.trade
    sources = Sources(Telling(trade.cluster, lambda told: []), receipts=[dealt.receipts[1], dealt.receipts[3]])
    claim = Claim(trade.code(), bytes(trade.bob.pubkey()))
    resolution = await resolve(claim, sources)
    assert [leaf.number for leaf in resolution.nodes[0].shown] == [1, 3] and not resolution.nodes[0].faults
    assert resolution.verdict.standing is Standing.UNRESOLVED
    honest = Peer(dealt.asserting(1, 3), "127.0.0.2")
    liars = [Peer(dealt.asserting(2, proving=[2]), f"127.0.0.{at}") for at in (3, 4)]
    async with serving([honest, *liars]):
        nodes = [NodeAddress.parse(peer.url) for peer in (honest, *liars)]
        resolution = await resolve(claim, replace(sources, nodes=nodes), quorum=1)
        assert (resolution.verdict.standing, resolution.verdict.grade) == (Standing.OWNER, Grade.SHOWN)
        for wrong in (dealt.receipts[0], replace(dealt.receipts[1], proof=dealt.receipts[2].proof)):
            resolution = await resolve(claim, replace(sources, receipts=[wrong], nodes=nodes))
            assert rules(resolution)[3] & {"another_object", "proof"}

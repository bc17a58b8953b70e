"""What payment logs of many leaves cost: on the embedded cluster alone, where a log's count can be set by force."""

from __future__ import annotations

from dataclasses import replace
from statistics import median

from solders.account import Account as StoredAccount
from solders.instruction import Instruction
from solders.signature import Signature

from plings.chain import EmbeddedCluster
from plings.identity import ScanUrl, format_segment
from plings.program import instructions as ix
from plings.program import pda
from plings.program.events import decode_events
from plings.proofs import Leaf, Tree
from program.journey import ALICE, BOB, CAROL, MAKER, PLATFORM, Traveller, consumed, settle
from program.leaves import leaf_of
from program.micro import altered

PAYMENTS = 1_000
PROOF_LEVELS = 10
DEAREST_LEVELS = 20
"""A log of 2^20 - 1 leaves hashes its next with a subtree of each of 20 levels: none up to 2^20 hashes more."""

LOG = pda.payment_log_address(MAKER.account, 0)


async def pay_often(cluster: EmbeddedCluster) -> dict[str, int]:
    """Compute units of micro-payments for a thousand objects, of proofs of their leaves, and of the dearest append."""
    traveller = await settle(cluster)
    await traveller.does(None, ix.open_payment_log(payer=BOB.pubkey(), identity_key=MAKER.identity_key), by=[BOB])
    paid = [await _pay(traveller, _code(number)) for number in range(PAYMENTS)]
    replays = await _replays(traveller, [leaf for _, leaf in paid])
    await _set_leaf_count(cluster, 2**DEAREST_LEVELS - 1)
    dearest, _ = await _pay(traveller, _code(PAYMENTS))
    return {
        "handle_micro_payment/dearest_of_a_million": dearest,
        "handle_micro_payment/median_of_a_thousand": round(median(units for units, _ in paid)),
        "replay_ownership_proof/ten_levels": max(replays),
    }


def _code(number: int) -> ScanUrl:
    return MAKER.code(f"3.G.{format_segment(58**2 + number)}", signed=False)


async def _pay(traveller: Traveller, code: ScanUrl) -> tuple[int, Leaf]:
    payment = ix.handle_micro_payment(
        buyer=ALICE.pubkey(), code=code, amount_lamports=10_001, identity_key=MAKER.identity_key
    )
    confirmed = await traveller.does(None, payment, by=[ALICE])
    (event,) = decode_events(confirmed.logs)
    return consumed(confirmed.logs), leaf_of(event)


async def _replays(traveller: Traveller, leaves: list[Leaf]) -> list[int]:
    """What it takes to tell some of the leaves again, from all over the log."""
    every = ix.update_config(authority=PLATFORM.pubkey(), checkpoint_payments=len(leaves))
    await traveller.does(None, every, by=[PLATFORM])
    await traveller.does(None, ix.create_checkpoint(payer=BOB.pubkey(), payment_log=LOG, checkpoint_id=0), by=[BOB])
    tree = Tree(leaf.hash for leaf in leaves)
    told = [await traveller.does(None, _replay(leaf, tree), by=[CAROL]) for leaf in leaves[::73]]
    return [consumed(confirmed.logs) for confirmed in told]


def _replay(leaf: Leaf, tree: Tree) -> Instruction:
    proof = tree.inclusion_proof(leaf.number)
    assert len(proof) == PROOF_LEVELS
    return ix.replay_ownership_proof(leaf=leaf, proof=proof, checkpoint_id=0, original_transaction=Signature.default())


async def _set_leaf_count(cluster: EmbeddedCluster, leaf_count: int) -> None:
    log = await cluster.account(LOG)
    assert log
    log = replace(log, data=altered(log.data, "PaymentLog", leaf_count=leaf_count))
    cluster._svm.set_account(LOG, StoredAccount(log.lamports, log.data, log.owner, log.executable))

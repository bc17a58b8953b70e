"""Having a proved leaf told again, on chain. Anyone may; nobody learns more than from the proof itself."""

from __future__ import annotations

from solders.keypair import Keypair

from plings.chain import Cluster, Confirmed, OnSigned
from plings.logs.whole import FoundProof
from plings.program import instructions


async def replay(
    cluster: Cluster, payer: Keypair, proof: FoundProof, *, on_signed: OnSigned | None = None
) -> Confirmed:
    """The program checks the proof and emits OwnershipProofReplayed; `payer` pays the network's fee.

    Raises InvalidLeaf, ProofInvalid and the cluster's errors.
    """
    telling = instructions.replay_ownership_proof(
        leaf=proof.leaf,
        proof=proof.inclusion,
        checkpoint_id=proof.checkpoint.checkpoint_id,
        original_transaction=proof.entry.signature,
    )
    return await cluster.send([telling], [], payer=payer, on_signed=on_signed)

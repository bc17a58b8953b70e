"""Receipts from the chain: what somebody keeps to show, offline, that they paid; and what others compare it with."""

from __future__ import annotations

from solders.pubkey import Pubkey

from plings.chain import Cluster
from plings.errors import NotRegistered
from plings.identity import ScanUrl
from plings.logs.prove import find_proof
from plings.objects import find_manufacturer, is_ours
from plings.program import PROGRAM_ID
from plings.program.accounts import Manufacturer, OwnershipCheckpoint
from plings.program.pda import checkpoint_address
from plings.proofs import Checkpoint, Claims, Head, LogIdentity, Receipt


async def make_receipt(
    cluster: Cluster, code: ScanUrl, number: int | None = None, *, cluster_name: str | None = None
) -> Receipt:
    """The receipt of leaf `number` of the code's object; by default of its first payment. It was verified.

    It claims, unproved, the transaction that made the leaf and, if given, the cluster's name (1 to 32 of a-z, 0-9 and
    hyphen). Raises as `find_proof` does, and ReceiptInvalid for another name.
    """
    manufacturer = await find_manufacturer(cluster, code.path.prefix)
    proof = await find_proof(cluster, code, number)
    made = Receipt(
        log=_identity(manufacturer, code),
        leaf=proof.leaf,
        proof=proof.inclusion,
        checkpoint=_checkpoint(proof.checkpoint),
        claims=Claims(cluster=cluster_name, original_transaction=bytes(proof.entry.signature)),
    )
    receipt = Receipt.parse(made.text)  # held to what its readers take
    receipt.verify()
    return receipt


async def fetch_checkpoint(cluster: Cluster, log: Pubkey, checkpoint_id: int) -> Checkpoint:
    """A log's checkpoint, to trust if the cluster's node is. Raises NotRegistered when there is none, ClusterError."""
    account = await cluster.account(checkpoint_address(log, checkpoint_id))
    if not is_ours(account):
        raise NotRegistered(f"payment log {log} has no checkpoint {checkpoint_id} on this cluster")
    return _checkpoint(OwnershipCheckpoint.decode(account.data))


def _identity(manufacturer: Manufacturer, code: ScanUrl) -> LogIdentity:
    shard_bits = manufacturer.shards.bit_length() - 1
    return LogIdentity.of_object(bytes(PROGRAM_ID), bytes(manufacturer.identity_key), shard_bits, code.address)


def _checkpoint(account: OwnershipCheckpoint) -> Checkpoint:
    return Checkpoint(
        payment_log=bytes(account.payment_log),
        checkpoint_id=account.checkpoint_id,
        head=Head(account.root, account.leaf_count),
        last_payment_timestamp=account.last_payment_at_unix,
        created_at_unix=account.created_at_unix,
    )

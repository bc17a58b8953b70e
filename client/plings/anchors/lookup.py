"""What a cluster knows of printed batches."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from plings.chain import Cluster
from plings.commitments import BatchCommitment, ItemProof
from plings.errors import NotRegistered
from plings.objects import is_ours
from plings.program.accounts import PrintedBatch
from plings.program.pda import manufacturer_address, printed_batch_address


@dataclass(frozen=True)
class FoundBatch:
    """An anchored batch, and the lamports on its account: its rent, and whatever somebody sent there."""

    address: Pubkey
    batch: PrintedBatch
    lamports: int

    def holds(self, commitment: BatchCommitment) -> bool:
        """Whether it is this very root that is anchored."""
        return (self.batch.root, self.batch.item_count) == (commitment.root, commitment.item_count)

    def is_claimed(self, item: ItemProof) -> bool:
        """Whether the item was paid for, by a payment that proved it."""
        return self.batch.is_claimed(item.index)


def anchor_address(commitment: BatchCommitment) -> Pubkey:
    """Where a batch is anchored, if it is."""
    manufacturer = manufacturer_address(Pubkey.from_bytes(commitment.identity_key))
    return printed_batch_address(manufacturer, commitment.class_pointer, commitment.batch_number)


async def find_printed_batch(cluster: Cluster, commitment: BatchCommitment) -> FoundBatch:
    """The anchored batch of a commitment's place, of whatever root: ask `holds`.

    Raises NotRegistered when none is, ClusterError.
    """
    address = anchor_address(commitment)
    account = await cluster.account(address)
    if not is_ours(account):
        raise NotRegistered(f"batch {commitment.batch} is not anchored on this cluster")
    return FoundBatch(address, PrintedBatch.decode(account.data), account.lamports)

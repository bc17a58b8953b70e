"""Anchoring a printed batch: its root on the chain, once and for ever."""

from __future__ import annotations

from dataclasses import dataclass

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.anchors.lookup import anchor_address
from plings.chain import Cluster, Confirmed, OnSigned
from plings.commitments import BatchCommitment
from plings.errors import CommitmentInvalid, TransactionRefused
from plings.objects import find_manufacturer, is_ours
from plings.program import instructions
from plings.program.accounts import MOST_ITEMS, PrintedBatch, printed_batch_space
from plings.program.rent import rent_lamports


@dataclass(frozen=True)
class Anchored:
    """A batch that is anchored now. `confirmed` is None where it was before, with the same root."""

    address: Pubkey
    rent_lamports: int
    confirmed: Confirmed | None


async def anchor_batch(
    cluster: Cluster,
    authority: Keypair,
    commitment: BatchCommitment,
    *,
    payer: Keypair | None = None,
    on_signed: OnSigned | None = None,
) -> Anchored:
    """Anchors a batch; `payer`, the authority if none is given, pays the rent. Done twice, it is done once.

    Raises CommitmentInvalid for what the prefix's manufacturer did not sign, with rule `too_many` above 81,024 items
    and for more ranges of numbers than a transaction holds, and with rule `another_root` where another root of this
    batch is anchored; NotRegistered, and the cluster's errors.
    """
    maker = await find_manufacturer(cluster, commitment.path_to_pointer.prefix)
    commitment.verify(bytes(maker.identity_key))
    if commitment.item_count > MOST_ITEMS:
        raise CommitmentInvalid(
            "commitment.instances", "too_many", f"an anchor holds {MOST_ITEMS:,} items: print a larger run as batches"
        )
    address = anchor_address(commitment)
    rent = rent_lamports(printed_batch_space(commitment.item_count))
    if is_ours(account := await cluster.account(address)):
        _check_same(PrintedBatch.decode(account.data), commitment)
        return Anchored(address, rent, None)
    pays = payer or authority
    sent = [
        instructions.check_commitment(commitment),
        instructions.commit_batch(payer=pays.pubkey(), authority=authority.pubkey(), commitment=commitment),
    ]
    try:
        confirmed = await cluster.send(sent, [authority], payer=pays, on_signed=on_signed)
    except TransactionRefused as error:
        _check_ranges(commitment, error)
        raise
    return Anchored(address, rent, confirmed)


def _check_ranges(commitment: BatchCommitment, error: TransactionRefused) -> None:
    """Whether they are why it was refused: of what it holds, they alone have no bound that always fits."""
    if error.failure and error.failure.name == "TooLarge":
        ranges = len(commitment.instances.ranges)
        raise CommitmentInvalid(
            "commitment.instances", "too_many", f"{ranges} ranges of numbers do not fit a transaction: print fewer"
        ) from error


def _check_same(anchored: PrintedBatch, commitment: BatchCommitment) -> None:
    if (anchored.root, anchored.item_count) != (commitment.root, commitment.item_count):
        raise CommitmentInvalid(
            "commitment.root", "another_root", f"batch {commitment.batch} is anchored with another root, for ever"
        )

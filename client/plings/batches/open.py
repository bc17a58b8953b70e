"""Opening batch accounts, so that payments can take slots in them. Anyone may, and gets the rent back from buyers."""

from __future__ import annotations

from dataclasses import dataclass

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Cluster, Confirmed, OnSigned
from plings.identity import Path, format_segment
from plings.objects import find_manufacturer, is_ours
from plings.program import instructions
from plings.program.accounts import Manufacturer
from plings.program.pda import BATCH_SLOTS, batch_account_address

ACCOUNTS_AT_ONCE = 6
"""As many as fit into one transaction with the longest of paths."""


@dataclass(frozen=True)
class OpenedBatchAccount:
    """An account that is open now; `path` is that of an object in it. Several may be of one transaction."""

    address: Pubkey
    path: Path
    confirmed: Confirmed


async def open_batch_account(
    cluster: Cluster, payer: Keypair, path: Path, *, on_signed: OnSigned | None = None
) -> OpenedBatchAccount:
    """Opens the account that the object of `path` shares with 99 others; `payer` pays its rent.

    Raises NotRegistered (nobody's prefix), TransactionRefused when it is open already, and the cluster's errors.
    """
    maker = await find_manufacturer(cluster, path.prefix)
    (opened,) = await _open(cluster, payer, maker, [path], on_signed)
    return opened


async def open_batch_accounts(
    cluster: Cluster, payer: Keypair, first: Path, count: int, *, on_signed: OnSigned | None = None
) -> list[OpenedBatchAccount]:
    """Opens the accounts of `count` objects, 1 or more, from `first` on, that are not open yet; it may be none.

    What was opened stays open when a later transaction fails: do it again for the rest. Raises SegmentError and
    PathError for objects that no batch can have, and what `open_batch_account` does.
    """
    paths, maker = _one_of_each(first, count), await find_manufacturer(cluster, first.prefix)
    accounts = await cluster.accounts([batch_account_address(path) for path in paths])
    missing = [path for path, account in zip(paths, accounts, strict=True) if not is_ours(account)]
    opened: list[OpenedBatchAccount] = []
    for start in range(0, len(missing), ACCOUNTS_AT_ONCE):
        opened += await _open(cluster, payer, maker, missing[start : start + ACCOUNTS_AT_ONCE], on_signed)
    return opened


def _one_of_each(first: Path, count: int) -> list[Path]:
    """The path of the first object in each of the accounts that `count` objects from `first` on are in."""
    batch, _, _ = first.text.rpartition(".")
    last = Path(f"{batch}.{format_segment(first.instance + count - 1)}")
    starts = range(first.instance // BATCH_SLOTS * BATCH_SLOTS, last.instance + 1, BATCH_SLOTS)
    return [Path(f"{batch}.{format_segment(max(start, first.instance))}") for start in starts]


async def _open(
    cluster: Cluster, payer: Keypair, maker: Manufacturer, paths: list[Path], on_signed: OnSigned | None
) -> list[OpenedBatchAccount]:
    identity_key = maker.identity_key
    openings = [
        instructions.create_shared_batch_account(payer=payer.pubkey(), path=path, identity_key=identity_key)
        for path in paths
    ]
    confirmed = await cluster.send(openings, [payer], on_signed=on_signed)
    return [OpenedBatchAccount(batch_account_address(path), path, confirmed) for path in paths]

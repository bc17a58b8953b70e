"""Handing the buyers' shares of a batch account's rent to who paid that rent. Anyone may, and gets nothing for it."""

from __future__ import annotations

from dataclasses import dataclass

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.batches.lookup import find_batch_account
from plings.chain import Cluster, Confirmed, OnSigned
from plings.identity import Path
from plings.program import instructions
from plings.program.events import decode_events


@dataclass(frozen=True)
class BatchSweep:
    """What was handed to whom. `amount_lamports` is None where the node kept no record."""

    batch_account: Pubkey
    rent_payer: Pubkey
    amount_lamports: int | None
    confirmed: Confirmed


async def sweep_batch_account(
    cluster: Cluster, payer: Keypair, path: Path, *, on_signed: OnSigned | None = None
) -> BatchSweep:
    """Pays what the account of the object of `path` owes to who paid its rent; `payer` pays the network's fee.

    Raises NothingOwed, NotRegistered (no such account) and the cluster's errors.
    """
    found = await find_batch_account(cluster, path)
    rent_payer = found.batch.rent_payer
    payout = instructions.sweep_batch_account(batch_account=found.address, rent_payer=rent_payer)
    confirmed = await cluster.send([payout], [], payer=payer, on_signed=on_signed)
    swept = next((event.fields for event in decode_events(confirmed.logs) if event.name == "BatchAccountSwept"), {})
    return BatchSweep(found.address, rent_payer, swept.get("amount_lamports"), confirmed)

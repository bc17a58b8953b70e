"""Paying out what a payment log owes. Anyone may; whoever does pays the network's fee and gets nothing."""

from __future__ import annotations

from dataclasses import dataclass

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Cluster, Confirmed, OnSigned
from plings.logs.lookup import find_log
from plings.objects import find_config, manufacturer_at
from plings.program import instructions
from plings.program.events import decode_events


@dataclass(frozen=True)
class Sweep:
    """What was paid out, in lamports by receiver; empty where the node kept no record."""

    payment_log: Pubkey
    shares: dict[str, int]
    confirmed: Confirmed


async def sweep(cluster: Cluster, payer: Keypair, log: Pubkey, *, on_signed: OnSigned | None = None) -> Sweep:
    """Pays the manufacturer and the platform what the log owes them; `payer` pays the fee.

    Raises NothingOwed, NotRegistered (no such log) and the cluster's errors.
    """
    config, found = await find_config(cluster), await find_log(cluster, log)
    manufacturer = await manufacturer_at(cluster, found.log.manufacturer)
    payout = instructions.sweep_payment_log(
        identity_key=manufacturer.identity_key,
        manufacturer_treasury=manufacturer.treasury,
        platform_treasury=config.platform_treasury,
        shard=found.log.shard,
    )
    confirmed = await cluster.send([payout], [], payer=payer, on_signed=on_signed)
    swept = next((event.fields for event in decode_events(confirmed.logs) if event.name == "PaymentLogSwept"), {})
    shares = {who: swept[f"{who}_amount"] for who in ("manufacturer", "platform") if swept}
    return Sweep(log, shares, confirmed)

"""Opening payment logs, so that micro-payments can be taken. Anyone may, and pays the rent."""

from __future__ import annotations

from dataclasses import dataclass

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Cluster, Confirmed, OnSigned
from plings.logs.lookup import find_logs, find_maker, log_address
from plings.program import instructions
from plings.program.accounts import Manufacturer

LOGS_AT_ONCE = 16
"""As many as fit into one transaction."""


@dataclass(frozen=True)
class OpenedLog:
    """A log that is open now. Several may be of one transaction."""

    address: Pubkey
    shard: int
    confirmed: Confirmed


async def open_payment_log(
    cluster: Cluster, payer: Keypair, maker: str | Pubkey, shard: int = 0, *, on_signed: OnSigned | None = None
) -> OpenedLog:
    """Opens one log of the manufacturer with this prefix (`2.3`) or public identity key; `payer` pays its rent.

    Raises NoSuchShard, NotRegistered, TransactionRefused when it is open already, and the cluster's errors.
    """
    manufacturer = await find_maker(cluster, maker)
    (opened,) = await _open(cluster, payer, manufacturer, [shard], on_signed)
    return opened


async def open_payment_logs(
    cluster: Cluster, payer: Keypair, maker: str | Pubkey, *, on_signed: OnSigned | None = None
) -> list[OpenedLog]:
    """Opens all logs of the manufacturer that are not open yet, which may be none.

    What was opened stays open when a later transaction fails: do it again for the rest. Raises as `open_payment_log`.
    """
    manufacturer = await find_maker(cluster, maker)
    missing = [shard for shard, found in enumerate(await find_logs(cluster, manufacturer)) if found is None]
    opened: list[OpenedLog] = []
    for start in range(0, len(missing), LOGS_AT_ONCE):
        opened += await _open(cluster, payer, manufacturer, missing[start : start + LOGS_AT_ONCE], on_signed)
    return opened


async def _open(
    cluster: Cluster, payer: Keypair, manufacturer: Manufacturer, shards: list[int], on_signed: OnSigned | None
) -> list[OpenedLog]:
    identity_key = manufacturer.identity_key
    openings = [
        instructions.open_payment_log(payer=payer.pubkey(), identity_key=identity_key, shard=shard) for shard in shards
    ]
    confirmed = await cluster.send(openings, [payer], on_signed=on_signed)
    return [OpenedLog(log_address(manufacturer, shard), shard, confirmed) for shard in shards]

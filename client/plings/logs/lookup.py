"""What a cluster knows of payment logs and their checkpoints."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from plings.chain import Account, Cluster
from plings.errors import ClusterError, NotRegistered, PathError
from plings.identity import ClassPath
from plings.objects import find_manufacturer, is_ours
from plings.program.accounts import Manufacturer, OwnershipCheckpoint, PaymentLog
from plings.program.pda import checkpoint_address, manufacturer_address, payment_log_address


@dataclass(frozen=True)
class FoundLog:
    """A payment log and the lamports that its account holds."""

    address: Pubkey
    log: PaymentLog
    lamports: int

    @property
    def owed_lamports(self) -> int:
        """What a sweep would pay out."""
        return self.log.manufacturer_lamports + self.log.platform_lamports

    @property
    def rent_lamports(self) -> int:
        """What a sweep leaves: the rent, and whatever somebody sent there by a plain transfer."""
        return self.lamports - self.owed_lamports


async def find_maker(cluster: Cluster, maker: str | Pubkey) -> Manufacturer:
    """The manufacturer of a prefix (`2.3`), or of a public identity key.

    Raises PathError when the text is no prefix, NotRegistered, ClusterError.
    """
    if isinstance(maker, str):
        if ClassPath(maker).prefix != maker:
            raise PathError(maker, "too_many_segments", "a manufacturer's prefix has 2 segments")
        return await find_manufacturer(cluster, maker)
    account = await cluster.account(manufacturer_address(maker))
    if not is_ours(account):
        raise NotRegistered(f"no manufacturer with the identity key {maker} is on this cluster")
    return Manufacturer.decode(account.data)


async def find_log(cluster: Cluster, address: Pubkey) -> FoundLog:
    """The payment log at `address`. Raises NotRegistered when it is not open, ClusterError."""
    found = _found(address, await cluster.account(address))
    if found is None:
        raise NotRegistered(f"no payment log is open at {address} on this cluster")
    return found


async def find_logs(cluster: Cluster, manufacturer: Manufacturer) -> list[FoundLog | None]:
    """A manufacturer's payment logs by their shards, None for those that were never opened. Raises ClusterError."""
    addresses = [log_address(manufacturer, shard) for shard in range(manufacturer.shards)]
    accounts = await cluster.accounts(addresses)
    return [_found(address, account) for address, account in zip(addresses, accounts, strict=True)]


async def find_checkpoints(cluster: Cluster, found: FoundLog) -> list[OwnershipCheckpoint]:
    """The checkpoints of a log, in their order. Raises ClusterError, also when one is missing."""
    addresses = [checkpoint_address(found.address, number) for number in range(found.log.checkpoint_count)]
    accounts = await cluster.accounts(addresses)
    return [_checkpoint(address, account) for address, account in zip(addresses, accounts, strict=True)]


def log_address(manufacturer: Manufacturer, shard: int) -> Pubkey:
    """Where a manufacturer's payment log of one shard is, open or not."""
    return payment_log_address(manufacturer_address(manufacturer.identity_key), shard)


def _found(address: Pubkey, account: Account | None) -> FoundLog | None:
    return FoundLog(address, PaymentLog.decode(account.data), account.lamports) if is_ours(account) else None


def _checkpoint(address: Pubkey, account: Account | None) -> OwnershipCheckpoint:
    if not is_ours(account):
        raise ClusterError(f"the cluster counts a checkpoint {address}, and has none there")
    return OwnershipCheckpoint.decode(account.data)

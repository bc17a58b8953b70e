"""What a cluster knows of sponsor pools."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey
from solders.rent import Rent
from solders.sysvar import RENT

from plings.chain import Account, Cluster
from plings.errors import ClusterError, NotRegistered
from plings.logs import find_maker
from plings.objects import is_ours
from plings.program.accounts import Manufacturer, SponsorPool
from plings.program.pda import manufacturer_address, sponsor_pool_address


@dataclass(frozen=True)
class PoolTerms:
    """What a pool pays of one object's rent, at most, and for payments of which amounts. All are lamports."""

    per_item_lamports: int
    minimum_value_lamports: int
    maximum_value_lamports: int


@dataclass(frozen=True)
class FoundPool:
    """A pool and the lamports that lie on it, of which `rent_lamports` are its own account's rent."""

    address: Pubkey
    pool: SponsorPool
    lamports: int
    rent_lamports: int

    @property
    def available_lamports(self) -> int:
        """What it can spend. Whatever was sent to its address counts."""
        return max(self.lamports - self.rent_lamports, 0)

    @property
    def terms(self) -> PoolTerms:
        pool = self.pool
        return PoolTerms(pool.per_item_lamports, pool.minimum_value_lamports, pool.maximum_value_lamports)


async def find_pool(cluster: Cluster, maker: str | Pubkey) -> FoundPool:
    """The pool of the manufacturer with this prefix (`2.3`) or public identity key.

    Raises PathError, NotRegistered (no such manufacturer, or it has no pool), ClusterError.
    """
    return await pool_of(cluster, await find_maker(cluster, maker))


async def pool_of(cluster: Cluster, manufacturer: Manufacturer) -> FoundPool:
    """A manufacturer's pool. Raises NotRegistered when it has none, ClusterError."""
    address = sponsor_pool_address(manufacturer_address(manufacturer.identity_key))
    account, rent = await cluster.accounts([address, RENT])
    if not is_ours(account):
        raise NotRegistered(f"the manufacturer of {manufacturer.prefix} has no sponsor pool on this cluster")
    return FoundPool(address, SponsorPool.decode(account.data), account.lamports, _rent_lamports(rent, account))


def _rent_lamports(rent: Account | None, account: Account) -> int:
    """The rent of an account by the cluster's own rates."""
    try:
        return Rent.from_bytes(rent.data if rent else b"").minimum_balance(len(account.data))
    except ValueError as error:
        raise ClusterError("the cluster does not tell what rent is") from error

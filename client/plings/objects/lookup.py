"""What a cluster knows about a code. Everything is derived from the code itself; nobody has to be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeGuard

from solders.pubkey import Pubkey

from plings.chain import Account, Cluster
from plings.errors import ClusterError, NotRegistered
from plings.identity import ScanUrl, class_pointer
from plings.program.accounts import (
    SPONSOR_POOL_BYTES,
    BatchAccount,
    ClassTerms,
    Config,
    Manufacturer,
    ObjectInstance,
    PathPrefix,
    PrintedDemand,
    SponsorPool,
    TagDemand,
    Tier,
    TokenAccount,
)
from plings.program.interface import PROGRAM_ID, TOKEN_PROGRAM_ID
from plings.program.pda import (
    batch_account_address,
    class_terms_address,
    config_address,
    path_prefix_address,
    payment_address,
    sponsor_pool_address,
    token_account_address,
)
from plings.program.rent import rent_lamports


@dataclass(frozen=True)
class Terms:
    """What holds for a payment of one class: the manufacturer's terms, or the class's own."""

    config: Config
    manufacturer: Manufacturer
    price_floor_lamports: int
    signed_tag: bool
    tier: Tier = Tier.BY_VALUE
    """the tier that the class's terms name"""
    has_own: bool = False
    """whether the class has terms of its own"""
    printed: bool = False
    """whether first payments of the class must prove that the code was printed"""

    @property
    def is_sponsored(self) -> bool:
        """Whether a pool pays for accounts of this class; where others have terms, for none that has not."""
        is_known = self.has_own or not self.manufacturer.class_terms_count
        return is_known and self.tier in (Tier.BY_VALUE, Tier.OBJECT)

    def tier_of(self, amount_lamports: int) -> Tier:
        """The tier of a first payment of this amount."""
        if self.tier is not Tier.BY_VALUE:
            return self.tier
        if amount_lamports < self.config.micro_below_lamports:
            return Tier.MICRO
        return Tier.BATCH if amount_lamports < self.config.batch_below_lamports else Tier.OBJECT


@dataclass(frozen=True)
class FoundPool:
    """A manufacturer's sponsor pool, and what it can spend."""

    pool: SponsorPool
    available_lamports: int

    def offer(self, amount_lamports: int, rent_lamports: int) -> int | None:
        """What it pays of an object's rent; None where it pays nothing."""
        offered = min(rent_lamports, self.pool.per_item_lamports)
        in_bounds = self.pool.minimum_value_lamports <= amount_lamports <= self.pool.maximum_value_lamports
        return offered if in_bounds and offered <= self.available_lamports else None


@dataclass(frozen=True)
class FoundObject:
    """A paid object. `holder` is who holds its NFT now, where that is in `owner`'s account; else it moved unseen."""

    payment_address: Pubkey
    instance: ObjectInstance
    lamports: int
    holder: Pubkey | None

    @property
    def is_provisional(self) -> bool:
        """Whether it is promoted, and that can still be challenged: it has no NFT yet."""
        return self.instance.mint == Pubkey.default()

    def is_for_sale(self, now_unix: int) -> bool:
        """An offer is its owner's: it ends when the NFT leaves them, or at its time (the cluster's)."""
        offered = self.instance.asking_price_lamports is not None and self.holder == self.instance.owner
        return offered and now_unix < self.instance.offer_ends_at_unix


@dataclass(frozen=True)
class Standing:
    """All that a payment for a code depends on. `found` is None before its first payment as an object."""

    terms: Terms
    found: FoundObject | None
    batch: BatchAccount | None = None
    """the shared account that has the object's slot, where it was made"""
    pool: FoundPool | None = None
    """the manufacturer's sponsor pool, where it has one"""


async def find_config(cluster: Cluster) -> Config:
    """The platform's settings. Raises ClusterError when the program is not on this cluster, or has none yet."""
    return _config(*await cluster.accounts([PROGRAM_ID, config_address()]))


async def find_manufacturer(cluster: Cluster, prefix: str) -> Manufacturer:
    """Whose `prefix` (`2.3`) is. Raises NotRegistered when it is nobody's, ClusterError without the program."""
    program, config, owner = await cluster.accounts([PROGRAM_ID, config_address(), path_prefix_address(prefix)])
    _config(program, config)
    return await manufacturer_at(cluster, _prefix_owner(owner, prefix).manufacturer)


async def manufacturer_at(cluster: Cluster, address: Pubkey) -> Manufacturer:
    """The manufacturer whose account is at `address`. Raises ClusterError."""
    return _manufacturer(await cluster.account(address), address)


async def find_standing(cluster: Cluster, code: ScanUrl) -> Standing:
    """What holds for paying `code`, and what was paid for it, in two questions to the cluster.

    Raises NotRegistered (also for a counterfeit class), ClusterError.
    """
    prefix, payment = code.path.prefix, payment_address(code)
    addresses = [PROGRAM_ID, config_address(), path_prefix_address(prefix), payment, batch_account_address(code.path)]
    program, settings, owner, object_account, batch = await cluster.accounts(addresses)
    config = _config(program, settings)
    maker = _prefix_owner(owner, prefix).manufacturer
    instance = _instance(object_account)
    addresses = [maker, class_terms_address(maker, code.class_pointer), sponsor_pool_address(maker)]
    addresses += _token_account(instance)
    maker_account, class_account, pool, *token_accounts = await cluster.accounts(addresses)
    manufacturer = _manufacturer(maker_account, maker)
    _check_class(code, manufacturer)
    found = _found(payment, object_account, instance, token_accounts)
    slots = BatchAccount.decode(batch.data) if is_ours(batch) else None
    return Standing(_terms(config, manufacturer, class_account), found, slots, _pool(pool))


async def find_terms(cluster: Cluster, code: ScanUrl) -> Terms:
    """What holds for paying `code`. Raises NotRegistered (also for a counterfeit class), ClusterError."""
    return (await find_standing(cluster, code)).terms


async def find_object(cluster: Cluster, code: ScanUrl) -> FoundObject | None:
    """The object at the code's payment address, None before its first payment. Raises ClusterError."""
    payment = payment_address(code)
    account = await cluster.account(payment)
    instance = _instance(account)
    return _found(payment, account, instance, await cluster.accounts(_token_account(instance)))


def is_ours(account: Account | None) -> TypeGuard[Account]:
    """Whether an account is the program's."""
    return account is not None and account.owner == PROGRAM_ID


def _config(program: Account | None, config: Account | None) -> Config:
    if program is None or not program.executable:
        raise ClusterError(f"the Plings program {PROGRAM_ID} is not on this cluster")
    if not is_ours(config):
        raise ClusterError("the Plings program on this cluster has no settings yet: its operator must initialize them")
    return Config.decode(config.data)


def _prefix_owner(account: Account | None, prefix: str) -> PathPrefix:
    if not is_ours(account):
        raise NotRegistered(f"no manufacturer is registered for {prefix} on this cluster")
    return PathPrefix.decode(account.data)


def _manufacturer(account: Account | None, address: Pubkey) -> Manufacturer:
    if not is_ours(account):
        raise ClusterError(f"the cluster names {address} for a manufacturer, and has none there")
    return Manufacturer.decode(account.data)


def _check_class(code: ScanUrl, manufacturer: Manufacturer) -> None:
    expected = class_pointer(bytes(manufacturer.identity_key), code.path.path_to_pointer)
    if code.class_pointer != expected:
        raise NotRegistered(
            f"the code claims class {code.class_pointer.text}, but {code.path.path_to_pointer} of the manufacturer "
            f"of {code.path.prefix} is {expected.text}: it is not genuine"
        )


def _terms(config: Config, manufacturer: Manufacturer, class_account: Account | None) -> Terms:
    if not is_ours(class_account):
        return Terms(config, manufacturer, manufacturer.price_floor_lamports, manufacturer.require_signed_tags)
    own = ClassTerms.decode(class_account.data)
    signed_tag = manufacturer.require_signed_tags
    if own.tag_demand is not TagDemand.AS_MANUFACTURER:
        signed_tag = own.tag_demand is TagDemand.DEMANDED
    printed = own.printed_demand is PrintedDemand.DEMANDED
    return Terms(config, manufacturer, own.price_floor_lamports, signed_tag, own.tier, True, printed)


def _pool(account: Account | None) -> FoundPool | None:
    if not is_ours(account):
        return None
    return FoundPool(SponsorPool.decode(account.data), max(0, account.lamports - rent_lamports(SPONSOR_POOL_BYTES)))


def _instance(account: Account | None) -> ObjectInstance | None:
    return ObjectInstance.decode(account.data) if is_ours(account) else None


def _token_account(instance: ObjectInstance | None) -> list[Pubkey]:
    """Where the NFT is unless it moved unseen; nothing without an object."""
    return [token_account_address(instance.owner, instance.mint)] if instance else []


def _found(
    payment: Pubkey,
    account: Account | None,
    instance: ObjectInstance | None,
    token_accounts: list[Account | None],
) -> FoundObject | None:
    if account is None or instance is None:
        return None
    holds = any(_holds(held, instance) for held in token_accounts)
    return FoundObject(payment, instance, account.lamports, instance.owner if holds else None)


def _holds(account: Account | None, instance: ObjectInstance) -> bool:
    if account is None or account.owner != TOKEN_PROGRAM_ID:
        return False
    tokens = TokenAccount.decode(account.data)
    return tokens.mint == instance.mint and tokens.owner == instance.owner and tokens.amount == 1

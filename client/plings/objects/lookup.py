"""What a cluster knows about a code. Everything is derived from the code itself; nobody has to be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeGuard

from solders.pubkey import Pubkey

from plings.chain import Account, Cluster
from plings.errors import ClusterError, NotRegistered
from plings.identity import ScanUrl, class_pointer
from plings.program.accounts import (
    ClassTerms,
    Config,
    Manufacturer,
    ObjectInstance,
    PathPrefix,
    TagDemand,
    TokenAccount,
)
from plings.program.interface import PROGRAM_ID, TOKEN_PROGRAM_ID
from plings.program.pda import (
    class_terms_address,
    config_address,
    manufacturer_address,
    path_prefix_address,
    payment_address,
    token_account_address,
)


@dataclass(frozen=True)
class Terms:
    """What holds for a payment of one class: the manufacturer's terms, or the class's own."""

    config: Config
    manufacturer: Manufacturer
    price_floor_lamports: int
    signed_tag: bool


@dataclass(frozen=True)
class FoundObject:
    """A paid object. `holder` is who holds its NFT now, where that is in `owner`'s account; else it moved unseen."""

    payment_address: Pubkey
    instance: ObjectInstance
    lamports: int
    holder: Pubkey | None

    def is_for_sale(self, now_unix: int) -> bool:
        """An offer is its owner's: it ends when the NFT leaves them, or at its time (the cluster's)."""
        offered = self.instance.asking_price_lamports is not None and self.holder == self.instance.owner
        return offered and now_unix < self.instance.offer_ends_at_unix


async def find_config(cluster: Cluster) -> Config:
    """The platform's settings. Raises ClusterError when the program is not on this cluster, or has none yet."""
    program, config = await cluster.accounts([PROGRAM_ID, config_address()])
    if program is None or not program.executable:
        raise ClusterError(f"the Plings program {PROGRAM_ID} is not on this cluster")
    if not _is_ours(config):
        raise ClusterError("the Plings program on this cluster has no settings yet: its operator must initialize them")
    return Config.decode(config.data)


async def find_manufacturer(cluster: Cluster, prefix: str) -> Manufacturer:
    """Whose `prefix` (`2.3`) is. Raises NotRegistered when it is nobody's, ClusterError without the program."""
    account = await cluster.account(path_prefix_address(prefix))
    if not _is_ours(account):
        await find_config(cluster)  # says so if the whole program is missing
        raise NotRegistered(f"no manufacturer is registered for {prefix} on this cluster")
    owner = PathPrefix.decode(account.data)
    manufacturer = await cluster.account(owner.manufacturer)
    if not _is_ours(manufacturer):
        raise ClusterError(f"the cluster names {owner.manufacturer} for {prefix}, and has no manufacturer there")
    return Manufacturer.decode(manufacturer.data)


async def find_terms(cluster: Cluster, code: ScanUrl) -> Terms:
    """What holds for paying `code`. Raises NotRegistered (also for a counterfeit class), ClusterError."""
    config = await find_config(cluster)
    manufacturer = await find_manufacturer(cluster, code.path.prefix)
    expected = class_pointer(bytes(manufacturer.identity_key), code.path.path_to_pointer)
    if code.class_pointer != expected:
        raise NotRegistered(
            f"the code claims class {code.class_pointer.text}, but {code.path.path_to_pointer} of the manufacturer "
            f"of {code.path.prefix} is {expected.text}: it is not genuine"
        )
    address = class_terms_address(manufacturer_address(manufacturer.identity_key), code.class_pointer)
    account = await cluster.account(address)
    if not _is_ours(account):
        return Terms(config, manufacturer, manufacturer.price_floor_lamports, manufacturer.require_signed_tags)
    own = ClassTerms.decode(account.data)
    signed_tag = manufacturer.require_signed_tags
    if own.tag_demand is not TagDemand.AS_MANUFACTURER:
        signed_tag = own.tag_demand is TagDemand.DEMANDED
    return Terms(config, manufacturer, own.price_floor_lamports, signed_tag)


async def find_object(cluster: Cluster, code: ScanUrl) -> FoundObject | None:
    """The object at the code's payment address, None before its first payment. Raises ClusterError."""
    payment = payment_address(code)
    account = await cluster.account(payment)
    if not _is_ours(account):
        return None
    instance = ObjectInstance.decode(account.data)
    token_account = await cluster.account(token_account_address(instance.owner, instance.mint))
    holds = token_account is not None and token_account.owner == TOKEN_PROGRAM_ID and _holds(token_account, instance)
    return FoundObject(payment, instance, account.lamports, instance.owner if holds else None)


def _holds(account: Account, instance: ObjectInstance) -> bool:
    tokens = TokenAccount.decode(account.data)
    return tokens.mint == instance.mint and tokens.owner == instance.owner and tokens.amount == 1


def _is_ours(account: Account | None) -> TypeGuard[Account]:
    return account is not None and account.owner == PROGRAM_ID

"""Wallet versions: one master key each, of which only a reference is kept (see `plings.vaults`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from plings.errors import NotInRegistry, ValueRefused, shown
from plings.identity import format_segment
from plings.registry.database import Registry, columns
from plings.vaults import parse_reference

WALLET_NUMBERS: Final = tuple(number for number in range(1, 256) if set(format_segment(number)) <= set("123456789"))
"""The numbers whose base58 has the digits 1 to 9 alone, as a path's first segment must: 1 to 8, 58 to 66, …"""


@dataclass(frozen=True)
class Wallet:
    """`version_id` is the number that a path's first segment stands for; `segment` is that segment."""

    version_id: int
    version_name: str
    master_key_id: str
    description: str | None
    environment: str
    security_level: str
    status: str
    is_default: bool
    created_at: datetime
    deactivated_at: datetime | None
    retired_at: datetime | None
    compromised_at: datetime | None
    daily_allocation_limit: int
    current_daily_allocations: int

    @property
    def segment(self) -> str:
        """The first segment of its paths: `2` for wallet 1."""
        return format_segment(self.version_id)


@dataclass(frozen=True)
class WalletTemplate:
    """What a new wallet of its kind is like."""

    name: str
    description: str
    environment: str
    security_level: str
    daily_allocation_limit: int


def create_wallet(
    registry: Registry,
    *,
    version_id: int,
    version_name: str,
    master_key_id: str,
    environment: str = "production",
    security_level: str = "standard",
    description: str | None = None,
    daily_allocation_limit: int = 1_000_000,
) -> Wallet:
    """A new wallet, inactive. It takes approval (action `create_wallet`) of its number, name, key and kind.

    `master_key_id` is a reference such as `file:wallet-v1`. Raises AccessDenied, ApprovalNeeded, AlreadyRegistered,
    VaultError for what is no reference, ValueRefused (`wallet_number`: see WALLET_NUMBERS; `version_name_form`, …).
    """
    if version_id not in WALLET_NUMBERS:
        raise ValueRefused(f"a wallet's number is one of {', '.join(map(str, WALLET_NUMBERS))}", "wallet_number")
    insert = f"""
        INSERT INTO wallet_versions (version_id, version_name, master_key_id, environment, security_level, description,
            daily_allocation_limit)
        VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING {columns(Wallet)}
    """
    reference = str(parse_reference(master_key_id))
    facts = [version_id, version_name, reference, environment, security_level, description, daily_allocation_limit]
    return registry.records(Wallet, insert, facts)[0]


def wallets(registry: Registry, *, environment: str | None = None) -> list[Wallet]:
    """All wallets, or those of an environment, by number."""
    select = f"SELECT {columns(Wallet)} FROM wallet_versions WHERE environment = coalesce(%s, environment)"
    return registry.records(Wallet, f"{select} ORDER BY version_id", [environment])


def wallet(registry: Registry, version: int | str) -> Wallet:
    """The wallet of a number or name (`v2`). Raises NotInRegistry."""
    select = f"SELECT {columns(Wallet)} FROM wallet_versions WHERE version_id = %s OR version_name = %s"
    number = int(version) if str(version).isascii() and str(version).isdecimal() and len(str(version)) < 4 else None
    found = registry.record(Wallet, select, [number, str(version)])
    if found is None:
        raise NotInRegistry(f"there is no wallet {shown(str(version))}", "unknown_wallet")
    return found


def default_wallet(registry: Registry) -> Wallet:
    """The one that new manufacturers go to. Raises NotInRegistry where there is none."""
    found = registry.record(Wallet, f"SELECT {columns(Wallet)} FROM wallet_versions WHERE is_default")
    if found is None:
        raise NotInRegistry("there is no default wallet", "no_default_wallet")
    return found


def next_wallet_number(registry: Registry) -> int:
    """The lowest free one of WALLET_NUMBERS. Raises ValueRefused when all 44 are taken."""
    taken = {one.version_id for one in wallets(registry)}
    free = next((number for number in WALLET_NUMBERS if number not in taken), None)
    if free is None:
        raise ValueRefused("all numbers of wallets are taken", "wallet_number")
    return free


def activate_wallet(registry: Registry, version: int | str) -> Wallet:
    """Opens a wallet for registrations and allocations. Raises AccessDenied, NotInRegistry, StateRefused."""
    return _change(registry, version, "status = 'active'")


def deactivate_wallet(registry: Registry, version: int | str) -> Wallet:
    """Closes it for now. A default wallet is no longer the default."""
    return _change(registry, version, "status = 'inactive', is_default = false")


def deprecate_wallet(registry: Registry, version: int | str) -> Wallet:
    """Closes it for good, so that what is in it can be transferred. Its codes stay genuine."""
    return _change(registry, version, "status = 'deprecated', is_default = false")


def retire_wallet(registry: Registry, version: int | str) -> Wallet:
    """Puts away a wallet that is out of use. There is no way back."""
    return _change(registry, version, "status = 'retired', is_default = false")


def mark_wallet_compromised(registry: Registry, version: int | str) -> Wallet:
    """Its master key is in wrong hands. One super-admin may say so at once; there is no way back."""
    return _change(registry, version, "status = 'compromised', is_default = false")


def set_default_wallet(registry: Registry, version: int | str) -> Wallet:
    """Makes an active wallet the only default. It takes approval (action `change_default_wallet`).

    Raises AccessDenied, ApprovalNeeded, NotInRegistry, ValueRefused (`default_is_active`).
    """
    found = wallet(registry, version)
    registry.rows("SELECT set_default_wallet(%s)", [found.version_id])
    return wallet(registry, found.version_id)


def set_daily_allocation_limit(registry: Registry, version: int | str, allocations: int) -> Wallet:
    """How many allocations a wallet gives in a day (UTC). Raises AccessDenied, NotInRegistry, ValueRefused."""
    return _change(registry, version, "daily_allocation_limit = %(value)s", allocations)


def wallet_templates(registry: Registry) -> list[WalletTemplate]:
    """What new wallets can be made like, by name."""
    return registry.records(WalletTemplate, f"SELECT {columns(WalletTemplate)} FROM wallet_templates ORDER BY name")


def wallet_template(registry: Registry, name: str) -> WalletTemplate:
    """The template of a name. Raises NotInRegistry."""
    found = {one.name: one for one in wallet_templates(registry)}
    if name not in found:
        raise NotInRegistry(f"there is no template {shown(name)}: there are {', '.join(found)}", "unknown_template")
    return found[name]


def _change(registry: Registry, version: int | str, assignment: str, value: Any = None) -> Wallet:
    found = wallet(registry, version)
    update = f"UPDATE wallet_versions SET {assignment} WHERE version_id = %(wallet)s RETURNING {columns(Wallet)}"
    return registry.records(Wallet, update, {"wallet": found.version_id, "value": value})[0]

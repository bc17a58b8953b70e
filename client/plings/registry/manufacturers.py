"""Manufacturers: who prints below which prefix, `wallet.manufacturer`, of a wallet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from plings.errors import AddressError, NotInRegistry, shown
from plings.identity import format_address, is_weak_key
from plings.registry.database import Connection, Registry, columns, fetch, fetch_records
from plings.registry.people import organization as organization_named
from plings.registry.wallets import wallet as wallet_of

PLINGS_INDEX: Final = 1
"""The platform's own, in every wallet; everybody else's are from 2 on."""


@dataclass(frozen=True)
class Manufacturer:
    """A manufacturer in one wallet. `ed25519_public_key` is its identity key in base58, once it is known."""

    id: UUID
    number: int
    wallet_version: int
    manufacturer_index: int
    manufacturer_name: str
    prefix: str
    organization_id: UUID
    ed25519_public_key: str | None
    ed25519_private_key_reference: str | None
    key_delegation_level: str
    status: str
    registered_at: datetime
    compromised_at: datetime | None
    transferred_from_wallet: int | None
    transfer_completed_at: datetime | None


def register_manufacturer(
    registry: Registry,
    wallet: int | str,
    name: str,
    *,
    organization: str,
    index: int | None = None,
    public_key: bytes | None = None,
    private_key_reference: str | None = None,
    reason: str = "initial_setup",
) -> Manufacturer:
    """Registers a manufacturer in an active wallet, with its lineage. Without an index it gets the next free one.

    Plings is 1, and nobody else is. A name belongs to one organisation in all wallets. `public_key` is the 32-byte
    identity key. Raises AccessDenied, AlreadyRegistered, NotInRegistry, StateRefused (`wallet_closed`), ValueRefused,
    AddressError.
    """
    version = wallet_of(registry, wallet).version_id
    owner = organization_named(registry, organization).id
    key = None if public_key is None else _checked_key(public_key)

    def work(connection: Connection) -> Manufacturer:
        number = _next_index(connection, version, name) if index is None else index
        insert = f"""
            INSERT INTO manufacturer_registry (wallet_version, manufacturer_index, manufacturer_name, organization_id,
                ed25519_public_key, ed25519_private_key_reference)
            VALUES (%s, %s, %s, %s, %s, %s) RETURNING {columns(Manufacturer)}
        """
        facts = [version, number, name, owner, key, private_key_reference]
        made = fetch_records(connection, Manufacturer, insert, facts)[0]
        fetch(connection, _LINEAGE, [name, version, number, reason])
        return made

    return registry.attempt(work)


def manufacturers(
    registry: Registry, *, wallet: int | str | None = None, name: str | None = None
) -> list[Manufacturer]:
    """Those of a wallet, of a name, or all that may be seen, by wallet and index. Raises NotInRegistry."""
    version = None if wallet is None else wallet_of(registry, wallet).version_id
    select = f"""
        SELECT {columns(Manufacturer)} FROM manufacturer_registry
        WHERE wallet_version = coalesce(%s, wallet_version)
            AND lower(manufacturer_name) = lower(coalesce(%s, manufacturer_name))
        ORDER BY wallet_version, manufacturer_index
    """
    return registry.records(Manufacturer, select, [version, name])


def manufacturer(registry: Registry, prefix: str) -> Manufacturer:
    """The manufacturer of a prefix such as `2.3`. Raises NotInRegistry."""
    select = f"SELECT {columns(Manufacturer)} FROM manufacturer_registry WHERE prefix = %s"
    found = registry.record(Manufacturer, select, [prefix])
    if found is None:
        raise NotInRegistry(f"there is no manufacturer {shown(prefix)}", "unknown_manufacturer")
    return found


def current_manufacturer(registry: Registry, name: str) -> Manufacturer:
    """Where a manufacturer prints now: in the newest wallet where it is active. Raises NotInRegistry."""
    active = [one for one in manufacturers(registry, name=name) if one.status == "active"]
    if not active:
        raise NotInRegistry(f"there is no active manufacturer {shown(name)}", "unknown_manufacturer")
    return active[-1]


def set_public_key(registry: Registry, prefix: str, public_key: bytes) -> Manufacturer:
    """Notes an identity key that was not known, which never changes then. Raises as `register_manufacturer` does."""
    return _change(registry, prefix, "ed25519_public_key = %s", _checked_key(public_key))


def set_delegation(registry: Registry, prefix: str, level: str) -> Manufacturer:
    """What of its key a manufacturer has: `none`, `verification` (the public key) or `full` (its node).

    Raises AccessDenied, NotInRegistry, ValueRefused (`delegation`, `delegated_key_is_known`).
    """
    return _change(registry, prefix, "key_delegation_level = %s", level)


def set_manufacturer_status(registry: Registry, prefix: str, status: str) -> Manufacturer:
    """`active`, `suspended`, `compromised` or `retired`; the last two have no way back.

    Raises AccessDenied, NotInRegistry, StateRefused (`status`), ValueRefused.
    """
    return _change(registry, prefix, "status = %s", status)


def _change(registry: Registry, prefix: str, assignment: str, value: str) -> Manufacturer:
    update = f"UPDATE manufacturer_registry SET {assignment} WHERE prefix = %s RETURNING {columns(Manufacturer)}"
    changed = registry.record(Manufacturer, update, [value, prefix])
    if changed is None:
        raise NotInRegistry(f"there is no manufacturer {shown(prefix)}", "unknown_manufacturer")
    return changed


def _next_index(connection: Connection, wallet: int, name: str) -> int:
    if name.lower() == "plings":
        return PLINGS_INDEX
    # Whoever registers in this wallet waits here, so that no two get the same.
    fetch(connection, "SELECT line_up(%s)", [wallet])
    select = "SELECT max(manufacturer_index) AS last FROM manufacturer_registry WHERE wallet_version = %s"
    return max(int(fetch(connection, select, [wallet])[0]["last"] or 0), PLINGS_INDEX) + 1


def _checked_key(public_key: bytes) -> str:
    text = format_address(public_key)
    if is_weak_key(public_key):
        raise AddressError(text, "small_order", "the key is a point of small order: anybody can sign under it")
    return text


_LINEAGE: Final = """
    INSERT INTO manufacturer_lineage (canonical_name, current_wallet_version, current_manufacturer_index,
        assignment_reason, status, completion_percentage)
    VALUES (%s, %s, %s, %s, 'active', 100)
"""

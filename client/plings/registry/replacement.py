"""The wallet that takes another's place: what it takes to have it, and what people must approve for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from plings.errors import AlreadyRegistered, StateRefused, ValueRefused
from plings.registry.approvals import ApprovalRequest, approval_requests
from plings.registry.database import Registry
from plings.registry.people import users
from plings.registry.wallets import Wallet, next_wallet_number, wallets
from plings.vaults import parse_reference


@dataclass(frozen=True)
class Replacement:
    """What the wallet is to be; the same each time. What is None is as in the wallet that it replaces, and the number
    is the next free one. A wallet of that name that was made before, and has nothing against it, is taken.

    It becomes the default unless `make_default` is False or a third wallet is by then.
    """

    version_name: str
    master_key_id: str
    version_id: int | None = None
    environment: str | None = None
    security_level: str | None = None
    make_default: bool = True


@dataclass(frozen=True)
class Wanted:
    """A replacement with all that is to be known of it. `there` is the wallet, once it is made."""

    facts: dict[str, Any]
    """What making it is approved by."""
    there: Wallet | None
    source_id: int
    """Number of the wallet whose place it takes."""
    default: bool
    """Whether it is to become the default, or is."""

    @property
    def version_id(self) -> int:
        return int(self.facts["version_id"])

    @property
    def name(self) -> str:
        return str(self.facts["version_name"])

    @property
    def is_default(self) -> bool:
        return self.there is not None and self.there.is_default

    @property
    def actions(self) -> list[tuple[str, dict[str, Any], bool]]:
        """The actions that take approval, by what facts, and whether they are done."""
        create = ("create_wallet", self.facts, self.there is not None)
        choose = ("change_default_wallet", {"version_id": self.version_id}, self.is_default)
        return [create, choose] if self.default else [create]


def wanted_replacement(registry: Registry, source: Wallet, replacement: Replacement) -> Wanted:
    """What is wanted for `source`, as far as it is not there.

    Raises VaultError for what is no reference, ValueRefused (`same_wallet`, `other_environment`), AlreadyRegistered
    (`other_key`, `other_number`, `key_taken`), StateRefused (`wallet_closed`: it is out of use).
    """
    known = wallets(registry)
    key = str(parse_reference(replacement.master_key_id))
    there = next((one for one in known if one.version_name == replacement.version_name), None)
    _check(source, replacement, key, there, known)
    default = replacement.make_default and not any(
        one.is_default and one.version_name not in (source.version_name, replacement.version_name) for one in known
    )
    facts = {
        "version_id": there.version_id if there else _number(registry, replacement, key),
        "version_name": replacement.version_name,
        "master_key_id": key,
        "environment": replacement.environment or source.environment,
        "security_level": replacement.security_level or source.security_level,
    }
    return Wanted(facts, there, source.version_id, default)


def request_of(registry: Registry, action: str, facts: dict[str, Any]) -> ApprovalRequest | None:
    """The request for exactly that, of those that can still be carried out; an approved one before an open one."""
    usable = [
        one
        for one in approval_requests(registry)
        if (one.action, one.facts) == (action, facts) and one.status in ("approved", "open")
    ]
    return min(usable, key=lambda one: one.status, default=None)


def who_may_approve(registry: Registry, request: ApprovalRequest) -> list[str]:
    """The super-admins who have not approved it."""
    admins = [one.email for one in users(registry) if one.is_super_admin and one.is_active]
    return [email for email in admins if email not in request.approved_by]


def _check(source: Wallet, replacement: Replacement, key: str, there: Wallet | None, known: list[Wallet]) -> None:
    if there is None:
        holder = next((one for one in known if one.master_key_id == key), None)
        if holder:
            raise AlreadyRegistered(f"wallet {holder.version_name} has the key {key}", "key_taken")
        return
    if there.version_id == source.version_id:
        raise ValueRefused(f"wallet {source.version_name} cannot replace itself", "same_wallet")
    if there.master_key_id != key:
        raise AlreadyRegistered(f"wallet {there.version_name} has another key", "other_key")
    if replacement.version_id not in (None, there.version_id):
        raise AlreadyRegistered(f"wallet {there.version_name} has another number", "other_number")
    if there.environment != (replacement.environment or source.environment):
        raise ValueRefused(f"wallet {there.version_name} is for {there.environment}", "other_environment")
    if there.status not in ("inactive", "active"):
        raise StateRefused(f"wallet {there.version_name} is {there.status}", "wallet_closed")


def _number(registry: Registry, replacement: Replacement, key: str) -> int:
    """The number asked for, or that of an earlier request for this wallet, or the next free one."""
    if replacement.version_id is not None:
        return replacement.version_id
    asked = [
        one.facts["version_id"]
        for one in approval_requests(registry)
        if one.action == "create_wallet"
        and (one.facts["version_name"], one.facts["master_key_id"]) == (replacement.version_name, key)
        and one.status in ("open", "approved")
    ]
    return int(asked[0]) if asked else next_wallet_number(registry)

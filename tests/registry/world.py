"""The people, wallets and manufacturers of most registry tests.

Ada, Bea and Cia are super-admins. IKEA is of index 2 in wallet 1, where Ida is an owner, Ina an admin and Ivo a member;
ACME is of index 3, with Abe as its owner. Wallet 2 is inactive, and nobody is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from plings.identity import ClassPath, Identity, identity_node
from plings.registry import Registry
from plings.registry.approvals import approve, request_approval
from plings.registry.manufacturers import register_manufacturer
from plings.registry.people import add_member, add_organization, add_user
from plings.registry.wallets import activate_wallet, create_wallet, set_default_wallet

SEEDS = {1: bytes(range(32)), 2: bytes(range(1, 33))}
"""Of the wallets' master keys."""

SUPER_ADMINS = ("ada@plings.example", "bea@plings.example", "cia@plings.example")
MEMBERS = {
    "IKEA": {"ida@ikea.example": "owner", "ina@ikea.example": "admin", "ivo@ikea.example": "member"},
    "ACME": {"abe@acme.example": "owner"},
    "Plings": {"pia@plings.example": "owner"},
}


def identity(prefix: str) -> Identity:
    """The identity of a prefix such as `2.3`, from its wallet's seed."""
    path = ClassPath(prefix)
    return Identity(path, identity_node(SEEDS[path.wallet], path))


def settle(registry: Registry) -> None:
    """Makes the world in an empty registry."""
    add_user(registry, SUPER_ADMINS[0], super_admin=True)
    ada = registry.acting(SUPER_ADMINS[0])
    add_user(ada, SUPER_ADMINS[1], super_admin=True)
    grant(ada, SUPER_ADMINS[2])
    for organization, members in MEMBERS.items():
        add_organization(ada, organization)
        for email, role in members.items():
            add_user(ada, email)
            add_member(ada, organization, email, role)
    for wallet in SEEDS:
        open_wallet(ada, wallet)
    activate_wallet(ada, 1)
    make_default(ada, 1)
    for index, name in enumerate(["Plings", "IKEA", "ACME"], 1):
        key = identity(f"2.{'123456789'[index]}").public_key
        register_manufacturer(ada, 1, name, organization=name, index=index, public_key=key)


def agreed(ada: Registry, action: str, facts: dict[str, object]) -> None:
    """Two super-admins agree to an action."""
    request = request_approval(ada, action, facts, reason="a test wants it")
    approve(ada, request.id)
    approve(ada.acting(SUPER_ADMINS[1]), request.id)


def grant(ada: Registry, email: str) -> None:
    agreed(ada, "grant_super_admin", {"email": email})
    add_user(ada, email, super_admin=True)


def open_wallet(ada: Registry, wallet: int, **others: str) -> None:
    facts = {
        "version_id": wallet,
        "version_name": f"v{wallet}",
        "master_key_id": f"file:wallet-v{wallet}",
        "environment": "production",
        "security_level": "standard",
    } | others
    agreed(ada, "create_wallet", facts)
    create_wallet(ada, **facts)  # type: ignore[arg-type]


def make_default(ada: Registry, wallet: int) -> None:
    agreed(ada, "change_default_wallet", {"version_id": wallet})
    set_default_wallet(ada, wallet)


@dataclass(frozen=True)
class World:
    """The registry as each of them sees it."""

    url: str
    ada: Registry
    bea: Registry
    ida: Registry
    ina: Registry
    ivo: Registry
    abe: Registry
    nobody: Registry

    @classmethod
    def of(cls, registry: Registry, url: str) -> World:
        people = (*SUPER_ADMINS[:2], *MEMBERS["IKEA"], *MEMBERS["ACME"])
        return cls(url, *(registry.acting(email) for email in people), registry)

    def class_id(self, name: str, *, sku: str | None = None, organization: str = "IKEA") -> UUID:
        """A class of an organisation."""
        from plings.registry.classes import add_class

        return add_class(self.ada, name, organization=organization, sku=sku).id

"""Users, organisations and their members. Who acts may be nobody only while there is no super-admin yet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import sql

from plings.errors import NotInRegistry, ValueRefused, shown
from plings.registry.database import Registry, columns


@dataclass(frozen=True)
class User:
    """Somebody who acts here. A user is never removed, only made inactive."""

    id: UUID
    email: str
    is_super_admin: bool
    is_active: bool
    created_at: datetime


@dataclass(frozen=True)
class Organization:
    """Whom manufacturers and classes belong to. `database_role` is what its own people log in to PostgreSQL with."""

    id: UUID
    name: str
    database_role: str | None
    created_at: datetime


@dataclass(frozen=True)
class Member:
    """A user's role in an organisation: `owner`, `admin` or `member`, of whom the last looks on."""

    email: str
    role: str
    added_at: datetime


def add_user(registry: Registry, email: str, *, super_admin: bool = False) -> User:
    """A new user. Super-admins add them; another super-admin takes approval once there are two.

    Raises AccessDenied, ApprovalNeeded (action `grant_super_admin`, facts `{"email": …}`), AlreadyRegistered,
    ValueRefused (`email_form`: lower case, as user@host).
    """
    insert = f"INSERT INTO users (email, is_super_admin) VALUES (%s, %s) RETURNING {columns(User)}"
    return registry.records(User, insert, [email, super_admin])[0]


def change_user(registry: Registry, email: str, *, super_admin: bool | None = None, active: bool | None = None) -> User:
    """Makes a user a super-admin or not, active or not; None leaves it. Raises as `add_user` does, and NotInRegistry.

    As many super-admins as an approval takes always stay: ApprovalNeeded with rule `too_few`.
    """
    update = f"""
        UPDATE users SET is_super_admin = coalesce(%s, is_super_admin), is_active = coalesce(%s, is_active)
        WHERE email = %s RETURNING {columns(User)}
    """
    user = registry.record(User, update, [super_admin, active, email])
    if user is None:
        raise NotInRegistry(f"nobody here is {shown(email)}", "unknown_user")
    return user


def users(registry: Registry) -> list[User]:
    """All of them, by address."""
    return registry.records(User, f"SELECT {columns(User)} FROM users ORDER BY email")


def add_organization(registry: Registry, name: str) -> Organization:
    """A new organisation; super-admins add them. Raises AccessDenied, AlreadyRegistered, ValueRefused."""
    insert = f"INSERT INTO organizations (name) VALUES (%s) RETURNING {columns(Organization)}"
    return registry.records(Organization, insert, [name])[0]


def organization(registry: Registry, name: str) -> Organization:
    """The organisation of that name, whatever its case. Raises NotInRegistry."""
    select = f"SELECT {columns(Organization)} FROM organizations WHERE lower(name) = lower(%s COLLATE pg_c_utf8)"
    found = registry.record(Organization, select, [name])
    if found is None:
        raise NotInRegistry(f"there is no organisation {shown(name)}", "unknown_organization")
    return found


def organizations(registry: Registry) -> list[Organization]:
    """Those that may be seen, by name."""
    return registry.records(Organization, f"SELECT {columns(Organization)} FROM organizations ORDER BY name")


def add_member(registry: Registry, organization_name: str, email: str, role: str) -> None:
    """Makes a user a member, or changes what it is. Owners alone make and unmake owners, besides super-admins.

    Raises AccessDenied, NotInRegistry, ValueRefused (`member_role`).
    """
    upsert = """
        INSERT INTO organization_members (organization_id, user_id, role) VALUES (%s, %s, %s)
        ON CONFLICT (organization_id, user_id) DO UPDATE SET role = excluded.role
    """
    registry.rows(upsert, [organization(registry, organization_name).id, _user_id(registry, email), role])


def remove_member(registry: Registry, organization_name: str, email: str) -> None:
    """Puts a member out. Raises AccessDenied, NotInRegistry."""
    delete = "DELETE FROM organization_members WHERE organization_id = %s AND user_id = %s RETURNING user_id"
    if not registry.rows(delete, [organization(registry, organization_name).id, _user_id(registry, email)]):
        raise NotInRegistry(f"{shown(email)} is no member of {shown(organization_name)}", "unknown_member")


def members(registry: Registry, organization_name: str) -> list[Member]:
    """The members of an organisation, by address. Raises NotInRegistry."""
    select = """
        SELECT email, role, added_at FROM organization_members JOIN users ON users.id = user_id
        WHERE organization_id = %s ORDER BY email
    """
    return registry.records(Member, select, [organization(registry, organization_name).id])


def give_database_role(owner: Registry, organization_name: str, role: str, *, password: str | None = None) -> None:
    """Makes a PostgreSQL role that sees its organisation's rows alone; without a password it cannot log in by one.

    `owner` has the role None: it takes the right to make roles. Raises AccessDenied, AlreadyRegistered, NotInRegistry,
    ValueRefused (`role_name`: small letters, digits and `_`).
    """
    if not re.fullmatch("[a-z][a-z0-9_]{0,62}", role) or role.startswith("pg_"):
        raise ValueRefused(f"{shown(role)} is no name for a role: up to 63 small letters, digits and _", "role_name")
    found = organization(owner, organization_name)
    with owner.transaction() as connection:
        name = sql.Identifier(role)
        create = sql.SQL("CREATE ROLE {} LOGIN").format(name)
        if password:
            # hashed here, as the server may log statements
            secret = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
            create += sql.SQL(" PASSWORD {}").format(sql.Literal(secret.decode()))
        connection.execute(create)
        connection.execute(sql.SQL("GRANT plings_manufacturer TO {}").format(name))
        connection.execute("UPDATE organizations SET database_role = %s WHERE id = %s", [role, found.id])


def _user_id(registry: Registry, email: str) -> UUID:
    row = registry.row("SELECT id FROM users WHERE email = %s", [email])
    if row is None:
        raise NotInRegistry(f"nobody here is {shown(email)}", "unknown_user")
    user_id: UUID = row["id"]
    return user_id

"""One statement for each table and operation that the platform's role may try, and for whom the guards let it through.

They run on a World with `FURNITURE` in it, each in a transaction that is undone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import Rollback

from plings.registry import Registry, read_migrations
from plings.registry.class_pictures import set_picture
from plings.registry.classes import add_class
from plings.registry.paths import allocate_path
from plings.registry.pointers import register_pointer
from plings.registry.printed import add_batch
from plings.registry.words import define_level, define_value
from registry.drawn import as_values, drawn
from registry.planting import own, raise_alert, unguarded
from registry.printed_lists import PrintedList
from registry.world import World, identity

LAST_OF_REGISTRY = 14
"""The number of the last migration that is about people, wallets, paths and classes."""

ADDRESS = "7mK9Px2RtCRJc4UcVb7ytR3x4FGcQvLz1Jq7mfsPxsmR"


@dataclass(frozen=True)
class Action:
    table: str
    operation: str
    sql: str
    allowed: frozenset[str]
    """Names of World's fields."""
    audited_as: str | None = None
    """The operation that the trail names, where it is another."""
    refused_as: str | None = None
    """Where nobody is allowed: the rule that a super-admin learns."""

    def __str__(self) -> str:
        return f"{self.operation} {self.table}"


PLATFORM = frozenset({"ada"})
ADMINS = frozenset({"ada", "ida", "ina"})
OWNERS = frozenset({"ada", "ida"})
USERS = frozenset({"ada", "ida", "ina", "ivo", "abe"})
ACTORS = ("nobody", "ivo", "ina", "ida", "abe", "ada")
"""Of whom Abe is an owner, of another organisation."""

IKEA = "(SELECT id FROM organizations WHERE name = 'IKEA')"
KEY = "(SELECT ed25519_public_key FROM manufacturer_registry WHERE prefix = '2.3')"
CLASS = "(SELECT id FROM object_classes WHERE name = 'BILLY')"

LISTS = {"2.3": PrintedList(identity("2.3"), "2.3.2.7", "0-1"), "2.4": PrintedList(identity("2.4"), "2.4.2.7", "0-1")}
UNLISTED = PrintedList(identity("2.3"), "2.3.2.8", "0-1")
UNFINISHED = PrintedList(identity("2.3"), "2.3.2.9", "0-1")


def furnish(world: World) -> None:
    """What the statements below refer to."""
    allocate_path(world.ida, "2.3.2", purpose="all that IKEA makes")
    allocate_path(world.abe, "2.4.2", purpose="what others need not know")
    for name, who, organization, prefix in [
        ("BILLY", world.ida, "IKEA", "2.3"),
        ("Anvil", world.abe, "ACME", "2.4"),
    ]:
        made = add_class(who, name, organization=organization, sku="1")
        set_picture(who, made.id, drawn("navy" if name == "BILLY" else "maroon"))
        register_pointer(who, f"{prefix}.2", made.id)
        define_level(who, prefix, 3, "class")
        define_value(who, prefix, 3, 1, name)
        raise_alert(world.ada, f"look at {name}", organization=made.manufacturer_organization_id)
        who.rows(
            """
            INSERT INTO object_instances (path, class_pointer, solana_address, class_id)
            SELECT path_to_pointer || '.2.2', class_pointer, %s, class_id FROM class_pointers WHERE class_id = %s
            """,
            [ADDRESS, made.id],
        )
        add_batch(who, LISTS[prefix].commitment, LISTS[prefix].runs)
    add_class(world.ida, "LACK", organization="IKEA")  # which has no picture
    with unguarded(world.ada, "printed_batches"):
        own(world.ada, _UNFINISHED, {"text": UNFINISHED.commitment.text, "batch": UNFINISHED.batch})
    world.ada.rows(
        "INSERT INTO approval_requests (action, facts, reason) VALUES ('grant_super_admin', %s::jsonb, 'open')",
        ['{"email": "new@plings.example"}'],
    )


_RUN = next(UNFINISHED.runs)

ACTIONS = [
    Action("users", "INSERT", "INSERT INTO users (email) VALUES ('new@plings.example') RETURNING *", PLATFORM),
    Action(
        "users",
        "UPDATE",
        "UPDATE users SET is_active = false WHERE email = 'pia@plings.example' RETURNING *",
        PLATFORM,
    ),
    Action("organizations", "INSERT", "INSERT INTO organizations (name) VALUES ('Bakery') RETURNING *", PLATFORM),
    Action(
        "organizations", "UPDATE", "UPDATE organizations SET name = 'Idea' WHERE name = 'IKEA' RETURNING *", PLATFORM
    ),
    Action(
        "organization_members",
        "INSERT",
        f"""INSERT INTO organization_members (organization_id, user_id, role)
        SELECT {IKEA}, id, 'member' FROM users WHERE email = 'pia@plings.example' RETURNING *""",
        ADMINS,
    ),
    Action(
        "organization_members",
        "UPDATE",
        f"""UPDATE organization_members SET role = 'owner'
        WHERE organization_id = {IKEA} AND role = 'member' RETURNING *""",
        OWNERS,
    ),
    Action(
        "organization_members",
        "DELETE",
        f"DELETE FROM organization_members WHERE organization_id = {IKEA} AND role = 'member' RETURNING *",
        ADMINS,
    ),
    Action(
        "approval_requests",
        "INSERT",
        """INSERT INTO approval_requests (action, facts, reason)
        VALUES ('change_default_wallet', '{"version_id": 2}', 'why not') RETURNING *""",
        PLATFORM,
    ),
    Action(
        "approval_requests",
        "UPDATE",
        "UPDATE approval_requests SET withdrawn_at = now() WHERE reason = 'open' RETURNING *",
        PLATFORM,
    ),
    Action(
        "approvals",
        "INSERT",
        "INSERT INTO approvals (request_id) SELECT id FROM approval_requests WHERE reason = 'open' RETURNING *",
        PLATFORM,
    ),
    Action(
        "wallet_versions",
        "INSERT",
        """INSERT INTO wallet_versions (version_id, version_name, master_key_id)
        VALUES (5, 'v5', 'file:wallet-v5') RETURNING *""",
        frozenset(),
        refused_as="approvals",
    ),
    Action(
        "wallet_versions",
        "UPDATE",
        "UPDATE wallet_versions SET status = 'deprecated' WHERE version_id = 2 RETURNING *",
        PLATFORM,
    ),
    Action(
        "manufacturer_registry",
        "INSERT",
        f"""INSERT INTO manufacturer_registry (wallet_version, manufacturer_index, manufacturer_name, organization_id)
        VALUES (1, 9, 'Bakery', {IKEA}) RETURNING *""",
        PLATFORM,
    ),
    Action(
        "manufacturer_registry",
        "UPDATE",
        "UPDATE manufacturer_registry SET status = 'suspended' WHERE prefix = '2.3' RETURNING *",
        PLATFORM,
    ),
    Action(
        "manufacturer_lineage",
        "INSERT",
        """INSERT INTO manufacturer_lineage (canonical_name, current_wallet_version, current_manufacturer_index,
            assignment_reason) VALUES ('another', 1, 2, 'initial_setup') RETURNING *""",
        PLATFORM,
    ),
    Action(
        "manufacturer_lineage",
        "UPDATE",
        "UPDATE manufacturer_lineage SET completion_percentage = 50 WHERE canonical_name = 'IKEA' RETURNING *",
        PLATFORM,
    ),
    Action(
        "path_registry",
        "INSERT",
        """INSERT INTO path_registry (wallet_version, path, allocation_type)
        VALUES (1, '2.3.3', 'production') RETURNING *""",
        ADMINS,
    ),
    Action(
        "path_registry",
        "UPDATE",
        "UPDATE path_registry SET status = 'retired' WHERE path = '2.3.2' RETURNING *",
        ADMINS,
    ),
    Action(
        "manufacturer_path_schemas",
        "INSERT",
        """INSERT INTO manufacturer_path_schemas (wallet_version, manufacturer_index, path_level, level_name)
        VALUES (1, 2, 4, 'batch') RETURNING *""",
        ADMINS,
    ),
    Action(
        "manufacturer_path_schemas",
        "UPDATE",
        """UPDATE manufacturer_path_schemas SET level_name = 'kind'
        WHERE (wallet_version, manufacturer_index) = (1, 2) RETURNING *""",
        ADMINS,
    ),
    Action(
        "path_level_values",
        "INSERT",
        """INSERT INTO path_level_values (wallet_version, manufacturer_index, path_level, level_value, value_name)
        VALUES (1, 2, 3, 7, 'IVAR') RETURNING *""",
        ADMINS,
    ),
    Action(
        "path_level_values",
        "UPDATE",
        "UPDATE path_level_values SET is_active = false WHERE value_name = 'BILLY' RETURNING *",
        ADMINS,
    ),
    Action(
        "system_alerts",
        "UPDATE",
        "UPDATE system_alerts SET resolved_at = now() WHERE message = 'look at BILLY' RETURNING *",
        ADMINS,
    ),
    Action(
        "object_classes",
        "INSERT",
        f"""INSERT INTO object_classes (name, manufacturer_organization_id) VALUES ('IVAR', {IKEA}) RETURNING *""",
        ADMINS,
    ),
    Action(
        "object_classes",
        "UPDATE",
        "UPDATE object_classes SET category = 'shelves' WHERE name = 'BILLY' RETURNING *",
        ADMINS,
    ),
    Action(
        "class_pictures",
        "INSERT",
        f"""INSERT INTO class_pictures (class_id, body, width_pixels, height_pixels)
        SELECT id, {as_values(drawn("olive"))} FROM object_classes WHERE name = 'LACK' RETURNING *""",
        ADMINS,
    ),
    Action(
        "class_pictures",
        "UPDATE",
        f"""UPDATE class_pictures SET (body, width_pixels, height_pixels) = ROW ({as_values(drawn("teal", 9, 7))})
        WHERE class_id = {CLASS} RETURNING *""",
        ADMINS,
    ),
    Action(
        "class_pictures",
        "DELETE",
        f"DELETE FROM class_pictures WHERE class_id = {CLASS} RETURNING *",
        ADMINS,
    ),
    Action(
        "class_pointers",
        "INSERT",
        f"""INSERT INTO class_pointers (class_pointer, manufacturer_pubkey, path_to_pointer, class_id)
        VALUES (class_pointer_of({KEY}, '2.3.5'), {KEY}, '2.3.5', {CLASS}) RETURNING *""",
        ADMINS,
        audited_as="LOAD",
    ),
    Action(
        "class_pointers",
        "UPDATE",
        f"UPDATE class_pointers SET status = 'deprecated' WHERE manufacturer_pubkey = {KEY} RETURNING *",
        ADMINS,
    ),
    Action(
        "object_instances",
        "INSERT",
        f"""INSERT INTO object_instances (path, class_pointer, solana_address, class_id)
        VALUES ('2.3.2.2.3', 1, '{ADDRESS}', {CLASS}) RETURNING *""",
        USERS,
    ),
    Action(
        "object_instances",
        "UPDATE",
        f"UPDATE object_instances SET statuses = '{{lost}}' WHERE class_id = {CLASS} RETURNING *",
        ADMINS,
    ),
    Action(
        "printed_batches",
        "INSERT",
        f"INSERT INTO printed_batches (commitment) VALUES ('{UNLISTED.commitment.text}') RETURNING batch",
        ADMINS,
    ),
    Action(
        "printed_runs",
        "INSERT",
        f"""INSERT INTO printed_runs (batch_id, number, root, leaves)
        SELECT id, 0, '\\x{_RUN.root.hex()}', '\\x{_RUN.leaves.hex()}' FROM printed_batches
        WHERE batch = '2.3.2.9' RETURNING number""",
        ADMINS,
    ),
    Action(
        "monitoring_thresholds",
        "UPDATE",
        """UPDATE monitoring_thresholds SET value = 5 WHERE pattern = 'copied_code' AND name = 'wallets'
        RETURNING *""",
        PLATFORM,
    ),
]


def derived() -> set[str]:
    """Tables, views and functions of later migrations: made from the registry and the chain, they are no user's, but
    for thresholds, which people set, pictures of classes, and lists of what was printed."""
    later = [one.sql for one in read_migrations() if one.number > LAST_OF_REGISTRY]
    kinds = r"^CREATE (?:UNLOGGED )?(?:TABLE|VIEW|FUNCTION) (\w+)"
    made = {name for sql in later for name in re.findall(kinds, sql, re.MULTILINE)}
    return made - {"monitoring_thresholds", "class_pictures", "printed_batches", "printed_runs"}


_UNFINISHED = """
    INSERT INTO printed_batches (
        commitment, batch, class_pointer, root, instances, item_count, organization_id, added_by, added_at
    )
    SELECT %(text)s, %(batch)s, class_pointer, sha256(root), instances, item_count, organization_id, added_by, added_at
    FROM printed_batches WHERE batch = '2.3.2.7'
"""
"""A batch without its run, as it is in the midst of being added."""


@contextmanager
def undone(registry: Registry) -> Iterator[None]:
    """A transaction as who acts, of which nothing is left."""
    with registry.transaction():
        yield
        raise Rollback()

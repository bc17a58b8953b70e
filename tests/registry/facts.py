"""What a registry holds, to compare before with after and one way of getting there with another."""

from __future__ import annotations

from registry.world import World

_ROWS = {
    "wallets": """
        SELECT version_id, version_name, master_key_id, environment, status, is_default, compromised_at IS NULL AS safe
        FROM wallet_versions
    """,
    "manufacturers": """
        SELECT prefix, manufacturer_name, ed25519_public_key, status, transferred_from_wallet,
            transfer_completed_at IS NULL AS moving, compromised_at IS NULL AS safe
        FROM manufacturer_registry
    """,
    "lineage": """
        SELECT canonical_name, current_wallet_version, current_manufacturer_index, predecessor_wallet,
            predecessor_index, assignment_reason, status, completion_percentage
        FROM manufacturer_lineage
    """,
    "paths": """
        SELECT old.path, old.allocated_range_start, old.allocated_range_end, old.status, old.purpose,
            old.allocation_type, old.transferred_to_wallet, made.path AS made
        FROM path_registry AS old LEFT JOIN path_registry AS made ON made.id = old.transferred_to
    """,
    "pointers": """
        SELECT class_pointer, path_to_pointer, class.name, held.status
        FROM class_pointers AS held JOIN object_classes AS class ON class.id = class_id
    """,
    "pictures": """
        SELECT class.name, encode(digest, 'hex') AS digest
        FROM class_pictures JOIN object_classes AS class ON class.id = class_id
    """,
    "printed batches": """
        SELECT batch, pointer_text(class_pointer) AS pointer, its.commitment, number, run.root, sha256(leaves) AS leaves
        FROM printed_batches AS its LEFT JOIN printed_runs AS run ON batch_id = id
    """,
    "registered pointers": "SELECT class_pointer, manufacturer_number FROM global_class_pointer_registry",
    "levels": "SELECT wallet_version, manufacturer_index, path_level, level_name FROM manufacturer_path_schemas",
    "values": """
        SELECT wallet_version, manufacturer_index, path_level, level_value, value_name FROM path_level_values
    """,
    "alerts": "SELECT alert_type, severity, message FROM system_alerts",
    "requests": "SELECT action, facts, carried_out_at IS NULL AS open FROM approval_requests",
}


def facts_of(world: World) -> dict[str, list[str]]:
    """What matters of it: no ids, times or trail."""
    return {name: sorted(map(str, world.ada.rows(query))) for name, query in _ROWS.items()}


def dump_of(world: World) -> dict[str, list[str]]:
    """Every row of every table, with all that is in it."""
    tables = world.ada.rows(
        """
        SELECT c.relname AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = 'registry' AND c.relkind IN ('r', 'p', 'S') AND NOT c.relispartition ORDER BY 1
        """
    )
    # The trail's sequence is nobody's to read but its owner's.
    names = [row["name"] for row in tables if not row["name"].endswith("_seq")]
    assert {"wallet_versions", "audit_trail", "class_pointers", "system_alerts"} <= set(names)
    return {name: sorted(map(str, world.ada.rows(f"SELECT * FROM {name}"))) for name in names}

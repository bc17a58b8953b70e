"""The registry's tables as nodes and relations: SQL. Ids are texts, class pointers signed numbers.

Class pointers may be spread over a cluster (docs/sizes.md). So a statement that names one of their two tables names no
other table, and whoever wants more of a pointer asks `known_pointers`.
"""

from __future__ import annotations

from typing import Final

KEYS_AFTER: Final = {
    "ManufacturerKey": """
        SELECT ed25519_public_key AS key FROM manufacturer_registry
        WHERE ed25519_public_key > %(after)s ORDER BY ed25519_public_key LIMIT %(limit)s
    """,
    "ObjectClass": """
        SELECT id::text AS key FROM object_classes
        WHERE %(after)s = '' OR id > nullif(%(after)s, '')::uuid ORDER BY id LIMIT %(limit)s
    """,
    "ClassPointer": """
        SELECT class_pointer AS key FROM global_class_pointer_registry
        WHERE class_pointer BETWEEN %(first)s AND %(end)s ORDER BY class_pointer LIMIT %(limit)s
    """,
    "ObjectInstance": """
        SELECT id::text AS key FROM object_instances
        WHERE %(after)s = '' OR id > nullif(%(after)s, '')::uuid ORDER BY id LIMIT %(limit)s
    """,
}
"""The keys of a label's nodes in the order of their bytes."""

_INHERITABLE: Final = (
    "description",
    "category",
    "subcategory",
    "price_currency",
    "price_amount",
    "weight_grams",
    "dimensions_cm",
)
_INHERITED: Final = ", ".join(f"CASE WHEN {name} IS NULL THEN '{name}' END" for name in _INHERITABLE)

ROWS: Final = {
    "ManufacturerKey": """
        SELECT ed25519_public_key AS public_key, prefix, manufacturer_name, wallet_version, status
        FROM manufacturer_registry WHERE ed25519_public_key = ANY(%(keys)s)
    """,
    "ObjectClass": f"""
        SELECT id::text AS registry_class_id, name, description, updated_at, parent_class_id::text AS parent,
            array_remove(ARRAY[{_INHERITED}], NULL) AS inherited
        FROM object_classes WHERE id = ANY(%(keys)s::uuid[])
    """,
    "ClassPointer": """
        SELECT DISTINCT ON (class_pointer) class_pointer, path_to_pointer, manufacturer_pubkey, status::text AS status,
            created_at, class_id::text AS class_id
        FROM known_pointers(%(keys)s::bigint[]) WHERE manufacturer_pubkey IS NOT NULL
        ORDER BY class_pointer
    """,
    "ObjectInstance": """
        WITH asked AS MATERIALIZED (SELECT * FROM object_instances WHERE id = ANY(%(keys)s::uuid[])),
        known AS MATERIALIZED (
            SELECT DISTINCT ON (class_pointer) *
            FROM known_pointers(ARRAY(SELECT DISTINCT class_pointer FROM asked)) ORDER BY class_pointer
        )
        SELECT asked.id::text AS id, asked.path, asked.class_pointer, asked.solana_address, asked.hd_path,
            asked.path_to_pointer, asked.statuses, owned.owner,
            coalesce(asked.class_id, known.class_id)::text AS class_id,
            CASE WHEN known.path_to_pointer = asked.path_to_pointer
                AND known.class_id = coalesce(asked.class_id, known.class_id) THEN known.created_at END AS verified_at
        FROM asked LEFT JOIN known USING (class_pointer)
        LEFT JOIN graph_owners AS owned ON owned.instance_id = asked.id
    """,
}
"""What the nodes of some keys should be."""

PRIMARY_POINTERS: Final = """
    SELECT DISTINCT ON (class_id) class_id::text AS class_id, class_pointer FROM class_pointers
    WHERE class_id = ANY(%(keys)s::uuid[]) AND status = 'active'
    ORDER BY class_id, created_at, class_pointer
"""
"""The oldest active pointer of each of some classes."""

POINTERS_OF_CLASSES: Final = """
    SELECT class_id::text AS class_id, class_pointer FROM class_pointers WHERE class_id = ANY(%(keys)s::uuid[])
"""

OF_POINTERS: Final = {
    "ObjectClass": """
        SELECT DISTINCT class_id::text AS key FROM global_class_pointer_registry
        WHERE class_pointer = ANY(%(pointers)s::bigint[])
    """,
    "ObjectInstance": """
        SELECT id::text AS key FROM object_instances
        WHERE class_pointer = ANY(%(pointers)s::bigint[]) AND id > %(after)s::uuid ORDER BY id LIMIT %(limit)s
    """,
}
"""Which other nodes depend on class pointers."""

WAITING: Final = {
    "ManufacturerKey": "SELECT key FROM graph_outbox, unnest(keys) AS key WHERE label = 'ManufacturerKey'",
    "ObjectClass": """
        SELECT key FROM graph_outbox, unnest(keys) AS key WHERE label = 'ObjectClass'
        UNION SELECT class_id FROM graph_outbox, unnest(pointers) AS pointer
        JOIN unnest(%(classes)s::text[], %(pointers)s::bigint[]) AS held (class_id, class_pointer)
            ON class_pointer = pointer
    """,
    "ClassPointer": """
        SELECT pointer_text(pointer) AS key FROM graph_outbox, unnest(pointers) AS pointer
        WHERE pointer = ANY(%(keys)s::bigint[])
    """,
    "ObjectInstance": """
        SELECT key FROM graph_outbox, unnest(keys) AS key WHERE label = 'ObjectInstance'
        UNION SELECT seen.id::text FROM graph_outbox, unnest(pointers) AS pointer
        JOIN object_instances AS seen ON seen.class_pointer = pointer WHERE is_new AND seen.id = ANY(%(keys)s::uuid[])
    """,
}
"""Keys that wait in the outbox, at least those of `keys`. `classes` and `pointers` are all pointers of classes."""

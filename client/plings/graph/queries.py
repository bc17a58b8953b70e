"""The registry's tables as nodes and relations: SQL. Ids are texts, class pointers signed numbers."""

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

_HELD: Final = """
    LEFT JOIN global_class_pointer_registry AS known ON known.class_pointer = asked.class_pointer
    LEFT JOIN manufacturer_registry AS maker ON maker.number = known.manufacturer_number
    LEFT JOIN LATERAL (
        SELECT manufacturer_pubkey, path_to_pointer, status, created_at FROM class_pointers
        WHERE manufacturer_pubkey = maker.ed25519_public_key AND class_id = known.class_id
            AND class_pointer = known.class_pointer
        LIMIT 1
    ) AS held ON true
"""
"""A pointer's row, which is in one of 16 partitions: LIMIT keeps each from being read as a whole."""

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
        SELECT class.id::text AS registry_class_id, name, description, updated_at, parent_class_id::text AS parent,
            array_remove(ARRAY[{_INHERITED}], NULL) AS inherited, primary_one.class_pointer AS primary_pointer
        FROM object_classes AS class
        LEFT JOIN (
            SELECT DISTINCT ON (class_id) class_id, class_pointer FROM class_pointers
            WHERE class_id = ANY(%(keys)s::uuid[]) AND status = 'active'
            ORDER BY class_id, created_at, class_pointer
        ) AS primary_one ON primary_one.class_id = class.id
        WHERE class.id = ANY(%(keys)s::uuid[])
    """,
    "ClassPointer": f"""
        SELECT asked.class_pointer, held.path_to_pointer, held.manufacturer_pubkey, held.status::text AS status,
            held.created_at, known.class_id::text AS class_id
        FROM unnest(%(keys)s::bigint[]) AS asked (class_pointer) {_HELD}
        WHERE held.manufacturer_pubkey IS NOT NULL
    """,
    "ObjectInstance": f"""
        SELECT asked.id::text AS id, asked.path, asked.class_pointer, asked.solana_address, asked.hd_path,
            asked.path_to_pointer, asked.statuses, owned.owner,
            coalesce(asked.class_id, known.class_id)::text AS class_id,
            CASE WHEN held.path_to_pointer = asked.path_to_pointer
                AND known.class_id = coalesce(asked.class_id, known.class_id) THEN held.created_at END AS verified_at
        FROM object_instances AS asked {_HELD}
        LEFT JOIN graph_owners AS owned ON owned.instance_id = asked.id
        WHERE asked.id = ANY(%(keys)s::uuid[])
    """,
}
"""What the nodes of some keys should be."""

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
        UNION SELECT class_id::text FROM graph_outbox, unnest(pointers) AS pointer
        JOIN global_class_pointer_registry ON class_pointer = pointer WHERE class_id = ANY(%(keys)s::uuid[])
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
"""Keys that wait in the outbox, at least those of `keys`."""

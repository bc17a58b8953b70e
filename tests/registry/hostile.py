"""Texts that nobody should have to take, and into which columns each table's rows are given them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from psycopg import sql

from registry.actions import ADDRESS

HOSTILE = {
    "injection": "'; DROP TABLE users; --",
    "double quote": '"; DROP SCHEMA registry CASCADE; --',
    "stacked": "x'); TRUNCATE audit_trail; INSERT INTO users (email) VALUES ('evil@x.example",
    "union": "' UNION SELECT id::text, email FROM users --",
    "dollar quote": "$$; DROP TABLE users; $$",
    "backslash": "\\'; DROP TABLE users; --",
    "comment": "/* */ -- \\g",
    "nul": "a\0b",
    "newline": "a\nb",
    "carriage return": "a\r\nb",
    "escape sequence": "\x1b[31mred\x1b[0m",
    "right to left": "\u202egnp.exe",
    "isolate": "\u2066abc\u2069",
    "zero width": "IK\u200bEA",
    "tag characters": "IKEA\U000e0041",
    "byte order mark": "\ufeffIKEA",
    "lone surrogate": "a\ud800b",
    "percent": "%s %(x)s %d %% {} {0} {x}",
    "decomposed": "Cafe\u0301",
    "composed": "Caf\u00e9",
    "homoglyphs": "\u0406\u041a\u0415\u0410",
    "full width": "\uff29\uff2b\uff25\uff21",
    "emoji": "\U0001f9e8" * 20,
    "empty": "",
    "blank": " ",
    "no-break space": "\u00a0IKEA",
    "null": "null",
    "number": "1e999",
    "json": '{"a": [1, "\\u0000"]}',
    "path": "../../etc/passwd",
    "long": "x" * 10_000_000,
    "long zeros": "2.3." + "1" * 300_000,
    "long path": "2" + ".3" * 100_000,
    "long and wide": "\u00e9" * 100_000,
}


def value(text: str) -> sql.Composable:
    return sql.SQL(text)  # type: ignore[arg-type]


IKEA = value("(SELECT id FROM organizations WHERE name = 'IKEA')")
SOMEBODY = value("(SELECT id FROM users WHERE email = 'pia@plings.example')")
KEY = value("(SELECT ed25519_public_key FROM manufacturer_registry WHERE prefix = '2.3')")
CLASS = value("(SELECT id FROM object_classes WHERE name = 'BILLY')")


@dataclass(frozen=True)
class Row:
    """A row that the registry takes, and which of its columns are texts of the caller's choice."""

    values: dict[str, Any]
    texts: tuple[str, ...]
    documents: tuple[str, ...] = ()
    """Of jsonb: given an object that holds the text."""
    lists: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    def insert(self, table: str, column: str, given: Any) -> tuple[sql.Composed, list[Any]]:
        """The statement with `given` in a column, which it returns."""
        values = {**self.values, column: given}
        constants = {name: one for name, one in values.items() if isinstance(one, sql.Composable)}
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING {} AS stored").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(constants.get(name, sql.Placeholder()) for name in values),
            sql.Identifier(column),
        )
        return statement, [one for name, one in values.items() if name not in constants]


ROWS = {
    "users": Row({"email": "new@plings.example"}, ("email",)),
    "organizations": Row({"name": "Bakery"}, ("name", "database_role")),
    "organization_members": Row({"organization_id": IKEA, "user_id": SOMEBODY, "role": "member"}, ("role",)),
    "approval_requests": Row(
        {"action": "create_wallet", "facts": value("'{}'"), "reason": "why"}, ("action", "reason"), ("facts",)
    ),
    "wallet_versions": Row(
        {
            "version_id": 5,
            "version_name": "v5",
            "master_key_id": "file:wallet-v5",
            "environment": "production",
            "security_level": "standard",
        },
        ("version_name", "master_key_id", "description", "environment", "security_level", "status"),
    ),
    "manufacturer_registry": Row(
        {"wallet_version": 1, "manufacturer_index": 9, "manufacturer_name": "Bakery", "organization_id": IKEA},
        ("manufacturer_name", "ed25519_public_key", "ed25519_private_key_reference", "key_delegation_level", "status"),
    ),
    "manufacturer_lineage": Row(
        {
            "canonical_name": "another",
            "current_wallet_version": 1,
            "current_manufacturer_index": 2,
            "assignment_reason": "initial_setup",
        },
        ("canonical_name", "assignment_reason", "status"),
    ),
    "path_registry": Row(
        {"wallet_version": 1, "path": "2.3.3", "allocation_type": "production"},
        ("path", "allocation_type", "purpose", "status"),
    ),
    "manufacturer_path_schemas": Row(
        {"wallet_version": 1, "manufacturer_index": 2, "path_level": 4, "level_name": "batch"},
        ("level_name", "level_description", "gs1_mapping"),
    ),
    "path_level_values": Row(
        {"wallet_version": 1, "manufacturer_index": 2, "path_level": 3, "level_value": 7, "value_name": "IVAR"},
        ("value_name", "value_description", "gs1_code", "sku_reference"),
    ),
    "object_classes": Row(
        {"name": "IVAR", "manufacturer_organization_id": IKEA},
        ("name", "description", "sku", "gtin", "category", "subcategory", "status", "price_currency", "dimensions_cm"),
    ),
    "class_pointers": Row(
        {"class_pointer": 1, "manufacturer_pubkey": KEY, "path_to_pointer": "2.3.5", "class_id": CLASS},
        ("manufacturer_pubkey", "path_to_pointer"),
    ),
    "object_instances": Row(
        {"path": "2.3.2.2.3", "class_pointer": 1, "solana_address": ADDRESS, "class_id": CLASS},
        ("path", "solana_address"),
        lists=("statuses",),
    ),
    "printed_batches": Row({"commitment": "{}"}, ("commitment",)),
}
"""Tables that the platform's role inserts into, by hand if it must."""

CALLED = {
    ("system_alerts", "alert_type"): "SELECT raise_alert(%s, 'LOW', 'x', '{}')",
    ("system_alerts", "severity"): "SELECT raise_alert('TEST', %s, 'x', '{}')",
    ("system_alerts", "message"): "SELECT raise_alert('TEST', 'LOW', %s, '{}')",
    ("system_alerts", "details"): "SELECT raise_alert('TEST', 'LOW', 'x', jsonb_build_object('x', %s::text))",
    ("system_alerts", "key"): "SELECT raise_alert('TEST', 'LOW', 'x', '{}', %s)",
    ("cross_wallet_verifications", "path"): "SELECT verify_across_wallets(%s, 2)",
    ("collision_resolutions", "original_path"): f"SELECT resolve_class_pointer_collision(%s, {CLASS.as_string()})",
}
"""Columns that only functions write."""

OURS = {
    ("system_alerts", "delivery_error"): "what our own sender found",
    ("audit_trail", "operation"): "triggers write it",
    ("audit_trail", "table_name"): "triggers write it",
    ("audit_trail", "database_user"): "triggers write it",
    ("audit_trail", "database_role"): "triggers write it",
    ("audit_trail", "before"): "triggers write it",
    ("audit_trail", "after"): "triggers write it",
    ("wallet_templates", "name"): "a migration's",
    ("wallet_templates", "description"): "a migration's",
    ("wallet_templates", "environment"): "a migration's",
    ("wallet_templates", "security_level"): "a migration's",
    ("monitoring_thresholds", "pattern"): "a migration's",
    ("monitoring_thresholds", "name"): "a migration's",
    ("monitoring_thresholds", "meaning"): "a migration's",
    ("printed_batches", "batch"): "read out of the commitment",
    ("migrations", "name"): "the runner's",
    ("migrations", "digest"): "the runner's",
    ("collision_resolutions", "manufacturer_pubkey"): "computed",
    ("collision_resolutions", "resolved_path"): "computed",
}
"""Columns that nobody's text gets into."""

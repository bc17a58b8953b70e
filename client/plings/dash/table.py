"""The table from old to new, row by row, whatever its size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from psycopg.rows import class_row

from plings.registry import Registry
from plings.registry.bulk_maker import maker_of
from plings.registry.database import columns, fetch
from plings.registry.manufacturers import manufacturer


@dataclass(frozen=True)
class Moved:
    """One object: what is not decided yet is None."""

    old_path: str
    instance_key: str | None
    new_path: str | None
    class_pointer: str | None
    sku: str | None
    address: str | None


def moved(registry: Registry, prefix: str) -> Iterator[Moved]:
    """The objects of a manufacturer, in the order of their legacy paths. By who may migrate them.

    Raises AccessDenied, NotInRegistry, ValueRefused (`no_key`).
    """
    maker = manufacturer(registry, prefix)
    asked: dict[str, Any] = {
        "wallet": maker.wallet_version,
        "index": maker.manufacturer_index,
        "key": maker_of(registry, prefix).public_key,
    }
    with registry.transaction() as connection:
        fetch(connection, "SELECT require_organization_admin(%s)", [maker.organization_id])
        with connection.cursor("moved", row_factory=class_row(Moved)) as cursor:
            yield from cursor.execute(_MOVED.encode(), asked)


_MOVED: Final = f"""
    SELECT {columns(Moved)} FROM (
        SELECT class.old_path || '.' || segment_text(batch) || '.' || segment_text(instance) AS old_path, instance_key,
            class.new_path || '.' || segment_text(batch) || '.' || segment_text(instance) AS new_path,
            pointer_text(class_pointer_of(%(key)s, class.new_path)) AS class_pointer, product.sku, address,
            class.old_path AS class_path, batch, instance
        FROM dash_objects JOIN dash_classes AS class ON class.id = dash_class
        LEFT JOIN object_classes AS product ON product.id = class.class_id
        WHERE (class.wallet_version, class.manufacturer_index) = (%(wallet)s, %(index)s)
    ) AS one ORDER BY class_path, batch, instance
"""

"""Object classes: products as their manufacturers sell them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from plings.errors import NotInRegistry, ValueRefused, shown
from plings.interchange.gtin import check_digit_is_right
from plings.registry.database import Registry, columns
from plings.registry.people import organization as organization_named


@dataclass(frozen=True)
class ObjectClass:
    """A product. `price_amount` is in `price_currency` (ISO 4217), exact; `parent_class_id` is what it is a kind of."""

    id: UUID
    name: str
    description: str | None
    sku: str | None
    gtin: str | None
    manufacturer_organization_id: UUID
    parent_class_id: UUID | None
    category: str | None
    subcategory: str | None
    status: str
    price_currency: str | None
    price_amount: Decimal | None
    weight_grams: int | None
    dimensions_cm: str | None
    created_at: datetime
    updated_at: datetime


CHANGEABLE: Final = (
    "name",
    "description",
    "sku",
    "gtin",
    "parent_class_id",
    "category",
    "subcategory",
    "status",
    "price_currency",
    "price_amount",
    "weight_grams",
    "dimensions_cm",
)


def add_class(registry: Registry, name: str, *, organization: str, **facts: Any) -> ObjectClass:
    """A new class of an organisation, by its owner or admin or a super-admin. `facts` are ObjectClass's fields.

    Raises AccessDenied, AlreadyRegistered (`idx_class_sku`), NotInRegistry, ValueRefused (`gtin_form`,
    `price_is_whole`, … or `unknown_fact`).
    """
    known = checked_facts({"name": name, **facts})
    owner = organization_named(registry, organization).id
    names = ["manufacturer_organization_id", *known]
    insert = f"""
        INSERT INTO object_classes ({", ".join(names)}) VALUES ({", ".join(["%s"] * len(names))})
        RETURNING {columns(ObjectClass)}
    """
    return registry.records(ObjectClass, insert, [owner, *known.values()])[0]


def change_class(registry: Registry, class_id: UUID, **facts: Any) -> ObjectClass:
    """Changes those facts of a class. Raises as `add_class` does, and AlreadyRegistered with rule `class_circle`."""
    known = checked_facts(facts)
    if not known:
        return object_class(registry, class_id)
    assignments = ", ".join(f"{name} = %s" for name in known)
    update = f"UPDATE object_classes SET {assignments} WHERE id = %s RETURNING {columns(ObjectClass)}"
    changed = registry.record(ObjectClass, update, [*known.values(), class_id])
    if changed is None:
        raise NotInRegistry(f"there is no class {class_id}", "unknown_class")
    return changed


def object_class(registry: Registry, class_id: UUID) -> ObjectClass:
    """The class of an id. Raises NotInRegistry."""
    found = registry.record(ObjectClass, f"SELECT {columns(ObjectClass)} FROM object_classes WHERE id = %s", [class_id])
    if found is None:
        raise NotInRegistry(f"there is no class {class_id}", "unknown_class")
    return found


def classes(
    registry: Registry, *, organization: str | None = None, sku: str | None = None, limit: int = 1000
) -> list[ObjectClass]:
    """Classes of an organisation, of a SKU, or all that may be seen, by name. Raises NotInRegistry."""
    owner = None if organization is None else organization_named(registry, organization).id
    select = f"""
        SELECT {columns(ObjectClass)} FROM object_classes
        WHERE manufacturer_organization_id = coalesce(%s, manufacturer_organization_id)
            AND (%s::text IS NULL OR sku = %s)
        ORDER BY name, id LIMIT %s
    """
    return registry.records(ObjectClass, select, [owner, sku, sku, limit])


def checked_facts(facts: dict[str, Any]) -> dict[str, Any]:
    """`facts`, all of which are a class's: column names come from here and nowhere else. Raises ValueRefused."""
    strange = facts.keys() - set(CHANGEABLE)
    if strange:
        raise ValueRefused(f"a class has no {shown(min(strange))}", "unknown_fact")
    gtin = facts.get("gtin")
    # what has not digits alone is the database's to refuse
    if gtin is not None and str(gtin).isdecimal() and not check_digit_is_right(str(gtin)):
        raise ValueRefused(f"GTIN {shown(gtin)}: its check digit is wrong", "gtin_check_digit")
    return facts

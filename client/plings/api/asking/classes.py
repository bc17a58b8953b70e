"""Products and classes. A class without a pointer may be what nobody is to know of yet, so it is not there."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from plings.api.answers.objects import Manufacturer
from plings.api.answers.products import Product, ProductClass, RegisteredPointer
from plings.api.asking.texts import instant
from plings.errors import NotInRegistry
from plings.registry import Registry
from plings.registry.classes import object_class
from plings.registry.pointers import Product as Found
from plings.registry.pointers import find_product, pointers_of_class

MOST_POINTERS: Final = 100


def product(registry: Registry, class_pointer: str) -> Product:
    """The product of a pointer. Raises ClassPointerError, NotInRegistry."""
    return shaped(find_product(registry, class_pointer))


def shaped(found: Found) -> Product:
    amount = found.price_amount
    facts = {**vars(found), "class_id": str(found.class_id), "price_amount": None if amount is None else f"{amount:f}"}
    return Product(**facts)


def product_class(registry: Registry, class_id: UUID) -> ProductClass:
    """A class that has a pointer. Raises NotInRegistry."""
    with registry.transaction():
        held = pointers_of_class(registry, class_id)[:MOST_POINTERS]
        if not held:
            raise NotInRegistry(f"no class {class_id} has a pointer", "unknown_class")
        found = object_class(registry, class_id)
    return ProductClass(
        class_id=str(found.id),
        name=found.name,
        description=found.description,
        sku=found.sku,
        gtin=found.gtin,
        parent_class_id=None if found.parent_class_id is None else str(found.parent_class_id),
        category=found.category,
        subcategory=found.subcategory,
        status=found.status,
        price_amount=None if found.price_amount is None else f"{found.price_amount:f}",
        price_currency=found.price_currency,
        weight_grams=found.weight_grams,
        dimensions_cm=found.dimensions_cm,
        created_at=instant(found.created_at),
        updated_at=instant(found.updated_at),
        pointers=[
            RegisteredPointer(
                class_pointer=one.class_pointer,
                path_to_pointer=one.path_to_pointer,
                manufacturer_pubkey=one.manufacturer_pubkey,
                status=one.status,
                created_at=instant(one.created_at),
            )
            for one in held
        ],
    )


def manufacturer(registry: Registry, prefix: str) -> Manufacturer | None:
    """Who is registered under a prefix."""
    row = registry.row(_MANUFACTURER, [prefix])
    return None if row is None else Manufacturer(**row)


_MANUFACTURER: Final = """
    SELECT prefix, manufacturer_name::text AS name, ed25519_public_key AS pubkey, status
    FROM manufacturer_registry WHERE prefix = %s
"""

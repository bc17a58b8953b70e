"""Class pointers: registering them, and finding a product by one.

The pointer is never given: it is the hash of the manufacturer's key and the class's path.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from plings.errors import NotInRegistry, PointerCollision, ValueRefused
from plings.identity import ClassPath, ClassPointer
from plings.registry.database import Registry, columns, fetch_records
from plings.registry.failures import told
from plings.registry.manufacturers import Manufacturer, manufacturer
from plings.registry.migrate import SCHEMA


@dataclass(frozen=True)
class Product:
    """What a shop wants to know of a code. Prices are exact; statuses say whether the code is still what it was."""

    class_pointer: str
    class_id: UUID
    name: str
    sku: str | None
    gtin: str | None
    category: str | None
    subcategory: str | None
    price_amount: Decimal | None
    price_currency: str | None
    class_status: str
    pointer_status: str
    path_to_pointer: str
    manufacturer_name: str
    manufacturer_pubkey: str
    prefix: str
    manufacturer_status: str
    wallet_status: str


@dataclass(frozen=True)
class RegisteredPointer:
    """A class pointer with what it was made from."""

    class_pointer: str
    class_id: UUID
    wallet_version: int
    manufacturer_pubkey: str
    path_to_pointer: str
    status: str
    created_at: datetime
    verified_at: datetime | None


@dataclass(frozen=True)
class Registration:
    """What registering a class came to: its pointer, and whether it is new."""

    class_pointer: str
    path_to_pointer: str
    added: bool


def register_pointer(registry: Registry, path_to_pointer: str, class_id: UUID) -> Registration:
    """Registers the pointer of a class; again is no error and changes nothing.

    By an owner or admin of the organisation, or a super-admin. Raises PathError, NotInRegistry, AccessDenied,
    AlreadyRegistered (`other_class`), ValueRefused (`unregistrable`: the manufacturer or wallet is not active, the
    class is another's), and PointerCollision, which is noted as an alert: see `plings.registry.collisions`.
    """
    path = ClassPath(path_to_pointer)
    maker = manufacturer(registry, path.prefix)
    select = "SELECT insert_class_pointer_with_global_check(%s, %s, %s) AS what, pointer_text(class_pointer_of(%s, %s))"
    key = _key(maker)
    row = registry.rows(select, [key, path.text, class_id, key, path.text])[0]
    pointer: str = row["pointer_text"]
    if row["what"] == "collision":
        raise PointerCollision(f"class pointer {pointer} of {path} is another class's", "collision")
    return Registration(pointer, path.text, row["what"] == "added")


def find_product(registry: Registry, class_pointer: str) -> Product:
    """The product of a class pointer, in one round trip. Raises ClassPointerError, NotInRegistry."""
    ClassPointer.parse(class_pointer)
    with told():  # no transaction and no role around it: the answer is the same to everybody
        products = fetch_records(registry.connection, Product, _PRODUCT, [class_pointer])
    if not products:
        raise NotInRegistry(f"no class has the pointer {class_pointer}", "unknown_pointer")
    return products[0]


def find_products(registry: Registry, class_pointers: list[str]) -> list[Product]:
    """The products of those that are there, in no order. Raises ClassPointerError."""
    for one in class_pointers:
        ClassPointer.parse(one)
    select = f"SELECT {columns(Product)} FROM unnest(%s::text[]) AS asked, LATERAL get_product_by_pointer(asked)"
    return registry.records(Product, select, [class_pointers])


def pointers_of_class(registry: Registry, class_id: UUID) -> list[RegisteredPointer]:
    """All pointers of a class, newest first: a reorganised product has several."""
    select = f"SELECT {columns(RegisteredPointer)} FROM class_pointers_as_text WHERE class_id = %s"
    return registry.records(RegisteredPointer, f"{select} ORDER BY created_at DESC, path_to_pointer", [class_id])


def verify_pointer(registry: Registry, class_pointer: str, manufacturer_pubkey: str, path_to_pointer: str) -> bool:
    """Whether a pointer is the hash of that key and path, and registered as such; notes that it was verified.

    Raises ClassPointerError, PathError, AccessDenied.
    """
    ClassPointer.parse(class_pointer)
    path = ClassPath(path_to_pointer).text
    select = "SELECT note_verification(%s, %s, %s) AS verified"
    return bool(registry.rows(select, [class_pointer, manufacturer_pubkey, path])[0]["verified"])


def _key(maker: Manufacturer) -> str:
    if maker.ed25519_public_key is None:
        raise ValueRefused(f"the identity key of {maker.prefix} is not known", "no_key")
    return maker.ed25519_public_key


_PRODUCT: Final = f"SELECT {columns(Product)} FROM {SCHEMA}.get_product_by_pointer(%s)"

"""What a bundle takes from the registry, in one state of it: streamed, in the order of the bundle's keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from psycopg import IsolationLevel
from psycopg.rows import dict_row

from plings.errors import NotInRegistry, SettingsError, shown
from plings.identity import parse_address
from plings.publishing.price_list import PriceList
from plings.registry import Registry
from plings.registry.database import Connection, Row
from plings.shop import Manufacturer, Pointer, Price, Product, in_minor_units
from plings.shop.records import MOST_PRICES

ROWS_AT_ONCE: Final = 5000

_MANUFACTURERS: Final = """
    SELECT maker.prefix, maker.ed25519_public_key, maker.manufacturer_name, maker.organization_id, maker.status,
        maker.registered_at, maker.compromised_at, wallet.status AS wallet_status
    FROM manufacturer_registry AS maker JOIN wallet_versions AS wallet ON wallet.version_id = maker.wallet_version
    WHERE maker.ed25519_public_key IS NOT NULL AND (%(every)s OR maker.prefix = ANY(%(prefixes)s))
"""
_POINTERS: Final = """
    SELECT substring(sha256(convert_to(hash_input, 'UTF8')) FROM 1 FOR 16) AS key, class_id, status
    FROM class_pointers_as_text WHERE (%(every)s OR manufacturer_pubkey = ANY(%(keys)s)) ORDER BY key
"""
_PRODUCTS: Final = """
    SELECT id, name, sku, gtin, category, subcategory, manufacturer_organization_id, status, price_currency,
        price_amount
    FROM object_classes WHERE (%(every)s OR manufacturer_organization_id = ANY(%(organizations)s)) ORDER BY id
"""


@contextmanager
def reading(registry: Registry, prefixes: frozenset[str], prices: PriceList) -> Iterator[Source]:
    """The registry as it is now, until the end of the block. Raises RegistryErrors."""
    connection = registry.connection
    before = connection.isolation_level
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        with registry.transaction():
            yield Source(connection, prefixes, prices)
    finally:
        if not connection.closed:
            connection.isolation_level = before


class Source:
    """One state of the registry. Good inside of `reading` alone, and in the order of its methods."""

    def __init__(self, connection: Connection, prefixes: frozenset[str], prices: PriceList) -> None:
        self.unpriced = 0
        """registered prices that are no whole number of their currency's smallest units, and were left out"""
        self._connection = connection
        self._asked: dict[str, Any] = {"every": not prefixes, "prefixes": sorted(prefixes)}
        self._list = prices
        self._prefixes_of: dict[bytes, list[str]] = {}
        self._used: set[tuple[str, str]] = set()

    def manufacturers(self) -> list[Manufacturer]:
        """Those that have a key. Of a wallet whose master key was stolen, all keys are."""
        with self._connection.cursor(row_factory=dict_row) as cursor:
            rows = cursor.execute(_MANUFACTURERS, self._asked).fetchall()
        makers = [_manufacturer(row) for row in rows]
        self._asked["keys"] = [row["ed25519_public_key"] for row in rows]
        for maker in makers:
            self._prefixes_of.setdefault(maker.organization_id, []).append(maker.prefix)
        self._asked["organizations"] = [maker.organization_id.hex() for maker in makers]
        return makers

    def pointers(self) -> Iterator[tuple[bytes, Pointer]]:
        """Every class's pointer, under its record's key."""
        for row in self._stream("pointers", _POINTERS):
            yield bytes(row["key"]), Pointer(row["class_id"].bytes, row["status"])

    def products(self) -> Iterator[tuple[bytes, Product]]:
        """Every product, under its id."""
        for row in self._stream("products", _PRODUCTS):
            yield row["id"].bytes, self._product(row)

    def check_prices(self) -> None:
        """Refuse a price list that prices what is not there: somebody thinks that it is. Raises NotInRegistry."""
        for prefix, sku in sorted(self._list.keys() - self._used):
            raise NotInRegistry(f"manufacturer {prefix} has no product of SKU {shown(sku)}", "no_sku")

    def _stream(self, name: str, select: str) -> Iterator[Row]:
        with self._connection.cursor(name=f"bundle_{name}", row_factory=dict_row) as cursor:
            cursor.itersize = ROWS_AT_ONCE
            cursor.execute(select, self._asked, binary=True)
            yield from cursor

    def _product(self, row: Row) -> Product:
        organization = row["manufacturer_organization_id"].bytes
        category = " > ".join(filter(None, (row["category"], row["subcategory"])))
        prices = (*self._registered(row), *self._listed(organization, row["sku"]))
        if len(prices) > MOST_PRICES:
            raise SettingsError(f"the price list has more than {MOST_PRICES - 1} prices of SKU {shown(row['sku'])}")
        return Product(row["name"], row["sku"], row["gtin"], category or None, organization, row["status"], prices)

    def _registered(self, row: Row) -> list[Price]:
        if row["price_amount"] is None:
            return []
        price = in_minor_units(row["price_amount"], row["price_currency"])
        self.unpriced += price is None
        return [] if price is None else [price]

    def _listed(self, organization: bytes, sku: str | None) -> list[Price]:
        found: list[Price] = []
        for prefix in self._prefixes_of.get(organization, ()) if self._list and sku else ():
            assert sku is not None
            found += self._list.get((prefix, sku), [])
            self._used.add((prefix, sku))
        return found


def _manufacturer(row: Row) -> Manufacturer:
    stolen = "compromised" in (row["status"], row["wallet_status"])
    return Manufacturer(
        row["prefix"],
        parse_address(row["ed25519_public_key"]),
        row["manufacturer_name"],
        row["organization_id"].bytes,
        "compromised" if stolen else row["status"],
        _unix(row["registered_at"]),
        _unix(row["compromised_at"]) if row["compromised_at"] else None,
    )


def _unix(moment: datetime) -> int:
    return int(moment.timestamp())

"""What a bundle holds of manufacturers, classes' pointers and products, as records of bytes.

Records are read as if nobody had signed them: whatever is in one, it is read or refused with BundleInvalid.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from plings.errors import BundleInvalid, IdentityError
from plings.identity import ClassPath, format_address, is_weak_key, parse_address
from plings.identity.keys import check_prefix
from plings.proofs.document import UNIX
from plings.shop.price import MOST_DIGITS, MOST_MINOR, Price

MANUFACTURER_STATUSES: Final = ("active", "suspended", "transferring", "transferred", "compromised", "retired")
POINTER_STATUSES: Final = ("active", "migrated", "deprecated", "compromised")
"""A pointer's record has its status by its place here."""
PRODUCT_STATUSES: Final = ("active", "discontinued", "archived")
ID_BYTES: Final = 16
MOST_TEXT: Final = 2000
"""Characters."""
MOST_PRICES: Final = 100

_CURRENCY: Final = re.compile("[A-Z]{3}")
_ID: Final = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Manufacturer:
    """Who prints below a prefix: its 32-byte identity key, and when that is good for checks (unix seconds).

    `organization_id` (16 bytes) is what several prefixes of one manufacturer share.
    """

    prefix: str
    key: bytes
    name: str
    organization_id: bytes
    status: str
    valid_from_unix: int
    valid_until_unix: int | None = None

    def holds(self, now_unix: float) -> bool:
        """Whether its key shows anything at that time: a compromised one never does."""
        return (
            self.status != "compromised"
            and self.valid_from_unix <= now_unix
            and (self.valid_until_unix is None or now_unix < self.valid_until_unix)
        )

    @property
    def encoded(self) -> bytes:
        key, organization = format_address(self.key), self.organization_id.hex()
        return _written(
            [self.prefix, key, self.name, organization, self.status, self.valid_from_unix, self.valid_until_unix]
        )

    @classmethod
    def read(cls, record: bytes) -> Manufacturer:
        """Raises BundleInvalid."""
        prefix, key, name, organization, status, start, end = _members("manufacturers", record, 7)
        try:
            check_prefix(ClassPath(prefix))
            public_key = parse_address(key)
        except IdentityError as error:
            raise _refused("manufacturers", error.rule, str(error)) from error
        if is_weak_key(public_key):
            raise _refused("manufacturers", "weak_key", f"the key of {prefix} is a point of small order")
        _check("manufacturers", status in MANUFACTURER_STATUSES and _is_unix(start) and (end is None or _is_unix(end)))
        return cls(
            prefix, public_key, _text("manufacturers", name), _id("manufacturers", organization), status, start, end
        )


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which product a class's pointer means: the product's 16-byte id, under which its record is."""

    product_id: bytes
    status: str

    @property
    def encoded(self) -> bytes:
        return self.product_id + bytes([POINTER_STATUSES.index(self.status)])

    @classmethod
    def read(cls, record: bytes) -> Pointer:
        """Raises BundleInvalid."""
        _check("pointers", len(record) == ID_BYTES + 1 and record[ID_BYTES] < len(POINTER_STATUSES))
        return cls(record[:ID_BYTES], POINTER_STATUSES[record[ID_BYTES]])


@dataclass(frozen=True, slots=True)
class Product:
    """What is sold, under however many pointers: the one place of its SKU and prices.

    Of several prices that hold at a time, the last counts.
    """

    name: str
    sku: str | None
    gtin: str | None
    category: str | None
    organization_id: bytes
    status: str
    prices: tuple[Price, ...] = ()

    def price(self, now_unix: float) -> Price | None:
        """What it costs at that time."""
        return next((price for price in reversed(self.prices) if price.holds(now_unix)), None)

    @property
    def encoded(self) -> bytes:
        prices = [[one.currency, one.amount_minor, one.digits, one.from_unix, one.until_unix] for one in self.prices]
        organization = self.organization_id.hex()
        return _written([self.name, self.sku, self.gtin, self.category, organization, self.status, prices])

    @classmethod
    def read(cls, record: bytes) -> Product:
        """Raises BundleInvalid."""
        name, sku, gtin, category, organization, status, prices = _members("products", record, 7)
        _check("products", status in PRODUCT_STATUSES and isinstance(prices, list) and len(prices) <= MOST_PRICES)
        sku, gtin, category = (_maybe_text("products", one) for one in (sku, gtin, category))
        name, owner = _text("products", name), _id("products", organization)
        return cls(name, sku, gtin, category, owner, status, tuple(map(_read_price, prices)))


def _read_price(members: Any) -> Price:
    _check("products", isinstance(members, list) and len(members) == 5)
    currency, minor, digits, start, end = members
    _check("products", isinstance(currency, str) and _CURRENCY.fullmatch(currency) is not None)
    _check("products", _is_whole(minor, MOST_MINOR) and _is_whole(digits, MOST_DIGITS))
    _check("products", (start is None or _is_unix(start)) and (end is None or _is_unix(end)))
    return Price(currency, minor, digits, start, end)


def _written(members: list[Any]) -> bytes:
    return json.dumps(members, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def _members(section: str, record: bytes, count: int) -> list[Any]:
    try:
        members = json.loads(record)
    except (ValueError, RecursionError):
        raise _refused(section, "record", "a record is not JSON") from None
    if not isinstance(members, list) or len(members) != count:
        raise _refused(section, "record", f"a record has not {count} members")
    return members


def _text(section: str, value: Any) -> str:
    _check(section, isinstance(value, str) and 0 < len(value) <= MOST_TEXT)
    text: str = value
    return text


def _maybe_text(section: str, value: Any) -> str | None:
    return None if value is None else _text(section, value)


def _id(section: str, value: Any) -> bytes:
    _check(section, isinstance(value, str) and _ID.fullmatch(value) is not None)
    return bytes.fromhex(value)


def _is_unix(value: Any) -> bool:
    return _is_whole(value, UNIX)


def _is_whole(value: Any, most: int) -> bool:
    return type(value) is int and 0 <= value <= most


def _check(section: str, is_right: bool) -> None:
    if not is_right:
        raise _refused(section, "record", "a member of a record is not what it should be")


def _refused(section: str, rule: str, reason: str) -> BundleInvalid:
    return BundleInvalid(f"bundle.{section}", rule, reason)

"""A price list: a shop's own prices by SKU, in a CSV file, beside those that manufacturers registered.

    manufacturer,sku,currency,amount,valid_from,valid_until
    2.3,00263850,EUR,49.95,,
    2.3,00263850,EUR,39.95,2026-11-27,2026-12-01

The last two may be missing or empty: days (UTC) or moments (ISO 8601) from which and before which a price holds. Of two
that hold, the later line counts. A SKU is its manufacturer's, so its prefix stands before it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from plings.errors import PathError, SettingsError, shown
from plings.identity import ClassPath
from plings.identity.keys import check_prefix
from plings.shop import Price, in_minor_units

PriceList = dict[tuple[str, str], list[Price]]
"""Prices by prefix and SKU, in the order of lines."""

REQUIRED: Final = ("manufacturer", "sku", "currency", "amount")
OPTIONAL: Final = ("valid_from", "valid_until")
_AMOUNT: Final = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?")
"""Not all that Decimal takes: 4_995 is a slip for 4.995 or 4,995, and nobody knows of which."""


def read_price_list(file: Path) -> PriceList:
    """The prices of a file. Raises SettingsError, which names the line and what is wrong with it."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return _read(file, csv.reader(lines, strict=True))
    except OSError as error:
        raise SettingsError(f"price list {shown(str(file))}: it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise SettingsError(f"price list {shown(str(file))}: it is not UTF-8 text") from None


def _read(file: Path, rows: Any) -> PriceList:
    """`rows` is the csv module's reader, whose type has no public name."""
    prices: PriceList = {}
    try:
        names: list[str] = next(rows, [])
        _check_names(names)
        for row in rows:
            if row:
                prefix, sku, price = _price(dict(zip(names, _whole(names, row), strict=True)))
                prices.setdefault((prefix, sku), []).append(price)
    except UnicodeDecodeError:
        raise
    except (csv.Error, ValueError) as error:
        raise SettingsError(f"price list {shown(str(file))}, line {rows.line_num}: {error}") from None
    return prices


def _check_names(names: list[str]) -> None:
    strange = set(names) - {*REQUIRED, *OPTIONAL}
    if len(set(names)) != len(names) or not set(REQUIRED) <= set(names) or strange:
        raise ValueError(f"its columns are not {', '.join(REQUIRED)} and perhaps {', '.join(OPTIONAL)}")


def _whole(names: list[str], row: Iterable[str]) -> list[str]:
    values = [value.strip() for value in row]
    if len(values) != len(names):
        raise ValueError(f"it has {len(values)} values and not {len(names)}")
    return values


def _price(row: dict[str, str]) -> tuple[str, str, Price]:
    try:
        check_prefix(ClassPath(row["manufacturer"]))
    except PathError as error:
        raise ValueError(f"manufacturer: {error}") from None
    currency = row["currency"]
    if not (len(currency) == 3 and currency.isascii() and currency.isupper() and currency.isalpha()):
        raise ValueError(f"currency {shown(currency)} is not three capitals (ISO 4217)")
    if not row["sku"]:
        raise ValueError("sku: it is empty")
    start, end = (_unix(name, row.get(name, "")) for name in OPTIONAL)
    if start is not None and end is not None and start >= end:
        raise ValueError("valid_until is not after valid_from")
    price = None
    if _AMOUNT.fullmatch(row["amount"]):
        price = in_minor_units(Decimal(row["amount"]), currency, start, end)
    if price is None:
        raise ValueError(f"amount {shown(row['amount'])} is no whole number of {currency}'s smallest units")
    return row["manufacturer"], row["sku"], price


def _unix(name: str, text: str) -> int | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{name} {shown(text)} is no day or moment of ISO 8601") from None
    unix = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if unix < 0:
        raise ValueError(f"{name} {shown(text)} is before 1970")
    return int(unix)

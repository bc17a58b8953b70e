"""Price lists: exact, by manufacturer and SKU, and what is wrong is told with its line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from plings.errors import SettingsError
from plings.publishing import PriceList, read_price_list
from plings.shop import Price, in_minor_units

HEAD = "manufacturer,sku,currency,amount,valid_from,valid_until\n"


def _read(folder: Path, text: str | bytes) -> PriceList:
    (folder / "prices.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return read_price_list(folder / "prices.csv")


def test_prices_by_sku(tmp_path: Path) -> None:
    days = '2.3,"B,1", EUR ,39.9,2026-11-27,2026-11-27T18:00:00+02:00\n'
    prices = _read(tmp_path, "\ufeff" + HEAD + "2.3,00263850,EUR,49.95,,\n\n" + days + "2.4,00263850,JPY,1200,,\r\n")
    assert prices == {
        ("2.3", "00263850"): [Price("EUR", 4995, 2)],
        ("2.3", "B,1"): [Price("EUR", 3990, 2, 1_795_737_600, 1_795_795_200)],
        ("2.4", "00263850"): [Price("JPY", 1200, 0)],
    }


def test_the_days_may_be_missing(tmp_path: Path) -> None:
    assert _read(tmp_path, "sku,amount,currency,manufacturer\nA,1,EUR,2.3\n") == {("2.3", "A"): [Price("EUR", 100, 2)]}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2.3,A,EUR,0.001,,", "no whole number of EUR's smallest units"),
        ("2.3,A,JPY,0.5,,", "no whole number of JPY's smallest units"),
        ("2.3,A,EUR,-1,,", "smallest units"),
        ("2.3,A,EUR,NaN,,", "smallest units"),
        ("2.3,A,EUR,Infinity,,", "smallest units"),
        ("2.3,A,EUR,1e30,,", "smallest units"),
        ("2.3,A,EUR,1e999999999,,", "smallest units"),
        ("2.3,A,EUR,1e-999999999,,", "smallest units"),
        ("2.3,A,EUR,ten,,", "smallest units"),
        ("2.3,A,EUR,4_995,,", "smallest units"),
        ("2.3,A,EUR,\u0664\u0669,,", "smallest units"),
        ("2.3,A,eur,1,,", "three capitals"),
        ("2.3,A,EURO,1,,", "three capitals"),
        ("2.3,,EUR,1,,", "sku: it is empty"),
        ("2,A,EUR,1,,", "manufacturer"),
        ("2.3.4,A,EUR,1,,", "manufacturer"),
        ("2.13,A,EUR,1,,", "manufacturer"),
        ("2.3,A,EUR,1,yesterday,", "valid_from"),
        ("2.3,A,EUR,1,2026-01-02,2026-01-02", "valid_until is not after"),
        ("2.3,A,EUR,1,1969-01-01,", "before 1970"),
        ("2.3,A,EUR,1", "4 values and not 6"),
        ('2.3,"A,EUR,1,,', "line 2"),
    ],
)
def test_a_line_that_is_wrong_is_named(tmp_path: Path, line: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason) as caught:
        _read(tmp_path, f"{HEAD}{line}\n")
    assert "line 2" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("head", ["", "sku,amount\n", HEAD.replace("sku", "SKU"), HEAD.replace("sku", "sku,sku")])
def test_other_columns(tmp_path: Path, head: str) -> None:
    with pytest.raises(SettingsError, match="its columns are not"):
        _read(tmp_path, head)


def test_what_is_no_text_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="UTF-8"):
        _read(tmp_path, HEAD.encode() + b"2.3,\xff,EUR,1,,\n")
    with pytest.raises(SettingsError, match="cannot be read"):
        read_price_list(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("49.9500", "EUR", "49.95 EUR"),
        ("0", "EUR", "0.00 EUR"),
        ("1234567", "JPY", "1,234,567 JPY"),
        ("1.5", "KWD", "1.500 KWD"),
    ],
)
def test_prices_as_people_read_them(amount: str, currency: str, text: str) -> None:
    price = in_minor_units(Decimal(amount), currency)
    assert price is not None and price.text == text


@pytest.mark.parametrize("amount", ["49.95" + "0" * 25 + "1", "49.94" + "9" * 30, "0." + "9" * 40])
def test_an_amount_of_many_digits_is_not_rounded(amount: str) -> None:
    assert in_minor_units(Decimal(amount), "EUR") is None

"""Prices in whole minor units (cents), and for when they hold."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

MOST_MINOR: Final = 10**18
MOST_DIGITS: Final = 4
_MOST_EXPONENT: Final = 20

_DIGITS: Final = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), 0),
    **dict.fromkeys(("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""ISO 4217's minor units where they are not hundredths."""


@dataclass(frozen=True, slots=True)
class Price:
    """`amount_minor` of 10^-`digits` of a currency (ISO 4217): 4995 with 2 digits is 49.95.

    It holds from `from_unix` on and before `until_unix` (unix seconds, None: without end).
    """

    currency: str
    amount_minor: int
    digits: int
    from_unix: int | None = None
    until_unix: int | None = None

    def holds(self, now_unix: float) -> bool:
        """Whether it is the price at that time."""
        return (self.from_unix is None or self.from_unix <= now_unix) and (
            self.until_unix is None or now_unix < self.until_unix
        )

    @property
    def text(self) -> str:
        """`1,249.95 EUR`."""
        whole, rest = divmod(self.amount_minor, 10**self.digits)
        cents = f".{rest:0{self.digits}}" if self.digits else ""
        return f"{whole:,}{cents} {self.currency}"


def in_minor_units(
    amount: Decimal, currency: str, from_unix: int | None = None, until_unix: int | None = None
) -> Price | None:
    """The price of an exact amount, or None for one that is no whole number of the currency's minor units."""
    digits = _DIGITS.get(currency, 2)
    if not amount.is_finite() or abs(amount.adjusted()) > _MOST_EXPONENT:  # beyond it, arithmetic would round to zero
        return None
    minor = int(amount.scaleb(digits))
    if Decimal(minor).scaleb(-digits) != amount or not 0 <= minor <= MOST_MINOR:  # scaleb rounds, comparing does not
        return None
    return Price(currency, minor, digits, from_unix, until_unix)

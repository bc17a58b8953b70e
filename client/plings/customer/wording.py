"""How texts, amounts and times read in a language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

from plings.customer.languages import texts

_LAMPORTS_EXPONENT = -9


class Wording:
    """One language, for a template."""

    def __init__(self, language: str) -> None:
        self._texts = texts(language)

    def text(self, key: str, otherwise: str = "", **parameters: Any) -> Markup:
        """A text, or that of `otherwise` where there is none. Raises KeyError when there is neither.

        Parameters are strangers': they are escaped, and keep their direction to themselves.
        """
        template = self._texts[key] if key in self._texts or not otherwise else self._texts[otherwise]
        isolated = {name: Markup("<bdi>{}</bdi>").format(value) for name, value in parameters.items()}
        return Markup(escape(template)).format_map(isolated)

    def texts_under(self, prefixes: Iterable[str]) -> dict[str, str]:
        """What a script may say: the texts whose keys begin with one of these."""
        return {key: value for key, value in self._texts.items() if key.startswith(tuple(prefixes))}

    def number(self, lamports: int) -> str:
        """`0.25` SOL of 250,000,000 lamports: exact, without zeros that say nothing."""
        whole, _, rest = f"{Decimal(lamports).scaleb(_LAMPORTS_EXPONENT):f}".partition(".")
        rest = rest.rstrip("0")
        return whole + (self._texts["number.point"] + rest if rest else "")

    def decimal(self, amount: str) -> str:
        """`49.90` of `49.9000`: as prices are written, with two places at least where there are any."""
        whole, _, rest = amount.partition(".")
        rest = rest.rstrip("0")
        return whole + (self._texts["number.point"] + rest.ljust(2, "0") if rest else "")

    def sol(self, lamports: int) -> str:
        """The same as an amount that does not break in two lines."""
        return f"{self.number(lamports)}\N{NO-BREAK SPACE}SOL"

    def moment(self, unix: int) -> Markup:
        """A day of the chain's clock in UTC, with the minute for those who look closer."""
        try:
            told = datetime.fromtimestamp(unix, UTC)
        except (OverflowError, OSError, ValueError):
            return Markup("{}").format(unix)
        month = self._texts[f"month.{told.month}"]
        day = self._texts["date"].format(day=told.day, month=month, year=told.year)
        return Markup('<time datetime="{:%Y-%m-%dT%H:%MZ}" title="{:%Y-%m-%d %H:%M} UTC">{}</time>').format(
            told, told, day
        )

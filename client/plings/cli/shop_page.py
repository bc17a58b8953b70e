"""What a counter shows: big and plain for the person at the till, one object for a till's program."""

from __future__ import annotations

import sys
from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, Any, Final

from plings.cli.output import one_line
from plings.cli.shop_digits import large
from plings.cli.times import span
from plings.identity import format_address

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from plings.shop import Answer, Knowledge, Price, Product
    from plings.shop.records import Manufacturer

FRAME_COLUMNS: Final = 12
"""What a frame, its padding and the space before a currency take."""

MOST_SHOWN: Final = 200
"""Characters of a name, as many as the registry takes."""

_LOOKS: Final = {
    "sell": ("SELL", "bold white on dark_green", "green"),
    "ask": ("ASK FIRST", "bold black on yellow", "yellow"),
    "refuse": ("DO NOT SELL", "bold white on dark_red", "red"),
}
"""By advice: the word, its bar's style, the frame's."""


def answer_facts(answer: Answer) -> dict[str, Any]:
    """For a till's program."""
    code = answer.verdict.url
    return {
        "advice": answer.advice.value,
        "grade": answer.verdict.grade.value,
        "genuine": answer.verdict.genuine,
        "reasons": list(answer.reasons),
        "against": list(answer.against),
        "path": code.path.text if code else None,
        "class_pointer": code.class_pointer.text if code else None,
        "address": format_address(code.address) if code else None,
        "signed": code.signature is not None if code else None,
        "manufacturer": _manufacturer_facts(answer.manufacturer),
        "product": _product_facts(answer.product),
        "price": _price_facts(answer.price),
        "pointer_status": answer.pointer_status,
        "printed": answer.printed,
        "told_by": answer.told_by,
        "told_at_unix": answer.told_at_unix,
        "bundle": knowledge_facts(answer.knowledge),
    }


def knowledge_facts(known: Knowledge) -> dict[str, Any]:
    return {
        "publisher": known.publisher_name,
        "sequence": known.sequence,
        "created_at_unix": known.created_at_unix,
        "expires_at_unix": known.expires_at_unix,
        "age_seconds": known.age_seconds,
        "expired": known.expired,
    }


def answer_page(answer: Answer) -> RenderableType:
    """For the person at the till."""
    from rich.text import Text

    parts: list[RenderableType] = [advice_bar(answer.advice.value), Text()]
    if answer.price and answer.advice != "refuse":
        parts += [_price(answer.price), Text()]
    if answer.product:
        parts.append(Text(short_line(answer.product.name), "bold"))
    if answer.manufacturer:
        parts.append(Text(_maker_line(answer), "dim"))
    if len(parts) > 2:
        parts.append(Text())
    return framed(answer.advice.value, [*parts, *graded(answer)], known_line(answer.knowledge))


def graded(answer: Answer) -> list[RenderableType]:
    """The grade and why, a line each; what stands against a sale is marked."""
    from rich.text import Text

    found = list(answer.reasons)
    if answer.verdict.url is None:
        found.insert(0, "what was scanned is no Plings code")
    return [Text(answer.verdict.grade.value, "bold"), reasons(found, answer.against)]


def short_line(name: str) -> str:
    """A name in one line, cut off: a long one would push the advice off the screen."""
    line = one_line(name)
    return line if len(line) <= MOST_SHOWN else line[:MOST_SHOWN] + "…"


def reasons(texts: Iterable[str], against: Container[str] = ()) -> RenderableType:
    """A line each, those of `against` marked; what is too long for one goes on below its beginning."""
    from rich.table import Table
    from rich.text import Text

    rows = Table.grid(padding=(0, 1))
    rows.add_column(width=1)
    rows.add_column()
    for text in texts:
        mark, style = ("!", "bold yellow") if text in against else ("", "")
        rows.add_row(Text(mark, style), Text(one_line(text), style))
    return rows


def framed(advice: str, parts: list[RenderableType], below: str) -> RenderableType:
    """Parts in a frame of an advice's colour, with a line set into its lower edge."""
    from rich import box
    from rich.console import Group
    from rich.panel import Panel
    from rich.text import Text

    colour = _LOOKS[advice][2]
    return Panel(
        Group(*parts),
        box=box.HEAVY,
        border_style=colour,
        padding=(1, 3),
        subtitle=Text(f" {below} ", colour),
        subtitle_align="right",
    )


def advice_bar(advice: str, word: str | None = None) -> RenderableType:
    """The advice's word, or another, on a bar of its colour."""
    from rich.align import Align
    from rich.text import Text

    usual, style, _ = _LOOKS[advice]
    return Align.center(Text(word or usual, style), style=style)


def known_line(known: Knowledge) -> str:
    """Whose list was asked, and how old it is."""
    name = one_line(known.publisher_name)
    if known.expired:
        return f"list of {name}, EXPIRED {span(known.now_unix - known.expires_at_unix)} ago"
    return f"list of {name}, {span(max(known.age_seconds, 0))} old"


def _price(price: Price) -> Text:
    from rich.text import Text

    from plings.cli.paper import Paper

    number, currency = price.text.split()
    top, middle, bottom = large(number)
    is_wide = len(middle) + len(currency) + FRAME_COLUMNS < Paper().width
    if not (is_wide and (sys.stdout.encoding or "").lower().startswith("utf")):
        return Text(price.text, "bold")
    return Text(f"{top}\n{middle}  {currency}\n{bottom}", "bold")


def _maker_line(answer: Answer) -> str:
    assert answer.manufacturer is not None
    sku = answer.product.sku if answer.product else None
    return " · ".join([short_line(answer.manufacturer.name), *([f"SKU {short_line(sku)}"] if sku else [])])


def _manufacturer_facts(maker: Manufacturer | None) -> dict[str, Any] | None:
    if maker is None:
        return None
    return {"prefix": maker.prefix, "name": maker.name, "key": format_address(maker.key), "status": maker.status}


def _product_facts(product: Product | None) -> dict[str, Any] | None:
    if product is None:
        return None
    return {name: getattr(product, name) for name in ("name", "sku", "gtin", "category", "status")}


def _price_facts(price: Price | None) -> dict[str, Any] | None:
    if price is None:
        return None
    return {"currency": price.currency, "amount_minor": price.amount_minor, "digits": price.digits, "text": price.text}

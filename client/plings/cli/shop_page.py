"""What a counter shows: big and plain for the person at the till, one object for a till's program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from plings.cli.output import one_line
from plings.cli.times import span
from plings.identity import format_address

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from plings.shop import Answer, Knowledge, Price, Product
    from plings.shop.records import Manufacturer

_LOOKS: Final = {
    "sell": ("SELL", "bold white on green", "green"),
    "ask": ("ASK FIRST", "bold black on yellow", "yellow"),
    "refuse": ("DO NOT SELL", "bold white on red", "red"),
}
"""By advice: the word, the word's style, the frame's."""


def answer_facts(answer: Answer) -> dict[str, Any]:
    """For a till's program."""
    code = answer.verdict.url
    return {
        "advice": answer.advice.value,
        "grade": answer.verdict.grade.value,
        "genuine": answer.verdict.genuine,
        "reasons": list(answer.reasons),
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

    lines = [_headline(answer), Text()]
    if answer.product:
        lines.append(Text(one_line(answer.product.name), "bold"))
    if answer.manufacturer:
        sku = answer.product.sku if answer.product else None
        parts = [one_line(answer.manufacturer.name), f"SKU {one_line(sku)}" if sku else ""]
        lines.append(Text(" · ".join(filter(None, parts)), "dim"))
    if len(lines) > 2:
        lines.append(Text())
    lines.append(Text(answer.verdict.grade.value, "bold"))
    lines += [Text(f"  {one_line(reason)}") for reason in answer.reasons]
    return framed(answer.advice.value, lines, known_line(answer.knowledge))


def framed(advice: str, lines: list[Text], below: str) -> RenderableType:
    """Lines in a frame of an advice's colour, with a line set into its lower edge."""
    from rich import box
    from rich.panel import Panel
    from rich.text import Text

    colour = _LOOKS[advice][2]
    return Panel(
        Text("\n").join(lines),
        box=box.HEAVY,
        border_style=colour,
        padding=(1, 3),
        subtitle=Text(f" {below} ", colour),
        subtitle_align="right",
    )


def advice_mark(advice: str) -> Text:
    """`SELL`, in its colour."""
    from rich.text import Text

    word, style, _ = _LOOKS[advice]
    return Text(f"  {word}  ", style)


def known_line(known: Knowledge) -> str:
    """Which bundle was asked, and how old it is."""
    name = one_line(known.publisher_name)
    if known.expired:
        return f"bundle {known.sequence} of {name}, EXPIRED {span(known.now_unix - known.expires_at_unix)} ago"
    return f"bundle {known.sequence} of {name}, {span(max(known.age_seconds, 0))} old"


def _headline(answer: Answer) -> Text:
    from rich.text import Text

    mark = advice_mark(answer.advice.value)
    if answer.price and answer.advice != "refuse":
        return Text.assemble(mark, "   ", (answer.price.text, "bold"))
    return mark


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

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.options import Host
from plings.cli.registry_class import price_text
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_page import facts, lines, table
from plings.cli.registry_path_allocate import allocation_facts
from plings.identity import DEFAULT_HOST

if TYPE_CHECKING:
    from rich.console import RenderableType

    from plings.registry.decoded import Decoded, Word


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings registry decode 2.3.2.G.3j")(decode)


@asking
def decode(
    desk: Desk,
    text: Annotated[str, typer.Argument(metavar="PATH|URL", help="A path, or the text of a scanned code.")],
    as_class: Annotated[
        bool, typer.Option("--class", help="A path of four segments or more is a class's too, not an object's.")
    ] = False,
    host: Host = DEFAULT_HOST,
) -> None:
    """Say in words what a path means: wallet, maker, what it is of, batch, instance, GTIN and SKU.

    It says what a code claims. Whether that is true: `plings url check`.
    """
    from plings.registry.decoding import decode as decoded_of

    decoded = decoded_of(desk.registry, text, as_class=as_class, host=host)
    desk.give(_facts(decoded), lambda: _page(decoded))


def _facts(decoded: Decoded) -> dict[str, Any]:
    holder = None if decoded.holder is None else allocation_facts(decoded.holder)
    return {**facts(decoded), "holder": holder}


def _page(decoded: Decoded) -> RenderableType:
    from rich.text import Text

    parts = [
        Text(decoded.sentence, "bold"),
        table(_COLUMNS, _rows(decoded), numbers=["number"])(),
        Text(lines(_rest(decoded))),
    ]
    return Text("\n\n").join(parts)


_COLUMNS = ["part", "segment", "number", "means", "GS1", "SKU"]


def _rows(decoded: Decoded) -> list[tuple[object, ...]]:
    wallet, maker = decoded.wallet, decoded.manufacturer
    segment = maker.prefix.partition(".")[2]
    ends = [
        (name, one.segment, str(one.number), "", "", "")
        for name, one in (("batch", decoded.batch), ("instance", decoded.instance))
        if one is not None
    ]
    return [
        ("wallet", wallet.segment, str(wallet.number), wallet.name or "no such wallet", "", ""),
        ("manufacturer", segment, str(maker.index), maker.name or "not registered", "", ""),
        *map(_word_row, decoded.words),
        *ends,
    ]


def _word_row(word: Word) -> tuple[object, ...]:
    name = word.level_name or ("class number" if word.level == 999 else f"level {word.level}")
    meaning = " - ".join(filter(None, (word.value_name, word.description))) or "no word is known"
    note = "" if word.active else " (out of use)"
    return name, word.segment, str(word.number), meaning + note, word.gs1_code or "", word.sku or ""


def _rest(decoded: Decoded) -> list[tuple[str, object]]:
    product, held = decoded.product, decoded.holder
    claimed = decoded.claimed_pointer if decoded.claimed_pointer != decoded.class_pointer else None
    price = price_text(product) if product else None
    levels = ", ".join(map(str, decoded.missing_levels))
    return [
        ("class pointer", decoded.class_pointer or "not known: its manufacturer's key is not"),
        ("the code says", claimed),
        ("product", " for ".join(filter(None, (product.name, price))) if product else "none is registered for it"),
        ("GTIN", decoded.gtin),
        ("SKU", decoded.sku),
        ("missing", f"required levels {levels}" if levels else None),
        ("allocated", f"{held} ({held.status}), {held.id}" if held else "no"),
    ]

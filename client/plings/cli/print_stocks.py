from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.options import Json
from plings.cli.output import answering
from plings.cli.registry_page import table

if TYPE_CHECKING:
    from plings.identity import ScanUrl
    from plings.labels import Label, Quality, Stock

TOO_SMALL = "too small"


def stocks(
    module: Annotated[float, typer.Option(metavar="MM", help="No module of a code is smaller.")] = 0.25,
    as_json: Json = False,
) -> None:
    """List label stock, and how codes of a usual length would be on it: error correction and module size."""
    with answering(as_json) as answer:
        from plings.labels import Quality, known_stock

        quality = Quality(module)
        plain, signed = _usual_codes()
        known = [(one, _fitted(plain, one, quality), _fitted(signed, one, quality)) for one in known_stock().values()]
        columns = ("name", "label", "on", "a page", "code", "signed code")
        rows = [
            (one.name, _size(one), one.paper or "roll", one.labels_per_page, _shown(a), _shown(b))
            for one, a, b in known
        ]
        facts = [{**_stock(one), "code": _facts(a), "signed_code": _facts(b)} for one, a, b in known]
        answer.give({"stock": facts}, table(columns, rows, numbers=("a page",)))


def _usual_codes() -> tuple[ScanUrl, ScanUrl]:
    """As long as codes usually are; of nobody."""
    from plings.identity import ClassPointer, Path, ScanUrl

    pointer, address = ClassPointer(b"\xff" * 8), b"\xff" * 32
    path = Path("2.3.4F.2aB.5.3j")
    return ScanUrl("q", path, pointer, address), ScanUrl("q", path, pointer, address, b"\xff" * 64)


def _fitted(code: ScanUrl, stock: Stock, quality: Quality) -> Label | None:
    from plings.errors import LabelError
    from plings.labels import fit

    try:
        return fit(code, stock, quality)
    except LabelError:
        return None


def _size(stock: Stock) -> str:
    return f"{stock.width_mm:.4g} × {stock.height_mm:.4g} mm"


def _shown(label: Label | None) -> str:
    return f"{label.symbol.level} {label.module_mm:.2f} mm" if label else TOO_SMALL


def _stock(stock: Stock) -> dict[str, Any]:
    return {
        "name": stock.name,
        "maker": stock.maker,
        "paper": stock.paper or None,
        "width_mm": round(stock.width_mm, 3),
        "height_mm": round(stock.height_mm, 3),
        "columns": stock.columns,
        "rows": stock.rows,
    }


def _facts(label: Label | None) -> dict[str, Any] | None:
    return {"level": label.symbol.level, "module_mm": round(label.module_mm, 4)} if label else None

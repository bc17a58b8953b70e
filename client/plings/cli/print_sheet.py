from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path as File
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.options import Host, Json
from plings.cli.output import answering, labelled
from plings.cli.registry_progress import progress
from plings.identity import DEFAULT_HOST

if TYPE_CHECKING:
    from plings.labels import Stock, Written

SAMPLE_BYTES = 1 << 16
_PAIR = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)x(\d{1,4}(?:\.\d{1,3})?)")

Lengths = tuple[float, float]


class Marking(StrEnum):
    """As plings.labels has it, which is loaded when it is needed."""

    NONE = "none"
    CORNERS = "corners"
    BORDERS = "borders"


def sheet(
    codes: Annotated[
        File, typer.Argument(metavar="CODES", help="A .csv, .jsonl or .parquet with urls, or one URL a line.")
    ],
    output: Annotated[File, typer.Option("--output", "-o", metavar="FILE", help="A .pdf or .svg; replaced if there.")],
    stock: Annotated[str | None, typer.Option(metavar="NAME", help="See plings print stocks.")] = None,
    label: Annotated[
        str | None, typer.Option(metavar="WxH", help="A label's size in mm, on other stock: each is a page of a roll.")
    ] = None,
    paper: Annotated[
        str | None, typer.Option(metavar="NAME|WxH", help="With --label, on sheets: A4, A5, Letter, or mm.")
    ] = None,
    columns: Annotated[int | None, typer.Option(min=1, metavar="N", help="Side by side; as many as fit.")] = None,
    rows: Annotated[int | None, typer.Option(min=1, metavar="N", help="Below each other; as many as fit.")] = None,
    gap: Annotated[str, typer.Option(metavar="XxY", help="Between labels of --label, in mm.")] = "0x0",
    module: Annotated[float, typer.Option(metavar="MM", help="No module of a code is smaller.")] = 0.25,
    dots: Annotated[
        int | None,
        typer.Option("--dpi", min=1, metavar="N", help="Modules are whole dots of a printer with N an inch."),
    ] = None,
    first_label: Annotated[int, typer.Option(min=1, metavar="N", help="Where to begin on a sheet in use.")] = 1,
    marks: Annotated[Marking, typer.Option(help="What shows where labels end.")] = Marking.NONE,
    each: Annotated[bool, typer.Option("--each", help="One .svg a label, numbered.")] = False,
    preview: Annotated[File | None, typer.Option(metavar="FILE", help="A .png of the first page as well.")] = None,
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Put codes on sheets of labels, each with its path below it. Needs no network.

    A code has the highest error correction (H, Q, M, L) with which its modules are large enough, and 4 modules of
    white around it. If one does not fit its label, nothing is written.
    """
    if (stock is None) == (label is None):
        raise typer.BadParameter("it takes either --stock or --label")
    if stock is not None and (paper or columns or rows or gap != "0x0"):
        raise typer.BadParameter("--paper, --columns, --rows and --gap go with --label")
    size, between = _lengths(label) if label else None, _lengths(gap)
    with answering(as_json) as answer:
        from plings.labels import Marks, Quality, Sheets, find_stock, other_stock, read_codes, write_sheets

        labels = find_stock(stock or "") if size is None else other_stock(size, paper, columns, rows, between)
        wanted = Sheets(labels, output, Quality(module, dots), first_label, Marks(marks), each, preview)
        with progress(answer, f"labels of {codes.name}", _about(codes), "labels") as tell:
            written = write_sheets(read_codes(codes, host), wanted, tell)
        answer.give(_facts(written, labels), labelled(_lines(written, wanted.stock)))


def _lengths(text: str) -> Lengths:
    found = _PAIR.fullmatch(text)
    if not found:
        raise typer.BadParameter(f"{text!a} is not two lengths in mm such as 40x30")
    return float(found[1]), float(found[2])


def _about(file: File) -> int:
    """How many codes a file has, by its size and its first lines. Raises OSError."""
    with file.open("rb") as opened:
        sample = opened.read(SAMPLE_BYTES)
        size = opened.seek(0, 2)
    return (sample.count(b"\n") or 1) * size // max(len(sample), 1)


def _facts(written: Written, stock: Stock) -> dict[str, Any]:
    return {
        "files": [str(file) for file in written.files],
        "labels": written.labels,
        "pages": written.pages,
        "stock": stock.name,
        "levels": written.levels,
        "smallest_module_mm": round(written.smallest_module_mm, 4),
    }


def _lines(written: Written, stock: Stock) -> list[tuple[str, object]]:
    files = written.files
    more = f" … {files[-1].name} ({len(files):,} files)" if len(files) > 1 else ""
    return [
        ("wrote", f"{files[0]}{more}"),
        ("labels", f"{written.labels:,} of {stock.width_mm:.4g} × {stock.height_mm:.4g} mm"),
        ("pages", f"{written.pages:,}"),
        ("error correction", ", ".join(f"{level} ({count:,})" for level, count in written.levels.items())),
        ("smallest module", f"{written.smallest_module_mm:.3f} mm"),
    ]

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from plings.cli.options import Prefix, Quiet
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_page import facts, lines
from plings.cli.registry_progress import progress

SAMPLE_BYTES = 1 << 18


@asking
def load(
    desk: Desk,
    prefix: Prefix,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="CSV with a header, or .jsonl: path_to_pointer and class_id or sku."),
    ],
    streams: Annotated[
        int, typer.Option(min=1, max=16, metavar="NUMBER", help="Connections that load at the same time.")
    ] = 1,
    in_chunks: Annotated[
        bool, typer.Option("--in-chunks", help="Commit each chunk as it is in; the same load again skips those.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Register class pointers by the million: all of a file or nothing of it, each row checked as a single one is.

    The pointers are made here, of the manufacturer's key and each path. What is there already is no error.
    """
    from plings.registry.bulk import load_pointers

    desk.answer.quiet = quiet
    with progress(desk.answer, f"loading {file.name}", about_rows(file), "rows") as tell:
        done = load_pointers(desk.registry, prefix, file, streams=streams, in_chunks=in_chunks, on_progress=tell)
    rows = [
        ("manufacturer", prefix),
        ("rows", done.rows),
        ("added", done.added),
        ("there before", done.there),
        ("repeated", done.repeated or None),
        ("took", f"{done.seconds:,.1f} s, {done.rows_per_second:,.0f} rows/s"),
    ]
    told = {"prefix": prefix, "file": str(file), **facts(done), "rows_per_second": round(done.rows_per_second)}
    desk.give(told, lines(rows))


def about_rows(file: Path) -> int:
    """How many rows a file has, by its size and its first lines; 0 for what can be read but once. Raises OSError."""
    if file.exists() and not file.is_file():
        return 0
    with file.open("rb") as opened:
        sample = opened.read(SAMPLE_BYTES)
    rows = sample.count(b"\n") or 1
    return rows * file.stat().st_size // max(len(sample), 1)

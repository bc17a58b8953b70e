from __future__ import annotations

from dataclasses import astuple, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.migrate_dash_page import csv_line
from plings.cli.options import Host, Prefix, Quiet
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_progress import progress
from plings.cli.replacing import replacing
from plings.identity import DEFAULT_HOST

if TYPE_CHECKING:
    from plings.dash import Moved

AT_ONCE = 1000


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings migrate-dash report 2.G -o moved.csv --as abe@acme.example")(report)


@asking
def report(
    desk: Desk,
    prefix: Prefix,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="A CSV file; replaced if there.")],
    quiet: Quiet = False,
    host: Host = DEFAULT_HOST,
) -> None:
    """Write where each object goes: old path and key, new path, class pointer, SKU, address and, with it, the code."""
    from plings.dash import Moved, moved, standing

    desk.answer.quiet = quiet
    about, count = standing(desk.registry, prefix).objects, 0
    with progress(desk.answer, f"writing {output.name}", about, "rows") as tell, replacing(output) as out:
        out.write(csv_line([*(field.name for field in fields(Moved)), "url"]))
        for count, one in enumerate(moved(desk.registry, prefix), 1):
            out.write(csv_line([*(value or "" for value in astuple(one)), _url(one, host)]))
            if count % AT_ONCE == 0:
                tell(count)
    desk.give({"prefix": prefix, "file": str(output), "objects": count}, f"wrote {output}: {count:,} objects")


def _url(one: Moved, host: str) -> str:
    if one.address is None or one.new_path is None:
        return ""
    return f"https://{host}?t=q&p={one.new_path}&cp={one.class_pointer}&i={one.address}"

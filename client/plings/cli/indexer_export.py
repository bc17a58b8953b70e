from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_page import lines
from plings.cli.registry_progress import progress
from plings.cli.replacing import replacing


def add_to(group: typer.Typer) -> None:
    group.command(epilog="Example:  plings indexer export transactions.plings")(export)


@asking
def export(
    desk: Desk,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; one that ends in .gz is gzipped.")],
) -> None:
    """Write the raw transactions to a file, which plings indexer run --file reads: all else can be made from these.

    What is provisional is left out. The file is whole, or as it was before.
    """
    from plings.indexer.exporting import kept_transactions
    from plings.indexer.sources.files import export as write
    from plings.indexer.totals import standing, totals

    about = totals(desk.registry).counts["raw_transactions"]
    with progress(desk.answer, f"writing {file.name}", about, "transactions") as tell, replacing(file) as out:
        count = write(kept_transactions(desk.registry, tell), out)
    size, left_out = file.stat().st_size, standing(desk.registry).provisional
    rows = [("file", file), ("transactions", count), ("size", f"{size / 1e6:,.1f} MB")]
    rows.append(("left out", f"{left_out:,} provisional" if left_out else None))
    desk.give({"file": str(file), "transactions": count, "bytes": size, "provisional": left_out}, lines(rows))

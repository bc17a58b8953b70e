from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from plings.cli.migrate_dash_page import DryRun, Problems, give_done, noting
from plings.cli.options import Host, Prefix, Quiet
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_pointer_load import about_rows
from plings.cli.registry_progress import progress
from plings.identity import DEFAULT_HOST


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings migrate-dash take 2.G legacy.csv --dry-run --as abe@acme.example")(take)


@asking
def take(
    desk: Desk,
    prefix: Prefix,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV with a header: path and maybe instance_key, or url.")
    ],
    dry_run: DryRun = False,
    problems: Problems = None,
    quiet: Quiet = False,
    host: Host = DEFAULT_HOST,
) -> None:
    """Phase 1: take in a manufacturer's legacy codes, all of a file or nothing of it. The same again adds nothing."""
    from plings.dash import take as take_in

    desk.answer.quiet = quiet
    with progress(desk.answer, f"reading {file.name}", about_rows(file), "lines") as tell, noting(problems):
        done = take_in(desk.registry, prefix, file, host=host, dry_run=dry_run, on_progress=tell)
    give_done(desk, prefix, done, dry_run, f"plings migrate-dash classes {prefix}")

"""`plings indexer`: its commands, a file each."""

from __future__ import annotations

import typer

from plings.cli import (
    indexer_export,
    indexer_gaps,
    indexer_hash,
    indexer_owner,
    indexer_rebuild,
    indexer_run,
    indexer_status,
)
from plings.cli.app import show_help


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Follow the chain into the registry's database: what was paid, who owns what, and what is missing.",
        epilog="Start here:  plings indexer run --cluster devnet",
    )
    group.callback(invoke_without_command=True)(show_help)
    for command in (
        indexer_run,
        indexer_status,
        indexer_owner,
        indexer_gaps,
        indexer_rebuild,
        indexer_hash,
        indexer_export,
    ):
        command.add_to(group)
    app.add_typer(group, name="indexer")

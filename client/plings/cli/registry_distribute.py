from __future__ import annotations

from typing import Annotated

import typer

from plings.cli.options import Json
from plings.cli.output import answering, labelled
from plings.cli.registry_desk import advised
from plings.cli.registry_options import Database


def add_to(app: typer.Typer) -> None:
    app.command(
        epilog="Example:  plings registry distribute --database postgresql://plings@db.example/plings --dry-run"
    )(distribute)


def distribute(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be moved.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Back is only by a backup.")] = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Spread the class pointers over the workers of a Citus cluster, whose coordinator the database is.

    One transaction: all is moved or nothing is. Meanwhile nobody registers or finds a class, which takes about a minute
    for each two million. Needs Citus and its workers there already; see docs/sizes.md.
    """
    if dry_run == yes:
        raise typer.BadParameter("look with --dry-run, then say --yes: it cannot be undone", param_hint="--yes")
    if database is None:
        raise typer.BadParameter("the own PostgreSQL is one machine: name a coordinator", param_hint="--database")
    with answering(as_json) as answer, advised():
        from plings.registry import open_database
        from plings.registry.distribute import distribute as move
        from plings.registry.distribute import plan_distribution

        with open_database(database) as (connection, _):
            found = (plan_distribution if dry_run else move)(connection)
        facts = {
            "dry_run": dry_run,
            "distributed": not found.steps or not dry_run,
            "workers": found.workers,
            "class_pointers": found.pointers,
            "bytes": found.size_bytes,
            "steps": [one.name for one in found.steps],
        }
        if not found.steps:
            answer.give(facts, f"distributed already, over {len(found.workers)} workers")
            return
        rows = [
            ("would move" if dry_run else "moved", f"{found.pointers:,} class pointers, {found.size_bytes:,} bytes"),
            ("workers", ", ".join(found.workers)),
        ]
        answer.give(facts, labelled(rows))

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from plings.cli.options import Json
from plings.cli.output import answering
from plings.cli.registry_desk import advised, check_place
from plings.cli.registry_options import Data, Database

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell what would be applied.")]


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings registry migrate --database postgresql://plings@db.example/plings")(migrate)


def migrate(dry_run: DryRun = False, database: Database = None, data: Data = None, as_json: Json = False) -> None:
    """Bring a database's tables up to this version. What is there stays, and a second time changes nothing.

    The own PostgreSQL does so by itself whenever it is opened.
    """
    check_place(database, data)
    with answering(as_json) as answer, advised():
        done = _migrations(database, data, dry_run)
        listed = [{"number": number, "name": name} for number, name in done]
        lines = [f"{'would apply' if dry_run else 'applied'} {number:04} {name}" for number, name in done]
        answer.give({"dry_run": dry_run, "migrations": listed}, "\n".join(lines or ["nothing is missing"]))


def _migrations(database: str | None, data: Path | None, dry_run: bool) -> list[tuple[int, str]]:
    from plings.registry import migrate as apply
    from plings.registry import open_database, pending

    with open_database(database, data_folder=data) as (connection, _):
        return [(one.number, one.name) for one in (pending if dry_run else apply)(connection)]

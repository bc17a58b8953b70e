from __future__ import annotations

import typer

from plings.cli.migrate_dash_page import DryRun
from plings.cli.options import Prefix
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_page import facts, lines


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings migrate-dash undo 2.G --as abe@acme.example")(undo)


@asking
def undo(desk: Desk, prefix: Prefix, dry_run: DryRun = False) -> None:
    """Go back one phase. What was registered stays, closed, and it says what: codes may have been printed."""
    from plings.dash import undo as go_back

    done = go_back(desk.registry, prefix, dry_run=dry_run)
    rows = [("manufacturer", prefix), ("undone", done.undone), ("now at", done.phase or "nothing is taken in")]
    rows += [("stays", one) for one in done.stays]
    told = {"prefix": prefix, "dry_run": dry_run, **facts(done), "stays": list(done.stays)}
    desk.give(told, lines([*rows, ("done", "it was a dry run: nothing is changed" if dry_run else "yes")]))

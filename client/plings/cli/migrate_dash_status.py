from __future__ import annotations

import typer

from plings.cli.options import Prefix
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_page import facts, lines


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings migrate-dash status 2.G")(status)


@asking
def status(desk: Desk, prefix: Prefix) -> None:
    """Show how far a manufacturer's migration is."""
    from plings.dash import standing

    stands = standing(desk.registry, prefix)
    chosen = f", {stands.chosen:,} by hand" if stands.chosen else ""
    rows = [
        ("manufacturer", prefix),
        ("phase", stands.phase or "nothing is taken in"),
        ("legacy classes", f"{stands.legacy_classes:,} of {stands.markers:,} markers"),
        ("with a place", f"{stands.placed:,}{chosen}"),
        ("objects", f"{stands.objects:,}"),
        ("with an address", f"{stands.addressed:,}"),
    ]
    desk.give(facts(stands), lines(rows))

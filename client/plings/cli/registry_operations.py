from __future__ import annotations

import typer

from plings.cli.registry_audit import operations


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings registry operations IKEA --as ida@ikea.example")(operations)

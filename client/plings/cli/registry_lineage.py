from __future__ import annotations

import typer

from plings.cli.registry_transfer import lineage


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings registry lineage IKEA")(lineage)

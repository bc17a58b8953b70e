from __future__ import annotations

import typer

from plings.cli import shop_check, shop_export, shop_import, shop_receipt, shop_serve, shop_status
from plings.cli.app import show_help


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Run a shop without a network: one signed file tells what is genuine and what it costs.")
    group.callback(invoke_without_command=True)(show_help)
    for command in (shop_export, shop_import, shop_status, shop_check, shop_serve, shop_receipt):
        command.add_to(group)
    app.add_typer(group, name="shop")

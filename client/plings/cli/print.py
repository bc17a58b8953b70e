from __future__ import annotations

import typer

from plings.cli.app import show_help
from plings.cli.print_sheet import sheet
from plings.cli.print_stocks import stocks


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Print codes, offline: the printing line, and sheets of labels.")
    group.callback(invoke_without_command=True)(show_help)
    group.command(epilog="Example:  plings print sheet codes.csv --stock L7160 -o sheets.pdf")(sheet)
    group.command(epilog="Example:  plings print stocks --module 0.33")(stocks)
    app.add_typer(group, name="print")

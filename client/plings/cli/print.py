from __future__ import annotations

import typer

from plings.cli.app import show_help
from plings.cli.print_anchor import anchor
from plings.cli.print_anchored import anchored
from plings.cli.print_audit import audit
from plings.cli.print_proof import proof
from plings.cli.print_run import run
from plings.cli.print_sheet import sheet
from plings.cli.print_stocks import stocks
from plings.cli.print_verify import verify


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Print codes, offline: the printing line, and sheets of labels; and anchor on the chain what was printed."
    )
    group.callback(invoke_without_command=True)(show_help)
    group.command(epilog="Example:  plings print run 2.3.2.G:0-9999 -o job --node node.json")(run)
    group.command(epilog="Example:  plings print proof job 2.3.2.G.3j -o proof.json")(proof)
    group.command(epilog="Example:  plings print verify proof.json --keys keys.json")(verify)
    group.command(epilog="Example:  plings print audit 2.3 seen.csv --node node.json --printed job")(audit)
    group.command(epilog="Example:  plings print anchor job --authority key.json --cluster devnet")(anchor)
    group.command(epilog="Example:  plings print anchored job --cluster devnet")(anchored)
    group.command(epilog="Example:  plings print sheet codes.csv --stock L7160 -o sheets.pdf")(sheet)
    group.command(epilog="Example:  plings print stocks --module 0.33")(stocks)
    app.add_typer(group, name="print")

from __future__ import annotations

from typing import Annotated

import typer

from plings.cli.app import show_help
from plings.cli.options import Json, Seed
from plings.cli.output import answering
from plings.cli.seed import read_seed
from plings.identity import ClassPath, Path, derive_node


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Derive keys from a wallet's seed.")
    group.callback(invoke_without_command=True)(show_help)
    group.command(epilog="Example:  plings key derive 2.3 --seed - < seed.hex")(derive)
    app.add_typer(group, name="key")


def derive(
    path: Annotated[str, typer.Argument(metavar="PATH", help="A whole path, or one of 2 segments or more.")],
    seed: Seed,
    as_json: Json = False,
) -> None:
    """Print the address of the key of a path, at m/44'/501'/PATH'.

    A path of two segments (2.3) is a manufacturer: its address is the public identity key.
    """
    with answering(as_json) as answer:
        is_whole = path.count(".") + 1 >= Path.FEWEST
        place = Path(path) if is_whole else ClassPath(path)
        address = derive_node(read_seed(seed), place).address
        derivation = "/".join(["m", "44'", "501'", *(f"{number}'" for number in place.numbers)])
        answer.give({"path": place.text, "derivation": derivation, "address": address}, address)

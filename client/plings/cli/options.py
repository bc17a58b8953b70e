"""Options and arguments that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from plings.cli.amounts import MOST_LAMPORTS

DEFAULT_CLUSTER = "localnet"
"""A node on this machine: nobody spends money, or tells a stranger what they scan, by leaving an option out."""


def _check_lamports(lamports: int) -> int:
    if not 1 <= lamports <= MOST_LAMPORTS:
        raise typer.BadParameter(f"{lamports} is not from 1 to {MOST_LAMPORTS}")
    return lamports


Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

Host = Annotated[str, typer.Option("--host", metavar="HOST", envvar="PLINGS_HOST", help="The host that codes name.")]

Seed = Annotated[
    str,
    typer.Option(
        "--seed",
        metavar="HEX|-",
        envvar="PLINGS_SEED",
        help="The wallet's seed, 32 to 128 hexadecimal digits. Others see command lines: - reads it from stdin.",
    ),
]

Url = Annotated[str, typer.Argument(metavar="URL", help="The scanned code.")]

ClusterName = Annotated[
    str,
    typer.Option(
        "--cluster",
        metavar="NAME|URL",
        envvar="PLINGS_CLUSTER",
        help="localnet, devnet, testnet, mainnet, or the http(s) address of a node.",
    ),
]

OwnerFile = Annotated[
    Path, typer.Option("--owner", metavar="FILE", help="Key file of the owner (64 numbers, as solana-keygen writes).")
]

Lamports = Annotated[
    int,
    typer.Option(
        metavar="LAMPORTS", callback=_check_lamports, help="A whole number: 1,000,000,000 lamports are 1 SOL."
    ),
]

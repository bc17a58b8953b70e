"""Options and arguments that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from plings.cli.amounts import MOST_LAMPORTS

DEFAULT_CLUSTER = "localnet"
"""A node on this machine: nobody spends money, or tells a stranger what they scan, by leaving an option out."""


def check_lamports(lamports: int | None) -> int | None:
    """For an option of lamports, which may be left out where None is its default."""
    if lamports is not None and not 1 <= lamports <= MOST_LAMPORTS:
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

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Do not print the signature before sending.")]

Prefix = Annotated[str, typer.Argument(metavar="PREFIX", help="The manufacturer's prefix, such as 2.3.")]

MOST_SHARDS = 256

Shard = Annotated[int, typer.Option(min=0, max=MOST_SHARDS - 1, help="Which of the manufacturer's logs.")]

PayerFile = Annotated[
    Path, typer.Option("--payer", metavar="FILE", help="Key file of who pays (64 numbers, as solana-keygen writes).")
]

AuthorityFile = Annotated[
    Path,
    typer.Option(
        "--authority",
        metavar="FILE",
        help="Key file of the manufacturer's authority (64 numbers, as solana-keygen writes).",
    ),
]

MaybePayerFile = Annotated[
    Path | None, typer.Option("--payer", metavar="FILE", help="Key file of who pays, if not the owner.")
]

OwnerFile = Annotated[
    Path, typer.Option("--owner", metavar="FILE", help="Key file of the owner (64 numbers, as solana-keygen writes).")
]

Lamports = Annotated[
    int,
    typer.Option(metavar="LAMPORTS", callback=check_lamports, help="A whole number: 1,000,000,000 lamports are 1 SOL."),
]

"""The proof that a code was printed, as a file that a command takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.receipt import read_file

if TYPE_CHECKING:
    from plings.commitments import ItemProof

ProofFile = Annotated[
    Path | None,
    typer.Option(
        "--proof",
        metavar="FILE",
        help="The proof that the code was printed, for classes that demand one: see plings print proof.",
    ),
]


def read_proof(file: Path | None) -> ItemProof | None:
    """The proof in a file, None for no file. Raises SettingsError, CommitmentInvalid."""
    if file is None:
        return None
    from plings.commitments import ItemProof

    return ItemProof.parse(read_file(str(file)))

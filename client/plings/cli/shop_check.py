from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.options import Json
from plings.cli.output import answering
from plings.cli.shop_options import Shop, shop_folder
from plings.cli.shop_page import answer_facts, answer_page
from plings.cli.url import scanned
from plings.errors import SettingsError, shown

if TYPE_CHECKING:
    from plings.commitments import ItemProof

Proof = Annotated[
    Path | None,
    typer.Option("--proof", metavar="FILE", help="A proof that the code was printed in a batch: plings print proof."),
]


def add_to(group: typer.Typer) -> None:
    group.command(epilog="Example:  plings shop check photo.jpg --shop till-3")(check)


def check(
    code: Annotated[str, typer.Argument(metavar="URL|PICTURE", help="The scanned text, or a picture of one code.")],
    proof: Proof = None,
    shop: Shop = None,
    as_json: Json = False,
) -> None:
    """Check one code by the shop's bundle: its grade, product and price. Needs no network.

    Exit code 0 when nothing speaks against selling it, 1 when somebody has to look (ask) or it is not to be sold
    (refuse).
    """
    with answering(as_json) as answer:
        from plings.shop import Till

        with Till(shop_folder(shop)) as till:
            given = till.scan(scanned(code), None if proof is None else read_proof(proof))
        answer.give(answer_facts(given), lambda: answer_page(given))
        if given.advice != "sell":
            answer.fail(f"{given.advice.value}: {given.verdict.grade.value}")


def read_proof(file: Path) -> ItemProof:
    """Raises SettingsError for a file that cannot be read, and CommitmentInvalid."""
    from plings.commitments import ItemProof
    from plings.proofs.document import LONGEST

    try:
        with file.open("rb") as stream:
            return ItemProof.parse(stream.read(LONGEST + 1))
    except OSError as error:
        raise SettingsError(f"proof file {shown(str(file))}: it cannot be read: {error.strerror}") from error

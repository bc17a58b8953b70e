from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.options import Json
from plings.cli.output import answering
from plings.cli.receipt import ReceiptFile, read_file
from plings.cli.shop_options import Shop, shop_folder
from plings.cli.shop_page import advice_bar, answer_facts, framed, graded, knowledge_facts, known_line, reasons
from plings.cli.times import span
from plings.cli.url import scanned
from plings.identity import format_address
from plings.proofs import Receipt

if TYPE_CHECKING:
    from rich.console import RenderableType

    from plings.shop import Answer, ReceiptAnswer


def add_to(group: typer.Typer) -> None:
    group.command(epilog="Example:  plings shop receipt receipt.json --scan photo.jpg")(receipt)


def receipt(
    file: ReceiptFile,
    scan: Annotated[
        str | None,
        typer.Option("--scan", metavar="URL|PICTURE", help="The object's code, which the receipt has to be of."),
    ] = None,
    shop: Shop = None,
    as_json: Json = False,
) -> None:
    """Check a customer's receipt by the checkpoints in the shop's bundle, and tell how old it is. Needs no network.

    Exit code 0 when a payment or gift is proved, and for that very object where one was scanned.
    """
    with answering(as_json) as answer:
        import time

        from plings.shop import Till, check_receipt

        given = Receipt.parse(read_file(file))
        with Till(shop_folder(shop)) as till:
            of_code = None if scan is None else till.scan(scanned(scan))
            code = None if of_code is None else of_code.verdict.url
            found = check_receipt(till.counter, given, time.time(), code)
        is_code_fine = of_code is None or of_code.verdict.genuine
        proved = found.proved and is_code_fine and (scan is None or code is not None)
        answer.give(_facts(given, found, of_code, proved), lambda: _page(given, found, of_code, proved))
        if not proved:
            answer.fail("not proved" if is_code_fine else "not proved: the scanned code is not genuine")


def _facts(receipt: Receipt, found: ReceiptAnswer, of_code: Answer | None, proved: bool) -> dict[str, Any]:
    leaf = receipt.leaf
    return {
        "grade": found.verdict.grade.value,
        "proved": proved,
        "reasons": list(found.reasons),
        "kind": leaf.kind.name.lower().replace("_", " "),
        "path": leaf.path.text,
        "owner": format_address(leaf.owner),
        "leaf_at_unix": leaf.timestamp,
        "leaf_age_seconds": found.leaf_age_seconds,
        "checkpoint_age_seconds": found.checkpoint_age_seconds,
        "matches_scan": found.matches_scan,
        "scan": None if of_code is None else answer_facts(of_code),
        "bundle": knowledge_facts(found.knowledge),
    }


def _page(receipt: Receipt, found: ReceiptAnswer, of_code: Answer | None, proved: bool) -> RenderableType:
    from rich.text import Text

    leaf = receipt.leaf
    what = "payment" if leaf.kind.name == "PAYMENT" else "gift"
    advice, word = ("sell", "PROVED") if proved else ("ask", "NOT PROVED")
    ages = f"{what} {_ago(found.leaf_age_seconds)}, checkpoint {_ago(found.checkpoint_age_seconds)}"
    parts: list[RenderableType] = [
        advice_bar(advice, word),
        Text(),
        Text(f"{what} for {leaf.path.text}", "bold"),
        Text(f"to {format_address(leaf.owner)}"),
        Text(ages, "dim"),
        Text(),
        reasons(found.reasons),
    ]
    if of_code is not None:
        parts += [Text(), Text("the scanned code"), *graded(of_code)]
    return framed(advice, parts, known_line(found.knowledge))


def _ago(seconds: int) -> str:
    return f"{span(seconds)} ago" if seconds >= 0 else "of a later time than this machine's clock"

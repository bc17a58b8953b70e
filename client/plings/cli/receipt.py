from __future__ import annotations

import sys
from pathlib import Path as File
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.amounts import both
from plings.cli.app import show_help
from plings.cli.options import Json
from plings.cli.output import answering, labelled
from plings.cli.receipt_fetch import checkpoint as fetch_checkpoint
from plings.cli.receipt_fetch import fetch
from plings.errors import ReceiptInvalid, SettingsError, shown
from plings.identity import format_address
from plings.proofs import Checkpoint, Head, Receipt, ReceiptVerdict, tlog_proof
from plings.proofs.document import LONGEST, U64

if TYPE_CHECKING:
    from rich.text import Text

ReceiptFile = Annotated[str, typer.Argument(metavar="FILE|-", help="The receipt; - reads it from stdin.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Get receipts of payments in logs; check and show them, offline.")
    group.callback(invoke_without_command=True)(show_help)
    group.command(epilog="Example:  plings receipt verify receipt.json --checkpoint checkpoint.json")(verify)
    group.command(epilog="Example:  plings receipt show receipt.json")(show)
    group.command(epilog="Example:  plings receipt fetch 'https://s.plings.io?t=q&p=…' -o receipt.json")(fetch)
    group.command(name="checkpoint", epilog="Example:  plings receipt checkpoint 2.3 --id 0 -o checkpoint.json")(
        fetch_checkpoint
    )
    app.add_typer(group, name="receipt")


def verify(
    file: ReceiptFile,
    checkpoint: Annotated[
        list[File] | None, typer.Option(metavar="FILE", help="A checkpoint that you trust; as often as you like.")
    ] = None,
    root: Annotated[
        str | None, typer.Option(metavar="HEX", help="A root that you trust, 64 hexadecimal digits, with --count.")
    ] = None,
    count: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=U64, help="How many leaves the root of --root covers.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a receipt against checkpoints that you trust. Needs no network.

    Grades: proved, or consistent when the receipt holds in itself but nothing that you trust is its root: anybody
    can write such a receipt. Exit code 0 for proved alone.
    """
    heads = _heads(root, count)
    with answering(as_json) as answer:
        checkpoints = [read_checkpoint(each) for each in checkpoint or ()]
        receipt = Receipt.parse(read_file(file))
        verdict = receipt.verify(checkpoints=checkpoints, heads=heads)
        answer.give(_verdict_facts(receipt, verdict), lambda: _shown(verdict))
        if not verdict.proved:
            answer.fail("not proved: no trusted checkpoint has the receipt's root")


def show(
    file: ReceiptFile,
    tlog: Annotated[
        bool, typer.Option("--tlog-proof", help="Print it as a transparency log's proof (c2sp.org/tlog-proof@v1).")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show what a receipt says. It is read strictly but not verified. Needs no network."""
    with answering(as_json) as answer:
        receipt = Receipt.parse(read_file(file))
        if tlog:
            text = tlog_proof(receipt)
            answer.give({"tlog_proof": text}, text.removesuffix("\n"))
        else:
            answer.give(receipt.members, labelled(_lines(receipt)))


def _heads(root: str | None, count: int | None) -> list[Head]:
    if root is None and count is None:
        return []
    if root is None or count is None:
        raise typer.BadParameter("--root and --count belong together: a root says nothing without its count")
    if len(root) != 64 or not set(root) <= set("0123456789abcdefABCDEF"):  # bytes.fromhex would skip spaces
        raise typer.BadParameter(f"{shown(root)} is not 64 hexadecimal digits")
    return [Head(bytes.fromhex(root), count)]


def read_file(file: str) -> bytes:
    """Up to one byte more than a receipt may have."""
    if file == "-":
        return sys.stdin.buffer.read(LONGEST + 1)
    try:
        with File(file).open("rb") as stream:
            return stream.read(LONGEST + 1)
    except OSError as error:
        raise SettingsError(f"file {shown(file)}: it cannot be read: {error.strerror}") from error


def read_checkpoint(file: File) -> Checkpoint:
    try:
        return Checkpoint.parse(read_file(str(file)))
    except ReceiptInvalid as error:
        raise SettingsError(f"checkpoint file {shown(str(file))}: {error}") from error


def _verdict_facts(receipt: Receipt, verdict: ReceiptVerdict) -> dict[str, Any]:
    head = receipt.checkpoint.head
    return {
        "grade": verdict.grade.value,
        "proved": verdict.proved,
        "reasons": list(verdict.reasons),
        "path": receipt.leaf.path.text,
        "root": head.root.hex(),
        "count": head.count,
        "checkpoint_id": receipt.checkpoint.checkpoint_id,
        "checkpoint_account": format_address(verdict.checkpoint_account),
        "program_id": format_address(receipt.log.program_id),
    }


def _shown(verdict: ReceiptVerdict) -> Text:
    from rich.text import Text

    grade = (verdict.grade.value, "bold green" if verdict.proved else "bold yellow")
    return Text.assemble(grade, *(f"\n  {reason}" for reason in verdict.reasons))


def _lines(receipt: Receipt) -> list[tuple[str, object]]:
    leaf, log, checkpoint = receipt.leaf, receipt.log, receipt.checkpoint
    lines: list[tuple[str, object]] = [
        ("leaf", f"{leaf.number}, {leaf.kind.name.lower().replace('_', ' ')}"),
        ("object", leaf.path.text),
        ("class pointer", leaf.class_pointer.text),
        ("address", format_address(leaf.address)),
        ("by", format_address(leaf.actor)),
        ("to", format_address(leaf.owner)),
        ("amount", both(leaf.amount_lamports)),
        ("unix seconds", leaf.timestamp),
        ("payment log", f"{format_address(log.payment_log)}, shard {log.shard} of {1 << log.shard_bits}"),
        ("manufacturer", format_address(log.identity_key)),
        ("program", format_address(log.program_id)),
        ("checkpoint", f"{checkpoint.checkpoint_id}, of {checkpoint.head.count} leaves"),
        ("root", checkpoint.head.root.hex()),
        ("proof", f"{len(receipt.proof)} hashes"),
    ]
    if receipt.earlier:
        earlier = receipt.earlier.checkpoint
        lines.append(("earlier", f"checkpoint {earlier.checkpoint_id}, of {earlier.head.count} leaves"))
    claims = receipt.members.get("claims", {})
    return lines + [("claimed", f"{name.replace('_', ' ')} {claim}") for name, claim in claims.items()]

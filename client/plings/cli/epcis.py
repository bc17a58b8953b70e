"""`plings epcis`: what was printed and sold, as EPCIS 2.0 documents. Offline, but for sales from an index."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from plings.cli.app import show_help
from plings.cli.epcis_codes import commitment_in, read_urls
from plings.cli.epcis_document import MostEpcs, Output, give_document
from plings.cli.epcis_sales import sales
from plings.cli.options import Host, Json
from plings.cli.output import answering
from plings.cli.receipt import read_checkpoint, read_file
from plings.errors import EventError, ProofError
from plings.identity import DEFAULT_HOST
from plings.interchange import MOST_EPCS, commission_batch, commission_codes, sale_event, sale_of
from plings.proofs import Receipt

MaybeGtin = Annotated[
    str | None,
    typer.Option("--gtin", metavar="GTIN", help="The product's. Without it objects are named by their codes."),
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="What was printed and sold, as EPCIS 2.0 documents.")
    group.callback(invoke_without_command=True)(show_help)
    group.command(epilog="Example:  plings epcis commission batch.json --gtin 9506000134352 -o printed.jsonld")(
        commission
    )
    group.command(epilog="Example:  plings epcis sale receipt.json --checkpoint checkpoint.json -o sold.jsonld")(sale)
    group.command(epilog="Example:  plings epcis sales LOG -o sold.jsonld")(sales)
    app.add_typer(group, name="epcis")


def commission(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A batch's commitment, or codes: URLs, one a line, or .csv or .jsonl."),
    ],
    output: Output,
    gtin: MaybeGtin = None,
    at_unix: Annotated[
        int | None, typer.Option("--at-unix", metavar="SECONDS", help="When the codes were printed. Without it: now.")
    ] = None,
    most_epcs: MostEpcs = MOST_EPCS,
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Write that a printed batch came to be: events of bizStep commissioning, made as they are written.

    A commitment needs a GTIN, as it holds no codes; its signature is checked against the key that it names.
    """
    with answering(as_json) as answer:
        commitment = commitment_in(file)
        if commitment is None:
            at = int(time.time()) if at_unix is None else at_unix
            events = commission_codes(read_urls(file, host), at, gtin=gtin, most_epcs=most_epcs)
        elif gtin is None:
            raise EventError(str(file), "no_gtin", "a commitment holds no codes, so its objects are named by a GTIN")
        elif at_unix is not None:
            raise typer.BadParameter("a commitment says its own time", param_hint="--at-unix")
        else:
            commitment.verify(commitment.identity_key)
            events = commission_batch(commitment, gtin, most_epcs=most_epcs)
        give_document(answer, events, output)


def sale(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="The receipt of the payment; - reads it from stdin.")],
    output: Output,
    checkpoint: Annotated[
        list[Path], typer.Option(metavar="FILE", help="A checkpoint that you trust; as often as you like.")
    ],
    gtin: MaybeGtin = None,
    as_json: Json = False,
) -> None:
    """Write that an object was sold: one event of bizStep retail_selling, of a receipt that a checkpoint proves."""
    with answering(as_json) as answer:
        receipt = Receipt.parse(read_file(file))
        if not receipt.verify(checkpoints=[read_checkpoint(each) for each in checkpoint]).proved:
            raise ProofError("receipt", "not_proved", "no trusted checkpoint has its root")
        give_document(answer, [sale_event(sale_of(receipt.leaf), gtin=gtin)], output)

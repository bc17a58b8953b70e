"""`plings epcis`: what was printed and sold, as EPCIS 2.0 documents. Offline, but for sales from an index."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from plings.cli.app import show_help
from plings.cli.epcis_codes import codes_in, commitments_in
from plings.cli.epcis_document import MostEpcs, Output, give_document
from plings.cli.epcis_sales import sales
from plings.cli.options import Host, Json
from plings.cli.output import answering
from plings.cli.receipt import read_checkpoint, read_file
from plings.commitments import BatchCommitment
from plings.errors import EventError, ProofError
from plings.identity import DEFAULT_HOST
from plings.interchange import MOST_EPCS, ObjectEvent, commission_batch, commission_codes, sale_event, sale_of
from plings.proofs import Receipt

MaybeGtin = Annotated[
    str | None,
    typer.Option("--gtin", metavar="GTIN", help="The product's. Without it objects are named by their codes."),
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="What was printed and sold, as EPCIS 2.0 documents.")
    group.callback(invoke_without_command=True)(show_help)
    group.command(epilog="Example:  plings epcis commission job/manifest.json --gtin 9506000134352 -o printed.jsonld")(
        commission
    )
    group.command(epilog="Example:  plings epcis sale receipt.json --checkpoint checkpoint.json -o sold.jsonld")(sale)
    group.command(epilog="Example:  plings epcis sales LOG -o sold.jsonld")(sales)
    app.add_typer(group, name="epcis")


def commission(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A job's manifest, a batch's commitment, or a list of codes."),
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
    """Write that printed objects came to be: events of bizStep commissioning, made as they are written.

    A list is a .csv, .jsonl or .parquet that printing wrote, or has one URL a line. A manifest or commitment needs a
    GTIN, as it holds no codes; its signatures are checked against the keys that they name.
    """
    with answering(as_json) as answer:
        commitments = commitments_in(file)
        if commitments is None:
            at = int(time.time()) if at_unix is None else at_unix
            events = commission_codes(codes_in(file, host), at, gtin=gtin, most_epcs=most_epcs)
        else:
            events = _committed(commitments, gtin, at_unix, most_epcs)
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


def _committed(
    commitments: list[BatchCommitment], gtin: str | None, at_unix: int | None, most_epcs: int
) -> Iterator[ObjectEvent]:
    if at_unix is not None:
        raise typer.BadParameter("a commitment says its own time", param_hint="--at-unix")
    if gtin is None:
        raise EventError("a commitment", "no_gtin", "it holds no codes, so its objects are named by a GTIN")
    if len({str(one.path_to_pointer) for one in commitments}) > 1:
        raise EventError(gtin, "several_classes", "a GTIN is of one class: take the commitments one by one")
    return chain.from_iterable(commission_batch(one, gtin, most_epcs=most_epcs) for one in commitments)

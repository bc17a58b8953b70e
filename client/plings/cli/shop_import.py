from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from plings.cli.options import Json
from plings.cli.output import answering, labelled, one_line
from plings.cli.shop_options import Shop, shop_folder
from plings.cli.times import moment
from plings.identity import parse_address


def add_to(group: typer.Typer) -> None:
    example = "plings shop import monday.bundle --publisher FVen3X669xLzsi6N2V91DoiyzHzg1uAgqiT8jZ9nS96Z"
    group.command(name="import", epilog=f"Example:  {example}")(take)


def take(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The bundle.")],
    publisher: Annotated[
        str | None,
        typer.Option(
            metavar="KEY",
            help="The publisher's public key in base58, as the publisher told it. The first import pins it.",
        ),
    ] = None,
    shop: Shop = None,
    as_json: Json = False,
) -> None:
    """Take a bundle: all of it is verified first, and what is refused leaves the shop as it was. Needs no network.

    Refused are bundles of another publisher, older ones than the shop has, expired and damaged ones.
    """
    with answering(as_json) as answer:
        import time

        from plings.shop import import_bundle

        key = None if publisher is None else parse_address(publisher)
        header = import_bundle(shop_folder(shop), file, time.time(), key)
        facts = {
            "publisher": header.publisher_name,
            "sequence": header.sequence,
            "created_at_unix": header.created_at_unix,
            "expires_at_unix": header.expires_at_unix,
            "records": {name: extent.records for name, extent in header.sections.items()},
        }
        rows: list[tuple[str, object]] = [
            ("bundle", f"{header.sequence} of {one_line(header.publisher_name)}"),
            ("made", moment(header.created_at_unix)),
            ("expires", moment(header.expires_at_unix)),
            *((name, f"{extent.records:,}") for name, extent in header.sections.items()),
        ]
        answer.give(facts, labelled(rows))

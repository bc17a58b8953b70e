from __future__ import annotations

from pathlib import Path

import typer

from plings.cli.options import Json
from plings.cli.output import answering, labelled, one_line
from plings.cli.shop_options import Shop, shop_folder
from plings.cli.times import moment, span
from plings.identity import format_address


def add_to(group: typer.Typer) -> None:
    group.command(epilog="Example:  plings shop status --shop till-3")(status)


def status(shop: Shop = None, as_json: Json = False) -> None:
    """Tell which bundle the shop goes by, whose, and how old it is. Exit code 1 when it has expired."""
    with answering(as_json) as answer:
        import time

        from plings.shop import Knowledge

        folder = shop_folder(shop)
        with folder.open_bundle() as bundle:
            header = bundle.header
        known = Knowledge.of(header, time.time())
        records = {name: extent.records for name, extent in header.sections.items()}
        key = format_address(header.publisher_key)
        facts = {
            "publisher": header.publisher_name,
            "publisher_key": key,
            "sequence": header.sequence,
            "created_at_unix": header.created_at_unix,
            "expires_at_unix": header.expires_at_unix,
            "age_seconds": known.age_seconds,
            "expired": known.expired,
            "host": header.host,
            "file_bytes": header.file_bytes,
            "records": records,
        }
        expires = f"{moment(header.expires_at_unix)}{', which is over' if known.expired else ''}"
        rows: list[tuple[str, object]] = [
            ("shop", Path(folder.folder)),
            ("bundle", f"{header.sequence}, {header.file_bytes:,} bytes"),
            ("publisher", f"{one_line(header.publisher_name)}, {key}"),
            ("made", f"{moment(header.created_at_unix)}, {span(max(known.age_seconds, 0))} ago"),
            ("expires", expires),
            *((name, f"{count:,}") for name, count in records.items()),
        ]
        answer.give(facts, labelled(rows))
        if known.expired:
            answer.fail("the bundle has expired: import a newer one")

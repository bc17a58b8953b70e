from __future__ import annotations

from typing import Annotated

import typer

from plings.cli.options import Host
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_page import facts, lines
from plings.identity import DEFAULT_HOST


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings migrate-dash resolve 2.G.2.2.-3.7P.9j")(resolve)


@asking
def resolve(
    desk: Desk,
    text: Annotated[str, typer.Argument(metavar="URL|PATH", help="A legacy code as scanned, or a legacy path.")],
    host: Host = DEFAULT_HOST,
) -> None:
    """Say what a legacy code is by now. Anybody may ask.

    Exit code 1 for what was never taken in, and for an instance key that is not the one that was printed.
    """
    from plings.dash import resolve as resolved

    found = resolved(desk.registry, text, host)
    rows = [
        ("path", found.path),
        ("class pointer", found.class_pointer),
        ("class", found.class_id),
        ("code", found.url or "its address is not noted yet: plings migrate-dash addresses"),
        ("instance key", "the one that was printed" if found.key_is_right else "not compared"),
    ]
    desk.give(facts(found), lines(rows))

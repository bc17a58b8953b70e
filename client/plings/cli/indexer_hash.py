from __future__ import annotations

from typing import Annotated

import typer

from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_page import lines


def add_to(group: typer.Typer) -> None:
    group.command(name="hash", epilog="Example:  plings indexer hash --expect 9f86d081…")(state)


@asking
def state(
    desk: Desk,
    expect: Annotated[
        str | None, typer.Option("--expect", metavar="HASH", help="Exit code 1 unless the state hash is this one.")
    ] = None,
) -> None:
    """Show one hash over all that is indexed, and those of its parts. Equal for whoever indexed the same chain as far.

    What differs is where two databases differ. What is provisional counts too: stop the run first, or compare later.
    """
    from plings.errors import StateRefused
    from plings.indexer import hash_of_parts, part_hashes, rebuilding
    from plings.indexer.totals import standing

    if rebuilding(desk.registry) is not None:
        raise StateRefused("the tables are being rebuilt: plings indexer rebuild finishes it", "rebuilding")
    parts = part_hashes(desk.registry)
    whole, stands = hash_of_parts(parts), standing(desk.registry)
    rows = [("state", whole), *parts.items(), ("provisional", stands.provisional or None)]
    rows.append(("final up to", f"slot {stands.through_slot:,}" if stands.through_slot else None))
    told = {"state_hash": whole, "parts": parts, "through_slot": stands.through_slot, "provisional": stands.provisional}
    desk.give(told, lines(rows))
    if expect is not None and expect.strip().lower() != whole:
        desk.answer.fail(f"the state is another one than {expect[:80]}")

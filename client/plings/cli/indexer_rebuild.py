from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_page import lines
from plings.cli.registry_progress import progress

if TYPE_CHECKING:
    from plings.indexer.rebuild import Progress
    from plings.indexer.store import Written


def add_to(group: typer.Typer) -> None:
    group.command(epilog="Example:  plings indexer rebuild --check")(rebuild)


@asking
def rebuild(
    desk: Desk,
    check: Annotated[
        bool, typer.Option("--check", help="Compare the state hash before and after; exit code 1 if they differ.")
    ] = False,
) -> None:
    """Make all tables anew from the raw transactions. Killed, the same command goes on where it was.

    Until it is done nothing else is written, and what is asked for may be missing.
    """
    from plings.indexer import rebuild as make
    from plings.indexer import rebuilding, state_hash

    began = rebuilding(desk.registry)
    if check and began is not None:
        raise typer.BadParameter("a rebuild is under way: what was before it is gone", param_hint="--check")
    before = state_hash(desk.registry) if check else None
    started = monotonic()
    last_no = began.last_no if began else _last_no(desk)
    with progress(desk.answer, "rebuilding", last_no, "transactions") as tell:

        def told(at: Progress, written: Written) -> None:
            tell(at.done_through, written.taken / max(monotonic() - started, 1e-9))

        written = make(desk.registry, told)
    seconds = monotonic() - started
    after = state_hash(desk.registry) if check else None
    rows = [
        ("transactions", written.taken),
        ("leaves", written.leaves),
        ("other events", written.events),
        ("took", f"{seconds:,.1f} s"),
        ("state hash", after),
    ]
    told_facts = {
        "continued": began is not None,
        "transactions": written.taken,
        "leaves": written.leaves,
        "events": written.events,
        "seconds": round(seconds, 3),
        "state_hash_before": before,
        "state_hash": after,
    }
    desk.give(told_facts, lines(rows))
    if before != after:
        desk.answer.fail(f"the tables are others than before: their hash was {before}")


def _last_no(desk: Desk) -> int:
    row = desk.registry.row("SELECT coalesce(max(transaction_no), 0) AS last FROM raw_transactions")
    return int(row["last"]) if row else 0

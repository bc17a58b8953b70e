"""What the commands of `plings migrate-dash` share: their options, and how problems are told."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

import typer

from plings.cli.registry_desk import Desk
from plings.cli.registry_page import facts, lines
from plings.cli.replacing import replacing
from plings.errors import MigrationRefused

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what it would come to, and change nothing.")]
Problems = Annotated[
    Path | None, typer.Option("--problems", metavar="FILE", help="Write all problems there, as CSV; replaced if there.")
]


@contextmanager
def noting(problems: Path | None) -> Iterator[None]:
    """Of what stands in the way, all goes into a file, and the one line names it."""
    try:
        yield
    except MigrationRefused as refused:
        if problems is None:
            refused.add_note("--problems FILE writes all of them")
            raise
        with replacing(problems) as out:
            out.write(csv_line(["where", "old", "rule", "reason"]))
            for one in refused.problems:
                out.write(csv_line([one.where, one.old, one.rule, one.reason]))
        refused.add_note(f"all are in {problems}")
        raise


def give_done(desk: Desk, prefix: str, done: Any, dry_run: bool, next_command: str | None) -> None:
    """What a phase came to, each fact a line."""
    told = facts(done)
    rows = [(name.replace("_", " "), f"{value:,}" if isinstance(value, int) else value) for name, value in told.items()]
    end = "it was a dry run: nothing is changed" if dry_run else None
    rows += [("done", end or "yes"), ("next", None if dry_run or next_command is None else next_command)]
    desk.give({"prefix": prefix, "dry_run": dry_run, **told}, lines([("manufacturer", prefix), *rows]))


def csv_line(values: list[str]) -> bytes:
    """One record (RFC 4180)."""
    text = StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue().encode("utf-8", "backslashreplace")

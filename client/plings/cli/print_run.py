from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.maker_node import MaybeNode, MaybeSeed, MaybeVault, NodeSource
from plings.cli.options import Host, Json
from plings.cli.output import Answer, answering, labelled, tell
from plings.cli.registry_progress import Tell, progress
from plings.cli.times import span
from plings.cli.vault import Folder, Module
from plings.identity import DEFAULT_HOST

if TYPE_CHECKING:
    from plings.printing import Manifest

TOLD_EVERY_S = 10.0
"""Seconds between lines where no terminal shows a bar."""


class Output(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


def run(
    batches: Annotated[
        list[str],
        typer.Argument(metavar="BATCH:INSTANCES...", help="Paths without instances, and which: 2.3.2.G:0-9999"),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="New, empty, or where this job was stopped.")
    ],
    seed: MaybeSeed = None,
    vault: MaybeVault = None,
    node: MaybeNode = None,
    form: Annotated[Output, typer.Option("--format", help="What the files are.")] = Output.CSV,
    signed: Annotated[bool, typer.Option("--signed", help="Sign each tag, so that nobody else can make it.")] = False,
    nfc: Annotated[bool, typer.Option("--nfc", help="Also the URL for an NFC tag and its NDEF message.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, max=1024, metavar="N", help="Processes; without it, one a core.")
    ] = None,
    host: Host = DEFAULT_HOST,
    folder: Folder = None,
    module: Module = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not tell how far it is.")] = False,
    as_json: Json = False,
) -> None:
    """Print the codes of batches into files. Needs no network.

    Stopped at any point, also by a power cut, the same command goes on: without a duplicate, without a hole, with the
    same bytes. When all is whole, `manifest.json` is there: counts, hashes, and each batch's root, signed.
    """
    source = NodeSource(seed, vault, node, folder, module)
    with answering(as_json, quiet=quiet) as answer:
        from plings.printing import Batch, Job, print_codes

        job = Job(tuple(Batch.parse(text) for text in batches), form.value, signed, nfc, host)
        identity = source.identity(job.prefix)
        started = time.monotonic()
        with _told(answer, output, job.count) as told:
            manifest = print_codes(identity, job, output, workers=workers, on_progress=told)
        answer.give(_facts(manifest, output), labelled(_lines(manifest, output, time.monotonic() - started)))


@contextmanager
def _told(answer: Answer, folder: Path, total: int) -> Iterator[Tell]:
    """Says how far it is: a bar at a terminal, else a line now and then."""
    with progress(answer, f"printing into {folder.name}", total, "codes") as bar:
        yield _Rate(bar, total, in_lines=not (answer.as_json or answer.quiet or sys.stderr.isatty()))


class _Rate:
    """Codes per second since this process began: what was there before does not count."""

    def __init__(self, bar: Tell, total: int, in_lines: bool) -> None:
        self._bar, self._total, self._in_lines = bar, total, in_lines
        self._first: int | None = None
        self._started_s = self._told_s = time.monotonic()

    def __call__(self, done: int, per_second: float = 0.0, /) -> None:
        now = time.monotonic()
        if self._first is None:
            self._first, self._started_s, self._told_s = done, now, now
        rate = (done - self._first) / max(now - self._started_s, 1e-9)
        self._bar(done, rate)
        if self._in_lines and now - self._told_s >= TOLD_EVERY_S and rate:
            self._told_s = now
            left = span(int((self._total - done) / rate))
            tell(f"{done:,} of {self._total:,} codes, {rate:,.0f}/s, {left} left")


def _facts(manifest: Manifest, folder: Path) -> dict[str, Any]:
    from plings.printing.manifest import NAME

    batches = [
        {
            "batch": batch.commitment.batch,
            "file": str(folder / batch.file),
            "codes": batch.commitment.item_count,
            "bytes": batch.size_bytes,
            "sha256": batch.sha256.hex(),
            "root": batch.commitment.root.hex(),
        }
        for batch in manifest.batches
    ]
    return {"manifest": str(folder / NAME), "codes": manifest.codes, "batches": batches}


def _lines(manifest: Manifest, folder: Path, seconds: float) -> list[tuple[str, object]]:
    from plings.printing.manifest import NAME

    lines: list[tuple[str, object]] = [("manifest", folder / NAME), ("codes", f"{manifest.codes:,}")]
    for batch in manifest.batches[:20]:
        lines.append((batch.file, f"{batch.commitment.item_count:,} codes, root {batch.commitment.root.hex()}"))
    if len(manifest.batches) > 20:
        lines.append(("and", f"{len(manifest.batches) - 20:,} batches more"))
    return [*lines, ("took", f"{seconds:,.1f} s")]

"""Printing a job: from a manufacturer's node to files that are whole, whatever happens on the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from plings import __version__
from plings.commitments import SUBTREE_LEAVES, BatchCommitment
from plings.durable import sync_folder, write_whole
from plings.errors import PrintingError
from plings.identity import Identity
from plings.printing import parquet
from plings.printing.batch_file import PARTIAL, BatchFile, WholeFile
from plings.printing.folder import JOB, begun_at_unix, finished, owned
from plings.printing.job import Job
from plings.printing.journal import journal_key
from plings.printing.maker import CodeMaker
from plings.printing.manifest import NAME, Manifest, PrintedBatch
from plings.printing.run import Run, RunMaker
from plings.printing.workers import cores, in_order

NOTED_EVERY_S: Final = 1.0
"""How often what was written is noted, so how much work a kill undoes."""

Progress = Callable[[int], None]


def print_codes(
    identity: Identity,
    job: Job,
    folder: Path,
    *,
    workers: int | None = None,
    on_progress: Progress = lambda done: None,
    clock: Callable[[], float] = time.time,
) -> Manifest:
    """Print a job into a folder: new, empty, or where the same job was stopped. A finished job is left as it is.

    The files' bytes depend on the job and the node alone, not on how often it was stopped, nor on the number of
    `workers` (processes; one a core by default). `on_progress` is told how many codes are written.
    Raises PathError with rule `foreign`, SettingsError, OSError, CommitmentInvalid for a manifest that is there, and
    PrintingError with rule `another_job`, `not_empty`, `busy`, `changed`, `self_check`, `worker_died` or
    `worker_failed`.
    """
    CodeMaker(identity, job.batches[0].path, host=job.host)  # refuses what it could not make
    if job.output == "parquet":
        parquet.arrow()
    with owned(folder):
        if not (folder / NAME).exists():
            began = begun_at_unix(folder, job, identity.public_key, int(clock()))
            whole = _print_batches(identity, job, folder, workers or cores(), on_progress)
            manifest = _manifest(identity, job, began, int(clock()), whole)
            sync_folder(folder)
            write_whole(folder / NAME, manifest.text.encode("ascii"))
        elif not _is_of(manifest := finished(folder), job, identity):
            raise PrintingError(f"another job was printed into {folder}", "another_job")
        for batch in manifest.batches:  # of a manifest that was there already, too
            batch.commitment.verify(identity.public_key)
        _tidy(job, folder)
        return manifest


def _print_batches(identity: Identity, job: Job, folder: Path, workers: int, on_progress: Progress) -> list[WholeFile]:
    files = [
        BatchFile(
            folder / job.file_name(place),
            batch.instances.count,
            job.output,
            job.columns,
            journal_key(identity, job, place),
        )
        for place, batch in enumerate(job.batches)
    ]
    starts = [file.runs for file in files]
    codes, noted_s = sum(file.codes for file in files), 0.0
    on_progress(codes)
    try:
        all_made = in_order(RunMaker(identity, job), _runs_left(job, starts), workers)
        for run, made in zip(_runs_left(job, starts), all_made, strict=True):
            file = files[run.batch]
            file.append(made)
            if file.is_full or time.monotonic() - noted_s > NOTED_EVERY_S:
                file.note()
                noted_s = time.monotonic()
            if file.is_full:
                file.close()
            codes += made.codes
            on_progress(codes)
        return [file.finish() for file in files]
    finally:
        for file in files:
            file.close()


def _runs_left(job: Job, starts: list[int]) -> Iterator[Run]:
    """The runs that are still to be made, in the order in which they are written."""
    for place, (batch, start) in enumerate(zip(job.batches, starts, strict=True)):
        runs = -(-batch.instances.count // SUBTREE_LEAVES)
        yield from (Run(place, number) for number in range(start, runs))


def _manifest(identity: Identity, job: Job, began: int, ended: int, whole: list[WholeFile]) -> Manifest:
    batches = []
    for place, (batch, file) in enumerate(zip(job.batches, whole, strict=True)):
        commitment = BatchCommitment.make(
            batch=batch.path,
            instances=batch.instances,
            root=file.root,
            created_at_unix=began,
            identity_key=identity.public_key,
            sign=identity.node.sign,
        )
        batches.append(PrintedBatch(job.file_name(place), file.size_bytes, file.sha256, commitment))
    tool, key = f"plings {__version__}", identity.public_key
    return Manifest(job.prefix, job.output, job.signed, job.nfc, job.host, key, tool, began, ended, tuple(batches))


def _is_of(manifest: Manifest, job: Job, identity: Identity) -> bool:
    printed = [(batch.commitment.batch, batch.commitment.instances) for batch in manifest.batches]
    named = (manifest.prefix, manifest.output, manifest.signed, manifest.nfc, manifest.host, manifest.identity_key)
    wanted = (job.prefix, job.output, job.signed, job.nfc, job.host, identity.public_key)
    return named == wanted and printed == [(batch.path, batch.instances) for batch in job.batches]


def _tidy(job: Job, folder: Path) -> None:
    """Remove what only an unfinished job needs."""
    for place in range(len(job.batches)):
        (folder / (job.file_name(place) + PARTIAL)).unlink(missing_ok=True)
    (folder / JOB).unlink(missing_ok=True)

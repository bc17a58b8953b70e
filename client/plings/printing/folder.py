"""A job's folder: whose it is, and that one process alone prints into it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from plings.durable import NEW, write_whole
from plings.errors import PrintingError, ReceiptInvalid
from plings.identity import format_address
from plings.printing.job import Job
from plings.printing.manifest import NAME, Manifest
from plings.proofs.document import UNIX, parse_json

JOB: Final = "job.json"
"""Beside the files until all are whole: what the job is, and when it began."""
LONGEST: Final = 16 * 1024 * 1024


@contextmanager
def owned(folder: Path) -> Iterator[None]:
    """The folder, made if need be, for this process alone. Raises PrintingError with rule `busy`, and OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PrintingError(f"another process prints into {folder}", "busy") from None
        yield
    finally:
        os.close(descriptor)


def begun_at_unix(folder: Path, job: Job, identity_key: bytes, now_unix: int) -> int:
    """When the job began: now, if the folder is empty, or when it did. Unix seconds.

    Raises PrintingError with rule `another_job` or `not_empty`, and OSError.
    """
    file = folder / JOB
    if not file.exists():
        if any(each.name != JOB + NEW for each in folder.iterdir()):
            raise PrintingError(f"{folder} has files that are not of a printing job", "not_empty")
        write_whole(file, _text(job, identity_key, now_unix))
        return now_unix
    with file.open("rb") as opened:
        content = opened.read(LONGEST + 1)
    try:
        began = parse_json(content, "job", LONGEST).all_members()["created_at_unix"].number(UNIX)
    except (ReceiptInvalid, KeyError):
        began = -1
    if content != _text(job, identity_key, began):
        raise PrintingError(f"another job was begun in {folder}: its own command goes on with it", "another_job")
    return began


def finished(folder: Path) -> Manifest:
    """The manifest of a folder. Raises PrintingError with rule `unfinished`, CommitmentInvalid and OSError."""
    try:
        return read_manifest(folder / NAME)
    except FileNotFoundError:
        raise PrintingError(f"{folder} has no {NAME}: no finished job is there", "unfinished") from None


def read_manifest(file: Path) -> Manifest:
    """The manifest in a file. Raises CommitmentInvalid and OSError."""
    with file.open("rb") as opened:
        return Manifest.parse(opened.read(LONGEST + 1))


def _text(job: Job, identity_key: bytes, began_at_unix: int) -> bytes:
    batches = [f"{batch.path}:{batch.instances.text}" for batch in job.batches]
    facts = {**job.members, "identity_key": format_address(identity_key), "created_at_unix": began_at_unix}
    return (json.dumps({"format": "plings-job", "version": 1, **facts, "batches": batches}, indent=1) + "\n").encode()

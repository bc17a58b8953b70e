"""What of a batch's file is whole: one record of 108 bytes for each of its runs, in order, only ever appended to.

    end of the run in the file, u64 | codes, u32 | root, 32 bytes | SHA-256 of its bytes, 32 | HMAC-SHA256, 32

Numbers are big-endian. The identity key signs what the roots say, so a job goes on from records alone that whoever has
that key wrote: else who may write to the folder could have it sign codes of its own. When the batch is whole, this is
what proofs of single codes are made from; these are checked against the signed root, and need no key.
"""

from __future__ import annotations

import hmac
import json
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from plings.identity import Identity
from plings.printing.job import Job

_FIELDS: Final = struct.Struct(">QI32s32s")
_NUMBER: Final = struct.Struct(">Q")
CODE_BYTES: Final = 32
"""Of the message authentication code."""
RECORD_BYTES: Final = _FIELDS.size + CODE_BYTES
DOMAIN: Final = b"plings:journal:1:"


@dataclass(frozen=True, slots=True)
class Record:
    """A run that is whole."""

    end: int
    codes: int
    root: bytes
    sha256: bytes

    def content(self, key: bytes, number: int) -> bytes:
        """Its bytes as the record at `number`, from 0."""
        fields = _FIELDS.pack(self.end, self.codes, self.root, self.sha256)
        return fields + hmac.digest(key, _NUMBER.pack(number) + fields, "sha256")


def journal_key(identity: Identity, job: Job, place: int) -> bytes:
    """The 32-byte key of the journal of the batch at `place`: for the same codes, written in the same way, the same.

    HMAC-SHA256 by the private identity key of `plings:journal:1:` and a JSON array: the job without its batches, the
    batch's path, its instances.
    """
    batch = job.batches[place]
    what = json.dumps([job.members, batch.path, batch.instances.text], separators=(",", ":"))
    return hmac.digest(identity.node.key, DOMAIN + what.encode("ascii"), "sha256")


def read_records(file: Path, key: bytes | None = None) -> Iterator[Record]:
    """The records of a journal up to the first that is not whole, or not by `key` where there is one.

    None of a file that is not there. Raises OSError.
    """
    try:
        opened = file.open("rb")
    except FileNotFoundError:
        return
    with opened:
        number = 0
        while len(content := opened.read(RECORD_BYTES)) == RECORD_BYTES:
            record = Record(*_FIELDS.unpack_from(content))
            if key is not None and not hmac.compare_digest(content, record.content(key, number)):
                return
            yield record
            number += 1


def append_records(file: Path, count: int, records: Iterable[Record], key: bytes) -> None:
    """Write records behind the first `count`, in place of whatever is there, and onto the disk. Raises OSError."""
    with file.open("r+b" if file.exists() else "xb") as opened:
        opened.truncate(count * RECORD_BYTES)
        opened.seek(0, os.SEEK_END)
        opened.write(b"".join(record.content(key, count + at) for at, record in enumerate(records)))
        opened.flush()
        os.fsync(opened.fileno())

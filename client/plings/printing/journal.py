"""What of a batch's file is whole: one record of 80 bytes for each of its runs, in order, only ever appended to.

    end of the run in the file, u64 | codes, u32 | root, 32 bytes | SHA-256 of its bytes, 32 bytes | CRC-32, u32

Numbers are big-endian. When the batch is whole, this is what proofs of single codes are made from.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zlib import crc32

_FIELDS: Final = struct.Struct(">QI32s32s")
_CHECK: Final = struct.Struct(">I")
RECORD_BYTES: Final = _FIELDS.size + _CHECK.size


@dataclass(frozen=True, slots=True)
class Record:
    """A run that is whole."""

    end: int
    codes: int
    root: bytes
    sha256: bytes

    @property
    def content(self) -> bytes:
        fields = _FIELDS.pack(self.end, self.codes, self.root, self.sha256)
        return fields + _CHECK.pack(crc32(fields))


def read_records(file: Path) -> Iterator[Record]:
    """The records of a journal up to the first that is not whole; none of a file that is not there. Raises OSError."""
    try:
        opened = file.open("rb")
    except FileNotFoundError:
        return
    with opened:
        while len(content := opened.read(RECORD_BYTES)) == RECORD_BYTES:
            fields, check = content[: _FIELDS.size], content[_FIELDS.size :]
            if _CHECK.unpack(check)[0] != crc32(fields):
                return
            yield Record(*_FIELDS.unpack(fields))


def append_records(file: Path, count: int, records: Iterable[Record]) -> None:
    """Write records behind the first `count`, in place of whatever is there, and onto the disk. Raises OSError."""
    with file.open("r+b" if file.exists() else "xb") as opened:
        opened.truncate(count * RECORD_BYTES)
        opened.seek(0, os.SEEK_END)
        opened.write(b"".join(record.content for record in records))
        opened.flush()
        os.fsync(opened.fileno())

"""Files of raw transactions: JSON lines as nodes answer, plain or gzipped, and our own export, which needs no parsing.

plings-raw 1 | for each: slot (8), position (4), block time (8), signature (64), bytes of the body (4), body
"""

from __future__ import annotations

import gzip
import struct
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import IO, Final

from plings.errors import ClusterError, SettingsError, shown
from plings.indexer.body import Kept, pack
from plings.indexer.cursor import Cursor
from plings.indexer.sources.source import BATCH
from plings.indexer.store import Batch
from plings.indexer.transaction import RawTransaction
from plings.indexer.wire import read_text

MAGIC: Final = b"plings-raw 1\n"
MOST_BODY_BYTES: Final = 1 << 20
_RECORD: Final = struct.Struct("<QIQ64sI")


def export(transactions: Iterable[RawTransaction | Kept], file: IO[bytes]) -> int:
    """Writes transactions in our own form, and says how many."""
    file.write(MAGIC)
    count = 0
    for each in transactions:
        body = each.body or pack(each)  # type: ignore[arg-type]
        file.write(_RECORD.pack(each.slot, each.position, each.block_time_unix, each.signature, len(body)) + body)
        count += 1
    return count


class FileSource:
    """The transactions of one file, in its order, as final. Failed ones are passed over.

    Raises SettingsError for a file that cannot be opened, ClusterError for one that cannot be read: the line is named.
    """

    is_patient = False

    def __init__(self, path: Path, name: str | None = None) -> None:
        self._path = path
        self.name = name or f"file:{''.join(each if each.isalnum() else '_' for each in path.name.lower())[:100]}"

    async def batches(self, cursor: Cursor | None) -> AsyncIterator[Batch]:
        done = int(cursor.position["records"]) if cursor else 0
        with closing(self._file()) as file:
            records = self._records(file)
            for _ in islice(records, done):
                pass
            while taken := list(islice(records, BATCH)):
                raws = [raw for raw in map(self._read, taken) if raw is not None]
                done += len(taken)
                slot = max((raw.slot for raw in raws), default=cursor.slot if cursor else 0)
                yield Batch(raws, Cursor(self.name, {"records": done}, slot))

    def _file(self) -> IO[bytes]:
        try:
            return gzip.open(self._path) if self._path.suffix == ".gz" else self._path.open("rb")  # type: ignore[return-value]
        except OSError as error:
            raise SettingsError(f"{shown(self._path)} cannot be opened: {error.strerror}") from error

    def _records(self, file: IO[bytes]) -> Iterator[tuple[int, bytes, bytes | None]]:
        """Each record's number with its line, or with its head and body."""
        try:
            first = file.read(len(MAGIC))
            if first == MAGIC:
                yield from self._exported(file)
                return
            lines = self._lines(first, file)
            yield from ((number, line, None) for number, line in enumerate(lines, 1) if line.strip())
        except (OSError, EOFError) as error:
            raise ClusterError(f"{shown(self._path)} cannot be read: {type(error).__name__}") from error

    @staticmethod
    def _lines(first: bytes, file: IO[bytes]) -> Iterator[bytes]:
        yield first + file.readline()
        yield from file

    def _exported(self, file: IO[bytes]) -> Iterator[tuple[int, bytes, bytes | None]]:
        number = 0
        while head := file.read(_RECORD.size):
            number += 1
            size = _RECORD.unpack(head)[-1] if len(head) == _RECORD.size else MOST_BODY_BYTES + 1
            body = file.read(size) if size <= MOST_BODY_BYTES else b""
            if len(body) != size:
                raise ClusterError(f"{shown(self._path)} ends within record {number}")
            yield number, head, body

    def _read(self, record: tuple[int, bytes, bytes | None]) -> RawTransaction | Kept | None:
        number, head, body = record
        if body is not None:
            slot, position, unix, signature, _ = _RECORD.unpack(head)
            return Kept(signature, slot, position, unix, body)
        try:
            return read_text(head)
        except ClusterError as error:
            raise ClusterError(f"{shown(self._path)}, record {number}: {error}") from error

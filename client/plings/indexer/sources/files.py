"""Files of raw transactions: JSON lines as nodes answer, plain or gzipped, and our own export, which needs no parsing.

plings-raw 1 | for each: slot (8), position (4), block time (8), signature (64), bytes of the body (4), body
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from itertools import count, islice
from pathlib import Path
from typing import IO, Final

from plings.errors import ClusterError, SettingsError, shown
from plings.indexer.body import Kept, pack
from plings.indexer.cursor import Cursor
from plings.indexer.sources.source import BATCH, Extent
from plings.indexer.store import Batch
from plings.indexer.transaction import RawTransaction
from plings.indexer.wire import read_text

MAGIC: Final = b"plings-raw 1\n"
MOST_BODY_BYTES: Final = 1 << 20
MOST_LINE_BYTES: Final = 1 << 23
_HEAD: Final = struct.Struct("<QIQ64sI")

_Record = tuple[int, bytes, bytes | None]
"""Its number from 1, with its line, or its head and body."""


def export(transactions: Iterable[RawTransaction | Kept], file: IO[bytes]) -> int:
    """Writes transactions in our own form, and says how many."""
    file.write(MAGIC)
    written = 0
    for each in transactions:
        body = each.body or pack(each)  # type: ignore[arg-type]
        file.write(_HEAD.pack(each.slot, each.position, each.block_time_unix, each.signature, len(body)) + body)
        written += 1
    return written


class FileSource:
    """The transactions of one file, in its order, as final. Failed ones are passed over.

    It goes on where it was in a file that begins as it did then, such as one that grew; another file of that name is
    read from its beginning. Raises SettingsError for a file that cannot be opened, ClusterError for one that cannot be
    read: the record is named.
    """

    is_patient = False

    def __init__(self, path: Path, name: str | None = None) -> None:
        self._path = path
        self.extent = Extent()
        self.name = name or f"file:{''.join(each if _is_plain(each) else '_' for each in path.name.lower())[:100]}"

    async def batches(self, cursor: Cursor | None) -> AsyncIterator[Batch]:
        done, digest = 0, blake2b(digest_size=16)
        before = int(cursor.position.get("records", 0)) if cursor else 0
        if cursor and before and (known := self._digest_of(before, cursor.position.get("digest"))):
            done, digest = before, known
        with self._opened() as records:
            for _ in islice(records, done):
                pass
            while taken := list(islice(records, BATCH)):
                raws = [raw for raw in map(self._read, taken) if raw is not None]
                done += len(taken)
                for _, head, body in taken:
                    digest.update(head + (body or b""))
                slot = max((raw.slot for raw in raws), default=cursor.slot if cursor else 0)
                yield Batch(raws, Cursor(self.name, {"records": done, "digest": digest.hexdigest()}, slot))

    def _digest_of(self, number: int, told: str | None) -> blake2b | None:
        """Of the first records, if there are so many and `told` is theirs."""
        digest, found = blake2b(digest_size=16), 0
        with self._opened() as records:
            for _, head, body in islice(records, number):
                digest.update(head + (body or b""))
                found += 1
        return digest if found == number and told in (None, digest.hexdigest()) else None

    @contextmanager
    def _opened(self) -> Iterator[Iterator[_Record]]:
        try:
            raw = self._path.open("rb")
            self.extent.found = self._path.stat().st_size
        except OSError as error:
            raise SettingsError(f"{shown(str(self._path))} cannot be opened: {error.strerror}") from error
        with raw:
            file = gzip.GzipFile(fileobj=raw) if self._path.suffix == ".gz" else raw
            yield self._records(file, raw)  # type: ignore[arg-type]

    def _records(self, file: IO[bytes], raw: IO[bytes]) -> Iterator[_Record]:
        """Each record's number with its line, or with its head and body."""
        try:
            first = file.read(len(MAGIC))
            of_file = self._exported(file) if first == MAGIC else self._lines(first, file)
            for record in of_file:
                self.extent.read = raw.tell()
                yield record
        except (OSError, EOFError, zlib.error) as error:
            raise ClusterError(f"{shown(str(self._path))} cannot be read: {type(error).__name__}") from error

    def _lines(self, first: bytes, file: IO[bytes]) -> Iterator[_Record]:
        line = first if first.endswith(b"\n") else first + file.readline(MOST_LINE_BYTES)
        for number in count(1):
            if not line:
                return
            if len(line) >= MOST_LINE_BYTES:
                raise ClusterError(f"{shown(str(self._path))}, line {number} is longer than {MOST_LINE_BYTES:,} bytes")
            if line.strip():
                yield number, line, None
            line = file.readline(MOST_LINE_BYTES)

    def _exported(self, file: IO[bytes]) -> Iterator[_Record]:
        number = 0
        while head := file.read(_HEAD.size):
            number += 1
            size = _HEAD.unpack(head)[-1] if len(head) == _HEAD.size else MOST_BODY_BYTES + 1
            body = file.read(size) if size <= MOST_BODY_BYTES else b""
            if len(body) != size:
                raise ClusterError(f"{shown(str(self._path))} ends within record {number}")
            yield number, head, body

    def _read(self, record: _Record) -> RawTransaction | Kept | None:
        number, head, body = record
        if body is not None:
            slot, position, unix, signature, _ = _HEAD.unpack(head)
            return Kept(signature, slot, position, unix, body)
        try:
            return read_text(head)
        except ClusterError as error:
            raise ClusterError(f"{shown(str(self._path))}, record {number}: {error}") from error


def _is_plain(character: str) -> bool:
    return character.isascii() and character.isalnum()

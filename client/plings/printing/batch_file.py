"""The file of one batch while it grows: killed at any moment, it is whole up to the last record of its journal.

The bytes are on the disk before their record is, so a record never tells of what is not there. What is behind the last
record is cut off and made again; so is what a disk has lost, which shows in its hash.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest, sha256
from itertools import islice
from pathlib import Path
from typing import IO, Final

from plings.commitments import SUBTREE_LEAVES, RootBuilder
from plings.durable import NEW
from plings.errors import PrintingError
from plings.printing.formats import FORMATS
from plings.printing.journal import RECORD_BYTES, Record, append_records, read_records
from plings.printing.run import MadeRun

PARTIAL: Final = ".partial"
JOURNAL: Final = ".runs"
MOST_RUN_BYTES: Final = SUBTREE_LEAVES * 4096


@dataclass(frozen=True, slots=True)
class WholeFile:
    """A batch's finished file: its size, its SHA-256 and how many codes it has, and the root of their leaves."""

    size_bytes: int
    sha256: bytes
    codes: int
    root: bytes


class BatchFile:
    """The file `file`, to be of `count` codes, and its journal by `key`, as far as they are. What is there is read.

    Raises PrintingError with rule `changed` for a file that has its name already and is not what was written.
    All methods raise OSError; the file then is as it was noted last.
    """

    def __init__(self, file: Path, count: int, output: str, columns: tuple[str, ...], key: bytes) -> None:
        self._file, self._count, self._format, self._columns = file, count, FORMATS[output], columns
        self._key = key
        self._partial = file.with_name(file.name + PARTIAL)
        self._journal = file.with_name(file.name + JOURNAL)
        self._root = RootBuilder()
        self._sha256 = sha256()
        self._end = self.runs = 0
        self._unnoted: list[Record] = []
        self._out: IO[bytes] | None = None
        self._take_up()

    @property
    def codes(self) -> int:
        """How many it has."""
        return self._root.count

    @property
    def is_full(self) -> bool:
        """Whether it has all codes."""
        return self.codes == self._count

    def append(self, made: MadeRun) -> None:
        """Write the next run. It counts once it is noted."""
        if self._out is None:
            self._out = self._partial.open("r+b" if self._partial.exists() else "xb")
            self._out.truncate(self._end)
            self._out.seek(self._end)
        self._out.write(made.content)
        record = Record(self._end + len(made.content), made.codes, made.root, sha256(made.content).digest())
        self._add(record, made.content)
        self._unnoted.append(record)

    def note(self) -> None:
        """Bring onto the disk what was appended, and then that it is there."""
        if self._out is not None and self._unnoted:
            self._out.flush()
            os.fsync(self._out.fileno())
            append_records(self._journal, self.runs - len(self._unnoted), self._unnoted, self._key)
            self._unnoted = []

    def close(self) -> None:
        """Leave it as it is."""
        if self._out is not None:
            with suppress(OSError):  # it was told already, and what is not noted does not count
                self._out.close()
            self._out = None

    def finish(self) -> WholeFile:
        """Give the file its name. Done a second time, it changes nothing."""
        self.note()
        self.close()
        if self._partial.exists():
            os.truncate(self._partial, self._end)
            os.truncate(self._journal, self.runs * RECORD_BYTES)
        if self._format.assemble:
            return self._assembled()
        if self._partial.exists():
            self._partial.replace(self._file)
        return WholeFile(self._end, self._sha256.digest(), self.codes, self._root.root)

    def _take_up(self) -> None:
        """Count the runs that are noted and whose bytes are there."""
        is_named = self._file.exists() and not self._format.assemble
        there = self._file if is_named else self._partial
        if there.exists():
            with there.open("rb") as content:
                self._take_up_runs(content)
        if is_named and (not self.is_full or there.stat().st_size != self._end):
            raise PrintingError(f"{self._file} is not what was printed into it", "changed")

    def _take_up_runs(self, content: IO[bytes]) -> None:
        for record in read_records(self._journal, self._key):
            if not 0 < record.end - self._end <= MOST_RUN_BYTES or record.codes != self._due:
                return
            run = content.read(record.end - self._end)
            if sha256(run).digest() != record.sha256:
                return
            self._add(record, run)

    @property
    def _due(self) -> int:
        """How many codes the next run has."""
        return min(SUBTREE_LEAVES, self._count - self.codes)

    def _add(self, record: Record, content: bytes) -> None:
        self._root.join(record.root, record.codes)
        self._sha256.update(content)
        self._end = record.end
        self.runs += 1

    def _assembled(self) -> WholeFile:
        assert self._format.assemble
        new = self._file.with_name(self._file.name + NEW)
        ends = (record.end for record in islice(read_records(self._journal, self._key), self.runs))
        self._format.assemble(self._partial, ends, self._columns, new)
        with new.open("rb") as content:
            os.fsync(content.fileno())
            digest = file_digest(content, "sha256").digest()
        new.replace(self._file)
        return WholeFile(self._file.stat().st_size, digest, self.codes, self._root.root)

"""Class pointers by the million: read, hashed, checked and copied in, all of a file or nothing of it.

    load_pointers(registry, "2.3", Path("pointers.csv"))

The database checks every row as it does a single one's. Three ways to load:

- one stream, the default: one transaction;
- several streams, each in a transaction of its own, none of which commits before all rows of all are in and checked.
  What is refused changes nothing. Only if the server or this process dies while they commit, one after the other, may a
  part be there; the same load again then adds the rest;
- `in_chunks`: each chunk is committed as it is in. What is refused stops the load, and what was before it stays; the
  same load again skips that.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from plings.errors import PointerCollision, ValueRefused
from plings.registry.bulk_maker import Maker, maker_of
from plings.registry.bulk_rows import chunks
from plings.registry.bulk_streams import Collision, Counts, streams_into
from plings.registry.database import Registry
from plings.registry.sessions import Sessions

MOST_ROWS_PER_CHUNK: Final = 250_000
"""Copied at once by one stream. About 30 MB are held for it, twice for each stream."""
FEWEST_ROWS_PER_CHUNK: Final = 10_000

_BYTES_OF_ROW: Final = 50
_CHUNKS_OF_STREAM: Final = 4
"""So that the first are copied while the next are read."""

MOST_STREAMS: Final = 16


@dataclass(frozen=True)
class Load:
    """What a load came to. `added` + `there` + `repeated` are its rows."""

    rows: int
    added: int
    there: int
    """Were registered already, for the same class."""
    repeated: int
    """Stood in the file before, for the same class."""
    seconds: float

    @property
    def rows_per_second(self) -> float:
        return self.rows / self.seconds if self.seconds else 0.0


def load_pointers(
    registry: Registry,
    prefix: str,
    source: Path | Iterable[tuple[str, UUID | str]],
    *,
    streams: int = 1,
    in_chunks: bool = False,
    rows_per_chunk: int | None = None,
    on_progress: Callable[[int, float], None] = lambda _rows, _rows_per_second: None,
) -> Load:
    """Registers the class pointers of a manufacturer, by an owner or admin of its organisation or a super-admin.

    `source` is a CSV file with a header, or a file of JSON objects, one a line (`.jsonl`), of `path_to_pointer` and
    either `class_id` or `sku`; or pairs of a path and a class's id (UUID) or SKU (str). A column `class_pointer`, if
    there, must be what is computed. `on_progress` is told how many rows are in and how many a second. A stream copies
    `rows_per_chunk` at a time, by default as many as suit the file.

    Raises OSError, and with the line at fault: ValueRefused (`columns`, `class_pointer`, `below_prefix`,
    `class_id_form`, `unregistrable`, or the rule of a path), NotInRegistry (`unknown_class`, `unknown_sku`),
    AlreadyRegistered (`other_class`), PointerCollision (noted as an alert, which stays). Besides, NotInRegistry for the
    prefix, AccessDenied, DatabaseUnavailable.
    """
    if not 1 <= streams <= MOST_STREAMS:
        raise ValueRefused(f"{streams} streams are not 1 to {MOST_STREAMS}", "streams")
    if rows_per_chunk is not None and rows_per_chunk < 1:
        raise ValueRefused(f"{rows_per_chunk} rows are no chunk", "rows_per_chunk")
    maker = maker_of(registry, prefix)
    started = time.monotonic()
    counts = Counts()

    def on_chunk(done: Counts) -> None:
        counts.add(done)
        on_progress(counts.rows, counts.rows / max(time.monotonic() - started, 1e-9))

    try:
        with streams_into(registry, maker, streams, in_chunks=in_chunks, on_chunk=on_chunk) as sinks:
            for stream, chunk in chunks(source, maker, streams, rows_per_chunk or _fitting_rows(source, streams)):
                sinks.put(stream, chunk)
    except Collision as found:
        _note(registry, maker, found)
        raise PointerCollision(found.text, "collision") from None
    return Load(counts.rows, counts.added, counts.there, counts.repeated, time.monotonic() - started)


def _fitting_rows(source: object, streams: int) -> int:
    """For a chunk of a small file fewer than for one of a large one."""
    if not isinstance(source, Path):
        return FEWEST_ROWS_PER_CHUNK
    rows = source.stat().st_size // _BYTES_OF_ROW
    return max(FEWEST_ROWS_PER_CHUNK, min(MOST_ROWS_PER_CHUNK, rows // (streams * _CHUNKS_OF_STREAM)))


def _note(registry: Registry, maker: Maker, found: Collision) -> None:
    """Over another connection: the alert stays, whatever becomes of the transaction that the load may be in."""
    with Sessions.like(registry).another() as own:
        own.rows("SELECT note_collision(%s, %s)", [maker.public_key, found.path])

"""The tree of a payment log, of which only what a question needs is read: some tiles, and leaves that are in none."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

import psycopg

from plings.errors import NotInRegistry, RegistryError, StateRefused
from plings.indexer.ask import reading
from plings.indexer.leaf_hashes import HashedLeaf, hashed_leaves, root_of
from plings.indexer.tiles import HEIGHT, WIDTH, make_tiles, unknown_log
from plings.proofs import ProvableTree, node_hash
from plings.proofs.tree import HASH_BYTES, hashes_in
from plings.registry import Registry
from plings.registry.database import Row, fetch

FEW_UNTILED: Final = 4 * WIDTH
"""Leaves in no tile that a question reads, in some 4 ms. With more it makes tiles first, where it can."""
MOST_UNTILED: Final = 256 * WIDTH
"""The same where it cannot, since they are not final yet, or the database is read-only."""
LAZILY: Final = 256
"""Tiles that one question makes at most, in some half a second. Who asks again gets further."""
ATTEMPTS: Final = 3
MOST_NAMED: Final = 5
"""Gaps that an error names."""

Result = TypeVar("Result")
_Connection = psycopg.Connection[Any]
_Place = tuple[int, int]
"""A tile's level and number."""


class TiledTree(ProvableTree):
    """The tree of the first `size` leaves of a log. It has the hashes that it was opened with, and no others."""

    def __init__(self, size: int, tiled: int) -> None:
        self._size = size
        self._tiled = min(size, tiled)
        """the first so many leaves are in tiles"""
        self._tiles: dict[_Place, bytes] | None = None
        """None while it is only noted what is needed"""
        self._leaves: dict[int, HashedLeaf] = {}
        self._needed: set[_Place] = set()
        self._needs_leaves = False

    def __len__(self) -> int:
        return self._size

    @property
    def is_final(self) -> bool:
        """Whether none of the leaves that were read can be undone; those in tiles cannot."""
        return all(leaf.is_final for leaf in self._leaves.values())

    def subtree(self, level: int, index: int) -> bytes:
        if (index + 1) << level <= self._tiled:
            return self._of_tile(level, index)
        if level:
            return node_hash(self.subtree(level - 1, 2 * index), self.subtree(level - 1, 2 * index + 1))
        self._needs_leaves = True
        return b"" if self._tiles is None else self._leaves[index].hash

    def load(self, connection: _Connection, log_no: int, payment_log: bytes) -> None:
        """Reads what was needed so far. Raises _Changed where tiles or leaves are not there any more."""
        self._tiles = _tiles(connection, log_no, self._needed)
        if self._needs_leaves:
            found = hashed_leaves(connection, log_no, payment_log, self._tiled, self._size)
            self._leaves = {leaf.number: leaf for leaf in found}
        if len(self._tiles) < len(self._needed) or (
            self._needs_leaves and len(self._leaves) < self._size - self._tiled
        ):
            raise _Changed

    def _of_tile(self, level: int, index: int) -> bytes:
        tile_level, above = divmod(level, HEIGHT)
        first = index << above
        place = tile_level, first // WIDTH
        if self._tiles is None:
            self._needed.add(place)
            return b""
        start, stop = (first % WIDTH) * HASH_BYTES, (first % WIDTH + (1 << above)) * HASH_BYTES
        tile = self._tiles[place]
        if len(tile) < stop:
            raise _Changed
        return root_of(hashes_in(tile[start:stop]))


class _Changed(Exception):
    """Something was taken back while it was read."""


class _Untiled(Exception):
    """More leaves are in no tile than are to be read."""


def in_tree(registry: Registry, payment_log: bytes, size: int, work: Callable[[TiledTree], Result]) -> Result:
    """What `work` makes of the tree of a log's first `size` leaves. It is called twice: first to see what it needs.

    Makes tiles where they are missing and this database lets it. Raises NotInRegistry (`unknown_log`, `unknown_size`),
    StateRefused (`gap`, `tiles_behind`, `rebuilding`), other RegistryErrors.
    """
    most = FEW_UNTILED
    for _ in range(ATTEMPTS):
        try:
            return reading(registry, partial(_worked, payment_log=payment_log, size=size, work=work, most=most))
        except _Changed:
            continue
        except _Untiled as behind:
            if most == MOST_UNTILED:
                raise StateRefused(
                    f"{behind} leaves of the log are in no tile yet: ask again, or see plings keeper run",
                    "tiles_behind",
                ) from None
            _make(registry, payment_log)
            most = MOST_UNTILED
    raise StateRefused("leaves of the log were taken back meanwhile: ask again", "busy")


def _worked(
    connection: _Connection, payment_log: bytes, size: int, work: Callable[[TiledTree], Result], most: int
) -> Result:
    facts = _facts(connection, payment_log, size)
    if size - facts["tiled"] > most:
        raise _Untiled(f"{size - facts['tiled']:,}")
    tree = TiledTree(size, facts["tiled"])
    work(tree)
    tree.load(connection, facts["log_no"], payment_log)
    return work(tree)


def _make(registry: Registry, payment_log: bytes) -> None:
    try:
        make_tiles(registry, payment_log, most=LAZILY)
    except RegistryError as error:
        if error.rule not in ("privilege", "read_only", "busy"):
            raise


def _facts(connection: _Connection, payment_log: bytes, size: int) -> Row:
    """A log's number and how many of its leaves are in tiles; refused where leaves before `size` are missing."""
    found = fetch(connection, _FACTS, {"log": payment_log, "size": size, "most": MOST_NAMED + 1})
    if not found:
        raise unknown_log(payment_log)
    (facts,) = found
    if not 0 < size <= facts["leaf_count"]:
        raise NotInRegistry(f"the log has {facts['leaf_count']:,} leaves, so there is none of {size:,}", "unknown_size")
    if facts["gaps"]:
        raise StateRefused(f"{_named(facts['gaps'])} of the log are missing: plings indexer fills the gaps", "gap")
    return facts


def _named(gaps: list[list[int]]) -> str:
    texts = [f"{first:,}" if first == last else f"{first:,} to {last:,}" for first, last in gaps[:MOST_NAMED]]
    return f"leaves {', '.join(texts)}{' and others' if len(gaps) > MOST_NAMED else ''}"


def _tiles(connection: _Connection, log_no: int, places: set[_Place]) -> dict[_Place, bytes]:
    if not places:
        return {}
    with connection.cursor(binary=True) as cursor:
        wanted = sorted(places)
        cursor.execute(_TILES, [[level for level, _ in wanted], [number for _, number in wanted], log_no])
        return {(level, number): bytes(hashes) for level, number, hashes in cursor.fetchall()}


_FACTS: Final = """
    SELECT l.log_no, l.leaf_count, 256 * coalesce((
        SELECT max(t.tile_no) + 1 FROM log_tiles AS t WHERE (t.log_no, t.level) = (l.log_no, 0)
    ), 0) AS tiled, (
        SELECT array_agg(ARRAY[lower(numbers), least(upper(numbers), %(size)s) - 1] ORDER BY numbers) FROM (
            SELECT g.numbers FROM log_gaps AS g
            WHERE g.log_no = l.log_no AND lower(g.numbers) < %(size)s ORDER BY g.numbers LIMIT %(most)s
        ) AS missing
    ) AS gaps
    FROM payment_logs AS l WHERE l.address = %(log)s
"""
_TILES: Final = b"""
    SELECT t.level, t.tile_no, t.hashes
    FROM unnest(%s::smallint[], %s::bigint[]) AS wanted (level, tile_no)
    JOIN log_tiles AS t USING (level, tile_no) WHERE t.log_no = %s
"""

"""Tiles: hashes of payment logs' trees, 256 to a row, made of leaves that are final. See docs/decisions/0021.

They are made by whoever has the time (a keeper, an indexer, or who wants a proof), some at a time; what rests on a leaf
that is taken back goes with it (`drop_tiles`). Whatever happens to them, they can be made again from the leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, Final

import psycopg

from plings.errors import NotInRegistry
from plings.identity import format_address
from plings.indexer.ask import ask, reading
from plings.indexer.leaf_hashes import HashedLeaf, hashed_leaves, root_of
from plings.proofs.tree import HASH_BYTES, hashes_in
from plings.registry import Registry
from plings.registry.database import fetch

WIDTH: Final = 256
"""Hashes in a tile: a subtree of height 8, as in C2SP's tlog-tiles."""
HEIGHT: Final = 8
AT_ONCE: Final = 64
"""Tiles of leaves in one transaction: 16,384 leaves, about a tenth of a second."""

_Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Tiled:
    """How many tiles of leaves were made, and how many leaves of the log are in tiles now, of how many that it has."""

    made: int
    tiled_leaves: int
    leaf_count: int

    @property
    def is_behind(self) -> bool:
        """Whether there are leaves for another tile, which may not be final yet."""
        return self.leaf_count - self.tiled_leaves >= WIDTH


def make_tiles(registry: Registry, payment_log: bytes, *, most: int | None = None) -> Tiled:
    """Puts the leaves of a log that are final, and among the first without a gap, into tiles: `most` tiles, or all.

    It goes on where it was, the first alone (which may be all that is not final yet), then each `AT_ONCE` of them in a
    transaction. Raises NotInRegistry (`unknown_log`), StateRefused (`rebuilding`), other RegistryErrors.
    """
    made, at_once = 0, 1
    while True:
        at_once = at_once if most is None else min(at_once, most - made)
        tiled = reading(registry, partial(_make, payment_log=payment_log, most=at_once))
        made += tiled.made
        if tiled.made < at_once or made == most:
            return Tiled(made, tiled.tiled_leaves, tiled.leaf_count)
        at_once = AT_ONCE


def make_all_tiles(registry: Registry) -> int:
    """The same for every log that has leaves for more tiles. Returns how many were made."""
    return sum(make_tiles(registry, log).made for log in behind(registry))


def behind(registry: Registry) -> list[bytes]:
    """The logs that have leaves for more tiles than they have. Raises as `ask` does."""
    return [row["address"] for row in ask(registry, _BEHIND)]


def drop_tiles(registry: Registry, payment_log: bytes) -> None:
    """Drops all tiles of a log, which are then made again. Raises RegistryErrors."""
    registry.rows("SELECT drop_tiles(log_no, 0) FROM payment_logs WHERE address = %s", [payment_log])


def unknown_log(payment_log: bytes) -> NotInRegistry:
    """The error for a log of which nothing is indexed."""
    return NotInRegistry(f"nothing is indexed of payment log {format_address(payment_log)}", "unknown_log")


def _make(connection: _Connection, payment_log: bytes, most: int) -> Tiled:
    found = fetch(connection, _LOG, [payment_log])
    if not found:
        raise unknown_log(payment_log)
    log_no, leaf_count = found[0]["log_no"], found[0]["leaf_count"]
    fetch(connection, "SELECT lock_tiles(%s)", [log_no])
    first = _tile_count(connection, log_no)
    stop = min(first + most, found[0]["first_missing"] // WIDTH)
    tiles = list(_whole_tiles(hashed_leaves(connection, log_no, payment_log, first * WIDTH, stop * WIDTH)))
    _store(connection, log_no, 0, [(first + at, b"".join(tile)) for at, tile in enumerate(tiles)])
    _append(connection, log_no, 1, first, [root_of(tile) for tile in tiles])
    return Tiled(len(tiles), (first + len(tiles)) * WIDTH, leaf_count)


def _tile_count(connection: _Connection, log_no: int) -> int:
    select = "SELECT coalesce(max(tile_no) + 1, 0) AS tiles FROM log_tiles WHERE (log_no, level) = (%s, 0)"
    return int(fetch(connection, select, [log_no])[0]["tiles"])


def _whole_tiles(leaves: Sequence[HashedLeaf]) -> Iterator[list[bytes]]:
    """The tiles that are all of final leaves, up to the first that is not."""
    for start in range(0, len(leaves) - WIDTH + 1, WIDTH):
        tile = leaves[start : start + WIDTH]
        if not all(leaf.is_final for leaf in tile):
            return
        yield [leaf.hash for leaf in tile]


def _append(connection: _Connection, log_no: int, level: int, first: int, roots: list[bytes]) -> None:
    """Adds roots of tiles of the level below, of which the first is number `first`, and what follows above."""
    pending, at, whole = iter(roots), first, list[bytes]()
    while taken := list(islice(pending, WIDTH - at % WIDTH)):
        held = _held(connection, log_no, level, at)
        hashes = held + b"".join(taken)
        _store(connection, log_no, level, [(at // WIDTH, hashes)])
        at += len(taken)
        if at % WIDTH == 0:
            whole.append(root_of(hashes_in(hashes)))
    if whole:
        _append(connection, log_no, level + 1, first // WIDTH, whole)


def _held(connection: _Connection, log_no: int, level: int, at: int) -> bytes:
    """The hashes before number `at` in its tile."""
    if at % WIDTH == 0:
        return b""
    select = "SELECT hashes FROM log_tiles WHERE (log_no, level, tile_no) = (%s, %s, %s)"
    (row,) = fetch(connection, select, [log_no, level, at // WIDTH])
    assert len(row["hashes"]) == at % WIDTH * HASH_BYTES
    return bytes(row["hashes"])


def _store(connection: _Connection, log_no: int, level: int, tiles: Sequence[tuple[int, bytes]]) -> None:
    fetch(
        connection,
        """INSERT INTO log_tiles (log_no, level, tile_no, hashes)
        SELECT %s, %s, tile_no, hashes FROM unnest(%s::bigint[], %s::bytea[]) AS tile (tile_no, hashes)
        ON CONFLICT (log_no, level, tile_no) DO UPDATE SET hashes = EXCLUDED.hashes""",
        [log_no, level, [number for number, _ in tiles], [hashes for _, hashes in tiles]],
    )


_LOG: Final = """
    SELECT l.log_no, l.leaf_count, coalesce((
        SELECT min(lower(g.numbers)) FROM log_gaps AS g WHERE g.log_no = l.log_no
    ), l.leaf_count) AS first_missing
    FROM payment_logs AS l WHERE l.address = %s
"""
_BEHIND: Final = """
    SELECT l.address FROM payment_logs AS l
    WHERE coalesce((
        SELECT min(lower(g.numbers)) FROM log_gaps AS g WHERE g.log_no = l.log_no
    ), l.leaf_count) / 256 > coalesce((
        SELECT max(t.tile_no) + 1 FROM log_tiles AS t WHERE (t.log_no, t.level) = (l.log_no, 0)
    ), 0)
    ORDER BY l.address
"""

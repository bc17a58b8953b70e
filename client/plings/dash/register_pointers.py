"""The third phase: the pointers of all places are registered, and their batches are held; old codes resolve from then.

Nobody can be given a number that was printed before: each batch is allocated from its first known instance to its last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from plings.dash.all_or_nothing import all_or_nothing
from plings.dash.pointer_status import set_status
from plings.dash.problems import MOST, Problem, refuse_for
from plings.dash.standing import CLASSES, MAKER, POINTERS, demand_phase, set_phase
from plings.errors import PathTaken
from plings.registry import Registry
from plings.registry.bulk import load_pointers
from plings.registry.bulk_maker import maker_of
from plings.registry.database import Connection, Row, fetch
from plings.registry.manufacturers import manufacturer

PURPOSE: Final = "migrated from "
"""What an allocation of ours is for, before the legacy path of the batch."""


@dataclass(frozen=True)
class PointersRegistered:
    """`there` were registered before, for the same product; `held` batches were allocated before, or all above them."""

    added: int
    there: int
    batches: int
    allocated: int
    held: int
    objects: int


@dataclass(frozen=True)
class _Batch:
    old: str
    path: str
    first: int
    last: int


_Wish = tuple[_Batch, int, int]
"""A range of a batch's instances, first and last."""


def register_pointers(registry: Registry, prefix: str, *, dry_run: bool = False) -> PointersRegistered:
    """Registers what the phases before decided. Again changes nothing.

    Raises AccessDenied, NotInRegistry, StateRefused (`phase`, `closed`), ValueRefused, PointerCollision,
    AlreadyRegistered (`other_class`) for a place that is another product's, LimitReached (`daily_limit`), and
    MigrationRefused (`path_held`) for batches of which somebody holds a path.
    """
    maker, key = manufacturer(registry, prefix), maker_of(registry, prefix).public_key
    with all_or_nothing(registry, maker, dry_run) as connection:
        demand_phase(connection, maker, CLASSES, POINTERS)
        its = {"wallet": maker.wallet_version, "index": maker.manufacturer_index, "key": key}
        fetch(connection, _OURS, its)
        places = fetch(connection, f"SELECT new_path, class_id FROM dash_classes WHERE {MAKER}", list(its.values())[:2])
        load = load_pointers(registry, prefix, [(row["new_path"], row["class_id"]) for row in places])
        set_status(connection, its, "deprecated", "active")
        batches, allocated = _hold(registry, connection, its)
        fetch(
            connection, f"UPDATE dash_classes SET is_live = true WHERE {MAKER} AND NOT is_live", list(its.values())[:2]
        )
        set_phase(connection, maker, POINTERS)
        objects = fetch(connection, f"SELECT objects FROM dash_migrations WHERE {MAKER}", list(its.values())[:2])
        held = batches - len(allocated)
        return PointersRegistered(load.added, load.there, batches, len(allocated), held, objects[0]["objects"])


def _hold(registry: Registry, connection: Connection, its: Row) -> tuple[int, set[str]]:
    """How many batches there are, and which of them got a path that nobody held."""
    problems, wishes, count = list[Problem](), list[_Wish](), 0
    for _, group in groupby(fetch(connection, _BATCHES, its), key=lambda row: row["path"]):
        held = list(group)
        batch = _Batch(held[0]["old"], held[0]["path"], held[0]["first"], held[0]["last"])
        count += 1
        try:
            wishes += [(batch, first, last) for first, last in _free(batch, held)]
        except PathTaken:
            problems.append(_held(batch))
    refuse_for(problems[:MOST])
    try:
        _allocate(registry, its, wishes)
    except PathTaken:  # of two batches of this migration, too: one at a time, to tell which
        refuse_for(_refused(registry, its, wishes))
        raise
    return count, {batch.path for batch, _, _ in wishes}


def _allocate(registry: Registry, its: Row, wishes: list[_Wish]) -> None:
    """All of them or none."""
    columns = (
        [batch.path for batch, _, _ in wishes],
        [first for _, first, _ in wishes],
        [last for _, _, last in wishes],
        [PURPOSE + batch.old for batch, _, _ in wishes],
    )
    registry.rows(_ALLOCATE, [its["wallet"], *columns])


def _refused(registry: Registry, its: Row, wishes: list[_Wish]) -> list[Problem]:
    problems = []
    for wish in wishes:
        try:
            _allocate(registry, its, [wish])
        except PathTaken:
            problems.append(_held(wish[0]))
            if len(problems) == MOST:
                break
    return problems


def _held(batch: _Batch) -> Problem:
    return Problem("batch", batch.old, "path_held", f"somebody holds a path of {batch.path}")


def _free(batch: _Batch, held: list[Row]) -> Iterator[tuple[int, int]]:
    """The ranges of a batch's instances that are to be allocated: not what is held for it, or by whoever holds more.

    Raises PathTaken for what is held for something else.
    """
    at, class_path = batch.first, batch.path.rpartition(".")[0]
    for row in held:  # in the order of their numbers
        if row["held"] is None:
            break
        if len(row["held"]) < len(class_path) or (row["held"] == class_path and row["held_first"] is None):
            return  # all of the class, or of what it is in
        if row["held"] != batch.path or row["purpose"] != PURPOSE + batch.old:
            raise PathTaken(batch.path, "path_taken")
        if row["held_first"] > at:
            yield at, row["held_first"] - 1
        at = max(at, row["held_last"] + 1)
    if at <= batch.last:
        yield at, batch.last


_ALLOCATE: Final = """
    INSERT INTO path_registry
        (wallet_version, path, allocation_type, allocated_range_start, allocated_range_end, purpose)
    SELECT %s, path, 'production', first, last, purpose
    FROM unnest(%s::text[], %s::integer[], %s::integer[], %s::text[]) AS wish (path, first, last, purpose)
"""
_OURS: Final = """
    UPDATE dash_classes AS its SET pointer_is_ours = true
    WHERE (wallet_version, manufacturer_index) = (%(wallet)s, %(index)s) AND NOT pointer_is_ours AND NOT EXISTS (
        SELECT FROM known_pointers(ARRAY[class_pointer_of(%(key)s, its.new_path)]) WHERE status = 'active'
    )
"""
_BATCHES: Final = """
    WITH batches AS (
        SELECT class.old_path || '.' || segment_text(batch) AS old,
            class.new_path || '.' || segment_text(batch) AS path, min(instance) AS first, max(instance) AS last
        FROM dash_objects JOIN dash_classes AS class ON class.id = dash_class
        WHERE (class.wallet_version, class.manufacturer_index) = (%(wallet)s, %(index)s)
        GROUP BY class.old_path, class.new_path, batch
    )
    SELECT batches.*, other.path AS held, other.allocated_range_start AS held_first,
        other.allocated_range_end AS held_last, other.purpose
    FROM batches LEFT JOIN path_registry AS other ON other.status <> 'transferred'
        AND other.span && allocated_span(batches.path, batches.first, batches.last)
    ORDER BY batches.path, other.allocated_range_start
"""

"""Who holds which paths: allocations of single paths, of ranges of a path's children, and of the next free ones.

An allocation holds everything at or below its path, or at or below the children in its range. That no two share a path
is the database's doing: see migrations/0007_path_registry.sql.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from plings.errors import NotInRegistry, PathError, ValueRefused
from plings.identity import SEGMENT_LIMIT, ClassPath, Path, format_segment
from plings.registry.database import Connection, Registry, columns, fetch

KINDS: Final = ("production", "test", "development", "reserved")


@dataclass(frozen=True)
class Allocation:
    """`allocated_range_start` and `_end` are numbers of children of `path`, both included, or None for all of it."""

    id: UUID
    wallet_version: int
    manufacturer_index: int
    organization_id: UUID
    path: str
    hd_derivation_prefix: str
    allocation_type: str
    quantity: int
    allocated_range_start: int | None
    allocated_range_end: int | None
    purpose: str | None
    status: str
    allocated_by: UUID
    allocated_at: datetime
    completed_at: datetime | None
    transferred_to_wallet: int | None
    transferred_at: datetime | None
    transferred_to: UUID | None

    @property
    def first(self) -> str:
        """The first path that it holds."""
        return self._child(self.allocated_range_start)

    @property
    def last(self) -> str:
        """The last of those of its own level: the same as `first` for a single path."""
        return self._child(self.allocated_range_end)

    def __str__(self) -> str:
        return self.path if self.allocated_range_start is None else f"{self.first} to {self.last}"

    def _child(self, number: int | None) -> str:
        return self.path if number is None else f"{self.path}.{format_segment(number)}"


def allocate_path(registry: Registry, path: str, *, kind: str = "production", purpose: str | None = None) -> Allocation:
    """Allocates one path and everything below it: a class's, a batch's or a single object's.

    By an owner or admin of the manufacturer's organisation, or a super-admin. Raises PathError for what is no path,
    AccessDenied, PathTaken, NotInRegistry (`unknown_manufacturer`), StateRefused (`wallet_closed`,
    `manufacturer_closed`), LimitReached (`daily_limit`), ValueRefused.
    """
    return registry.records(Allocation, _INSERT, _values(path, None, kind, purpose))[0]


def allocate_range(
    registry: Registry, path: str, first: int, quantity: int, *, kind: str = "production", purpose: str | None = None
) -> Allocation:
    """Allocates `quantity` children of `path` from number `first` on, and everything below them.

    Raises as `allocate_path` does, and ValueRefused with rule `valid_range`.
    """
    if quantity < 1 or not 0 <= first <= SEGMENT_LIMIT - quantity:
        raise ValueRefused(f"{quantity} from {first} on are not all from 0 to 2^31 - 1", "valid_range")
    return registry.records(Allocation, _INSERT, _values(path, (first, first + quantity - 1), kind, purpose))[0]


def allocate_next(
    registry: Registry, path: str, quantity: int, *, kind: str = "production", purpose: str | None = None
) -> Allocation:
    """Allocates the next `quantity` children of `path` after all that are held below it, from number 1 on.

    Those who ask at once get ranges beside each other. Raises as `allocate_path`, and LimitReached (`exhausted`).
    """
    if not 1 <= quantity < SEGMENT_LIMIT:
        raise ValueRefused(f"{quantity} is not from 1 to 2^31 - 1", "valid_range")
    select = f"SELECT {columns(Allocation)} FROM allocate_next(%s, %s, %s, %s)"
    return registry.records(Allocation, select, [_checked(path), quantity, kind, purpose])[0]


@dataclass(frozen=True)
class Wish:
    """One allocation of several: of a path as a whole, of `quantity` of its children from `first` on, or without
    `first` of the next ones."""

    path: str
    quantity: int | None = None
    first: int | None = None
    kind: str = "production"
    purpose: str | None = None


def allocate_together(registry: Registry, wishes: Sequence[Wish]) -> list[Allocation]:
    """All of them or none, in their order, also in several wallets: whoever does so waits for none who waits for it.

    Raises as `allocate_path`, `allocate_range` and `allocate_next` do.
    """
    wallets = sorted({_wallet(_checked(wish.path)) for wish in wishes})

    def work(connection: Connection) -> list[Allocation]:
        for wallet in wallets:
            fetch(connection, "SELECT line_up(%s)", [wallet])
        return [_allocate(registry, wish) for wish in wishes]

    return registry.attempt(work)


def _allocate(registry: Registry, wish: Wish) -> Allocation:
    facts: dict[str, Any] = {"kind": wish.kind, "purpose": wish.purpose}
    if wish.quantity is None:
        if wish.first is not None:
            raise ValueRefused("a range has a first number and a quantity", "valid_range")
        return allocate_path(registry, wish.path, **facts)
    if wish.first is None:
        return allocate_next(registry, wish.path, wish.quantity, **facts)
    return allocate_range(registry, wish.path, wish.first, wish.quantity, **facts)


def next_free(registry: Registry, path: str) -> int | None:
    """The number of the next free child of `path`, which `allocate_next` would begin with; None where none is left."""
    row = registry.row("SELECT next_child(%s) AS number", [_checked(path)])
    return row["number"] if row else None


def is_free(registry: Registry, path: str, first: int | None = None, last: int | None = None) -> bool:
    """Whether nobody holds any path of these. By the time it is asked for, that may have changed."""
    row = registry.row("SELECT path_is_free(%s, %s, %s) AS free", [_checked(path), first, last])
    return bool(row and row["free"])


def allocation(registry: Registry, allocation_id: UUID) -> Allocation:
    """The allocation of an id. Raises NotInRegistry."""
    found = registry.record(Allocation, f"{_SELECT} WHERE id = %s", [allocation_id])
    if found is None:
        raise NotInRegistry(f"there is no allocation {allocation_id}", "unknown_allocation")
    return found


def holder(registry: Registry, path: str) -> Allocation | None:
    """The allocation that holds a path, if there is one and whoever asks may see it."""
    select = f"{_SELECT} WHERE span @> path_key(%s) AND status <> 'transferred'"
    return registry.record(Allocation, select, [_checked(path)])


def allocations(
    registry: Registry, *, below: str | None = None, status: str | None = None, limit: int = 1000
) -> list[Allocation]:
    """Allocations at or below a path, or all that may be seen, in the order of their paths."""
    where = ["status = coalesce(%(status)s, status)"]
    if below is not None:
        where.append("span && allocated_span(%(below)s, NULL, NULL)")
    select = f"{_SELECT} WHERE {' AND '.join(where)} ORDER BY lower(span), allocated_at LIMIT %(limit)s"
    parameters = {"status": status, "below": None if below is None else _checked(below), "limit": limit}
    return registry.records(Allocation, select, parameters)


def set_allocation_status(registry: Registry, allocation_id: UUID, status: str) -> Allocation:
    """`exhausted` when all its codes are made, `retired` when it is out of use. Neither frees its paths.

    Raises AccessDenied, NotInRegistry, StateRefused (`status`), ValueRefused.
    """
    update = f"""
        UPDATE path_registry SET status = %(status)s,
            completed_at = CASE WHEN %(status)s = 'exhausted' THEN now() ELSE completed_at END
        WHERE id = %(id)s RETURNING {columns(Allocation)}
    """
    changed = registry.record(Allocation, update, {"status": status, "id": allocation_id})
    if changed is None:
        raise NotInRegistry(f"there is no allocation {allocation_id}", "unknown_allocation")
    return changed


def instance_paths(allocation: Allocation) -> Iterator[str]:
    """The paths of its own level, first to last."""
    if allocation.allocated_range_start is None or allocation.allocated_range_end is None:
        yield allocation.path
        return
    for number in range(allocation.allocated_range_start, allocation.allocated_range_end + 1):
        yield f"{allocation.path}.{format_segment(number)}"


def _values(path: str, numbers: tuple[int, int] | None, kind: str, purpose: str | None) -> list[Any]:
    checked = _checked(path)
    first, last = numbers or (None, None)
    return [_wallet(checked), checked, kind, first, last, purpose]


def _checked(path: str) -> str:
    """The path, of a class or an object or just a prefix. Raises PathError as these do."""
    try:
        return ClassPath(path).text
    except PathError as error:
        if error.rule not in ("too_long", "too_many_segments"):
            raise
        return Path(path).text


def _wallet(path: str) -> int:
    return ClassPath(".".join(path.split(".")[:2])).wallet


_SELECT: Final = f"SELECT {columns(Allocation)} FROM path_registry"
_INSERT: Final = f"""
    INSERT INTO path_registry (wallet_version, path, allocation_type, allocated_range_start, allocated_range_end,
        purpose)
    VALUES (%s, %s, %s, %s, %s, %s) RETURNING {columns(Allocation)}
"""

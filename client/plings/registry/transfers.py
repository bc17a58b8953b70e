"""Transfers between wallets: of one allocation, or of a manufacturer with all that it has.

A manufacturer moves in batches, each in a transaction of its own. Whoever calls again goes on where it was: what has
moved stays moved, and a second call of a finished transfer changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from plings.errors import AddressError
from plings.identity import format_address, is_weak_key
from plings.registry.database import Connection, Registry, columns, fetch
from plings.registry.lineage import LineageEntry, PathTransfer, lineage, path_transfers, verify_across_wallets
from plings.registry.manufacturers import Manufacturer, manufacturer
from plings.registry.paths import Allocation
from plings.registry.transfer_load import Load, measure
from plings.registry.wallets import wallet as wallet_of

__all__ = [
    "LineageEntry",
    "PathTransfer",
    "Refusal",
    "Transfer",
    "lineage",
    "path_transfers",
    "planned_prefix",
    "transfer_allocation",
    "transfer_manufacturer",
    "verify_across_wallets",
]

ALLOCATIONS_AT_ONCE: Final = 200
POINTERS_AT_ONCE: Final = 20_000
"""What moves in one transaction."""

REASONS: Final = ("security_upgrade", "environment_separation", "key_compromise")

_SAID: Final = {
    "path_taken": "its paths are held there already",
    "does_not_fit": "its paths would be too long there",
    "daily_limit": "the wallet gives no more allocations today: set its limit higher, or go on tomorrow",
}


@dataclass(frozen=True)
class Refusal:
    """What could not be moved, and the rule: `path_taken`, `does_not_fit`, `daily_limit`, or `pointer_taken`."""

    what: str
    rule: str
    text: str


@dataclass(frozen=True)
class Transfer:
    """What a call moved, what is left, and why. `complete` when nothing live is left behind."""

    source: Manufacturer
    target: Manufacturer
    reason: str
    allocations_moved: int
    pointers_moved: int
    allocations_left: int
    pointers_left: int
    completion_percentage: int
    refused: tuple[Refusal, ...]

    @property
    def complete(self) -> bool:
        return self.completion_percentage == 100


def transfer_allocation(registry: Registry, allocation_id: UUID, target_wallet: int | str) -> Allocation:
    """Moves one allocation to where its manufacturer stands in another wallet, and gives what it holds there.

    What it held in its own wallet is free then. Again is no error. By an owner or admin of the organisation, or a
    super-admin. Raises AccessDenied, PathTaken, NotInRegistry (`no_successor`, `unknown_allocation`), StateRefused
    (`status`: transferred elsewhere or retired; `wallet_closed`), AlreadyRegistered (`same_wallet`), LimitReached.
    """
    version = wallet_of(registry, target_wallet).version_id
    select = f"SELECT {columns(Allocation)} FROM transfer_allocation(%s, %s)"
    return registry.records(Allocation, select, [allocation_id, version])[0]


def transfer_manufacturer(
    registry: Registry,
    prefix: str,
    target_wallet: int | str,
    *,
    public_key: bytes,
    index: int | None = None,
    reason: str = "security_upgrade",
    progress: Callable[[int], None] | None = None,
) -> Transfer:
    """Moves a manufacturer: registers it in the other wallet under the key that it has there, copies its words, and
    moves its live allocations and class pointers. By a super-admin.

    Without an index it keeps its own where that is free. It prints nothing new below its old prefix from the beginning;
    what is printed stays genuine, and its pointers are `migrated`, or `compromised` if its key or wallet is. `progress`
    is told the percentage after each batch. Raises AccessDenied, AddressError, NotInRegistry, StateRefused
    (`manufacturer_closed`: suspended, retired or gone elsewhere; `wallet_closed`), AlreadyRegistered (`other_key`,
    `other_index`, `same_wallet`), ValueRefused (`lineage_reason`).
    """
    version = wallet_of(registry, target_wallet).version_id
    opening = f"SELECT {columns(Manufacturer)} FROM open_transfer(%s, %s, %s, %s, %s)"
    facts = [prefix, version, index, _key_text(public_key), reason]
    target = registry.records(Manufacturer, opening, facts)[0]
    mover = _Mover(registry, manufacturer(registry, prefix), target, progress or (lambda percentage: None))
    mover.move_allocations()
    mover.move_pointers()
    return mover.finish(reason)


class _Mover:
    """One call's way through what is left to move."""

    def __init__(self, registry: Registry, source: Manufacturer, target: Manufacturer, progress: Callable[[int], None]):
        self.registry = registry
        self.source = source
        self.target = target
        self.progress = progress
        self.load: Load = registry.attempt(
            lambda connection: measure(connection, source, target.wallet_version, POINTERS_AT_ONCE)
        )
        self.allocations = 0
        self.pointers = 0
        self.refused: list[Refusal] = []

    @property
    def percentage(self) -> int:
        """Of everything that was or is to be moved. 100 is for `finish` to say."""
        moved = self.load.moved_before + self.allocations + self.pointers
        return min(99, 100 * moved // max(1, self.load.moved_before + self.load.left))

    def move_allocations(self) -> None:
        after = b""
        while True:
            asked = [self.source.prefix, self.target.wallet_version, after, ALLOCATIONS_AT_ONCE]
            rows = self.registry.rows(_ALLOCATIONS, asked)
            if not rows:
                return
            self.refused += [_refusal(row["held"], row["refused"]) for row in rows if row["refused"]]
            self.allocations += sum(not row["refused"] for row in rows)
            self._tell()
            if rows[-1]["refused"] == "daily_limit":
                return
            after = rows[-1]["span_start"]

    def move_pointers(self) -> None:
        for first, last in self.load.pointer_batches:
            ends = [first, last, self.source.prefix, self.target.prefix]
            self.pointers += self.registry.rows(_POINTERS, ends)[0]["moved"]
            self._tell()

    def finish(self, reason: str) -> Transfer:
        """Closes the transfer if nothing live is left, or leaves it open for the next call."""
        left = self.registry.attempt(self._close)
        done = left.left == 0
        if left.pointers:
            text = f"{left.pointers} class pointers are taken or do not fit there: see the alerts"
            self.refused.append(Refusal(self.source.prefix, "pointer_taken", text))
        percentage = 100 if done else self.percentage
        self.progress(percentage)
        return Transfer(
            source=manufacturer(self.registry, self.source.prefix),
            target=manufacturer(self.registry, self.target.prefix),
            reason=reason,
            allocations_moved=self.allocations,
            pointers_moved=self.pointers,
            allocations_left=left.allocations,
            pointers_left=left.pointers,
            completion_percentage=percentage,
            refused=tuple(self.refused),
        )

    def _close(self, connection: Connection) -> Load:
        left = measure(connection, self.source, self.target.wallet_version, POINTERS_AT_ONCE)
        if left.left == 0:
            for statement in _CLOSING:
                fetch(connection, statement, self._named())
        return left

    def _tell(self) -> None:
        if self.load.left == 0:
            return
        self.registry.rows(_PERCENTAGE, {**self._named(), "percentage": self.percentage})
        self.progress(self.percentage)

    def _named(self) -> dict[str, object]:
        return {
            "source": self.source.prefix,
            "target": self.target.prefix,
            "from_wallet": self.source.wallet_version,
            "from_index": self.source.manufacturer_index,
            "to_wallet": self.target.wallet_version,
            "to_index": self.target.manufacturer_index,
        }


def planned_prefix(registry: Registry, prefix: str, target_wallet: int) -> str:
    """Below which prefix a manufacturer stands, or would stand, in another wallet. Raises NotInRegistry."""
    select = """
        SELECT segment_text(%s) || '.' || segment_text(index_for(maker, %s)) AS prefix
        FROM manufacturer_registry AS maker WHERE prefix = %s
    """
    manufacturer(registry, prefix)
    planned: str = registry.rows(select, [target_wallet, target_wallet, prefix])[0]["prefix"]
    return planned


def _key_text(public_key: bytes) -> str:
    text = format_address(public_key)
    if is_weak_key(public_key):
        raise AddressError(text, "small_order", "the key is a point of small order: anybody can sign under it")
    return text


def _refusal(path: str, rule: str) -> Refusal:
    return Refusal(path, rule, f"{path}: {_SAID[rule]}")


_ALLOCATIONS: Final = "SELECT held, span_start, refused FROM transfer_allocations(%s, %s, %s, %s)"
_POINTERS: Final = """
    SELECT transfer_pointers(maker, heir, (
        CASE WHEN maker.status = 'compromised' OR wallet.status = 'compromised' THEN 'compromised' ELSE 'migrated' END
    )::pointer_status, %s, %s) AS moved
    FROM manufacturer_registry AS maker JOIN wallet_versions AS wallet ON wallet.version_id = maker.wallet_version,
        manufacturer_registry AS heir
    WHERE maker.prefix = %s AND heir.prefix = %s
"""
_LINEAGE_ROW: Final = """
    (predecessor_wallet, predecessor_index, current_wallet_version, current_manufacturer_index)
        = (%(from_wallet)s, %(from_index)s, %(to_wallet)s, %(to_index)s)
"""
_PERCENTAGE: Final = f"""
    UPDATE manufacturer_lineage SET completion_percentage = %(percentage)s, status = 'in_progress'
    WHERE {_LINEAGE_ROW} AND completion_percentage <> %(percentage)s
"""
_CLOSING: Final = (
    "UPDATE manufacturer_registry SET status = 'transferred' WHERE prefix = %(source)s AND status = 'transferring'",
    """
        UPDATE manufacturer_registry SET transfer_completed_at = now()
        WHERE prefix = %(target)s AND transfer_completed_at IS NULL
    """,
    f"""
        UPDATE manufacturer_lineage SET completion_percentage = 100, status = 'completed'
        WHERE {_LINEAGE_ROW} AND status <> 'completed'
    """,
)

"""What moved between wallets: a manufacturer's history, its paths', and whether what was here is held there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from plings.identity import PATH_BYTES, ClassPath, Path
from plings.registry.database import Registry
from plings.registry.wallets import wallet as wallet_of


@dataclass(frozen=True)
class LineageEntry:
    """A manufacturer's coming to a wallet, from another or, with no predecessor, at first.

    `status` is `active` for the first, and `in_progress` or `completed` for a transfer.
    """

    canonical_name: str
    from_wallet: str | None
    to_wallet: str
    predecessor_wallet: int | None
    predecessor_index: int | None
    current_wallet_version: int
    current_manufacturer_index: int
    assignment_reason: str
    assignment_date: datetime
    status: str
    completion_percentage: int


@dataclass(frozen=True)
class PathTransfer:
    """An allocation that was transferred, and what holds its like in the other wallet now: `target_status`."""

    path: str
    allocated_range_start: int | None
    allocated_range_end: int | None
    from_wallet: int
    to_wallet: int
    transferred_at: datetime
    target_path: str
    target_id: UUID
    target_status: str


def lineage(registry: Registry, name: str) -> list[LineageEntry]:
    """Where a manufacturer came from and went to, oldest first; nothing for one that may not be seen."""
    return registry.records(LineageEntry, _LINEAGE, [name])


def path_transfers(
    registry: Registry,
    *,
    from_wallet: int | str | None = None,
    to_wallet: int | str | None = None,
    below: str | None = None,
    limit: int = 1000,
) -> list[PathTransfer]:
    """Allocations that were transferred: all, or out of a wallet, into one, or at or below a path; newest first.

    Raises NotInRegistry, PathError.
    """
    asked = {
        "from_wallet": None if from_wallet is None else wallet_of(registry, from_wallet).version_id,
        "to_wallet": None if to_wallet is None else wallet_of(registry, to_wallet).version_id,
        "below": None if below is None else _checked(below),
        "limit": limit,
    }
    return registry.records(PathTransfer, _TRANSFERS, asked)


def verify_across_wallets(registry: Registry, path: str, target_wallet: int | str) -> bool:
    """Whether what was held at a path was transferred to another wallet and is held there, by the same organisation.

    The question and its answer are noted. Raises PathError, NotInRegistry, AccessDenied.
    """
    asked = [_checked(path), wallet_of(registry, target_wallet).version_id]
    return bool(registry.rows("SELECT verify_across_wallets(%s, %s) AS held", asked)[0]["held"])


def _checked(path: str) -> str:
    """A path of a class, an object or a prefix. Only an object's can be as long as the second allows."""
    return Path(path).text if path.count(".") > 13 or len(path) > PATH_BYTES - 4 else ClassPath(path).text


_LINEAGE: Final = """
    SELECT canonical_name::text AS canonical_name, source.version_name AS from_wallet, target.version_name AS to_wallet,
        predecessor_wallet, predecessor_index, current_wallet_version, current_manufacturer_index, assignment_reason,
        assignment_date, lineage.status, completion_percentage
    FROM manufacturer_lineage AS lineage
    LEFT JOIN wallet_versions AS source ON source.version_id = predecessor_wallet
    JOIN wallet_versions AS target ON target.version_id = current_wallet_version
    WHERE lower(canonical_name) = lower(%s)
    ORDER BY assignment_date, lineage.id
"""
_TRANSFERS: Final = """
    SELECT old.path, old.allocated_range_start, old.allocated_range_end, old.wallet_version AS from_wallet,
        old.transferred_to_wallet AS to_wallet, old.transferred_at, made.path AS target_path, made.id AS target_id,
        made.status AS target_status
    FROM path_registry AS old JOIN path_registry AS made ON made.id = old.transferred_to
    WHERE old.status = 'transferred'
        AND old.wallet_version = coalesce(%(from_wallet)s, old.wallet_version)
        AND old.transferred_to_wallet = coalesce(%(to_wallet)s, old.transferred_to_wallet)
        AND (%(below)s::text IS NULL OR old.span && allocated_span(%(below)s, NULL, NULL))
    ORDER BY old.transferred_at DESC, old.path LIMIT %(limit)s
"""

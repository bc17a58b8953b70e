"""What is provisional: told as confirmed, not yet as final. A slot that is dropped takes it back."""

from __future__ import annotations

from dataclasses import dataclass

from plings.indexer.store import lock
from plings.registry import Registry
from plings.registry.database import fetch


@dataclass(frozen=True)
class Finality:
    """How far all that is final was told, and what waits for it: transactions, and their first and last slot."""

    through_slot: int
    provisional: int
    first_slot: int | None
    last_slot: int | None


def finality(registry: Registry) -> Finality:
    """What could still be undone."""
    found = registry.record(
        Finality,
        """SELECT coalesce((SELECT through_slot FROM indexer_finality), 0) AS through_slot, count(*) AS provisional,
            min(slot) AS first_slot, max(slot) AS last_slot
        FROM provisional_transactions""",
    )
    assert found is not None
    return found


def undo_slot(registry: Registry, slot: int) -> int:
    """Takes back what is provisional in a slot that is known to be dropped, with all that follows from it.

    Returns how many transactions. What is final stays, whatever is said of its slot. Raises RegistryErrors.
    """

    def work(connection):  # type: ignore[no-untyped-def]
        lock(connection)
        (row,) = fetch(
            connection,
            """SELECT undo_transactions(coalesce(array_agg(transaction_no), '{}')) AS undone
            FROM provisional_transactions WHERE slot = %s""",
            [slot],
        )
        return row["undone"]

    return int(registry.attempt(work))

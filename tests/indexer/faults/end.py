"""Where a run must end: in the state of a clean one, with nothing left over."""

from __future__ import annotations

from typing import Final

from plings.indexer import part_hashes
from plings.registry import Registry

_KNOWN: Final = "SELECT transaction_no FROM raw_transactions"
LEFT_OVER: Final = {
    "gaps of no log": "log_gaps WHERE log_no NOT IN (SELECT log_no FROM payment_logs)",
    "gaps": "log_gaps",
    "provisional transactions": "provisional_transactions",
    "owners of no object": "tenures WHERE object_no NOT IN (SELECT object_no FROM objects)",
    "leaves of no transaction": f"payment_leaves WHERE transaction_no NOT IN ({_KNOWN})",
    "events of no transaction": f"chain_events WHERE transaction_no NOT IN ({_KNOWN})",
    "objects of which nothing is told": """objects AS o
        WHERE NOT EXISTS (SELECT FROM payment_leaves AS l WHERE l.object_no = o.object_no)
        AND NOT EXISTS (SELECT FROM chain_events AS e WHERE e.object_no = o.object_no)""",
    "transactions twice": "(SELECT FROM raw_transactions GROUP BY signature HAVING count(*) > 1) AS doubles",
    "unfinished rebuilds": "indexer_rebuild",
}
"""Rows that must not be left."""


class RunFailed(Exception):
    """The run did not end where a clean one does."""


def check_state(registry: Registry, expected: dict[str, str], when: str) -> None:
    """Raises RunFailed, which names the parts that differ and what is left over."""
    found = part_hashes(registry)
    counts = ", ".join(f"(SELECT count(*) FROM {rows})" for rows in LEFT_OVER.values())
    (row,) = registry.rows(f"SELECT ARRAY[{counts}] AS counts")
    left = {what: count for what, count in zip(LEFT_OVER, row["counts"], strict=True) if count}
    differ = [part for part, value in expected.items() if found[part] != value]
    if differ or left:
        raise RunFailed(f"{when}: other {', '.join(differ) or 'parts: none'}; left: {left or 'nothing'}")

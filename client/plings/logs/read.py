"""A payment log rebuilt from the chain's history. Nobody is trusted for it: it must have the root that the log has.

The log's account tells how many leaves there are and what they hash to; each leaf's content is in an event of the
transaction that wrote it, with its number. So a node that forgot, invented or changed one is found out.

The runtime cuts long logs, so anyone could hide a leaf's event behind 10,000 bytes of other lines. Such a leaf is taken
from its instruction, with the block's time, which is the clock that the program read; the gaps say what its number is.
Where a payment's value decided whether it made a leaf, the transfer that it began with tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import zip_longest

from solders.pubkey import Pubkey
from solders.signature import Signature

from plings.chain import Cluster, Past, Ran
from plings.errors import LogError
from plings.logs.lookup import FoundLog, find_log
from plings.program import PROGRAM_ID
from plings.program.events import decode_events
from plings.program.leaves import UNNUMBERED, leaf_by, leaf_of, moved_by
from plings.proofs import Frontier, Leaf

MOST_NAMED = 5
"""How many gaps an error names."""


@dataclass(frozen=True)
class LogEntry:
    """A leaf and the transaction that wrote it."""

    leaf: Leaf
    signature: Signature
    slot: int


async def read_log(cluster: Cluster, log: Pubkey) -> list[Leaf]:
    """All leaves of a payment log, by their numbers. Raises as `read_entries` does."""
    return [entry.leaf for entry in await read_entries(cluster, await find_log(cluster, log))]


async def read_entries(cluster: Cluster, found: FoundLog) -> list[LogEntry]:
    """All leaves that the log had when it was `found`, by their numbers, each with its transaction.

    Raises LogError when leaves are missing, told twice, or have another root than the log's account; ClusterError.
    """
    told, untold = list[LogEntry](), list[LogEntry]()
    async for past in cluster.history(found.address):
        of_events = _told(past, found.address)
        told += of_events
        untold += reversed(_untold(past, of_events, found.address))
    entries = _in_order(told, untold[::-1], found)
    if reduce(Frontier.append, (entry.leaf.hash for entry in entries), Frontier()) != found.log.frontier:
        raise LogError(f"what the cluster tells of payment log {found.address} is not what the log's root stands for")
    return entries


def _told(past: Past, log: Pubkey) -> list[LogEntry]:
    """The leaves that the transaction's events tell of."""
    leaves = (leaf_of(event) for event in decode_events(past.logs))
    return _of_log(past, log, leaves)


def _untold(past: Past, told: Iterable[LogEntry], log: Pubkey) -> list[LogEntry]:
    """The leaves that its instructions wrote beyond those, in their order; their numbers are not known yet."""
    time = past.block_time_unix
    if time is None:
        return []
    in_turn = zip_longest(past.instructions, past.instructions[1:])
    written = _of_log(past, log, (_written(ran, after, time) for ran, after in in_turn if ran.program_id == PROGRAM_ID))
    for entry in told:
        known = replace(entry, leaf=replace(entry.leaf, number=UNNUMBERED, timestamp=time))
        if known in written:
            written.remove(known)
    return written


def _written(ran: Ran, after: Ran | None, time: int) -> Leaf | None:
    moved = moved_by(after.program_id, after.data, after.accounts) if after else None
    return leaf_by(ran.data, ran.accounts, time, moved)


def _of_log(past: Past, log: Pubkey, leaves: Iterable[Leaf | None]) -> list[LogEntry]:
    return [LogEntry(leaf, past.signature, past.slot) for leaf in leaves if leaf and leaf.payment_log == bytes(log)]


def _in_order(told: Iterable[LogEntry], untold: Sequence[LogEntry], found: FoundLog) -> list[LogEntry]:
    """Exactly the leaves 0 to count - 1, of which the `untold`, the oldest first, are those that are missing.

    Later ones came while the history was read, and are left out.
    """
    count, by_number = found.log.leaf_count, dict[int, LogEntry]()
    for entry in told:
        number = entry.leaf.number
        if number in by_number:
            raise LogError(
                f"leaf {number} of payment log {found.address} is told twice, by transactions "
                f"{by_number[number].signature} and {entry.signature}"
            )
        by_number[number] = entry
    gaps = _gaps(by_number, count)
    if sum(last - first + 1 for first, last in gaps) > len(untold):
        raise LogError(
            f"the cluster's history has no leaf {_named(gaps)} of the {count:,} of payment log {found.address}: "
            f"ask a node that keeps all of it"
        )
    numbers = (number for first, last in gaps for number in range(first, last + 1))
    for number, entry in zip(numbers, untold, strict=False):
        by_number[number] = replace(entry, leaf=replace(entry.leaf, number=number))
    return [by_number[number] for number in range(count)]


def _gaps(numbers: Iterable[int], count: int) -> list[tuple[int, int]]:
    """First and last of each stretch of 0 to count - 1 that is not in `numbers`; a node may claim any `count`."""
    gaps, start = list[tuple[int, int]](), 0
    for number in [*sorted(number for number in numbers if number < count), count]:
        if number > start:
            gaps.append((start, number - 1))
        start = number + 1
    return gaps


def _named(gaps: Sequence[tuple[int, int]]) -> str:
    texts = [f"{first}" if first == last else f"{first} to {last}" for first, last in gaps[:MOST_NAMED]]
    return ", ".join(texts) + (" and others" if len(gaps) > MOST_NAMED else "")

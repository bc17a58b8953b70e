"""Finding the proof that a leaf is under a checkpoint, from nothing but the code and the chain."""

from __future__ import annotations

from collections.abc import Iterable

from plings.chain import Cluster
from plings.errors import LogError
from plings.identity import ScanUrl
from plings.logs.read import LogEntry
from plings.logs.whole import FoundProof, read_whole
from plings.objects import find_manufacturer, log_of


async def find_proof(cluster: Cluster, code: ScanUrl, number: int | None = None) -> FoundProof:
    """The proof of leaf `number` of the code's object; by default of its first payment, whose buyer owned it first.

    Raises LogError when the object has no such leaf, when no checkpoint covers it yet, or when the log cannot be read;
    NotRegistered, ClusterError.
    """
    whole = await read_whole(cluster, log_of(code, await find_manufacturer(cluster, code.path.prefix)))
    return whole.prove(_chosen(whole.entries_of(code), code, number))


def _chosen(of_object: Iterable[LogEntry], code: ScanUrl, number: int | None) -> int:
    for leaf in (entry.leaf for entry in of_object):
        if leaf.number == number or (number is None and leaf.kind.is_payment):
            return leaf.number
    what = "payment" if number is None else f"leaf {number}"
    raise LogError(f"there is no {what} for {code.path.text} in its payment log")

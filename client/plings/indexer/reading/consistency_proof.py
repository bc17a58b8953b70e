"""That a payment log's earlier leaves are the first of its later ones: nothing was changed or taken out."""

from __future__ import annotations

from dataclasses import dataclass

from plings.errors import NotInRegistry
from plings.indexer.reading.tiled_tree import TiledTree, in_tree
from plings.proofs import Head
from plings.registry import Registry


@dataclass(frozen=True)
class ConsistencyProof:
    """`hashes` show the leaves under `first` to be the first of those under `second`: see `plings.proofs.consistent`.

    `is_provisional`: some of the leaves that it was made of are confirmed and not final yet.
    """

    payment_log: bytes
    first: Head
    second: Head
    hashes: tuple[bytes, ...]
    is_provisional: bool


def consistency_proof(registry: Registry, payment_log: bytes, first_size: int, second_size: int) -> ConsistencyProof:
    """The proof between the trees of a log's first `first_size` and `second_size` leaves. 0 < first <= second.

    Raises NotInRegistry (`unknown_log`, `unknown_size`), StateRefused and others as `inclusion_proof` does.
    """
    if not 0 < first_size <= second_size:
        raise NotInRegistry(f"there is no proof from {first_size:,} to {second_size:,} leaves", "unknown_size")

    def proved(tree: TiledTree) -> ConsistencyProof:
        first, second = Head(tree.root(first_size), first_size), Head(tree.root(), second_size)
        hashes = tuple(tree.consistency_proof(first_size))
        return ConsistencyProof(payment_log, first, second, hashes, not tree.is_final)

    return in_tree(registry, payment_log, second_size, proved)

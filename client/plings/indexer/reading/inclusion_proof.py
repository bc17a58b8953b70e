"""That a leaf is among the first so many of its payment log."""

from __future__ import annotations

from dataclasses import dataclass

from plings.errors import NotInRegistry
from plings.indexer.reading.tiled_tree import TiledTree, in_tree
from plings.proofs import Head
from plings.registry import Registry


@dataclass(frozen=True)
class InclusionProof:
    """`hashes` (lowest first) lead from the leaf's hash to the head's root. `plings.proofs.included` checks it.

    `is_provisional`: some of the leaves that it was made of are confirmed and not final yet.
    """

    payment_log: bytes
    number: int
    leaf_hash: bytes
    head: Head
    hashes: tuple[bytes, ...]
    is_provisional: bool


def inclusion_proof(registry: Registry, payment_log: bytes, number: int, size: int) -> InclusionProof:
    """The proof that leaf `number` is under the root of the log's first `size` leaves.

    A root is worth something to who trusts it: a checkpoint's is the program's own. Raises NotInRegistry
    (`unknown_log`, `unknown_size`, `unknown_leaf`), StateRefused (`gap` says which leaves are missing; `tiles_behind`,
    `rebuilding`, `busy`), other RegistryErrors.
    """
    if not 0 <= number < size:
        raise NotInRegistry(f"there is no leaf {number:,} among the first {size:,}", "unknown_leaf")

    def proved(tree: TiledTree) -> InclusionProof:
        leaf, root = tree.subtree(0, number), tree.root()
        hashes = tuple(tree.inclusion_proof(number))
        return InclusionProof(payment_log, number, leaf, Head(root, size), hashes, not tree.is_final)

    return in_tree(registry, payment_log, size, proved)

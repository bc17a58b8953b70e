"""Commitments: what shows offline that a code is one of those that were printed in a batch. Pure, without a node.

A manufacturer's identity key signs the Merkle root of all codes of a batch; a few hashes lead from one code to it.
"""

from plings.commitments.commitment import BatchCommitment
from plings.commitments.instances import InstanceRanges
from plings.commitments.item import item_leaf
from plings.commitments.item_proof import ItemProof
from plings.commitments.tree import SUBTREE_LEAVES, BatchTree, RootBuilder, subtree_root

__all__ = [
    "SUBTREE_LEAVES",
    "BatchCommitment",
    "BatchTree",
    "InstanceRanges",
    "ItemProof",
    "RootBuilder",
    "item_leaf",
    "subtree_root",
]

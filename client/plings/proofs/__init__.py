"""Proofs that a payment was made: Merkle trees, leaves and receipts. Pure, offline, without a node or a key."""

from plings.proofs.leaf import Kind, Leaf
from plings.proofs.tree import Frontier, Tree, consistent, included, node_hash

__all__ = ["Frontier", "Kind", "Leaf", "Tree", "consistent", "included", "node_hash"]

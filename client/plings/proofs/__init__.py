"""Proofs that a payment was made: Merkle trees, leaves, owners and receipts. Pure, offline, without a node or a key."""

from plings.proofs.checkpoint import Checkpoint, Head
from plings.proofs.leaf import Kind, Leaf, ObjectKey
from plings.proofs.log_identity import LogIdentity
from plings.proofs.ownership import MOST_LINKS, Ownership, Tenure, claim_by, owner_by
from plings.proofs.receipt import Claims, Earlier, Receipt
from plings.proofs.shard import shard_of
from plings.proofs.tlog_proof import tlog_proof
from plings.proofs.tree import Frontier, ProvableTree, Tree, consistent, included, node_hash
from plings.proofs.verification import ReceiptGrade, ReceiptVerdict

__all__ = [
    "MOST_LINKS",
    "Checkpoint",
    "Claims",
    "Earlier",
    "Frontier",
    "Head",
    "Kind",
    "Leaf",
    "LogIdentity",
    "ObjectKey",
    "Ownership",
    "ProvableTree",
    "Receipt",
    "ReceiptGrade",
    "ReceiptVerdict",
    "Tenure",
    "Tree",
    "claim_by",
    "consistent",
    "included",
    "node_hash",
    "owner_by",
    "shard_of",
    "tlog_proof",
]

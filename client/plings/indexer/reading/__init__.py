"""What is indexed, for whoever asks: one file for each question. Everything is read-only but the tiles of hashes."""

from plings.indexer.reading.checkpoints import CheckpointPage, IndexedCheckpoint, checkpoints
from plings.indexer.reading.consistency_proof import ConsistencyProof, consistency_proof
from plings.indexer.reading.due import CheckpointDue
from plings.indexer.reading.first_payments import first_payments
from plings.indexer.reading.inclusion_proof import InclusionProof, inclusion_proof
from plings.indexer.reading.leaves import IndexedLeaf, LeafPage, leaves
from plings.indexer.reading.metadata import metadata
from plings.indexer.reading.ownership import How, ObjectAccount, Ownership, Tenure, ownership, ownership_of
from plings.indexer.reading.receipt import receipt

__all__ = [
    "CheckpointDue",
    "CheckpointPage",
    "ConsistencyProof",
    "How",
    "InclusionProof",
    "IndexedCheckpoint",
    "IndexedLeaf",
    "LeafPage",
    "ObjectAccount",
    "Ownership",
    "Tenure",
    "checkpoints",
    "consistency_proof",
    "first_payments",
    "inclusion_proof",
    "leaves",
    "metadata",
    "ownership",
    "ownership_of",
    "receipt",
]

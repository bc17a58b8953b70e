"""What is indexed, for whoever asks: one file for each question. Everything is read-only but the tiles of hashes."""

from plings.indexer.reading.ownership import How, ObjectAccount, Ownership, Tenure, ownership

__all__ = [
    "How",
    "ObjectAccount",
    "Ownership",
    "Tenure",
    "ownership",
]

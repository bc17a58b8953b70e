"""A printed batch was anchored: its root, and how many items it has."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("BatchCommitted", account("printed_batch"))

"""A log's root was noted, with the number of its leaves: so many there are, seen or not."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("CheckpointCreated", account("payment_log"))

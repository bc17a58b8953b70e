"""The item of the payment that follows was proved to be printed, and claimed."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("PrintedItemClaimed", account("printed_batch"))

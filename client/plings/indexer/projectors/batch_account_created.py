"""An account for a hundred objects was made."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("BatchAccountCreated", account("batch_account"))

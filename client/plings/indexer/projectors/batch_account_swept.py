"""A batch account's rent was handed back."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("BatchAccountSwept", account("batch_account"))

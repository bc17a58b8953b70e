"""What somebody sent to an object's address by a plain transfer went back."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("DepositRefunded", account("object"))

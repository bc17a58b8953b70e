"""An object with an account was bought from its owner."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("ObjectPurchased", account("object"), owner="buyer")

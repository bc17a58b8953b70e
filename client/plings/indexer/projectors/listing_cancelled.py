"""An offer was withdrawn."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("ListingCancelled", account("object"), owner="owner")

"""A first payment made an object's account and its NFT, which is the buyer's."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("ObjectCreated", account("object"), owner="buyer")

"""A claim is final: the object has its NFT."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("ObjectPromoted", account("object"), owner="owner")

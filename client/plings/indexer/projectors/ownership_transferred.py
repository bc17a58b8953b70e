"""An NFT was given away through the program."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("OwnershipTransferred", account("object"), owner="owner")

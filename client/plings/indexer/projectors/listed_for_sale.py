"""An object's owner offers it. Who owns it then is who offers: a wallet may have moved the NFT before."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("ListedForSale", account("object"), owner="owner")

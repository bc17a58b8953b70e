"""An object got an account for what its leaves show, which can still be challenged."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("PromotionClaimed", account("object"))

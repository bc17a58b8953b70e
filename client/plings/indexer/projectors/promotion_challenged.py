"""A leaf was shown that a claim had left out."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("PromotionChallenged", account("object"))

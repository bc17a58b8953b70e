"""A pool has other terms."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("SponsorPoolUpdated", account("sponsor_pool"))

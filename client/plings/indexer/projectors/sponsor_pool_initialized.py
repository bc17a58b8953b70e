"""A manufacturer opened a pool that pays its customers' rent."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("SponsorPoolInitialized", account("sponsor_pool"))

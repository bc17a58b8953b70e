"""A pool was closed."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("SponsorPoolClosed", account("sponsor_pool"))

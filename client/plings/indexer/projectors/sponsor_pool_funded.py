"""Somebody put money into a pool."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("SponsorPoolFunded", account("sponsor_pool"))

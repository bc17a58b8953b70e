"""Rent that a pool had paid came back to its manufacturer."""

from plings.indexer.projectors.projector import EventProjector, sponsor_pool

PROJECTOR = EventProjector("SponsoredRentReturned", sponsor_pool)

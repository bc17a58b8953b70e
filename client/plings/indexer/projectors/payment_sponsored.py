"""A pool paid an object's rent."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("PaymentSponsored", account("sponsor_pool"))

"""A class has terms of its own."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("ClassTermsSet", account("manufacturer"))

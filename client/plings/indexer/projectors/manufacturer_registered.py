"""A manufacturer is on chain."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("ManufacturerRegistered", account("manufacturer"))

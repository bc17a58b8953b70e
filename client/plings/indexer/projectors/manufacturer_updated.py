"""A manufacturer's settings and status as they are from then on."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("ManufacturerUpdated", account("manufacturer"))

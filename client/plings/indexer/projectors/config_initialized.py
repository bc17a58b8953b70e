"""The platform's settings began."""

from plings.indexer.projectors.projector import EventProjector, platform

PROJECTOR = EventProjector("ConfigInitialized", platform)

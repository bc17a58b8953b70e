"""The platform has another authority."""

from plings.indexer.projectors.projector import EventProjector, platform

PROJECTOR = EventProjector("AuthorityTransferred", platform)

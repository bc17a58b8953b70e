"""The platform's settings as they are from then on: fees of what is unsaid in cut logs follow from them."""

from plings.indexer.projectors.projector import EventProjector, platform

PROJECTOR = EventProjector("ConfigUpdated", platform)

"""The program takes no payments."""

from plings.indexer.projectors.projector import EventProjector, platform

PROJECTOR = EventProjector("ProgramPaused", platform)

"""The program takes payments again."""

from plings.indexer.projectors.projector import EventProjector, platform

PROJECTOR = EventProjector("ProgramUnpaused", platform)

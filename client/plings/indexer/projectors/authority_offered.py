"""The platform's authority was offered to somebody, who has yet to take it."""

from plings.indexer.projectors.projector import EventProjector, platform

PROJECTOR = EventProjector("AuthorityOffered", platform)

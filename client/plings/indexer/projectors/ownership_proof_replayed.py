"""A proved leaf was told again: no second leaf. Its subject is the printed address, as cut logs do not name the log."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("OwnershipProofReplayed", account("solana_address"))

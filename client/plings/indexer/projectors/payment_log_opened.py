"""A payment log began: whose it is, and which shard."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("PaymentLogOpened", account("payment_log"))

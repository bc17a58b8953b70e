"""What a payment log owed was paid out."""

from plings.indexer.projectors.projector import EventProjector, account

PROJECTOR = EventProjector("PaymentLogSwept", account("payment_log"))

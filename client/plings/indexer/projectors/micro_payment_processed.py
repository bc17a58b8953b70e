"""A payment that made no account: by the first for an object, its buyer owns it."""

from plings.indexer.projectors.projector import LeafProjector
from plings.proofs import Kind

PROJECTOR = LeafProjector(
    "MicroPaymentProcessed", Kind.PAYMENT, actor="buyer", amount="payment_amount", platform="platform_amount"
)

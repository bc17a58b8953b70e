"""A payment that took a slot of a batch account: a leaf as any other, with the slot's rent on top."""

from plings.indexer.projectors.projector import LeafProjector
from plings.proofs import Kind

PROJECTOR = LeafProjector(
    "BatchPaymentProcessed",
    Kind.SLOT_PAYMENT,
    actor="buyer",
    amount="payment_amount",
    platform="platform_amount",
    slot_rent="slot_rent_lamports",
)

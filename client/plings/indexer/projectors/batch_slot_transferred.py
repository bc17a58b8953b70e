"""A gift of what is in a slot, which only the slot's owner can make."""

from plings.indexer.projectors.projector import LeafProjector
from plings.proofs import Kind

PROJECTOR = LeafProjector("BatchSlotTransferred", Kind.SLOT_TRANSFER, actor="previous_owner", owner="owner")

"""A gift by leaf: it counts if who gave owned the object then."""

from plings.indexer.projectors.projector import LeafProjector
from plings.proofs import Kind

PROJECTOR = LeafProjector("MicroOwnershipTransferred", Kind.TRANSFER, actor="previous_owner", owner="owner")

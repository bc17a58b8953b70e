"""Anchors: printed batches on the chain, so that payments can demand that a code was printed."""

from plings.anchors.commit import Anchored, anchor_batch
from plings.anchors.lookup import FoundBatch, find_printed_batch

__all__ = ["Anchored", "FoundBatch", "anchor_batch", "find_printed_batch"]

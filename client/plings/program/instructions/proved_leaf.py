from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from solders.pubkey import Pubkey

from plings.proofs import Leaf


@dataclass(frozen=True)
class ProvedLeaf:
    """A leaf of an object's payment log, and its inclusion proof in the tree of one of the log's checkpoints."""

    leaf: Leaf
    checkpoint_id: int
    proof: tuple[bytes, ...]


def leaf_argument(shown: ProvedLeaf | None) -> dict[str, Any] | None:
    """A proved leaf as the program takes it; None, for a slot, stays None."""
    if shown is None:
        return None
    return {
        "kind": int(shown.leaf.kind),
        "number": shown.leaf.number,
        "timestamp": shown.leaf.timestamp,
        "actor": Pubkey.from_bytes(shown.leaf.actor),
        "owner": Pubkey.from_bytes(shown.leaf.owner),
        "amount_lamports": shown.leaf.amount_lamports,
        "proof": [list(node) for node in shown.proof],
    }

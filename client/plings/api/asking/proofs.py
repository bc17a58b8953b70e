"""Proofs and receipts, as `plings.indexer.reading` makes them."""

from __future__ import annotations

from plings.api.answers.logs import ConsistencyProof, InclusionProof
from plings.api.asking.texts import key
from plings.indexer import reading
from plings.proofs.document import format_hash
from plings.registry import Registry


def inclusion(registry: Registry, payment_log: bytes, number: int, size: int) -> InclusionProof:
    """That a leaf is under the root of the log's first `size` leaves. Raises NotInRegistry, StateRefused."""
    proof = reading.inclusion_proof(registry, payment_log, number, size)
    return InclusionProof(
        payment_log=key(payment_log),
        number=number,
        size=proof.head.count,
        leaf_hash=format_hash(proof.leaf_hash),
        root=format_hash(proof.head.root),
        proof=[format_hash(each) for each in proof.hashes],
        is_provisional=proof.is_provisional,
    )


def consistency(registry: Registry, payment_log: bytes, first_size: int, second_size: int) -> ConsistencyProof:
    """That the first `first_size` leaves are the beginning of the first `second_size`. Raises as `inclusion` does."""
    proof = reading.consistency_proof(registry, payment_log, first_size, second_size)
    return ConsistencyProof(
        payment_log=key(payment_log),
        first_size=proof.first.count,
        second_size=proof.second.count,
        first_root=format_hash(proof.first.root),
        second_root=format_hash(proof.second.root),
        proof=[format_hash(each) for each in proof.hashes],
        is_provisional=proof.is_provisional,
    )

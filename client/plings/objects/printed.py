"""Paying where a class demands a proof that the code was printed."""

from __future__ import annotations

from solders.instruction import Instruction

from plings.commitments import ItemProof
from plings.identity import ScanUrl
from plings.objects.lookup import Standing
from plings.program import instructions


def is_proof_needed(standing: Standing) -> bool:
    """Whether a payment must prove that the code was printed: a first one, of a class that demands it."""
    return standing.terms.printed and standing.found is None


def after_proof(
    code: ScanUrl, standing: Standing, item: ItemProof | None, sent: list[Instruction]
) -> list[Instruction]:
    """`sent`, a payment and what comes before it, after the proof where one is needed. Without one it is left to the
    program, which refuses it in its own words.

    Raises CommitmentInvalid for a proof of another code, or of another key than the manufacturer's.
    """
    if item is None or not is_proof_needed(standing):
        return sent
    item.verify(bytes(standing.terms.manufacturer.identity_key), code)
    return [instructions.prove_printed(item), *sent]

"""The proof that a code was printed, where its class demands one of first payments: which one pays, or why none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from solders.hash import Hash
from solders.pubkey import Pubkey

from plings.chain.transaction import Budget, assemble
from plings.commitments import ItemProof
from plings.customer.chain_facts import ChainFacts
from plings.customer.referencing import referenced
from plings.errors import CommitmentInvalid, TransactionRefused
from plings.identity import ScanUrl
from plings.objects import Standing, payment_of
from plings.objects.printed import is_proof_needed

MISSING: Final = "printed_proof_missing"
"""The program's own word."""
CLAIMED: Final = "item_claimed"
ANOTHER: Final = "another_root"

_SOMEBODY: Final = Pubkey.from_bytes(bytes([1] * 32))
_SOMETHING: Final = Pubkey.from_bytes(bytes([2] * 32))


@dataclass(frozen=True)
class Printed:
    """`item` is the proof to pay with. `why_not` stands where the program would say that it is missing: None where that
    cannot be told, since the index gives no answer, or where nothing is demanded."""

    item: ItemProof | None = None
    why_not: str | None = None


def proofs_that_hold(found: Sequence[ItemProof], manufacturer_key: bytes, code: ScanUrl) -> tuple[ItemProof, ...]:
    """Those that prove the code by the manufacturer's 32-byte key."""
    return tuple(_holding(found, manufacturer_key, code))


def printed_of(chain: ChainFacts | None, proofs: Sequence[ItemProof] | None) -> Printed:
    """By what is anchored on chain. `proofs` hold; None where the index gives no answer."""
    if chain is None or chain.standing is None or not is_proof_needed(chain.standing) or proofs is None:
        return Printed()
    if not proofs:
        return Printed(None, MISSING)
    if chain.anchored is None:
        return Printed(None, "batch_not_anchored")
    anchored, key = chain.anchored, bytes(chain.standing.terms.manufacturer.identity_key)
    for item in proofs:
        said = item.commitment
        if (said.root, said.item_count, said.identity_key) == (anchored.root, anchored.item_count, key):
            return Printed(None, CLAIMED) if anchored.is_claimed(item.index) else Printed(item)
    return Printed(None, ANOTHER)


def fits(standing: Standing, code: ScanUrl, amount_lamports: int, item: ItemProof) -> bool:
    """Whether a payment with the proof and a reference fits a transaction."""
    paying = payment_of(standing, code, _SOMEBODY, amount_lamports, item=item)
    try:
        assemble(referenced(paying, _SOMETHING), _SOMEBODY, Hash.default(), Budget())
    except TransactionRefused:
        return False
    return True


def _holding(found: Sequence[ItemProof], key: bytes, code: ScanUrl) -> Iterator[ItemProof]:
    for item in found:
        try:
            item.verify(key, code)
        except CommitmentInvalid:
            continue
        yield item

"""Making commitments, and what is refused that no file can hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commitments.made import BATCH, CODES, COMMITMENT, INSTANCES, LEAVES, MAKER, NOW, committed, proof_of
from plings.commitments import BatchCommitment, InstanceRanges, ItemProof, item_leaf
from plings.errors import AddressError, CommitmentInvalid, PathError, TagError
from plings.identity import ClassPath, Identity

STRANGER = Identity.from_seed(bytes(range(1, 33)), ClassPath("2.3"))
WEAK = bytes(31) + b"\x80"


def made(**other: Any) -> BatchCommitment:
    parts: dict[str, Any] = {"batch": BATCH, "instances": INSTANCES, "root": bytes(32), "created_at_unix": NOW}
    parts |= {"identity_key": MAKER.public_key, "sign": MAKER.node.sign}
    return BatchCommitment.make(**parts | other)


@pytest.mark.parametrize("place", range(len(CODES)))
def test_every_code_of_a_batch_is_proved(place: int) -> None:
    proof = proof_of(place)
    proof.verify(MAKER.public_key, CODES[place])
    assert (proof.index, proof.leaf, proof.class_pointer) == (place, LEAVES[place], CODES[place].class_pointer)
    assert len(proof.text) < 1_100


def test_a_commitment_is_of_one_manufacturer_alone() -> None:
    with pytest.raises(CommitmentInvalid, match="another_key"):
        COMMITMENT.verify(STRANGER.public_key)
    theirs = committed(maker=STRANGER)
    assert (theirs.batch, theirs.root == COMMITMENT.root) == (BATCH, False)
    with pytest.raises(CommitmentInvalid, match="signature"):
        replace(COMMITMENT, signature=STRANGER.node.sign(COMMITMENT.message)).verify(MAKER.public_key)


def test_a_key_of_small_order_signs_nothing() -> None:
    with pytest.raises(CommitmentInvalid, match="signature"):
        made(identity_key=WEAK, sign=lambda message: bytes(64))


def test_what_signs_has_to_be_the_identity_key() -> None:
    with pytest.raises(CommitmentInvalid, match="signature"):
        made(sign=STRANGER.node.sign)


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"batch": "2.3"}, PathError),
        ({"batch": "2.3.2.G."}, PathError),
        ({"batch": "2.-3.2.G"}, PathError),
        ({"batch": None}, PathError),
        ({"root": bytes(31)}, CommitmentInvalid),
        ({"identity_key": bytes(31)}, AddressError),
        ({"sign": lambda message: bytes(63)}, TagError),
    ],
)
def test_parts_of_another_form_are_refused(other: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        made(**other)


def test_its_parts() -> None:
    assert (COMMITMENT.batch_number, COMMITMENT.item_count) == (15, 11)
    assert COMMITMENT.path_to_pointer == ClassPath("2.3.2")


def test_a_proof_for_what_was_not_printed_cannot_be_made() -> None:
    proof = proof_of(0)
    with pytest.raises(CommitmentInvalid, match="another_batch"):
        replace(proof, commitment=committed(batch="2.3.2.H"))
    with pytest.raises(CommitmentInvalid, match="not_printed"):
        replace(proof, commitment=committed(InstanceRanges.parse("1-7")))
    with pytest.raises(AddressError):
        replace(proof, address=bytes(33))
    with pytest.raises(AddressError):
        item_leaf(BATCH, COMMITMENT.class_pointer, bytes(31))


def test_two_batches_of_one_root_do_not_share_a_signature() -> None:
    """The ranges are signed, so nobody moves leaves to other instances."""
    moved = replace(COMMITMENT, instances=InstanceRanges.parse("0-10"))
    with pytest.raises(CommitmentInvalid, match="signature"):
        moved.verify(MAKER.public_key)
    assert ItemProof.parse(proof_of(3).text.encode()) == proof_of(3)

"""Commitments and proofs against the frozen ones."""

from __future__ import annotations

from typing import Any

import pytest

from identity.frozen import FOLDER, vectors
from plings.commitments import BatchCommitment, ItemProof, item_leaf
from plings.errors import CommitmentInvalid
from plings.identity import ClassPointer, ScanUrl, parse_address

LEAVES = vectors("commitments", "leaves")
COMMITMENTS = vectors("commitments", "commitments")
PROOFS = vectors("commitments", "proofs")
MALFORMED = vectors("commitments", "malformed")
CONTRADICTORY = vectors("commitments", "contradictory")


def test_frozen_leaves() -> None:
    for row in LEAVES:
        pointer, address = ClassPointer.parse(row["class_pointer"]), parse_address(row["address"])
        assert item_leaf(row["path"], pointer, address).hex() == row["leaf"]


@pytest.mark.parametrize("row", COMMITMENTS, ids=lambda row: row["name"])
def test_frozen_commitment_holds(row: dict[str, Any]) -> None:
    commitment = BatchCommitment.parse(row["text"])
    commitment.verify(parse_address(row["key"]))
    assert commitment.text == row["text"]
    assert commitment.message == row["message"].encode()
    assert (commitment.item_count, commitment.root.hex()) == (row["count"], row["root"])


@pytest.mark.parametrize("row", PROOFS, ids=lambda row: row["name"])
def test_frozen_proof_holds_for_its_code_alone(row: dict[str, Any]) -> None:
    key, proof = parse_address(row["key"]), ItemProof.parse(row["text"])
    proof.verify(key, ScanUrl.parse(row["url"]))
    assert (proof.text, proof.index) == (row["text"], row["index"])
    other = next(each for each in PROOFS if each["url"] != row["url"])
    with pytest.raises(CommitmentInvalid, match="another_code"):
        proof.verify(key, ScanUrl.parse(other["url"]))


@pytest.mark.parametrize("row", MALFORMED, ids=lambda row: f"{row['part']}-{row['rule']}")
def test_frozen_fault_is_found_and_named(row: dict[str, Any]) -> None:
    with pytest.raises(CommitmentInvalid) as caught:
        ItemProof.parse(row["text"])
    assert (caught.value.part, caught.value.rule) == (row["part"], row["rule"])
    assert str(caught.value).isprintable() and len(str(caught.value)) < 300


@pytest.mark.parametrize("row", CONTRADICTORY, ids=lambda row: f"{row['part']}-{row['rule']}")
def test_frozen_contradiction_does_not_hold(row: dict[str, Any]) -> None:
    proof = ItemProof.parse(row["text"])
    assert proof.text == row["text"]
    with pytest.raises(CommitmentInvalid) as caught:
        proof.verify(parse_address(row["key"]))
    assert (caught.value.part, caught.value.rule) == (row["part"], row["rule"])


def test_the_documented_documents_are_frozen_ones() -> None:
    page = (FOLDER.parents[1] / "docs/decisions/0023-batch-commitments.md").read_text()
    example = page.partition("```json\n")[2].partition("```")[0]
    assert ItemProof.parse(example).text in {row["text"] for row in PROOFS}

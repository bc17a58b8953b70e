"""Receipts against the frozen ones, and what they are worth to whom."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.frozen import FOLDER, vectors
from plings.errors import ProofError, ReceiptInvalid
from plings.identity import parse_address
from plings.proofs import Checkpoint, Claims, Head, Ownership, Receipt, ReceiptGrade, tlog_proof
from plings.proofs.document import LONGEST
from proofs.made import RECEIPT, made_leaf, made_receipt

VALID = vectors("receipts", "valid")
MALFORMED = vectors("receipts", "malformed")
CONTRADICTORY = vectors("receipts", "contradictory")
LATER, EARLIER = RECEIPT.checkpoint, RECEIPT.earlier.checkpoint


@pytest.mark.parametrize("row", VALID, ids=lambda row: row["name"])
def test_frozen_receipt_holds_in_itself(row: dict[str, Any]) -> None:
    receipt = Receipt.parse(row["text"])
    assert receipt == Receipt.parse(row["text"].encode()) == Receipt.parse(receipt.text)
    assert receipt.text == row["written"]
    assert (receipt.leaf.hash.hex(), receipt.checkpoint.head.root.hex()) == (row["leaf_hash"], row["root"])
    verdict = receipt.verify()
    assert (verdict.grade, verdict.proved) == (ReceiptGrade.CONSISTENT, False)
    assert verdict.checkpoint_account == parse_address(row["checkpoint_account"])
    assert row["checkpoint_account"] in verdict.reasons[1]
    assert receipt.verify(checkpoints=[receipt.checkpoint]).proved


def test_the_documented_receipt_is_a_frozen_one() -> None:
    page = (FOLDER.parents[1] / "docs/decisions/0009-receipts.md").read_text()
    example = page.partition("```json\n")[2].partition("```")[0]
    assert Receipt.parse(example).text in {row["written"] for row in VALID}


def refusal(row: dict[str, Any]) -> ReceiptInvalid:
    with pytest.raises(ReceiptInvalid) as caught:
        Receipt.parse(row["text"]).verify()
    return caught.value


@pytest.mark.parametrize("row", [*MALFORMED, *CONTRADICTORY], ids=lambda row: f"{row['part']}-{row['rule']}")
def test_frozen_fault_is_found_and_named(row: dict[str, Any]) -> None:
    error = refusal(row)
    assert (error.part, error.rule) == (row["part"], row["rule"])
    assert str(error).startswith(f"{error.part}: ") and str(error).endswith(f" [{error.rule}]")
    assert str(error).isprintable() and len(str(error)) < 300


@pytest.mark.parametrize("row", CONTRADICTORY, ids=lambda row: f"{row['part']}-{row['rule']}")
def test_contradictory_receipts_are_well_formed(row: dict[str, Any]) -> None:
    assert Receipt.parse(row["text"]).text == row["text"]


def test_every_member_is_missed_and_every_rule_has_a_vector() -> None:
    rules = {row["rule"] for row in [*MALFORMED, *CONTRADICTORY]}
    assert rules >= {"not_json", "type", "range", "repeated", "unknown", "missing", "format", "version", "kind", "name"}
    assert rules >= {"base64", "size", "too_many", "alphabet", "length", "too_large", "too_few_segments"}
    assert rules >= {"derivation", "class", "inclusion", "order", "consistency"}
    whole = json.loads(VALID[0]["text"])
    missed = {row["text"] for row in MALFORMED if row["rule"] == "missing"}
    assert len(missed) == 4 + sum(len(whole[part]) for part in ("log", "leaf", "checkpoint")) + 2


@pytest.mark.parametrize("text", [b"\xff", b'{"format":"\xe9"}', "\ud800", '{"\ud800":1}'])
def test_what_is_no_text_is_no_receipt(text: str | bytes) -> None:
    with pytest.raises(ReceiptInvalid) as caught:
        Receipt.parse(text)
    assert caught.value.rule in ("not_utf8", "not_json", "format")


@pytest.mark.parametrize("over", [" ", "é", "\ud800"])
def test_long_files_are_not_read(over: str) -> None:
    text = RECEIPT.text
    room = LONGEST - len(text)
    assert Receipt.parse(text + " " * room) == Receipt.parse((text + " " * room).encode()) == RECEIPT
    for long in (text + " " * room + over, text + over * (room + 1)):
        with pytest.raises(ReceiptInvalid, match="too_long"):
            Receipt.parse(long)
    with pytest.raises(ReceiptInvalid, match="too_long"):
        Receipt.parse(text.encode() + b" " * (room + 1))


@settings(deadline=None)
@given(st.data())
def test_no_text_makes_it_fail_otherwise(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([row["text"] for row in VALID]))
    at = data.draw(st.integers(0, len(text) - 1))
    upto = data.draw(st.integers(at, min(at + 30, len(text))))
    changed = text[:at] + data.draw(st.text(max_size=4)) + text[upto:]
    try:
        receipt = Receipt.parse(changed)
        receipt.verify()
    except ReceiptInvalid:
        return
    # what still holds differs in space, in claims, or in what only the checkpoint's or Manufacturer's account can tell
    whole = Receipt.parse(text)
    log = replace(whole.log, shard_bits=receipt.log.shard_bits)
    accounts = {"log": log, "checkpoint": receipt.checkpoint, "earlier": receipt.earlier, "claims": receipt.claims}
    assert receipt == replace(whole, **accounts)
    assert receipt.checkpoint.head == whole.checkpoint.head


def test_a_trusted_checkpoint_proves_it() -> None:
    verdict = RECEIPT.verify(checkpoints=[LATER])
    assert verdict.proved
    assert "is under root" in verdict.reasons[0]
    assert verdict.reasons[1] == "its root is that of the trusted checkpoint 1"
    assert "not that it was the object's first" in verdict.reasons[2]
    assert RECEIPT.verify(heads=[LATER.head]).proved


def test_an_earlier_checkpoint_proves_the_leaves_that_it_covers() -> None:
    verdict = RECEIPT.verify(checkpoints=[EARLIER])
    assert verdict.proved and "among those of the earlier checkpoint" in verdict.reasons[1]
    assert RECEIPT.verify(heads=[EARLIER.head]).proved
    late = made_receipt(number=9, earlier=7)
    assert late.verify(checkpoints=[late.checkpoint]).proved
    assert not late.verify(checkpoints=[late.earlier.checkpoint]).proved


def test_other_checkpoints_prove_nothing() -> None:
    others = [replace(LATER, payment_log=bytes(32)), replace(LATER, checkpoint_id=2)]
    assert not RECEIPT.verify(checkpoints=others, heads=[Head(LATER.head.root, 99)]).proved


@pytest.mark.parametrize("mine", [LATER, EARLIER])
def test_what_contradicts_a_trusted_checkpoint_is_refused(mine: Checkpoint) -> None:
    others = [
        replace(mine, head=Head(bytes(32), mine.head.count)),
        replace(mine, head=Head(mine.head.root, mine.head.count + 90)),
        replace(mine, created_at_unix=0),
        replace(mine, last_payment_timestamp=0),
    ]
    for other in others:
        with pytest.raises(ReceiptInvalid, match="contradiction"):
            RECEIPT.verify(checkpoints=[other])
    with pytest.raises(ReceiptInvalid, match="contradiction"):
        RECEIPT.verify(heads=[Head(bytes(32), mine.head.count)])


def owned(*leaves: Any) -> Ownership:
    ownership = Ownership(RECEIPT.log.payment_log)
    for leaf in leaves:
        ownership.append(leaf)
    return ownership


def test_the_log_s_leaves_tell_who_owns_the_object() -> None:
    before = [made_leaf(at) for at in range(4)]
    first, mine = made_leaf(4, actor=b"first"), RECEIPT.leaf
    assert mine.number == 5
    told = RECEIPT.verify(ownership=owned(*before, made_leaf(4), mine)).reasons[2]
    assert told.startswith("it made an owner; after 6 leaves the owner is ")
    told = RECEIPT.verify(ownership=owned(*before, replace(first, address=mine.address, path=mine.path), mine)).reasons[
        2
    ]
    assert told.startswith("it made nobody an owner")
    assert "not that it was" in RECEIPT.verify(ownership=owned(*before)).reasons[2]


def test_leaves_that_are_not_the_receipt_s_are_refused() -> None:
    leaves = [made_leaf(at) for at in range(5)]
    with pytest.raises(ReceiptInvalid, match="contradiction"):
        RECEIPT.verify(ownership=owned(*leaves, replace(RECEIPT.leaf, timestamp=1)))
    with pytest.raises(ReceiptInvalid, match="another_log"):
        RECEIPT.verify(ownership=Ownership(bytes(32)))


def test_a_receipt_of_another_log_s_leaf_is_refused() -> None:
    with pytest.raises(ReceiptInvalid, match="another_log"):
        replace(RECEIPT, leaf=replace(RECEIPT.leaf, payment_log=bytes(32))).verify()


def test_a_receipt_of_a_thousand_leaves_is_small() -> None:
    (full,) = [row for row in VALID if row["name"] == "one of a thousand, with claims"]
    receipt = Receipt.parse(full["text"])
    assert (receipt.checkpoint.head.count, len(receipt.proof)) == (1000, 10)
    assert receipt.claims.genesis_hash and receipt.claims.original_transaction
    assert len(receipt.text.encode()) <= 1536
    assert len(replace(receipt, claims=Claims()).text.encode()) <= 1400


def test_a_checkpoint_has_a_file_of_its_own() -> None:
    assert Checkpoint.parse(LATER.text) == Checkpoint.parse(LATER.text.encode()) == LATER
    for wrong, rule in (
        (LATER.text.replace("plings-checkpoint", "plings-receipt"), "format"),
        (LATER.text.replace('"count"', '"size"'), "unknown"),
        (LATER.text.replace('"payment_log"', '"root"', 1), "repeated"),
        (RECEIPT.text, "format"),
    ):
        with pytest.raises(ReceiptInvalid) as caught:
            Checkpoint.parse(wrong)
        assert (caught.value.part, caught.value.rule) == ("checkpoint", rule)


def test_errors_are_of_one_family() -> None:
    assert issubclass(ReceiptInvalid, ProofError) and issubclass(ProofError, ValueError)


def test_tlog_proof_has_the_lines_of_the_format() -> None:
    first, extra, index, *hashes, blank, origin, size, root, end, nothing = tlog_proof(RECEIPT).split("\n")
    assert (first, index, blank, end, nothing) == ("c2sp.org/tlog-proof@v1", "index 5", "", "", "")
    members = RECEIPT.members
    assert hashes == members["proof"]
    assert (origin, size, root) == (
        f"plings.io/log/{members['log']['payment_log']}",
        str(LATER.head.count),
        members["checkpoint"]["root"],
    )
    assert extra == f"extra {b64encode(RECEIPT.leaf.data).decode()}"
    assert sha256(b"\0" + RECEIPT.leaf.data).digest() == RECEIPT.leaf.hash

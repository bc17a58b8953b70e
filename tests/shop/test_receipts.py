"""Receipts at the counter: proved by the bundle's checkpoints alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from plings.errors import ReceiptInvalid
from plings.proofs import Head, Receipt
from plings.shop import Counter, Manufacturer, check_receipt
from proofs.made import CODE, OTHER, RECEIPT
from shop.made import ACME, IKEA_ID, NOW, Contents, made_bundle, with_status


def _counter(tmp_path: Path, *checkpoints: object, contents: Contents | None = None) -> Counter:
    contents = contents or Contents()
    contents.checkpoints = list(checkpoints)  # type: ignore[arg-type]
    return Counter(made_bundle(tmp_path, contents))


def test_a_receipt_is_proved_by_a_checkpoint_of_the_bundle(tmp_path: Path) -> None:
    answer = check_receipt(_counter(tmp_path, RECEIPT.checkpoint), RECEIPT, NOW, CODE)
    assert (answer.proved, answer.matches_scan) == (True, True)
    assert answer.leaf_age_seconds == NOW - RECEIPT.leaf.timestamp
    assert answer.checkpoint_age_seconds == NOW - RECEIPT.checkpoint.created_at_unix


def test_an_earlier_checkpoint_proves_a_later_receipt(tmp_path: Path) -> None:
    assert RECEIPT.earlier is not None
    assert check_receipt(_counter(tmp_path, RECEIPT.earlier.checkpoint), RECEIPT, NOW).proved


def test_without_a_checkpoint_nothing_is_proved(tmp_path: Path) -> None:
    other = replace(RECEIPT.checkpoint, checkpoint_id=9)
    answer = check_receipt(_counter(tmp_path, other), RECEIPT, NOW, CODE)
    assert (answer.proved, answer.verdict.grade) == (False, "consistent")


def test_a_receipt_of_another_object_is_none_of_the_scanned_one(tmp_path: Path) -> None:
    answer = check_receipt(_counter(tmp_path, RECEIPT.checkpoint), RECEIPT, NOW, OTHER)
    assert (answer.verdict.proved, answer.proved, answer.matches_scan) == (True, False, False)
    assert "it is of another object than the one that was scanned" in answer.reasons


def test_a_receipt_of_a_stranger_s_log_is_not_proved(tmp_path: Path) -> None:
    """Anybody can register a key of their own on a chain; the shop's list says whose key a prefix has."""
    contents = Contents()
    contents.makers[0] = Manufacturer("2.3", ACME.public_key, "IKEA", IKEA_ID, "active", 0)
    answer = check_receipt(_counter(tmp_path, RECEIPT.checkpoint, contents=contents), RECEIPT, NOW, CODE)
    assert (answer.verdict.proved, answer.proved) == (True, False)


def test_a_receipt_by_a_stolen_key_s_log_is_not_proved(tmp_path: Path) -> None:
    """Who stole a key can print codes and pay for them."""
    contents = with_status(Contents(), "2.3", "compromised")
    answer = check_receipt(_counter(tmp_path, RECEIPT.checkpoint, contents=contents), RECEIPT, NOW)
    assert (answer.verdict.proved, answer.proved) == (True, False)
    assert any("was stolen" in reason for reason in answer.reasons)


@pytest.mark.parametrize("which", ["root", "count"])
def test_a_receipt_that_contradicts_the_bundle_is_an_error(tmp_path: Path, which: str) -> None:
    head = RECEIPT.checkpoint.head
    other = Head(bytes(32), head.count) if which == "root" else Head(head.root, head.count + 1)
    with pytest.raises(ReceiptInvalid, match=r"\[contradiction\]"):
        check_receipt(_counter(tmp_path, replace(RECEIPT.checkpoint, head=other)), RECEIPT, NOW)


def test_a_receipt_that_contradicts_itself_is_an_error(tmp_path: Path) -> None:
    forged: Receipt = replace(RECEIPT, leaf=replace(RECEIPT.leaf, amount_lamports=1))
    with pytest.raises(ReceiptInvalid, match=r"\[inclusion\]"):
        check_receipt(_counter(tmp_path, RECEIPT.checkpoint), forged, NOW)

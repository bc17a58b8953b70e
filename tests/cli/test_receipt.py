"""Receipts on the command line: nothing but files and stdin, and no more trust than was given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cli.command import answer, json_answer, one_object, refusal, refused, run
from plings.proofs import tlog_proof
from proofs.made import CODE, RECEIPT, made_receipt

HEAD = RECEIPT.checkpoint.head
NOT_PROVED = "not proved: no trusted checkpoint has the receipt's root"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a receipt and checkpoints, as the working directory."""
    monkeypatch.chdir(tmp_path)
    Path("receipt.json").write_text(RECEIPT.text)
    Path("checkpoint.json").write_text(RECEIPT.checkpoint.text)
    Path("other.json").write_text(replace(RECEIPT.checkpoint, checkpoint_id=7).text)
    Path("wrong.json").write_text(replace(RECEIPT.checkpoint, created_at_unix=0).text)
    Path("stranger.json").write_text(RECEIPT.text.replace('"number":5', '"number":-5'))
    Path("forged.json").write_text(RECEIPT.text.replace('"amount_lamports":10000', '"amount_lamports":99999'))


def test_a_receipt_is_proved_by_a_trusted_checkpoint() -> None:
    said = answer("receipt", "verify", "receipt.json", "--checkpoint", "other.json", "--checkpoint", "checkpoint.json")
    assert said.startswith("proved\n")
    assert "trusted checkpoint 1" in said and "not that it was the object's first" in said
    assert answer("receipt", "verify", "-", "--checkpoint", "checkpoint.json", stdin=RECEIPT.text) == said


def test_a_receipt_is_proved_by_a_trusted_root() -> None:
    facts = json_answer("receipt", "verify", "receipt.json", "--root", HEAD.root.hex(), "--count", HEAD.count)
    assert (facts["grade"], facts["proved"], facts["path"]) == ("proved", True, CODE.path.text)
    assert (facts["root"], facts["count"], facts["checkpoint_id"]) == (HEAD.root.hex(), HEAD.count, 1)
    assert len(facts["reasons"]) == 3


@pytest.mark.parametrize("trusted", [[], ["--checkpoint", "other.json"], ["--root", "0" * 64, "--count", "3"]])
def test_a_receipt_alone_tells_what_to_compare_and_is_not_proved(trusted: list[str]) -> None:
    result = run("receipt", "verify", "receipt.json", *trusted)
    assert refusal(result) == NOT_PROVED
    assert result.stdout.startswith("consistent\n")
    assert "compare root and count with checkpoint account" in result.stdout
    result = run("receipt", "verify", "receipt.json", *trusted, "--json")
    facts = one_object(result.stdout)
    assert (refusal(result), facts["grade"], facts["proved"]) == (NOT_PROVED, "consistent", False)
    assert facts["checkpoint_account"] in facts["reasons"][1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["stranger.json"], "receipt.leaf.number: it is not from 0 to 18446744073709551615, without a sign [range]"),
        (["forged.json"], "[inclusion]"),
        (["checkpoint.json"], "[format]"),
        (["missing.json"], "file 'missing.json': it cannot be read: No such file or directory"),
        (["."], "it cannot be read: Is a directory"),
        (["/dev/zero"], "[too_long]"),
        (["receipt.json", "--checkpoint", "wrong.json"], "[contradiction]"),
        (["receipt.json", "--checkpoint", "receipt.json"], "checkpoint file 'receipt.json': checkpoint: its format"),
        (["receipt.json", "--checkpoint", "missing.json"], "file 'missing.json': it cannot be read"),
        (["receipt.json", "--root", "0" * 64, "--count", str(HEAD.count)], "[contradiction]"),
    ],
)
def test_refused(arguments: list[str], said: str) -> None:
    line = refused("receipt", "verify", *arguments)
    assert said in line
    facts = one_object(run("receipt", "verify", *arguments, "--json").stdout)
    assert facts["message"] == line
    assert (facts["error"] == "ReceiptInvalid") == ("part" in facts) == ("rule" in facts)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--root", "0" * 64], "--root and --count belong together"),
        (["--count", "3"], "--root and --count belong together"),
        (["--root", "0" * 63, "--count", "3"], "is not 64 hexadecimal digits"),
        (["--root", "0" * 62 + "  ", "--count", "3"], "is not 64 hexadecimal digits"),
        (["--root", "0" * 64, "--count", "0"], "count"),
        (["--root", "0" * 64, "--count", str(2**64)], "count"),
    ],
)
def test_wrong_usage(options: list[str], said: str) -> None:
    assert said in refused("receipt", "verify", "receipt.json", *options, code=2)


def test_stdin_is_read_no_further_than_a_receipt_is_long() -> None:
    assert "[too_long]" in refused("receipt", "verify", "-", stdin="x" * 100_000)
    assert "[not_json]" in refused("receipt", "show", "-", stdin="")


def test_a_receipt_is_shown_without_being_verified() -> None:
    said = answer("receipt", "show", "forged.json")
    for word in (CODE.path.text, "5, payment", "0.000099999 SOL", "1, of 11 leaves", "4 hashes", "cluster localnet"):
        assert word in said
    assert json_answer("receipt", "show", "receipt.json") == RECEIPT.members
    Path("plain.json").write_text(replace(RECEIPT, earlier=None).text)
    assert "earlier" in said and "earlier" not in answer("receipt", "show", "plain.json")


def test_a_receipt_as_a_transparency_log_s_proof() -> None:
    assert answer("receipt", "show", "receipt.json", "--tlog-proof") == tlog_proof(RECEIPT)
    assert json_answer("receipt", "show", "receipt.json", "--tlog-proof") == {"tlog_proof": tlog_proof(RECEIPT)}


def test_an_earlier_checkpoint_of_an_uncovered_leaf_is_not_enough() -> None:
    late = made_receipt(number=9, earlier=7)
    Path("late.json").write_text(late.text)
    Path("early.json").write_text(late.earlier.checkpoint.text)
    assert refusal(run("receipt", "verify", "late.json", "--checkpoint", "early.json")) == NOT_PROVED


def test_the_group_explains_itself() -> None:
    said = answer("receipt")
    assert "verify" in said and "show" in said

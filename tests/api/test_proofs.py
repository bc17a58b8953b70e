"""Receipts and proofs: whoever gets one from here needs nobody to believe it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.asking import asked, code_of, pages, refuses, tells
from api.conftest import TRAFFIC
from cli.command import json_answer
from plings.identity import ClassPointer, parse_address
from plings.identity import Path as ObjectPath
from plings.program import pda
from plings.proofs import Checkpoint, Head, Kind, Leaf, Receipt, consistent, included
from plings.proofs.document import format_hash
from program.journey import MAKER

LOG = str(pda.payment_log_address(MAKER.account, 0))
CODE = MAKER.code("2.G.mic")


def leaf_of(one: dict[str, Any]) -> Leaf:
    """The leaf that an answer tells of."""
    return Leaf(
        kind=Kind[one["kind"].upper()],
        payment_log=parse_address(one["payment_log"]),
        number=one["number"],
        timestamp=one["timestamp_unix"],
        actor=parse_address(one["actor"]),
        owner=parse_address(one["owner"]),
        amount_lamports=one["amount_lamports"],
        class_pointer=ClassPointer.parse(one["class_pointer"]),
        address=parse_address(one["address"]),
        path=ObjectPath(one["path"]),
    )


def hashes(texts: list[str]) -> list[bytes]:
    from base64 import b64decode

    return [b64decode(text) for text in texts]


def test_a_receipt_is_the_file_that_is_verified_offline(api: httpx.Client, tmp_path: Path) -> None:
    response = asked(api, "/v1/receipt", **code_of(CODE))
    assert response.status_code == 200
    receipt = Receipt.parse(response.content)
    assert receipt.text.encode() == response.content and receipt.leaf.path == CODE.path
    assert asked(api, f"/v1/logs/{LOG}/leaves/{receipt.leaf.number}/receipt").content == response.content
    told = tells(api, "/v1/ownership", **code_of(CODE))
    assert told["receipt"] == json.loads(response.content) and told["no_receipt"] is None
    (held,) = tells(api, f"/v1/logs/{LOG}/checkpoints")["checkpoints"]
    head = Head(hashes([held["root"]])[0], held["leaf_count"])
    trusted = Checkpoint(
        parse_address(LOG), held["checkpoint_id"], head, held["last_payment_unix"], held["created_at_unix"]
    )
    (tmp_path / "receipt.json").write_bytes(response.content)
    (tmp_path / "checkpoint.json").write_text(trusted.text)
    checked = json_answer("receipt", "verify", tmp_path / "receipt.json", "--checkpoint", tmp_path / "checkpoint.json")
    assert checked["grade"] == "proved"


def test_every_leaf_is_proved_by_hashes_alone(api: httpx.Client) -> None:
    leaves = [leaf_of(one) for one in pages(api, f"/v1/logs/{LOG}/leaves", "leaves")]
    for leaf in leaves:
        for size in (leaf.number + 1, len(leaves)):
            told = tells(api, f"/v1/logs/{LOG}/leaves/{leaf.number}/proof", size=size)
            (root, leaf_hash) = hashes([told["root"], told["leaf_hash"]])
            assert leaf_hash == leaf.hash
            assert included(root, leaf.hash, leaf.number, size, hashes(told["proof"]))
            assert not told["is_provisional"]


def test_later_roots_hold_what_earlier_ones_held(api: httpx.Client) -> None:
    count = tells(api, f"/v1/logs/{LOG}")["leaf_count"]
    for first in range(1, count + 1):
        told = tells(api, f"/v1/logs/{LOG}/consistency", first_size=first, second_size=count)
        roots = hashes([told["first_root"], told["second_root"]])
        assert consistent(roots[0], first, roots[1], count, hashes(told["proof"]))


def test_the_root_of_a_checkpoint_is_the_one_that_is_proved(api: httpx.Client) -> None:
    for held in pages(api, f"/v1/logs/{LOG}/checkpoints", "checkpoints"):
        told = tells(api, f"/v1/logs/{LOG}/leaves/0/proof", size=held["leaf_count"])
        assert told["root"] == held["root"]
        assert held["account"] == str(pda.checkpoint_address(pda.payment_log_address(MAKER.account, 0), 0))


@pytest.mark.parametrize(
    ("path", "query", "refusal"),
    [
        ("leaves/0/proof", {"size": 0}, (400, ("range", "size"))),
        ("leaves/0/proof", {}, (400, ("missing_parameter", "size"))),
        ("leaves/3/proof", {"size": 3}, (404, ("unknown_leaf", None))),
        ("leaves/0/proof", {"size": 10**6}, (404, ("unknown_size", None))),
        ("consistency", {"first_size": 3, "second_size": 2}, (400, ("order", "first_size"))),
        ("leaves/1000000/receipt", {}, (404, ("unknown_leaf", None))),
        ("leaves/01/receipt", {}, (400, ("whole_number", "number"))),
    ],
)
def test_what_cannot_be_proved(
    api: httpx.Client, path: str, query: dict[str, int], refusal: tuple[int, tuple[str, str | None]]
) -> None:
    status, told = refusal
    assert refuses(api, f"/v1/logs/{LOG}/{path}", status, **query) == told


def test_a_leaf_under_no_checkpoint_has_no_receipt(api: httpx.Client) -> None:
    leaf = TRAFFIC[0].leaf
    told = tells(api, "/v1/ownership", **code_of(leaf))
    assert told["receipt"] is None and told["no_receipt"]
    status = 404 if told["no_receipt"] == "not_checkpointed" else 503
    assert refuses(api, "/v1/receipt", status, **code_of(leaf)) == (told["no_receipt"], None)


def test_an_account_s_object_has_no_receipt(api: httpx.Client) -> None:
    from program.journey import plain_code

    assert refuses(api, "/v1/receipt", 404, **code_of(plain_code())) == ("account", None)


def test_hashes_of_an_answer_are_canonical(api: httpx.Client) -> None:
    told = tells(api, f"/v1/logs/{LOG}/leaves/0/proof", size=3)
    assert told["proof"] == [format_hash(each) for each in hashes(told["proof"])]

"""commitments.json: leaves of printed codes, commitments to batches, proofs of codes, and what is none of these."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

from address_rows import key_bytes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from receipt_rows import base64_text, inclusion, tree_root
from reference import (
    Code,
    Row,
    base58_bytes,
    base58_number,
    base64url,
    class_hash,
    longest_path,
    number_of,
    pointer_text,
    prefix_of,
    private_of,
    public,
    seed_number,
)

SEED = seed_number(4)
NOW = 1_700_000_000
Part = dict[str, Any]
Ranges = list[list[int]]


def leaf_of(path: str, cp: str, i: str) -> bytes:
    pointer = number_of(cp).to_bytes(8, "big")
    return hashlib.sha256(b"\0plings:item:1:" + path.encode() + b":" + pointer + key_bytes(i)).digest()


class Batch:
    """A printed batch of a few codes."""

    def __init__(self, path: str, ranges: Ranges, created_at_unix: int = NOW) -> None:
        private = private_of(SEED, prefix_of(path))
        key = public(private)
        numbers = [number for first, last in ranges for number in range(first, last + 1)]
        self.codes = [Code(SEED, f"{path}.{base58_number(number)}") for number in numbers]
        self.leaves = [leaf_of(code.path, code.cp, code.i) for code in self.codes]
        self.cp = pointer_text(class_hash(key, path.rpartition(".")[0]))
        self.key, self.root = key, tree_root(self.leaves)
        text = ",".join(f"{first}-{last}" if first < last else f"{first}" for first, last in ranges)
        parts = ["plings:batch:1", path, self.cp, text, self.root.hex(), str(created_at_unix), base58_bytes(key)]
        self.message = ":".join(parts)
        self.commitment: Part = {"format": "plings-batch", "version": 1, "batch": path, "class_pointer": self.cp}
        self.commitment |= {"instances": ranges, "root": base64_text(self.root), "created_at_unix": created_at_unix}
        signature = Ed25519PrivateKey.from_private_bytes(private).sign(self.message.encode())
        self.commitment |= {"identity_key": base58_bytes(key), "signature": base64url(signature)}

    def proof(self, place: int) -> Part:
        code, hashes = self.codes[place], [base64_text(each) for each in inclusion(place, self.leaves)]
        item = {"format": "plings-item", "version": 1, "path": code.path, "address": code.i}
        return {**item, "proof": hashes, "commitment": self.commitment}


BASE = Batch("2.3.2.G", [[0, 7], [100, 100], [200, 201]])
ONE = Batch("2.3.2.H", [[158, 158]])
LAST = Batch("59.4GmR58.4GmR58", [[2**31 - 3, 2**31 - 1]], 2**63 - 1)
LONG = Batch(longest_path().rpartition(".")[0], [[0, 1], [3, 3]], 0)
NAMED = (("ranges", BASE), ("one code", ONE), ("the last instances", LAST), ("the longest path", LONG))


def commitments() -> dict[str, list[Row]]:
    return {
        "leaves": [leaf_row(batch, place) for _, batch in NAMED for place in range(len(batch.codes))],
        "commitments": [commitment_row(name, batch) for name, batch in NAMED],
        "proofs": [proof_row(name, batch, place) for name, batch in NAMED for place in range(len(batch.codes))],
        "malformed": malformed(),
        "contradictory": contradictory(),
    }


def leaf_row(batch: Batch, place: int) -> Row:
    code = batch.codes[place]
    return {"path": code.path, "class_pointer": code.cp, "address": code.i, "leaf": batch.leaves[place].hex()}


def commitment_row(name: str, batch: Batch) -> Row:
    root, key, text = batch.root.hex(), base58_bytes(batch.key), written(batch.commitment)
    return {"name": name, "count": len(batch.codes), "root": root, "key": key, "message": batch.message, "text": text}


def proof_row(name: str, batch: Batch, place: int) -> Row:
    key, url = base58_bytes(batch.key), batch.codes[place].url()
    return {"name": f"{name} {place}", "index": place, "key": key, "url": url, "text": written(batch.proof(place))}


def written(document: Part) -> str:
    return json.dumps(document, separators=(",", ":")) + "\n"


def edited(part: str, value: Any) -> str:
    """BASE's ninth proof with another value for `part`, or without it for `...`."""
    whole = copy.deepcopy(BASE.proof(8))
    *above, last = part.split(".")[1:]
    place: Any = whole
    for name in above:
        place = place[int(name) if name.isdigit() else name]
    if value is ...:
        del place[last]
    else:
        place[int(last) if last.isdigit() else last] = value
    return written(whole)


def malformed() -> list[Row]:
    item = BASE.proof(8)
    absent = [f"item.{name}" for name in ("path", "address", "proof", "commitment")]
    absent += [f"item.commitment.{name}" for name in list(BASE.commitment)[2:]]
    rows = [(part.rpartition(".")[0], "missing", edited(part, ...)) for part in absent]
    rows += [(part, "unknown", edited(f"{part}.x", 1)) for part in ("item", "item.commitment")]
    rows += [(part, rule, edited(part, value)) for part, rule, value in edits()]
    rows += [
        ("item", "format", written(BASE.commitment)),
        ("item", "version", written({**item, "version": 2})),
        ("item.commitment", "version", edited("item.commitment.version", 2)),
        ("item.commitment", "format", edited("item.commitment.format", "plings-item")),
        ("item", "not_json", written(item)[:-2]),
        ("item", "repeated", written(item).replace('"path"', '"path":"2.3.2.G.1","path"', 1)),
        ("item", "too_long", written(item) + " " * 16 * 1024),
    ]
    return [{"part": part, "rule": rule, "text": text} for part, rule, text in rows]


def edits() -> list[tuple[str, str, Any]]:
    ranges, signature = "item.commitment.instances", BASE.commitment["signature"]
    return [
        ("item.path", "too_few_segments", "2.3.2"),
        ("item.path", "another_batch", "2.3.2.H.2j"),
        ("item.path", "another_batch", "2.3.2.G.2.2j"),
        ("item.path", "not_printed", "2.3.2.G.9"),
        ("item.path", "not_printed", "2.3.2.G.222222"),
        ("item.address", "length", ""),
        ("item.address", "size", "z" * 44),
        ("item.proof", "too_many", [base64_text(bytes(32))] * 65),
        ("item.proof.0", "size", base64_text(bytes(31))),
        ("item.commitment.batch", "too_few_segments", "2.3"),
        ("item.commitment.batch", "leading_one", "2.3.2.1G"),
        ("item.commitment.batch", "type", 7),
        ("item.commitment.class_pointer", "length", "1"),
        ("item.commitment.root", "size", base64_text(bytes(33))),
        ("item.commitment.created_at_unix", "range", -1),
        ("item.commitment.created_at_unix", "range", 2**63),
        ("item.commitment.identity_key", "alphabet", "0" * 44),
        ("item.commitment.signature", "length", signature + "A"),
        ("item.commitment.signature", "unused_bits", signature[:-1] + "B"),
        (ranges, "type", "0-7"),
        (ranges, "empty", []),
        (ranges, "too_many", [[2 * number, 2 * number] for number in range(257)]),
        (ranges, "range", [[7, 0]]),
        (ranges, "range", [[0, 2**31]]),
        (ranges, "order", [[0, 7], [8, 9]]),
        (ranges, "order", [[0, 7], [5, 9]]),
        (ranges, "order", [[100, 100], [0, 7]]),
        (f"{ranges}.0", "range", [5]),
        (f"{ranges}.0", "too_many", [5, 6, 7]),
        (f"{ranges}.0.1", "type", True),
        (f"{ranges}.0.1", "range", -7),
    ]


def contradictory() -> list[Row]:
    """Each is well formed, and holds for BASE's key but for one thing."""
    proof = BASE.proof(8)
    stranger = Batch("2.4.2.G", [[0, 7], [100, 100], [200, 201]])
    inclusion_, signature = ("item.proof", "inclusion"), ("commitment.signature", "signature")
    cases = [
        (*inclusion_, edited("item.address", BASE.codes[7].i)),
        (*inclusion_, edited("item.path", BASE.codes[7].path)),
        (*inclusion_, edited("item.proof", proof["proof"][::-1])),
        (*inclusion_, edited("item.proof", proof["proof"][:-1])),
        (*inclusion_, edited("item.proof", [*proof["proof"], base64_text(bytes(32))])),
        (*signature, edited("item.commitment.root", base64_text(bytes(32)))),
        (*signature, edited("item.commitment.created_at_unix", NOW + 1)),
        (*signature, edited("item.commitment.instances", [[0, 200]])),
        (*signature, edited("item.commitment.signature", stranger.commitment["signature"])),
        ("commitment.class_pointer", "class", edited("item.commitment.class_pointer", stranger.cp)),
        ("commitment.identity_key", "another_key", edited("item.commitment.identity_key", base58_bytes(stranger.key))),
        ("commitment.identity_key", "another_key", written(stranger.proof(8))),
    ]
    return [{"key": base58_bytes(BASE.key), "part": part, "rule": rule, "text": text} for part, rule, text in cases]

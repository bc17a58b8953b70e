"""receipts.json: receipts that hold, texts that are none, and receipts that contradict themselves."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
from typing import Any

from address_rows import PROGRAM, derived, key_bytes
from leaf_rows import data_hex
from reference import Code, Row, base58_bytes, longest_path, number_of, pointer_text, seed_number

SEED = seed_number(3)
NOW = 1_700_000_000
Part = dict[str, Any]


def sha(text: str) -> bytes:
    return hashlib.sha256(f"plings receipt {text}".encode()).digest()


def base64_text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def half(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def tree_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1."""
    if len(leaves) == 1:
        return leaves[0]
    at = half(len(leaves))
    return hashlib.sha256(b"\1" + tree_root(leaves[:at]) + tree_root(leaves[at:])).digest()


def inclusion(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    at = half(len(leaves))
    if index < at:
        return [*inclusion(index, leaves[:at]), tree_root(leaves[at:])]
    return [*inclusion(index - at, leaves[at:]), tree_root(leaves[:at])]


def consistency(first: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """RFC 6962, section 2.1.2."""
    if first == len(leaves):
        return [] if whole else [tree_root(leaves)]
    at = half(len(leaves))
    if first <= at:
        return [*consistency(first, leaves[:at], whole), tree_root(leaves[at:])]
    return [*consistency(first - at, leaves[at:], False), tree_root(leaves[:at])]


class Log:
    """A log of `count` leaves, all other than one made up, and the receipt of that one."""

    def __init__(self, path: str, number: int, count: int, shard_bits: int = 0, **leaf: Any) -> None:
        code, actor = Code(SEED, path), base58_bytes(sha("buyer"))
        address = key_bytes(code.i)
        shard = address[0] >> 8 - shard_bits
        manufacturer, _ = derived([b"manufacturer", code.key])
        log, _ = derived([b"payment_log", manufacturer, bytes([shard])])
        addresses = {"manufacturer": base58_bytes(manufacturer)}
        self.log = {"program_id": PROGRAM, "identity_key": base58_bytes(code.key), **addresses}
        self.log |= {"shard_bits": shard_bits, "shard": shard, "payment_log": base58_bytes(log)}
        self.leaf = {"kind": 1, "number": number, "timestamp": NOW, "actor": actor, "owner": actor}
        self.leaf |= {"amount_lamports": 10_000, "class_pointer": code.cp, "address": code.i, "path": path, **leaf}
        self.leaves = [sha(f"leaf {at}") for at in range(count)]
        self.leaves[number] = self.leaf_hash()

    def leaf_hash(self) -> bytes:
        names = ("actor", "owner", "address")
        keys = {name: key_bytes(self.leaf[name]).hex() for name in names}
        pointer = number_of(self.leaf["class_pointer"]).to_bytes(8, "big").hex()
        log = key_bytes(self.log["payment_log"]).hex()
        data = data_hex({**self.leaf, **keys, "class_pointer": pointer, "payment_log": log})
        return hashlib.sha256(b"\0" + bytes.fromhex(data)).digest()

    def checkpoint(self, number: int, count: int) -> Part:
        root = base64_text(tree_root(self.leaves[:count]))
        times = {"last_payment_timestamp": NOW + count, "created_at_unix": NOW + count + 60}
        return {"checkpoint_id": number, "root": root, "count": count, **times}

    def receipt(self, earlier: int = 0, claims: Part | None = None) -> Part:
        """With an earlier checkpoint of that many leaves, if any."""
        count = len(self.leaves)
        proof = [base64_text(each) for each in inclusion(self.leaf["number"], self.leaves)]
        whole: Part = {"format": "plings-receipt", "version": 1, "log": self.log, "leaf": self.leaf, "proof": proof}
        whole["checkpoint"] = self.checkpoint(1, count)
        if earlier:
            hashes = [base64_text(each) for each in consistency(earlier, self.leaves)]
            whole["earlier"] = {"checkpoint": self.checkpoint(0, earlier), "proof": hashes}
        return whole | ({"claims": claims} if claims else {})


BASE = Log("2.3.4F.5.32", 1, 3, shard_bits=3)
CLAIMS = {
    "cluster": "devnet",
    "genesis_hash": base58_bytes(sha("genesis")),
    "original_transaction": base58_bytes(sha("signature") * 2),
}


def written(receipt: Part) -> str:
    return json.dumps(receipt, separators=(",", ":")) + "\n"


def receipts() -> dict[str, list[Row]]:
    return {"valid": valid(), "malformed": malformed(), "contradictory": contradictory()}


def valid() -> list[Row]:
    largest = {"amount_lamports": 2**64 - 1, "timestamp": 2**63 - 1, "owner": base58_bytes(bytes(32))}
    base = BASE.receipt()
    shuffled = json.dumps({name: base[name] for name in reversed(base)}, indent=2)
    return [
        valid_row("the only leaf", Log("2.3.4F.5.3j", 0, 1)),
        valid_row("shards", BASE),
        valid_row("other order, more space", BASE, text=shuffled),
        valid_row("one of a thousand, with claims", Log("2.3.4F.2aB.5.3j", 617, 1000, 2), claims=CLAIMS),
        valid_row("the last, given away", Log("2.3.4F.2aB.5.3j", 12, 13, 8, kind=2, amount_lamports=0)),
        valid_row("with an earlier checkpoint", Log("2.3.4F.2aB.5.3j", 4, 13, 1, kind=3), earlier=7),
        valid_row("earlier of a full subtree", Log("2.3.4F.2aB.5.3j", 9, 11, kind=4), earlier=8, claims=CLAIMS),
        valid_row("longest and largest", Log(longest_path(), 5, 6, 8, **largest), earlier=6, claims=CLAIMS),
    ]


def valid_row(name: str, log: Log, earlier: int = 0, claims: Part | None = None, text: str = "") -> Row:
    """`written` is the text as we write it. `checkpoint_account` is where the cluster keeps the checkpoint."""
    canonical = written(log.receipt(earlier, claims))
    seeds = [b"checkpoint", key_bytes(log.log["payment_log"]), (1).to_bytes(8, "little")]
    return {
        "name": name,
        "text": text or canonical,
        "written": canonical,
        "leaf_hash": log.leaf_hash().hex(),
        "root": tree_root(log.leaves).hex(),
        "checkpoint_account": base58_bytes(derived(seeds)[0]),
    }


def refused(part: str, rule: str, text: str) -> Row:
    return {"part": part, "rule": rule, "text": text}


def edited(part: str, value: Any) -> str:
    """BASE's receipt with another value for `part`, or without it for `...`."""
    whole = copy.deepcopy(BASE.receipt(2, CLAIMS) if part.split(".")[1] in ("earlier", "claims") else BASE.receipt())
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
    rows = [refused(part, rule, edited(part, value)) for part, rule, value in edits()]
    rows += [refused(part, "missing", edited(f"{part}.{name}", ...)) for part, name in absences()]
    rows += [refused(part, "unknown", edited(f"{part}.x", 1)) for part in objects()]
    rows += spellings()
    assert len({row["text"] for row in rows}) == len(rows)
    return rows


def objects() -> list[str]:
    return ["receipt", *(f"receipt.{name}" for name in ("log", "leaf", "checkpoint", "earlier", "claims"))]


def absences() -> list[tuple[str, str]]:
    whole = BASE.receipt()
    names = [("receipt", name) for name in ("log", "leaf", "proof", "checkpoint")]
    names += [(f"receipt.{part}", name) for part in ("log", "leaf", "checkpoint") for name in whole[part]]
    return [*names, ("receipt.earlier", "checkpoint"), ("receipt.earlier", "proof")]


def edits() -> list[tuple[str, str, Any]]:
    key, digest = BASE.leaf["actor"], base64_text(sha("hash"))
    return [
        *(("receipt.leaf.number", rule, value) for rule, value in number_faults(2**64)),
        *(("receipt.leaf.timestamp", rule, value) for rule, value in number_faults(2**63)),
        ("receipt.leaf.amount_lamports", "range", 2**64),
        ("receipt.checkpoint.count", "type", "3"),
        ("receipt.checkpoint.checkpoint_id", "range", 10**30),
        ("receipt.checkpoint.created_at_unix", "range", -1),
        ("receipt.earlier.checkpoint.last_payment_timestamp", "range", 2**63),
        ("receipt.log.shard_bits", "range", 9),
        ("receipt.log.shard", "range", 256),
        ("receipt.leaf.kind", "kind", 0),
        ("receipt.leaf.kind", "kind", 5),
        ("receipt.leaf.kind", "range", 256),
        ("receipt.leaf.kind", "type", True),
        ("receipt.leaf.actor", "type", None),
        ("receipt.leaf.actor", "length", ""),
        ("receipt.leaf.owner", "length", key + "1"),
        ("receipt.leaf.address", "alphabet", "0" + key[1:]),
        ("receipt.leaf.address", "size", "z" * 44),
        ("receipt.log.program_id", "size", "1" * 33),
        ("receipt.log.identity_key", "type", [key]),
        ("receipt.log.manufacturer", "alphabet", key[:-1] + "\n"),
        ("receipt.log.payment_log", "type", 7),
        ("receipt.leaf.class_pointer", "length", "1" * 12),
        ("receipt.leaf.class_pointer", "too_large", "z" * 11),
        ("receipt.leaf.path", "too_few_segments", "2.3.4"),
        ("receipt.leaf.path", "leading_one", "2.3.14.5.6"),
        ("receipt.leaf.path", "too_long", "2.3." + "4" * 100),
        ("receipt.leaf.path", "type", 2.3),
        ("receipt.proof", "type", digest),
        ("receipt.proof", "type", {}),
        ("receipt.proof", "too_many", [digest] * 65),
        ("receipt.proof.0", "type", None),
        ("receipt.proof.1", "base64", digest[:-1]),
        ("receipt.proof.1", "base64", digest[:-2] + "B="),
        ("receipt.proof.1", "base64", digest.replace("/", "_").replace("+", "-")[:-4] + "_-w="),
        ("receipt.proof.1", "base64", digest + "\n"),
        ("receipt.proof.1", "base64", "\u00e9" * 44),
        ("receipt.proof.1", "base64", sha("hash").hex()[:-1] + "="),
        ("receipt.proof.1", "size", sha("hash").hex()),
        ("receipt.checkpoint.root", "size", base64_text(bytes(31))),
        ("receipt.checkpoint.root", "size", ""),
        ("receipt.earlier.proof", "too_many", [digest] * 65),
        ("receipt.claims.cluster", "name", ""),
        ("receipt.claims.cluster", "name", "Devnet"),
        ("receipt.claims.cluster", "name", "d" * 33),
        ("receipt.claims.cluster", "type", None),
        ("receipt.claims.genesis_hash", "length", "x"),
        ("receipt.claims.original_transaction", "length", "1" * 63),
        ("receipt.claims.original_transaction", "length", "1" * 89),
        ("receipt.claims.original_transaction", "alphabet", "0" * 88),
        ("receipt.claims.original_transaction", "size", "1" * 65),
        ("receipt.claims.original_transaction", "size", "z" * 88),
        *((part, "type", value) for part in objects()[1:] for value in (None, [], "x")),
    ]


def number_faults(limit: int) -> list[tuple[str, Any]]:
    return [
        *(("type", value) for value in (None, True, False, "1", 1.0, 1e300, [1], {"1": 1})),
        *(("range", value) for value in (-1, limit, limit * 10**60)),
    ]


def spellings() -> list[Row]:
    """What only the text itself shows."""
    good = written(BASE.receipt())
    rows = {
        "not_json": [
            "",
            "\n",
            "{",
            "hello",
            good + good,
            good + "x",
            good[:-2],
            "\ufeff" + good,
            good.replace("{", "[", 1),
            good.replace('"number":1', '"number":01'),
            good.replace('"number":1', '"number":+1'),
            good.replace('"number":1', '"number":0x1'),
            good.replace('"number":1', '"number":1,'),
            good.replace('"number":1', "number:1"),
            good.replace('"', "'"),
            "[" * 16_000,
        ],
        "type": ["null", "[]", "1", '"x"', f"[{good}]", good.replace('"version":1', '"version":1.0')],
        "format": ["{}", good.replace("plings-receipt", "plings-checkpoint"), good.replace('"format":', '"Format":')],
        "version": [
            good.replace('"version":1', '"version":2'),
            good.replace('"version":1', '"version":0'),
            good.replace('"version":1,', ""),
        ],
        "repeated": [good.replace('"version":1', '"version":1,"version":1'), good.replace('"log"', '"format":1,"log"')],
    }
    table = [refused("receipt", rule, text) for rule, texts in rows.items() for text in texts]
    for row in table:
        if '"version":1.0' in str(row["text"]):
            row["part"] = "receipt.version"
    numbers = {"1e0": "type", "-0": "range", "NaN": "type", "Infinity": "type", "9" * 5000: "range"}
    table += [
        refused("receipt.leaf.number", rule, good.replace('"number":1', f'"number":{number}'))
        for number, rule in numbers.items()
    ]
    twice = [
        ("leaf", '"kind":1', '"kind":1,"kind":1'),
        ("log", '"shard_bits":3', '"shard_bits":3,"\\u0073hard_bits":3'),
    ]
    return table + [refused(f"receipt.{part}", "repeated", good.replace(old, new)) for part, old, new in twice]


def contradictory() -> list[Row]:
    """Each holds but for one thing."""
    proof, checkpoint, log = BASE.receipt()["proof"], BASE.receipt()["checkpoint"], BASE.log
    other = Log("2.3.4F.5.33", 1, 3, shard_bits=3)
    earlier = BASE.receipt(2)["earlier"]
    own_pointer = pointer_text(sha("pointer")[:8])
    cases = [
        ("receipt.log.shard", "derivation", edited("receipt.log.shard", log["shard"] ^ 1)),
        ("receipt.log.shard", "derivation", edited("receipt.log.shard_bits", 0)),
        ("receipt.log.manufacturer", "derivation", edited("receipt.log.program_id", base58_bytes(sha("program")))),
        ("receipt.log.manufacturer", "derivation", edited("receipt.log.identity_key", base58_bytes(sha("key")))),
        ("receipt.log.manufacturer", "derivation", edited("receipt.log.manufacturer", log["payment_log"])),
        ("receipt.log.payment_log", "derivation", edited("receipt.log.payment_log", log["manufacturer"])),
        ("receipt.leaf.class_pointer", "class", edited("receipt.leaf.class_pointer", own_pointer)),
        ("receipt.leaf.class_pointer", "class", edited("receipt.leaf.path", "2.3.4G.5.32")),
        ("receipt.proof", "inclusion", edited("receipt.leaf.path", "2.3.4F.5.33")),
        ("receipt.proof", "inclusion", edited("receipt.leaf.kind", 3)),
        ("receipt.proof", "inclusion", edited("receipt.leaf.number", 0)),
        ("receipt.proof", "inclusion", edited("receipt.leaf.number", 3)),
        ("receipt.proof", "inclusion", edited("receipt.leaf.number", 2**64 - 1)),
        ("receipt.proof", "inclusion", edited("receipt.leaf.timestamp", NOW + 1)),
        ("receipt.proof", "inclusion", edited("receipt.leaf.amount_lamports", 9_999)),
        ("receipt.proof", "inclusion", edited("receipt.leaf.actor", base58_bytes(sha("thief")))),
        ("receipt.proof", "inclusion", edited("receipt.leaf.owner", base58_bytes(sha("thief")))),
        ("receipt.proof", "inclusion", edited("receipt.proof", proof[::-1])),
        ("receipt.proof", "inclusion", edited("receipt.proof", proof[:1])),
        ("receipt.proof", "inclusion", edited("receipt.proof", [])),
        ("receipt.proof", "inclusion", edited("receipt.proof", [*proof, proof[0]])),
        ("receipt.proof", "inclusion", edited("receipt.checkpoint", other.checkpoint(1, 3))),
        ("receipt.proof", "inclusion", edited("receipt.checkpoint.count", 0)),
        ("receipt.proof", "inclusion", edited("receipt.checkpoint.count", 5)),
        ("receipt.earlier.checkpoint", "order", edited("receipt.earlier.checkpoint", checkpoint)),
        ("receipt.earlier.proof", "consistency", edited("receipt.earlier.proof", [])),
        ("receipt.earlier.proof", "consistency", edited("receipt.earlier.proof", [*earlier["proof"], proof[0]])),
        ("receipt.earlier.proof", "consistency", edited("receipt.earlier.checkpoint.count", 1)),
        ("receipt.earlier.proof", "consistency", edited("receipt.earlier.checkpoint.count", 0)),
        ("receipt.earlier.proof", "consistency", edited("receipt.earlier.checkpoint.count", 4)),
        ("receipt.earlier.proof", "consistency", edited("receipt.earlier.checkpoint", other.checkpoint(0, 2))),
    ]
    assert len({text for *_, text in cases}) == len(cases)
    return [refused(*case) for case in cases]

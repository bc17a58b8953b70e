"""Receipts: one small file that shows a leaf to be under a root, and all that its fields claim to be derived rightly.

The format is docs/decisions/0009-receipts.md. A receipt holds no signature, and anybody can write one that agrees with
itself: what makes it worth something is that its root is the program's own, which `verify` is told by its caller.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import base58

from plings.identity import ClassPointer, Path, format_address
from plings.proofs.checkpoint import FIELDS, Checkpoint, Head
from plings.proofs.document import U64, UNIX, Part, document_in, format_hash, read_document
from plings.proofs.leaf import Kind, Leaf
from plings.proofs.log_identity import MOST_SHARD_BITS, LogIdentity
from plings.proofs.ownership import Ownership
from plings.proofs.verification import ReceiptVerdict, verify_receipt

FORMAT: Final = "plings-receipt"
VERSION: Final = 1

_PARTS: Final = ("log", "leaf", "proof", "checkpoint")
_MORE: Final = ("earlier", "claims")
_LOG: Final = ("program_id", "identity_key", "manufacturer", "shard_bits", "shard", "payment_log")
_OBJECT: Final = ("class_pointer", "address", "path")
_LEAF: Final = ("kind", "number", "timestamp", "actor", "owner", "amount_lamports", *_OBJECT)
_CLAIMS: Final = ("cluster", "genesis_hash", "original_transaction")
_NAME: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier checkpoint of the same log, and the hashes that show its leaves to be the first of the later one's."""

    checkpoint: Checkpoint
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Claims:
    """What nothing in a receipt proves. Each may be missing."""

    cluster: str | None = None
    """its name, up to 32 of a-z, 0-9 and hyphen"""
    genesis_hash: bytes | None = None
    """the cluster's, 32 bytes"""
    original_transaction: bytes | None = None
    """the signature, 64 bytes, of the transaction that made the leaf"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A leaf, the hashes (lowest first) that lead from it to a checkpoint's root, and whose log that is.

    The leaf, the log and the checkpoints name one payment log; the file has its address once.
    """

    log: LogIdentity
    leaf: Leaf
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint
    earlier: Earlier | None = None
    claims: Claims = field(default_factory=Claims)

    @classmethod
    def parse(cls, text: str | bytes) -> Receipt:
        """The receipt of a file. It is well formed; whether it holds, `verify` tells. Raises ReceiptInvalid."""
        return cls._read(read_document(text, "receipt", FORMAT, VERSION))

    @classmethod
    def read(cls, part: Part) -> Receipt:
        """The receipt that is a part of another document. Raises ReceiptInvalid."""
        return cls._read(document_in(part, FORMAT, VERSION))

    @classmethod
    def _read(cls, document: Part) -> Receipt:
        members = document.members(_PARTS, _MORE)
        log = _read_log(members["log"])
        return cls(
            log,
            _read_leaf(members["leaf"], log.payment_log),
            members["proof"].hashes(),
            Checkpoint.read(members["checkpoint"].members(FIELDS), log.payment_log),
            _read_earlier(members["earlier"], log.payment_log) if "earlier" in members else None,
            _read_claims(members["claims"]) if "claims" in members else Claims(),
        )

    @property
    def text(self) -> str:
        """The file as we write it: one line of ASCII with a line feed, members in the documented order."""
        return json.dumps({"format": FORMAT, "version": VERSION, **self.members}, separators=(",", ":")) + "\n"

    @property
    def members(self) -> dict[str, Any]:
        """Its parts as in JSON."""
        parts = {
            "log": _log_members(self.log),
            "leaf": leaf_members(self.leaf),
            "proof": [format_hash(each) for each in self.proof],
            "checkpoint": self.checkpoint.members,
        }
        if self.earlier:
            proof = [format_hash(each) for each in self.earlier.proof]
            parts["earlier"] = {"checkpoint": self.earlier.checkpoint.members, "proof": proof}
        if self.claims != Claims():
            parts["claims"] = _claims_members(self.claims)
        return parts

    def verify(
        self,
        *,
        checkpoints: Iterable[Checkpoint] = (),
        heads: Iterable[Head] = (),
        ownership: Ownership | None = None,
    ) -> ReceiptVerdict:
        """What the receipt is worth to someone who trusts these checkpoints and roots, and has these leaves.

        Raises ReceiptInvalid when it contradicts itself, or what is trusted. See `verify_receipt`.
        """
        return verify_receipt(self, checkpoints=checkpoints, heads=heads, ownership=ownership)


def _read_log(part: Part) -> LogIdentity:
    members = part.members(_LOG)
    return LogIdentity(
        members["program_id"].key(),
        members["identity_key"].key(),
        members["manufacturer"].key(),
        members["shard_bits"].number(MOST_SHARD_BITS),
        members["shard"].number(2**MOST_SHARD_BITS - 1),
        members["payment_log"].key(),
    )


def _log_members(log: LogIdentity) -> dict[str, Any]:
    return {
        "program_id": format_address(log.program_id),
        "identity_key": format_address(log.identity_key),
        "manufacturer": format_address(log.manufacturer),
        "shard_bits": log.shard_bits,
        "shard": log.shard,
        "payment_log": format_address(log.payment_log),
    }


def _read_leaf(part: Part, payment_log: bytes) -> Leaf:
    members = part.members(_LEAF)
    return Leaf(
        _read_kind(members["kind"]),
        payment_log,
        members["number"].number(U64),
        members["timestamp"].number(UNIX),
        members["actor"].key(),
        members["owner"].key(),
        members["amount_lamports"].number(U64),
        members["class_pointer"].read(ClassPointer.parse),
        members["address"].key(),
        members["path"].read(Path),
    )


def _read_kind(part: Part) -> Kind:
    number = part.number(255)
    try:
        return Kind(number)
    except ValueError:
        raise part.refused("kind", "no kind of leaf has this number") from None


def leaf_members(leaf: Leaf) -> dict[str, Any]:
    """A leaf as in a receipt's JSON."""
    return {
        "kind": int(leaf.kind),
        "number": leaf.number,
        "timestamp": leaf.timestamp,
        "actor": format_address(leaf.actor),
        "owner": format_address(leaf.owner),
        "amount_lamports": leaf.amount_lamports,
        "class_pointer": leaf.class_pointer.text,
        "address": format_address(leaf.address),
        "path": leaf.path.text,
    }


def _read_earlier(part: Part, payment_log: bytes) -> Earlier:
    members = part.members(("checkpoint", "proof"))
    checkpoint = Checkpoint.read(members["checkpoint"].members(FIELDS), payment_log)
    return Earlier(checkpoint, members["proof"].hashes())


def _read_claims(part: Part) -> Claims:
    members = part.members((), _CLAIMS)
    return Claims(
        _read_name(members["cluster"]) if "cluster" in members else None,
        members["genesis_hash"].key() if "genesis_hash" in members else None,
        members["original_transaction"].signature() if "original_transaction" in members else None,
    )


def _read_name(part: Part) -> str:
    name = part.text()
    if not 1 <= len(name) <= 32 or not _NAME.issuperset(name):
        raise part.refused("name", "it is not 1 to 32 lower-case letters, digits and hyphens")
    return name


def _claims_members(claims: Claims) -> dict[str, str]:
    texts = (
        claims.cluster,
        claims.genesis_hash and format_address(claims.genesis_hash),
        claims.original_transaction and base58.b58encode(claims.original_transaction).decode("ascii"),
    )
    return {name: text for name, text in zip(_CLAIMS, texts, strict=True) if isinstance(text, str)}

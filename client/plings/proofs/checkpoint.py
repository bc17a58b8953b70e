"""Checkpoints: a payment log's root and count at one moment, as the program wrote them down."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from plings.identity import format_address
from plings.proofs.document import U64, UNIX, Part, format_hash, read_document

FORMAT: Final = "plings-checkpoint"
VERSION: Final = 1
FIELDS: Final = ("checkpoint_id", "root", "count", "last_payment_timestamp", "created_at_unix")


@dataclass(frozen=True, slots=True)
class Head:
    """A tree's root (32 bytes) and the number of leaves that it covers: neither says anything without the other."""

    root: bytes
    count: int


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What an OwnershipCheckpoint account holds. Times are unix seconds; a log's checkpoints are numbered from 0."""

    payment_log: bytes
    checkpoint_id: int
    head: Head
    last_payment_timestamp: int
    created_at_unix: int

    @classmethod
    def parse(cls, text: str | bytes) -> Checkpoint:
        """The checkpoint of a file of its own. Raises ReceiptInvalid, whose part begins with `checkpoint`."""
        members = read_document(text, "checkpoint", FORMAT, VERSION).members(("payment_log", *FIELDS))
        return cls.read(members, members["payment_log"].key())

    @classmethod
    def read(cls, members: dict[str, Part], payment_log: bytes) -> Checkpoint:
        """From the members of a JSON object. Raises ReceiptInvalid."""
        return cls(
            payment_log,
            members["checkpoint_id"].number(U64),
            Head(members["root"].hash(), members["count"].number(U64)),
            members["last_payment_timestamp"].number(UNIX),
            members["created_at_unix"].number(UNIX),
        )

    @property
    def members(self) -> dict[str, Any]:
        """Its members in JSON, in order, without the log's address."""
        numbers = (self.head.count, self.last_payment_timestamp, self.created_at_unix)
        return dict(zip(FIELDS, (self.checkpoint_id, format_hash(self.head.root), *numbers), strict=True))

    @property
    def text(self) -> str:
        """A file of its own, one line."""
        log = {"payment_log": format_address(self.payment_log)}
        return json.dumps({"format": FORMAT, "version": VERSION, **log, **self.members}, separators=(",", ":")) + "\n"

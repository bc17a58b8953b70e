"""What a finished job printed: its files with counts and hashes, and the commitment of each batch.

The file is docs/decisions/0022-printing.md. It is there when all the others are whole, and not before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from plings.commitments import BatchCommitment
from plings.commitments.commitment import told_as_commitment
from plings.identity import format_address
from plings.printing.job import MOST_BATCHES
from plings.proofs.document import U64, UNIX, Part, document_in, parse_json

NAME: Final = "manifest.json"
FORMAT: Final = "plings-manifest"
VERSION: Final = 1
LONGEST: Final = 16 * 1024 * 1024
"""Bytes: a thousand batches of a few ranges take less than one."""

_JOB: Final = ("prefix", "output", "signed", "nfc", "host")
_MEMBERS: Final = (*_JOB, "identity_key", "tool", "created_at_unix", "finished_at_unix", "codes", "batches")
_BATCH: Final = ("file", "bytes", "sha256", "codes", "commitment")


@dataclass(frozen=True, slots=True)
class PrintedBatch:
    """A batch's file, beside the manifest: its name, size and SHA-256 (32 bytes), and the commitment to its codes."""

    file: str
    size_bytes: int
    sha256: bytes
    commitment: BatchCommitment

    @property
    def members(self) -> dict[str, Any]:
        """As in JSON."""
        values = (self.file, self.size_bytes, self.sha256.hex(), self.commitment.item_count, self.commitment.members)
        return dict(zip(_BATCH, values, strict=True))


@dataclass(frozen=True, slots=True)
class Manifest:
    """A finished job. Times are unix seconds; `tool` is the name and version of what printed."""

    prefix: str
    output: str
    signed: bool
    nfc: bool
    host: str
    identity_key: bytes
    tool: str
    created_at_unix: int
    finished_at_unix: int
    batches: tuple[PrintedBatch, ...]

    @property
    def codes(self) -> int:
        """How many codes all batches have."""
        return sum(batch.commitment.item_count for batch in self.batches)

    @property
    def text(self) -> str:
        """The file as we write it: indented, ASCII, with a line feed."""
        return json.dumps(self.members, indent=1) + "\n"

    @property
    def members(self) -> dict[str, Any]:
        """As in JSON."""
        job = (self.prefix, self.output, self.signed, self.nfc, self.host)
        times = (self.created_at_unix, self.finished_at_unix)
        batches = [batch.members for batch in self.batches]
        values = (*job, format_address(self.identity_key), self.tool, *times, self.codes, batches)
        return {"format": FORMAT, "version": VERSION, **dict(zip(_MEMBERS, values, strict=True))}

    @classmethod
    def parse(cls, text: str | bytes) -> Manifest:
        """The manifest of a file. It is well formed; its commitments are not verified. Raises CommitmentInvalid."""
        with told_as_commitment():
            members = document_in(parse_json(text, "manifest", LONGEST), FORMAT, VERSION).members(_MEMBERS)
            made = cls(
                members["prefix"].text(),
                members["output"].text(),
                _flag(members["signed"]),
                _flag(members["nfc"]),
                members["host"].text(),
                members["identity_key"].key(),
                members["tool"].text(),
                members["created_at_unix"].number(UNIX),
                members["finished_at_unix"].number(UNIX),
                tuple(_read_batch(part) for part in members["batches"].items(MOST_BATCHES, "batches")),
            )
            if members["codes"].number(U64) != made.codes:
                raise members["codes"].refused("count", "it is not the number of all batches' codes")
            return made


def _read_batch(part: Part) -> PrintedBatch:
    members = part.members(_BATCH)
    commitment = BatchCommitment.read(members["commitment"])
    if members["codes"].number(U64) != commitment.item_count:
        raise members["codes"].refused("count", "it is not the number of instances that are committed to")
    return PrintedBatch(_file_name(members["file"]), members["bytes"].number(U64), _hex(members["sha256"]), commitment)


def _flag(part: Part) -> bool:
    if not isinstance(part.value, bool):
        raise part.refused("type", "it is neither true nor false")
    return part.value


def _file_name(part: Part) -> str:
    """A name in the manifest's own folder, which a manifest from outside cannot leave."""
    name = part.text()
    if not name or name.startswith(".") or not set(name).isdisjoint("/\\\0:"):
        raise part.refused("file_name", "it is no name of a file beside the manifest")
    return name


def _hex(part: Part) -> bytes:
    text = part.text()
    if len(text) != 64 or not set("0123456789abcdef").issuperset(text):
        raise part.refused("hex", "it is not 64 lower-case hexadecimal digits")
    return bytes.fromhex(text)

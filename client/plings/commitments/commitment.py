"""A batch's commitment: which codes were printed, as one root, signed by the manufacturer's identity key.

The file is docs/decisions/0023-batch-commitments.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from plings.commitments.instances import MOST_RANGES, InstanceRanges
from plings.errors import CommitmentInvalid, InstancesError, ReceiptInvalid
from plings.identity import (
    ClassPath,
    ClassPointer,
    Path,
    class_pointer,
    decode_signature,
    encode_signature,
    format_address,
)
from plings.identity.address import check_key
from plings.identity.tag import check_signature, verify_message
from plings.proofs.document import HASH_BYTES, UNIX, Part, document_in, format_hash, read_document

FORMAT: Final = "plings-batch"
VERSION: Final = 1
PART: Final = "commitment"

_MEMBERS: Final = ("batch", "class_pointer", "instances", "root", "created_at_unix", "identity_key", "signature")


@dataclass(frozen=True, slots=True)
class BatchCommitment:
    """A batch's root (32 bytes) over the codes of `instances`, and the 64-byte signature of all that is said here.

    `batch` is a path without its instance, `2.3.2.G`. It is well formed; whether it holds, `verify` tells.
    Raises PathError for the batch, AddressError for the key, TagError for the signature's size, and CommitmentInvalid
    for the root's size.
    """

    batch: str
    class_pointer: ClassPointer
    instances: InstanceRanges
    root: bytes
    created_at_unix: int
    identity_key: bytes
    signature: bytes
    path_to_pointer: ClassPath = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "path_to_pointer", class_of(self.batch))
        if len(self.root) != HASH_BYTES:
            raise CommitmentInvalid(f"{PART}.root", "size", f"it is {len(self.root)} bytes and not {HASH_BYTES}")
        check_key(self.identity_key)
        check_signature(self.signature)

    @classmethod
    def make(
        cls,
        *,
        batch: str,
        instances: InstanceRanges,
        root: bytes,
        created_at_unix: int,
        identity_key: bytes,
        sign: Callable[[bytes], bytes],
    ) -> BatchCommitment:
        """The commitment of a batch, signed: `sign` gives the identity key's Ed25519 signature of a message.

        Raises PathError, AddressError, and CommitmentInvalid with rule `signature` when `sign` has another key.
        """
        pointer = class_pointer(identity_key, class_of(batch))
        message = _message(batch, pointer, instances, root, created_at_unix, identity_key)
        made = cls(batch, pointer, instances, root, created_at_unix, identity_key, sign(message))
        made.verify(identity_key)
        return made

    @classmethod
    def parse(cls, text: str | bytes) -> BatchCommitment:
        """The commitment of a file. Raises CommitmentInvalid, whose part begins with `commitment`."""
        with told_as_commitment():
            return cls._read(read_document(text, PART, FORMAT, VERSION))

    @classmethod
    def read(cls, part: Part) -> BatchCommitment:
        """The commitment that is a part of another document. Raises CommitmentInvalid."""
        with told_as_commitment():
            return cls._read(document_in(part, FORMAT, VERSION))

    @classmethod
    def _read(cls, document: Part) -> BatchCommitment:
        members = document.members(_MEMBERS)
        return cls(
            members["batch"].read(_batch),
            members["class_pointer"].read(ClassPointer.parse),
            _read_instances(members["instances"]),
            members["root"].hash(),
            members["created_at_unix"].number(UNIX),
            members["identity_key"].key(),
            members["signature"].read(decode_signature),
        )

    @property
    def item_count(self) -> int:
        """How many codes the root covers."""
        return self.instances.count

    @property
    def batch_number(self) -> int:
        """The batch's number in its class."""
        return Path(f"{self.batch}.1").batch

    @property
    def message(self) -> bytes:
        """The signed bytes, ASCII: no part can hold a colon, so no two commitments share them.

        `plings:batch:1:{batch}:{class pointer}:{instances}:{root, hex}:{created_at_unix}:{identity key}`
        """
        return _message(
            self.batch, self.class_pointer, self.instances, self.root, self.created_at_unix, self.identity_key
        )

    @property
    def members(self) -> dict[str, Any]:
        """The document as in JSON, members in the documented order."""
        values = (
            self.batch,
            self.class_pointer.text,
            [list(each) for each in self.instances.ranges],
            format_hash(self.root),
            self.created_at_unix,
            format_address(self.identity_key),
            encode_signature(self.signature),
        )
        return {"format": FORMAT, "version": VERSION, **dict(zip(_MEMBERS, values, strict=True))}

    @property
    def text(self) -> str:
        """The file as we write it: one line of ASCII with a line feed."""
        return json.dumps(self.members, separators=(",", ":")) + "\n"

    def verify(self, manufacturer_key: bytes) -> None:
        """Refuse what the manufacturer of this 32-byte key, which the caller trusts for the prefix, did not sign.

        Raises CommitmentInvalid with rule `another_key`, `class` or `signature`; also for a key of small order.
        """
        if manufacturer_key != self.identity_key:
            raise CommitmentInvalid(f"{PART}.identity_key", "another_key", "it is not the manufacturer's key")
        if self.class_pointer != class_pointer(manufacturer_key, self.path_to_pointer):
            raise CommitmentInvalid(f"{PART}.class_pointer", "class", "it is not the hash of the key and the path")
        if not verify_message(manufacturer_key, self.message, self.signature):
            raise CommitmentInvalid(f"{PART}.signature", "signature", "the identity key has not signed this")


@contextmanager
def told_as_commitment() -> Iterator[None]:
    """What is wrong with a part of a document becomes what is wrong with a commitment."""
    try:
        yield
    except ReceiptInvalid as error:
        raise CommitmentInvalid(error.part, error.rule, error.reason) from error


def class_of(batch: str) -> ClassPath:
    """The path to the pointer of a batch's path. Raises PathError."""
    return Path(f"{batch}.1").class_path if isinstance(batch, str) else ClassPath(batch)


def _batch(text: str) -> str:
    class_of(text)
    return text


def _read_instances(part: Part) -> InstanceRanges:
    pairs = [(each, each.items(2, "numbers")) for each in part.items(MOST_RANGES, "ranges")]
    for each, pair in pairs:
        if len(pair) != 2:
            raise each.refused("range", "a range has two numbers")
    ranges = tuple((first.number(UNIX), last.number(UNIX)) for _, (first, last) in pairs)
    try:
        return InstanceRanges(ranges)
    except InstancesError as error:
        raise part.refused(error.rule, error.reason) from error


def _message(
    batch: str, pointer: ClassPointer, instances: InstanceRanges, root: bytes, created_at_unix: int, key: bytes
) -> bytes:
    parts = (batch, pointer.text, instances.text, root.hex(), str(created_at_unix), format_address(key))
    return ":".join(("plings:batch:1", *parts)).encode("ascii")

"""One code's proof: one small file that shows, offline, that the manufacturer printed it in a batch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from plings.commitments.commitment import BatchCommitment, told_as_commitment
from plings.commitments.item import item_leaf
from plings.errors import CommitmentInvalid
from plings.identity import ClassPointer, Path, ScanUrl, format_address
from plings.identity.address import check_key
from plings.proofs import included
from plings.proofs.document import Part, document_in, format_hash, read_document

FORMAT: Final = "plings-item"
VERSION: Final = 1
PART: Final = "item"

_MEMBERS: Final = ("path", "address", "proof", "commitment")


@dataclass(frozen=True, slots=True)
class ItemProof:
    """A code (path, 32-byte address), the hashes (lowest first) from its leaf to the root, and the batch's commitment.

    The class pointer is the commitment's, and the place in the tree follows from the path.
    Raises AddressError, and CommitmentInvalid with rule `another_batch` or `not_printed` for the path.
    """

    path: Path
    address: bytes
    proof: tuple[bytes, ...]
    commitment: BatchCommitment

    def __post_init__(self) -> None:
        check_key(self.address)
        if self.path.text.rpartition(".")[0] != self.commitment.batch:
            raise CommitmentInvalid(f"{PART}.path", "another_batch", f"it is not in batch {self.commitment.batch}")
        if self.commitment.instances.place_of(self.path.instance) is None:
            raise CommitmentInvalid(f"{PART}.path", "not_printed", "its instance is not one of those committed to")

    @classmethod
    def parse(cls, text: str | bytes) -> ItemProof:
        """The proof of a file. It is well formed; whether it holds, `verify` tells. Raises CommitmentInvalid."""
        with told_as_commitment():
            return cls._read(read_document(text, PART, FORMAT, VERSION))

    @classmethod
    def read(cls, part: Part) -> ItemProof:
        """The proof that is a part of another document. Raises CommitmentInvalid."""
        with told_as_commitment():
            return cls._read(document_in(part, FORMAT, VERSION))

    @classmethod
    def _read(cls, document: Part) -> ItemProof:
        members = document.members(_MEMBERS)
        return cls(
            members["path"].read(Path),
            members["address"].key(),
            members["proof"].hashes(),
            BatchCommitment.read(members["commitment"]),
        )

    @property
    def class_pointer(self) -> ClassPointer:
        return self.commitment.class_pointer

    @property
    def index(self) -> int:
        """The leaf's place from 0: how many codes of the batch have a smaller number."""
        place = self.commitment.instances.place_of(self.path.instance)
        assert place is not None  # or it would not have been made
        return place

    @property
    def leaf(self) -> bytes:
        """The leaf's 32-byte hash."""
        return item_leaf(self.path.text, self.class_pointer, self.address)

    @property
    def members(self) -> dict[str, Any]:
        """The document as in JSON, members in the documented order."""
        hashes = [format_hash(each) for each in self.proof]
        values = (self.path.text, format_address(self.address), hashes, self.commitment.members)
        return {"format": FORMAT, "version": VERSION, **dict(zip(_MEMBERS, values, strict=True))}

    @property
    def text(self) -> str:
        """The file as we write it: one line of ASCII with a line feed, about 1,400 bytes in a batch of a million."""
        return json.dumps(self.members, separators=(",", ":")) + "\n"

    def verify(self, manufacturer_key: bytes, code: ScanUrl | None = None) -> None:
        """Refuse what does not show that the manufacturer of this 32-byte key printed the code.

        The caller trusts the key for the prefix. `code` is what was scanned, if anything was: then it has to be this
        one. Raises CommitmentInvalid with rule `another_code`, `inclusion`, or as `BatchCommitment.verify`.
        """
        self.commitment.verify(manufacturer_key)
        commitment = self.commitment
        if not included(commitment.root, self.leaf, self.index, commitment.item_count, self.proof):
            raise CommitmentInvalid(f"{PART}.proof", "inclusion", "it does not lead to the root of the batch")
        if code and (code.path, code.class_pointer, code.address) != (self.path, self.class_pointer, self.address):
            raise CommitmentInvalid(PART, "another_code", "it proves another code than the one that was scanned")

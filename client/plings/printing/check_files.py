"""Whether the files of a finished job are still what was printed into them."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path

from plings.errors import CommitmentInvalid, PrintingError
from plings.printing.manifest import Manifest


def check_files(folder: Path, manifest: Manifest, manufacturer_key: bytes) -> None:
    """Check the signature of every commitment of a folder's manifest, and the size and SHA-256 of every file.

    The caller trusts the 32-byte key for the prefix. Raises CommitmentInvalid, PrintingError with rule `missing` or
    `changed`, and OSError.
    """
    if manifest.identity_key != manufacturer_key:
        raise CommitmentInvalid("manifest.identity_key", "another_key", "it is not the manufacturer's key")
    for batch in manifest.batches:
        batch.commitment.verify(manufacturer_key)
        file = folder / batch.file
        if not file.is_file():
            raise PrintingError(f"{file} is missing", "missing")
        with file.open("rb") as opened:
            if file_digest(opened, "sha256").digest() != batch.sha256 or opened.tell() != batch.size_bytes:
                raise PrintingError(f"{file} is not what was printed into it", "changed")

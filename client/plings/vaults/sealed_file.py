"""What is in a vault's file: a seed, encrypted with AES-256-GCM under a key that scrypt makes of a passphrase.

Everything but the ciphertext is authenticated with it. The file is JSON in one spelling, so that no byte of it can
change unnoticed.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from plings.errors import VaultError
from plings.vaults.reference import FileReference
from plings.vaults.scrypt import SALT_BYTES, Scrypt

VERSION: Final = 1
NONCE_BYTES: Final = 12
"""What AES-GCM takes without hashing it (NIST SP 800-38D, 8.2). Each key has its own salt and so encrypts once."""


@dataclass(frozen=True, slots=True, repr=False)
class SealedFile:
    """The parts of a file. `sealed` is the ciphertext of 16 to 64 bytes and its tag of 16."""

    reference: str
    work: Scrypt
    salt: bytes
    nonce: bytes
    sealed: bytes

    @property
    def header(self) -> dict[str, object]:
        return {
            "plings_vault": VERSION,
            "reference": self.reference,
            "kdf": "scrypt",
            "n": self.work.n,
            "r": self.work.r,
            "p": self.work.p,
            "salt": self.salt.hex(),
            "cipher": "AES-256-GCM",
            "nonce": self.nonce.hex(),
        }

    @property
    def associated_data(self) -> bytes:
        return _encode(self.header)

    def encode(self) -> bytes:
        return _encode({**self.header, "sealed": self.sealed.hex()})

    @classmethod
    def decode(cls, content: bytes) -> Self:
        """Raises VaultError for what `encode` does not make, and for parameters out of bounds."""
        try:
            fields = json.loads(content)
            work = Scrypt(fields["n"], fields["r"], fields["p"])
            salt, nonce, sealed = (bytes.fromhex(fields[name]) for name in ("salt", "nonce", "sealed"))
            decoded = cls(fields["reference"], work, salt, nonce, sealed)
        except (ValueError, TypeError, KeyError, RecursionError):
            raise VaultError("it is no file of a vault, or damaged") from None
        if decoded.encode() != content or (len(salt), len(nonce)) != (SALT_BYTES, NONCE_BYTES):
            raise VaultError("it is damaged, or of another version")
        return decoded


def _encode(fields: dict[str, object]) -> bytes:
    return (json.dumps(fields, indent=2) + "\n").encode("ascii")


def seal(seed: bytes, reference: FileReference, passphrase: str, work: Scrypt) -> bytes:
    """The content of the file of `reference`. Raises VaultError when memory does not suffice."""
    salt = secrets.token_bytes(SALT_BYTES)
    unsealed = SealedFile(str(reference), work, salt, secrets.token_bytes(NONCE_BYTES), b"")
    sealed = AESGCM(work.key(passphrase, salt)).encrypt(unsealed.nonce, seed, unsealed.associated_data)
    return SealedFile(unsealed.reference, work, salt, unsealed.nonce, sealed).encode()


def unseal(content: bytes, reference: FileReference, passphrase: str) -> bytes:
    """The seed in the file of `reference`. Raises VaultError, whose text tells the reason alone."""
    file = SealedFile.decode(content)
    if file.reference != str(reference):
        raise VaultError("it was made for another reference")
    try:
        return AESGCM(file.work.key(passphrase, file.salt)).decrypt(file.nonce, file.sealed, file.associated_data)
    except (InvalidTag, ValueError):
        raise VaultError("the passphrase is wrong, or somebody changed the file") from None

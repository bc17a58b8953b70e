"""Keys from passphrases: scrypt (RFC 7914), with bounds for what a file may ask for."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt as Derivation

from plings.errors import VaultError

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
MOST_MEMORY: Final = 2**28
"""256 MiB, twice what the defaults take."""
MOST_PASSES: Final = 4


@dataclass(frozen=True, slots=True)
class Scrypt:
    """The cost of one guess at a passphrase: `128 * n * r` bytes of memory, gone through `p` times.

    `n` is a power of two; memory is at most 256 MiB and `p` at most 4, so that a file from elsewhere can neither take
    all memory nor run for minutes. The defaults take 128 MiB and about half a second. Lower ones are for tests.
    Raises VaultError.
    """

    n: int = 2**17
    r: int = 8
    p: int = 1

    def __post_init__(self) -> None:
        if not all(type(number) is int and number > 0 for number in (self.n, self.r, self.p)):
            raise VaultError("scrypt's n, r and p are whole numbers above 0")
        if self.n < 2 or self.n & (self.n - 1):
            raise VaultError("scrypt's n is no power of two")
        if 128 * self.n * self.r > MOST_MEMORY or self.p > MOST_PASSES:
            raise VaultError(f"scrypt may take {MOST_MEMORY >> 20} MiB and {MOST_PASSES} passes at most")

    def key(self, passphrase: str, salt: bytes) -> bytes:
        """The 32-byte key of `passphrase`, in Unicode's NFC: one passphrase, whichever keyboard typed it.

        Raises VaultError when memory does not suffice.
        """
        text = unicodedata.normalize("NFC", passphrase).encode()
        try:
            return Derivation(salt=salt, length=KEY_BYTES, n=self.n, r=self.r, p=self.p).derive(text)
        except MemoryError:
            raise VaultError(f"scrypt needs {128 * self.n * self.r >> 20} MiB of memory") from None

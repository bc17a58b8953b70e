"""What all vaults have in common."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from typing import Final

from plings.identity.keys import Identity, check_prefix, master_node
from plings.identity.path import ClassPath
from plings.vaults.reference import Reference

SEED_BYTES: Final = 32


class Vault(ABC):
    """The place of one wallet's master seed. Its repr shows the reference alone.

    All methods raise VaultError when the vault refuses, and SettingsError for its passphrase, PIN or other setting.
    """

    def __init__(self, reference: Reference) -> None:
        self.reference = reference

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.reference})"

    @abstractmethod
    def exists(self) -> bool:
        """Whether anything is in the place already, so that `create` and `restore` would refuse."""

    def create(self) -> None:
        """Put a random seed of 32 bytes in. Raises VaultError when something is there already."""
        self._put(secrets.token_bytes(SEED_BYTES))

    def restore(self, seed: bytes) -> None:
        """Put a seed of 16 to 64 bytes in, as from a backup. Raises SeedError, and as `create` does."""
        master_node(seed)
        self._put(seed)

    def identity(self, prefix: ClassPath) -> Identity:
        """The identity of a prefix of two segments, with its private node. Raises PathError with rule `prefix`.

        The prefix's wallet segment is the caller's to match with the vault: a seed does not know its number.
        """
        check_prefix(prefix)
        return Identity.from_seed(self._get(), prefix)

    def public_key(self, prefix: ClassPath) -> bytes:
        """The 32-byte public identity key of a prefix. Raises PathError with rule `prefix`."""
        return self.identity(prefix).public_key

    def sign(self, prefix: ClassPath, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature by the identity key of a prefix. Raises PathError with rule `prefix`."""
        return self.identity(prefix).node.sign(message)

    @abstractmethod
    def _put(self, seed: bytes) -> None:
        """Keep `seed`, whole or not at all, and never in the place of another."""

    @abstractmethod
    def _get(self) -> bytes:
        """The seed, for the moment of one operation."""

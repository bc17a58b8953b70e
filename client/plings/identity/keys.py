"""Keys: Ed25519 nodes of SLIP-0010, where every level is hardened.

The node of a path is m/44'/501'/<each segment's number>'. A manufacturer's identity key is the node of its prefix, and
an object's key is the node of its whole path: whoever holds the manufacturer's node can derive its objects' keys, and
nobody else can.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hmac import digest
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plings.errors import PathError, SeedError
from plings.identity.address import format_address
from plings.identity.path import ClassPath, Path

SHORTEST_SEED: Final = 16
LONGEST_SEED: Final = 64
ROOT: Final = (44, 501)
"""BIP-44's purpose and Solana's registered coin type (SLIP-0044)."""

HARDENED: Final = 2**31
HIDDEN: Final = "(not shown)"
"""Stands for secrets in errors."""


@dataclass(frozen=True, slots=True, repr=False)
class Node:
    """A private key (32 bytes) and the chain code (32 bytes) that derives its children. Its repr shows neither.

    Raises SeedError with rule `node_size`.
    """

    key: bytes
    chain_code: bytes

    def __post_init__(self) -> None:
        if not all(isinstance(part, bytes) and len(part) == 32 for part in (self.key, self.chain_code)):
            raise SeedError(HIDDEN, "node_size", "a node is a key and a chain code of 32 bytes each")

    def __repr__(self) -> str:
        return f"Node({self.address})"

    def child(self, index: int) -> Node:
        """The hardened child `index`, 0 to 2^31 - 1 without the hardening bit. Raises SeedError with rule `index`."""
        if not 0 <= index < HARDENED:
            raise SeedError(HIDDEN, "index", "a child's index is not from 0 to 2^31 - 1")
        data = b"\0" + self.key + (index + HARDENED).to_bytes(4, "big")
        return _split(digest(self.chain_code, data, "sha512"))

    def descendant(self, indices: Iterable[int]) -> Node:
        """The child of the child … for each of `indices` in turn. Raises SeedError with rule `index`."""
        node = self
        for index in indices:
            node = node.child(index)
        return node

    @property
    def public_key(self) -> bytes:
        """The 32-byte public key (RFC 8032)."""
        return Ed25519PrivateKey.from_private_bytes(self.key).public_key().public_bytes_raw()

    @property
    def address(self) -> str:
        """The public key in base58."""
        return format_address(self.public_key)

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature of `message` (RFC 8032, the same each time)."""
        return Ed25519PrivateKey.from_private_bytes(self.key).sign(message)


@dataclass(frozen=True, slots=True)
class Identity:
    """A manufacturer who can print: its prefix (a class path of two segments) and the node of that prefix.

    Nothing proves that the node belongs to the prefix; whoever hands it over says so.
    Raises PathError with rule `prefix`.
    """

    prefix: ClassPath
    node: Node
    public_key: bytes = field(init=False, repr=False, compare=False)
    """The manufacturer's 32-byte public identity key, computed once because every code hashes it."""

    def __post_init__(self) -> None:
        check_prefix(self.prefix)
        object.__setattr__(self, "public_key", self.node.public_key)

    @classmethod
    def from_seed(cls, seed: bytes, prefix: ClassPath) -> Identity:
        """The identity of `prefix` in the wallet of `seed` (16 to 64 bytes). Raises SeedError and PathError."""
        return cls(prefix, identity_node(seed, prefix))

    def instance(self, path: Path) -> Node:
        """The node of one of its objects. Raises PathError with rule `foreign` for a path of another manufacturer."""
        if path.numbers[:2] != self.prefix.numbers:
            raise PathError(path.text, "foreign", f"it is not below {self.prefix}")
        return self.node.descendant(path.numbers[2:])


def master_node(seed: bytes) -> Node:
    """The root node `m` of a seed of 16 to 64 bytes (SLIP-0010). Raises SeedError with rule `not_bytes` or `size`."""
    if not isinstance(seed, bytes):
        raise SeedError(HIDDEN, "not_bytes", "a seed is bytes")
    if not SHORTEST_SEED <= len(seed) <= LONGEST_SEED:
        raise SeedError(HIDDEN, "size", f"a seed has {SHORTEST_SEED} to {LONGEST_SEED} bytes and not {len(seed)}")
    return _split(digest(b"ed25519 seed", seed, "sha512"))


def derive_node(seed: bytes, path: Path | ClassPath) -> Node:
    """The node m/44'/501'/<segments of path>'. Raises SeedError for the seed."""
    return master_node(seed).descendant(ROOT + path.numbers)


def identity_node(seed: bytes, prefix: ClassPath) -> Node:
    """The node of a manufacturer's prefix of two segments. Raises SeedError, and PathError with rule `prefix`."""
    check_prefix(prefix)
    return derive_node(seed, prefix)


def check_prefix(prefix: ClassPath) -> None:
    """Refuse what is not `wallet.manufacturer` alone. Raises PathError with rule `prefix`."""
    if not isinstance(prefix, ClassPath) or len(prefix.numbers) != 2:
        raise PathError(str(prefix), "prefix", "a manufacturer's prefix is its first two segments")


def parse_seed_hex(text: str) -> bytes:
    """The seed of 16 to 64 bytes that 32 to 128 hexadecimal digits give, without `0x` or spaces.

    Raises SeedError with rule `not_text`, `length`, `odd` or `hex`. The error never holds the seed or a part of it.
    """
    if not isinstance(text, str):
        raise SeedError(HIDDEN, "not_text", "a seed is given as text")
    if not 2 * SHORTEST_SEED <= len(text) <= 2 * LONGEST_SEED:
        raise SeedError(HIDDEN, "length", f"it has not {2 * SHORTEST_SEED} to {2 * LONGEST_SEED} digits")
    if len(text) % 2:
        raise SeedError(HIDDEN, "odd", "it has an odd number of digits")
    if not _HEXADECIMAL.issuperset(text):  # bytes.fromhex would skip spaces
        raise SeedError(HIDDEN, "hex", "it has a character that is no hexadecimal digit")
    return bytes.fromhex(text)


_HEXADECIMAL: Final = frozenset("0123456789abcdefABCDEF")


def _split(digest64: bytes) -> Node:
    return Node(digest64[:32], digest64[32:])

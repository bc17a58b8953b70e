"""A second implementation of all that is printed, importing nothing of plings: the vectors are its answers."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
HOST = "https://s.plings.io"
Row = dict[str, str | int]


def base58_number(number: int) -> str:
    text = ""
    while number:
        text = ALPHABET[number % 58] + text
        number //= 58
    return text or "1"


def number_of(text: str) -> int:
    return sum(ALPHABET.index(character) * 58**place for place, character in enumerate(reversed(text)))


def base58_bytes(data: bytes) -> str:
    body = data.lstrip(b"\0")
    return "1" * (len(data) - len(body)) + (base58_number(int.from_bytes(body, "big")) if body else "")


def class_hash(key: bytes, path_to_pointer: str) -> bytes:
    return hashlib.sha256((base58_bytes(key) + ":" + path_to_pointer).encode()).digest()[:8]


def pointer_text(value: bytes) -> str:
    return base58_number(int.from_bytes(value, "big")).rjust(11, "1")


def slip10(seed: bytes, indices: list[int]) -> tuple[bytes, bytes]:
    """Private key and chain code of m/<each index>'."""
    state = hmac.new(b"ed25519 seed", seed, hashlib.sha512).digest()
    for index in indices:
        data = b"\0" + state[:32] + (0x80000000 | index).to_bytes(4, "big")
        state = hmac.new(state[32:], data, hashlib.sha512).digest()
    return state[:32], state[32:]


def public(private: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def path_indices(path: str) -> list[int]:
    return [44, 501, *(number_of(segment) for segment in path.split("."))]


def private_of(seed: bytes, path: str) -> bytes:
    return slip10(seed, path_indices(path))[0]


def prefix_of(path: str) -> str:
    return ".".join(path.split(".")[:2])


def class_of(path: str) -> str:
    return ".".join(path.split(".")[:-2])


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Code:
    """One printed code and all that it is made of."""

    def __init__(self, seed: bytes, path: str) -> None:
        identity = private_of(seed, prefix_of(path))
        self.path = path
        self.key = public(identity)
        self.cp = pointer_text(class_hash(self.key, class_of(path)))
        self.i = base58_bytes(public(private_of(seed, path)))
        self.message = f"plings:1:{path}:{self.cp}:{self.i}"
        self.s = base64url(Ed25519PrivateKey.from_private_bytes(identity).sign(self.message.encode()))

    def url(self, kind: str = "q", signed: bool = False) -> str:
        url = f"{HOST}?t={kind}&p={self.path}&cp={self.cp}&i={self.i}"
        return f"{url}&s={self.s}" if signed else url


def seed_number(number: int) -> bytes:
    return hashlib.sha256(f"plings test seed {number}".encode()).digest()


def longest_path() -> str:
    """16 segments in 96 bytes."""
    return path_of_bytes(16, 96)


def path_of_bytes(segments: int, size: int) -> str:
    """A path of that many segments and bytes, as even as can be."""
    letters = size - (segments - 1) - 1  # the wallet is one digit
    share, more = divmod(letters, segments - 1)
    return ".".join(["2", *("2" * (share + (place < more)) for place in range(segments - 1))])


def refusal(text: str, rule: str) -> Row:
    return {"text": text, "rule": rule}

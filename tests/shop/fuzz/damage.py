"""What is done to a bundle's bytes. `other` is another bundle of the same publisher: an older one."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from plings.shop.layout import ENTRY, TRAILER

Change = Callable[[Random, bytearray, bytes], None]
HUGE = (0, 1, 7, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1)


def bits(chance: Random, content: bytearray, other: bytes) -> None:
    for _ in range(chance.choice((1, 1, 1, 2, 50))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def span(chance: Random, content: bytearray, other: bytes) -> None:
    start, size = _span(chance, content)
    content[start : start + size] = chance.choice((bytes(size), b"\xff" * size, chance.randbytes(size)))


def truncated(chance: Random, content: bytearray, other: bytes) -> None:
    del content[chance.randrange(len(content)) :]


def cut_out(chance: Random, content: bytearray, other: bytes) -> None:
    start, size = _span(chance, content)
    del content[start : start + size]


def repeated(chance: Random, content: bytearray, other: bytes) -> None:
    start, size = _span(chance, content)
    content[start:start] = content[start : start + size]


def swapped(chance: Random, content: bytearray, other: bytes) -> None:
    """Two spans of a size, such as two blocks, change places."""
    size = chance.choice((16, 56, 1000, 4096))
    first, second = (chance.randrange(max(1, len(content) - size)) for _ in range(2))
    one, two = content[first : first + size], content[second : second + size]
    if abs(first - second) >= size:
        content[first : first + size], content[second : second + size] = two, one


def from_the_other(chance: Random, content: bytearray, other: bytes) -> None:
    """A span of an older bundle, which its publisher signed as well, at the same place from the start or end."""
    start, size = _span(chance, content)
    at = start if chance.random() < 0.5 else start - len(content) + len(other)
    if 0 <= at < len(other):
        content[start : start + size] = other[at : at + size]


def other_end(chance: Random, content: bytearray, other: bytes) -> None:
    """The older bundle's header and signature, and all of its index or not."""
    size = chance.choice((TRAILER.size, TRAILER.size + 700, TRAILER.size + 700 + 40 * ENTRY.size, len(other) // 2))
    content[-size:] = other[-size:]


def longer(chance: Random, content: bytearray, other: bytes) -> None:
    content += chance.choice((b"\0", b"PLSHOP1\n", bytes(content[-TRAILER.size :]), other))


def number(chance: Random, content: bytearray, other: bytes) -> None:
    """A size, offset or count becomes a huge one, in the trailer, the index or anywhere."""
    at = chance.choice((len(content) - 12, len(content) - TRAILER.size - 1000, chance.randrange(len(content))))
    content[at : at + 4] = (chance.choice(HUGE) % 2**32).to_bytes(4, "big")


def digits(chance: Random, content: bytearray, other: bytes) -> None:
    """A digit of the header is another one."""
    places = [at for at in range(max(0, len(content) - 900), len(content)) if 48 <= content[at] < 58]
    for _ in range(chance.choice((1, 1, 5))):
        content[chance.choice(places or [0])] = 48 + chance.randrange(10)


def nothing(chance: Random, content: bytearray, other: bytes) -> None:
    content[:] = chance.choice((b"", b"PLSHOP1\n", chance.randbytes(200), b"PLSHOP1\n" * 20))


ALL: tuple[Change, ...] = (
    bits,
    span,
    truncated,
    cut_out,
    repeated,
    swapped,
    from_the_other,
    other_end,
    longer,
    number,
    digits,
    nothing,
)


def _span(chance: Random, content: bytearray) -> tuple[int, int]:
    start = chance.randrange(max(1, len(content)))
    return start, chance.choice((1, 4, 16, 100, 4096, len(content)))

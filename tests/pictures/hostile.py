"""Files that are no pictures, or that take more than they seem to."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterator


def bomb(side: int) -> bytes:
    """A PNG of a few bytes whose header says `side` times `side` pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + body


def damaged(whole: bytes, count: int, seed: str) -> Iterator[bytes]:
    """The same file so many times, each time cut somewhere or not, with a few other bytes near its beginning."""
    chance = random.Random(seed)
    for _ in range(count):
        data = bytearray(whole[: chance.choice((len(whole), chance.randrange(len(whole))))])
        for _ in range(chance.randint(1, 8)):
            if data:
                data[chance.randrange(min(len(data), 400))] = chance.randrange(256)
        yield bytes(data)

"""The bytes that a raw transaction is kept as: what is not in columns of its own, deflated.

    format (1) | deflated: counts of keys, calls, lines, texts (u16 each) | shape | of each call the number of accounts
    (u8), and the bytes of data (u16) | bytes of each text (u32) | keys (32 each) | accounts | data | texts

The shape is what payments have in common: of each call its place, height and program, of each line its kind, program
and depth. So it deflates to little, and who knows a shape knows which line is of which call. Programs are places among
the keys, and events are kept as their bytes: in base64 a compressor would not see that they repeat the keys.
What is written once is read for ever: a change takes another format number.
"""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from plings.errors import ClusterError
from plings.indexer.lines import CONSUMED, CUT, DATA, FAILED, INVOKE, SUCCESS, WORDS, Line, line_text, read_line
from plings.indexer.transaction import Call, RawTransaction

FORMAT: Final = b"\x01"
MOST_BYTES: Final = 1 << 20
"""The most that a body is inflated to: logs of 10,000 bytes and 64 instructions are far below."""

ODD: Final = 7
"""A line that reads like the runtime's and names no program among the keys: kept, and read again, as its text."""

_DICTIONARY: Final = (
    b"Program log: Instruction: Program return: custom program error: 0xmicro_paymentbatch_payment"
    + bytes(32)
    + bytes.fromhex("0306466fe5211732ffecadba72c39be7bc8ce5bbc5f7126b2c439b3a40000000")
)
_LEVEL: Final = 1
_WINDOW: Final = -11
"""2,048 bytes, as large as most bodies are: a larger window costs more to set up than it saves."""
_MEMORY: Final = 4

_COUNTS: Final = struct.Struct("<4H")
_fresh: Final = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW, _MEMORY, zlib.Z_DEFAULT_STRATEGY, _DICTIONARY)
_reading: Final = zlib.decompressobj(_WINDOW, _DICTIONARY)


class Kept(NamedTuple):
    """A transaction as it is kept: not unpacked before it is needed, as thousands wait for that at once."""

    signature: bytes
    slot: int
    position: int
    block_time_unix: int
    body: bytes

    def opened(self) -> Opened:
        """Its keys, calls and texts. Raises ClusterError for what `pack` did not write."""
        try:
            return _opened(_inflated(self.body))
        except (zlib.error, struct.error, IndexError) as error:
            raise ClusterError(f"the body of transaction {self.signature[:8].hex()}... is damaged") from error

    def unpacked(self) -> RawTransaction:
        """What `pack` was given. Raises ClusterError for what it did not write."""
        opened = self.opened()
        try:
            lines = opened.lines()
        except (struct.error, IndexError, UnicodeDecodeError) as error:
            raise ClusterError(f"the body of transaction {self.signature[:8].hex()}... is damaged") from error
        return RawTransaction(
            self.signature, self.slot, self.position, self.block_time_unix, opened.keys, opened.calls, lines, self.body
        )


class Opened(NamedTuple):
    """A body without its lines, of which most need not be read: `shape` says what they are, `texts` what they hold."""

    keys: tuple[bytes, ...]
    calls: tuple[Call, ...]
    shape: bytes
    texts: tuple[bytes, ...]

    def lines(self) -> tuple[Line, ...]:
        """All lines."""
        heads, texts = self.shape[4 * len(self.calls) :], iter(self.texts)
        count = len(heads) // 3
        return tuple(
            self._line(*each, texts) for each in zip(heads[:count], heads[count:], heads[2 * count :], strict=False)
        )

    def _line(self, kind: int, place: int, depth: int, texts) -> Line:  # type: ignore[no-untyped-def]
        if kind == INVOKE or kind == SUCCESS:  # noqa: SIM109
            return kind, self.keys[place], depth
        if kind == CUT:
            return CUT, "", 0
        text = next(texts, None)
        if text is None:
            raise IndexError
        if kind == DATA:
            return DATA, text, 0
        if kind == CONSUMED:
            return CONSUMED, self.keys[place], int.from_bytes(text, "little")
        words = text.decode("utf-8", "surrogatepass")
        return (FAILED, self.keys[place], words) if kind == FAILED else read_line(words)


def pack(raw: RawTransaction) -> bytes:
    """The body of a transaction."""
    keys, calls = raw.keys, raw.calls
    kinds, places, depths, texts = bytearray(), bytearray(), bytearray(), []
    for line in raw.lines:
        kind, subject, detail = line
        place = depth = 0
        if kind in _OF_PROGRAMS:
            if subject in keys:
                place = keys.index(subject)
            else:
                kind = ODD
        if kind == INVOKE:
            depth = detail
        elif kind == DATA:
            texts.append(subject)
        elif kind == CONSUMED:
            texts.append(detail.to_bytes(8, "little"))
        elif kind in (WORDS, ODD, FAILED):
            texts.append((detail if kind == FAILED else line_text(line)).encode("utf-8", "surrogatepass"))
        kinds.append(kind)
        places.append(place)
        depths.append(depth)
    columns = list(zip(*calls, strict=True)) or [()] * 6
    tops, inners, heights, programs, accounts, data = columns
    plain = b"".join(
        (
            _COUNTS.pack(len(keys), len(calls), len(kinds), len(texts)),
            bytes(tops), bytes([inner + 1 for inner in inners]), bytes(heights), bytes(programs), kinds, places, depths,
            bytes(map(len, accounts)), struct.pack(f"<{len(calls)}H", *map(len, data)),
            struct.pack(f"<{len(texts)}I", *map(len, texts)), *keys, *accounts, *data, *texts,
        )
    )  # fmt: skip
    deflate = _fresh.copy()
    return FORMAT + deflate.compress(plain) + deflate.flush()


_OF_PROGRAMS: Final = frozenset((INVOKE, SUCCESS, CONSUMED, FAILED))


def _inflated(body: bytes) -> bytes:
    if body[:1] != FORMAT:
        raise zlib.error("unknown format")
    inflate = _reading.copy()
    plain = inflate.decompress(body[1:], MOST_BYTES)
    if not inflate.eof:
        raise zlib.error("it has no end")
    return plain


class _Layout(NamedTuple):
    """Where things are in all bodies whose counts, shape and numbers of accounts are the same."""

    fixed: struct.Struct
    """sizes of data and texts, keys, accounts"""
    sizes: int
    keys: int
    heads: tuple[tuple[int, int, int, int], ...]
    """top, inner, height and program of each call"""
    shape: bytes


@lru_cache(maxsize=4096)
def _layout(head: bytes) -> _Layout:
    key_count, call_count, line_count, text_count = _COUNTS.unpack_from(head)
    shape, account_counts = head[8 : 8 + 4 * call_count + 3 * line_count], head[8 + 4 * call_count + 3 * line_count :]
    columns = [shape[call_count * at : call_count * (at + 1)] for at in range(4)]
    fixed = f"<{call_count}H{text_count}I" + "32s" * key_count + "".join(f"{count}s" for count in account_counts)
    if max(columns[3], default=-1) >= key_count:
        raise IndexError
    heads = tuple((top, inner - 1, height, program) for top, inner, height, program in zip(*columns, strict=True))
    return _Layout(struct.Struct(fixed), call_count + text_count, key_count, heads, shape)


def _opened(plain: bytes) -> Opened:
    _, calls, lines, _ = _COUNTS.unpack_from(plain)
    at = 8 + 5 * calls + 3 * lines
    fixed, sizes, keys, heads, shape = _layout(plain[:at])
    values = fixed.unpack_from(plain, at)
    ends = tuple(accumulate(values[:sizes], initial=at + fixed.size))
    if ends[-1] != len(plain):
        raise IndexError
    pieces = [plain[start:end] for start, end in pairwise(ends)]
    accounts = values[sizes + keys :]
    if max(b"".join(accounts), default=-1) >= keys:
        raise IndexError
    found = [Call(*head, given, data) for head, given, data in zip(heads, accounts, pieces, strict=False)]
    return Opened(values[sizes : sizes + keys], tuple(found), shape, tuple(pieces[calls:]))

"""Lines of a transaction's logs, read once: which the runtime wrote, and what they say.

Only the runtime begins a line with `Program` and an address; what a program writes comes after `Program log: `. So a
line that is none of the forms below is somebody's words.
"""

from __future__ import annotations

import binascii
import re
from functools import lru_cache
from typing import Any, Final

from base58 import b58decode, b58encode

INVOKE: Final = 0
"""(INVOKE, program, depth)"""
SUCCESS: Final = 1
"""(SUCCESS, program, 0)"""
DATA: Final = 2
"""(DATA, bytes, 0)"""
CONSUMED: Final = 3
"""(CONSUMED, program, units * 2^32 + limit)"""
FAILED: Final = 4
"""(FAILED, program, reason)"""
WORDS: Final = 5
"""(WORDS, text, 0)"""
CUT: Final = 6
"""(CUT, "", 0): the runtime's last word where logs had no room; what comes after may miss lines"""

Line = tuple[int, Any, Any]
"""One of the forms above: a plain tuple, since a batch has a hundred thousand of them."""

_OF_A_PROGRAM: Final = re.compile(
    r"Program ([1-9A-HJ-NP-Za-km-z]{32,44}) "
    r"(?:invoke \[([1-9]\d?)\]|(success)|consumed (\d{1,9}) of (\d{1,9}) compute units|failed: (.*))",
    re.ASCII,
)
_DATA_PREFIX: Final = "Program data: "
_CUT_TEXT: Final = "Log truncated"


def read_line(text: str) -> Line:
    """What a line says; `line_text` gives the same text again."""
    if text[:14] == _DATA_PREFIX:
        data = _bytes_of(text[14:])
        return (WORDS, text, 0) if data is None else (DATA, data, 0)
    if text[:8] != "Program ":
        return (CUT, "", 0) if text == _CUT_TEXT else (WORDS, text, 0)
    return _cached_line(text) if text[-1] in "s]" and len(text) < 72 else _program_line(text)


def line_text(line: Line) -> str:
    """The line as the runtime wrote it."""
    kind, subject, detail = line
    if kind == WORDS:
        return str(subject)
    if kind == CUT:
        return _CUT_TEXT
    if kind == DATA:
        return _DATA_PREFIX + binascii.b2a_base64(subject, newline=False).decode("ascii")
    program = address_text(subject)
    if kind == INVOKE:
        return f"Program {program} invoke [{detail}]"
    if kind == SUCCESS:
        return f"Program {program} success"
    if kind == FAILED:
        return f"Program {program} failed: {detail}"
    return f"Program {program} consumed {detail >> 32} of {detail & 0xFFFFFFFF} compute units"


@lru_cache(maxsize=4096)
def address_text(key: bytes) -> str:
    """A 32-byte key in base58."""
    return b58encode(key).decode("ascii")


@lru_cache(maxsize=4096)
def _address(text: str) -> bytes | None:
    try:
        key = b58decode(text)
    except ValueError:
        return None
    return key if len(key) == 32 else None


def _program_line(text: str) -> Line:
    found = _OF_A_PROGRAM.fullmatch(text)
    program = _address(found[1]) if found else None
    if found is None or program is None:
        return WORDS, text, 0
    _, depth, success, units, limit, reason = found.groups()
    if depth:
        line: Line = INVOKE, program, int(depth)
    elif success:
        line = SUCCESS, program, 0
    elif units:
        line = CONSUMED, program, int(units) << 32 | int(limit)
    else:
        line = FAILED, program, reason
    return line if line_text(line) == text else (WORDS, text, 0)


_cached_line = lru_cache(maxsize=8192)(_program_line)


def _bytes_of(text: str) -> bytes | None:
    """The bytes of base64, None for a spelling that the runtime does not write."""
    try:
        data = binascii.a2b_base64(text)
    except ValueError:
        return None
    return data if binascii.b2a_base64(data, newline=False).decode("ascii") == text else None

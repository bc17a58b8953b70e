"""What a scanner types: a code's text, with what scanners put around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

MOST_TYPED: Final = 1000
"""Bytes of a line; no code has more than 299."""
READ_BYTES: Final = 65_536

_SYMBOLOGY: Final = re.compile(r"\][A-Za-z][0-9]")
"""An AIM symbology identifier (ISO/IEC 15424), such as `]Q1` for QR, which many scanners can put in front."""
_ENDS: Final = re.compile(rb"[\r\n]")
_CONTROL: Final = "".join(map(chr, range(32))) + "\x7f"


def scanned_text(line: str) -> str:
    """The code's text of a typed line: without control characters (CR, LF, TAB, STX, ETX) at its ends and without a
    symbology identifier in front. All else, a space too, is the code's own."""
    text = line.strip(_CONTROL)
    return text[3:].lstrip(_CONTROL) if _SYMBOLOGY.match(text) else text


def typed_lines(stream: BinaryIO) -> Iterator[str]:
    """The lines that come, each as soon as it ended with CR, LF or the stream; empty ones are left out.

    A line of more than 1,000 bytes is cut there and gets an ellipsis, which no code survives. What is not UTF-8 becomes
    U+FFFD.
    """
    line = bytearray()
    while chunk := stream.read1(READ_BYTES):  # type: ignore[attr-defined]
        *ended, rest = _ENDS.split(chunk)
        for part in ended:
            line += part[: MOST_TYPED + 1 - len(line)]
            if line:
                yield _decoded(line)
            line.clear()
        line += rest[: MOST_TYPED + 1 - len(line)]
    if line:
        yield _decoded(line)


def _decoded(line: bytearray) -> str:
    if len(line) > MOST_TYPED:
        line[MOST_TYPED:] = "…".encode()
    return line.decode("utf-8", "replace")

"""What an NFC tag holds: an NDEF message of one URI record (NFC Forum, NDEF 1.0, 3.2 and URI RTD 1.0, 3.2)."""

from __future__ import annotations

from typing import Final

from plings.identity.url import SCHEME

HTTPS: Final = b"\x04"
"""URI RTD's abbreviation of `https://`."""

_SHORT: Final = b"\xd1\x01"
"""Message begin and end, short record, well-known type; a type of one byte."""
_LONG: Final = b"\xc1\x01"


def ndef_message(url: str) -> bytes:
    """The NDEF message of a URL that begins with https://, 5 bytes longer than what follows that.

    A record of more than 255 bytes has a length of four bytes. A type 2 tag wants its TLV around the message; writers
    add it.
    """
    payload = HTTPS + url.removeprefix(SCHEME).encode("ascii")
    if len(payload) < 256:
        return _SHORT + bytes((len(payload),)) + b"U" + payload
    return _LONG + len(payload).to_bytes(4, "big") + b"U" + payload

"""Codes exactly as we print them, told by one regular expression: a counter checks thousands a second.

It takes no text that `ScanUrl.parse` refuses, and finds in it what parsing finds. What is rare it leaves to parsing:
parameters in another order, segments of six characters, addresses with a leading zero byte.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from functools import lru_cache
from typing import Final, NamedTuple, Self

from plings.identity.address import KEY_BYTES, format_address
from plings.identity.url import ScanUrl, origin

_DIGIT: Final = "[1-9A-HJ-NP-Za-km-z]"
_FIRST: Final = "[2-9A-HJ-NP-Za-km-z]"
_SEGMENT: Final = rf"(?:1|{_FIRST}{_DIGIT}{{0,4}}+)"
"""Up to five characters: 58^5 < 2^31."""
_WALLET: Final = "(?:[2-9]|[2-5][1-9])"
"""1 to 240 in the digits 1 to 9, of which 1 is zero."""
_PATH: Final = rf"(?P<path>(?P<of>(?P<prefix>{_WALLET}\.{_SEGMENT})(?:\.{_SEGMENT}){{0,12}})\.{_SEGMENT}\.{_SEGMENT})"
_SIGNATURE: Final = "[A-Za-z0-9_-]{85}[AQgw]"
_PARAMETERS: Final = rf"t=[qn]&p={_PATH}&cp=({_DIGIT}{{11}})&i=({_FIRST}{_DIGIT}{{42,43}})(?:&s=({_SIGNATURE}))?"

# The alphabet is in ASCII's order, so numbers of as many digits compare as their texts do.
_LARGEST_POINTER: Final = "jpXCZedGfVQ"
_LARGEST_ADDRESS: Final = format_address(b"\xff" * KEY_BYTES)
_SMALLEST_ADDRESS: Final = format_address(b"\1" + bytes(KEY_BYTES - 1))
"""Of 43 digits. Any number of 44 that does not start with 1 is larger."""


class PrintedCode(NamedTuple):
    """What a code's grade depends on: texts as printed, and the 64-byte signature."""

    path: str
    path_to_pointer: str
    prefix: str
    class_pointer: str
    address: str
    signature: bytes | None

    @classmethod
    def of(cls, code: ScanUrl) -> Self:
        """A parsed code's."""
        path, address = code.path, format_address(code.address)
        return cls(path.text, path.path_to_pointer, path.prefix, code.class_pointer.text, address, code.signature)

    @classmethod
    def recognize(cls, text: str, host: str) -> Self | None:
        """That of a text, or None: then it is for parsing to say. Raises SettingsError for a host that is none."""
        found = _pattern(host).fullmatch(text) if isinstance(text, str) else None
        if found is None:
            return None
        path, of, prefix, pointer, address, signature = found.groups()
        if pointer > _LARGEST_POINTER:
            return None
        if address > _LARGEST_ADDRESS if len(address) == len(_LARGEST_ADDRESS) else address < _SMALLEST_ADDRESS:
            return None
        return cls(path, of, prefix, pointer, address, urlsafe_b64decode(signature + "==") if signature else None)


@lru_cache(maxsize=64)
def _pattern(host: str) -> re.Pattern[str]:
    return re.compile(re.escape(origin(host)) + _PARAMETERS)

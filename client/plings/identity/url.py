"""The URL that is printed as a QR code or written to an NFC tag.

    https://s.plings.io?t=q&p={path}&cp={class pointer}&i={address}[&s={signature}]

We print the parameters in that order. A reader may have reordered them, so parsing takes any order, and nothing else:
one spelling for everything that carries meaning, no escapes, no port, no slash, no fragment, nothing unknown or
repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

from plings.errors import UrlError, shown
from plings.identity.address import check_key, format_address, parse_address
from plings.identity.class_pointer import ClassPointer
from plings.identity.host import check_host
from plings.identity.path import Path
from plings.identity.query import read_parameters
from plings.identity.tag import check_signature, decode_signature, encode_signature

DEFAULT_HOST: Final = "s.plings.io"
SCHEME: Final = "https://"
KINDS: Final = ("q", "n")
"""`q`: printed as a QR code. `n`: written to an NFC tag."""

URL_LIMIT: Final = 300
HOST_LIMIT: Final = 37
"""Characters. With it the longest path, address and signature still make a URL of under 300."""

_REQUIRED: Final = ("t", "p", "cp", "i")
_OPTIONAL: Final = ("s",)


@dataclass(frozen=True, slots=True)
class ScanUrl:
    """A code: kind `q` or `n`, the object's 32-byte address, and the manufacturer's 64-byte signature or None.

    It says what the code claims; only `check_url` says whether that is true. Raises UrlError with rule `kind`,
    AddressError and TagError for bytes of another length, and SettingsError for a host that is none.
    """

    kind: str
    path: Path
    class_pointer: ClassPointer
    address: bytes
    signature: bytes | None = None
    host: str = DEFAULT_HOST

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UrlError(self.kind, "kind", "t is neither q nor n")
        check_key(self.address)
        if self.signature is not None:
            check_signature(self.signature)
        origin(self.host)

    @classmethod
    def parse(cls, text: str, host: str = DEFAULT_HOST) -> Self:
        """The code that `text` is, when it is exactly one for `host`.

        Raises UrlError with rule `not_text`, `too_long`, `not_ascii`, `scheme`, `host`, `fragment`, `escape`,
        `parameter`, `unknown_parameter`, `repeated_parameter`, `missing_parameter` or `kind`; the error of the part at
        fault (PathError, ClassPointerError, AddressError, TagError); and SettingsError when `host` itself is no host.
        """
        query = _query(text, origin(host))
        values = read_parameters(query, text, required=_REQUIRED, optional=_OPTIONAL, of="a code", error=UrlError)
        if values["t"] not in KINDS:
            raise UrlError(text, "kind", f"t is neither q nor n but {shown(values['t'])}")
        path = Path(values["p"])
        pointer = ClassPointer.parse(values["cp"])
        address = parse_address(values["i"])
        signature = decode_signature(values["s"]) if "s" in values else None
        return cls(values["t"], path, pointer, address, signature, host)

    @property
    def text(self) -> str:
        """The URL as we print it; at most 299 characters, about 122 without a signature."""
        address = format_address(self.address)
        text = f"{SCHEME}{self.host}?t={self.kind}&p={self.path.text}&cp={self.class_pointer.text}&i={address}"
        return text if self.signature is None else f"{text}&s={encode_signature(self.signature)}"

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=64)
def origin(host: str) -> str:
    """All that comes before the parameters. The host is our own setting, not part of anybody's code."""
    return f"{SCHEME}{check_host(host, HOST_LIMIT)}?"


def _query(text: str, origin: str) -> str:
    """What follows the question mark, once everything before it is right."""
    if not isinstance(text, str):
        raise UrlError(text, "not_text", "a URL is text")
    if len(text) > URL_LIMIT:
        raise UrlError(text, "too_long", f"it has more than {URL_LIMIT} characters")
    if not text.isascii():
        raise UrlError(text, "not_ascii", "it has a character outside ASCII")
    if not text.startswith(origin):
        if not text.startswith(SCHEME):
            raise UrlError(text, "scheme", f"it does not start with {SCHEME}")
        raise UrlError(text, "host", f"it does not start with {origin}, with no user, port or slash")
    if "#" in text:
        raise UrlError(text, "fragment", "it has a fragment")
    if "%" in text or "+" in text:  # no part needs one, and each would be a second spelling
        raise UrlError(text, "escape", "it has an escape (% or +)")
    return text[len(origin) :]

"""References to master keys: what a registry keeps instead of them.

A value of either class is always valid, and one key has one text: a second spelling is refused, not normalised.
No error repeats the text, because somebody may have pasted a seed where its reference belongs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from plings.errors import VaultError

LONGEST_REFERENCE: Final = 100
LONGEST_NAME: Final = 31
LONGEST_LABEL: Final = 32
"""Bytes of a token's label in PKCS#11's CK_TOKEN_INFO; the object's is held to the same."""

_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?")
"""No capitals: some file systems take `A` and `a` for the same file."""
_LABEL: Final = re.compile(r"[!-~](?:[ -~]*[!-~])?")
"""Printable ASCII. Tokens pad labels with spaces, so none can end in one."""
_PKCS11: Final = re.compile(r"token=([^;]*);object=([^;]*)")
_KEY_MATERIAL: Final = re.compile(r"[A-Za-z0-9+/]{20}")
"""The shortest seed has 16 bytes: 32 characters in hexadecimal, 22 or so in base58 and base64."""


@dataclass(frozen=True, slots=True)
class FileReference:
    """`file:NAME`: 1 to 31 of `a-z` and `0-9`, with `-` and `_` only between them. Raises VaultError."""

    name: str

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or len(self.name) > LONGEST_NAME or not _NAME.fullmatch(self.name):
            raise _refused(f"a file's name has 1 to {LONGEST_NAME} of a-z and 0-9, with - and _ only between them")
        _refuse_key_material(self.name)

    def __str__(self) -> str:
        return f"file:{self.name}"


@dataclass(frozen=True, slots=True)
class TokenReference:
    """A PKCS#11 URI (RFC 7512) with the labels of a token and of an object in it, in this order and nothing else.

    A label is 1 to 32 printable ASCII characters, no space first or last; in the text, all but RFC 3986's unreserved
    characters are percent-encoded, in capitals. Raises VaultError.
    """

    token: str
    object: str

    def __post_init__(self) -> None:
        for label in (self.token, self.object):
            if not isinstance(label, str) or len(label) > LONGEST_LABEL or not _LABEL.fullmatch(label):
                raise _refused(f"a label has 1 to {LONGEST_LABEL} printable ASCII characters, no space first or last")
            _refuse_key_material(label)
        if len(str(self)) > LONGEST_REFERENCE:
            raise _too_long()

    def __str__(self) -> str:
        return f"pkcs11:token={quote(self.token, safe='')};object={quote(self.object, safe='')}"


Reference = FileReference | TokenReference


def parse_reference(text: str) -> Reference:
    """The reference that `text`, at most 100 characters, is. Raises VaultError, which never holds the text."""
    if not isinstance(text, str):
        raise _refused("it is not text")
    if len(text) > LONGEST_REFERENCE:
        raise _too_long()
    scheme, _, rest = text.partition(":")
    if scheme == "file":
        return FileReference(rest)
    if scheme == "pkcs11":
        return _parse_token(rest)
    raise _refused("it begins with neither `file:` nor `pkcs11:`")


def _parse_token(rest: str) -> TokenReference:
    if "?" in rest:
        raise _refused("what follows a `?` (a module, a PIN) is a setting and never part of it")
    match = _PKCS11.fullmatch(rest)
    if not match:
        raise _refused("it is not `pkcs11:token=…;object=…` with these two attributes alone, in this order")
    reference = TokenReference(*map(unquote, match.groups()))
    if str(reference) != f"pkcs11:{rest}":
        raise _refused(f"it has to be written {reference}")
    return reference


def _refuse_key_material(part: str) -> None:
    if _KEY_MATERIAL.search(part):
        raise _refused("20 letters and digits in a row look like a key; a reference is a name")


def _too_long() -> VaultError:
    return _refused(f"it has more than {LONGEST_REFERENCE} characters")


def _refused(reason: str) -> VaultError:
    return VaultError(f"reference to a master key: {reason}")

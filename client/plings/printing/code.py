"""What is printed on one object, as it stands in files."""

from __future__ import annotations

from typing import Final, NamedTuple


class PrintedCode(NamedTuple):
    """One code. All texts are ASCII without a comma, a quote, a backslash or a space."""

    path: str
    """also what is printed under the code, for people"""
    instance: int
    """its number in the batch, which the path's last segment writes in base58"""
    class_pointer: str
    address: str
    url: str
    """what the QR code holds"""
    signature: str | None
    """`s` of the URL, of a signed tag"""
    nfc_url: str | None
    """what an NFC tag of the same object holds"""
    ndef: str | None
    """the bytes of that tag's NDEF message, in hexadecimal"""


ALWAYS: Final = ("path", "instance", "class_pointer", "address", "url")


def columns_of(*, signed: bool, nfc: bool) -> tuple[str, ...]:
    """The names of what files have of each code, in their order."""
    return (*ALWAYS, *["signature"] * signed, *["nfc_url", "ndef"] * nfc)

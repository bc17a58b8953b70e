"""What is printed on one object, as it stands in files."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple, Self

from plings.identity import ScanUrl, encode_signature, format_address
from plings.printing.ndef import ndef_message


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

    @classmethod
    def of(cls, code: ScanUrl) -> Self:
        """All that is printed for a code of kind `q`, also for an NFC tag."""
        signature = None if code.signature is None else encode_signature(code.signature)
        nfc_url = replace(code, kind="n").text
        parts = (code.path.text, code.path.instance, code.class_pointer.text, format_address(code.address))
        return cls(*parts, code.text, signature, nfc_url, ndef_message(nfc_url).hex())


ALWAYS: Final = ("path", "instance", "class_pointer", "address", "url")


def columns_of(*, signed: bool, nfc: bool) -> tuple[str, ...]:
    """The names of what files have of each code, in their order."""
    return (*ALWAYS, *["signature"] * signed, *["nfc_url", "ndef"] * nfc)

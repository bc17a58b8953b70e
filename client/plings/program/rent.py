"""What accounts put down as rent: the runtime's rule, and the sizes of what a first payment makes."""

from __future__ import annotations

from plings.identity import ScanUrl, format_address
from plings.program.accounts import object_space

_OVERHEAD_BYTES = 128
_LAMPORTS_PER_BYTE = 6_960
_MINT_BYTES = 270
"""base account, account type, permanent delegate, metadata pointer"""
_METADATA_BYTES = 72
"""entry header, update authority, mint, number of further fields"""
_LENGTH_BYTES = 4
_TOKEN_ACCOUNT_BYTES = 170


def rent_lamports(data_bytes: int) -> int:
    """What an account of that size must hold for good."""
    return (_OVERHEAD_BYTES + data_bytes) * _LAMPORTS_PER_BYTE


def token_account_rent_lamports() -> int:
    """The rent of an associated token account under Token-2022."""
    return rent_lamports(_TOKEN_ACCOUNT_BYTES)


def first_payment_rent_lamports(code: ScanUrl) -> int:
    """The rent of all that a first payment makes: the object, the mint with its metadata, the token account."""
    uri = f"https://s.plings.io/nft?p={code.path.text}&cp={code.class_pointer.text}&i={format_address(code.address)}"
    strings = sum(_LENGTH_BYTES + len(text) for text in (code.path.text, "PLINGS", uri))
    mint = rent_lamports(_MINT_BYTES + _METADATA_BYTES + strings)
    return rent_lamports(object_space(code.path.text)) + mint + token_account_rent_lamports()

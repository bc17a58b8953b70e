"""The instructions of an NFT as the program will make it, written out by their bytes."""

from __future__ import annotations

import hashlib
import struct

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_ID
from solders.system_program import CreateAccountParams, create_account

TOKEN_2022 = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
ASSOCIATED_TOKEN = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")

MINT_BYTES = 166 + 4 + 32 + 4 + 64
"""A mint padded to an account's size with its type, then PermanentDelegate and MetadataPointer with their headers."""


def _writable(key: Pubkey) -> AccountMeta:
    return AccountMeta(key, False, True)


def _readonly(key: Pubkey) -> AccountMeta:
    return AccountMeta(key, False, False)


def _signer(key: Pubkey) -> AccountMeta:
    return AccountMeta(key, True, False)


def create_mint_account(payer: Pubkey, mint: Pubkey, lamports: int) -> Instruction:
    return create_account(
        CreateAccountParams(from_pubkey=payer, to_pubkey=mint, lamports=lamports, space=MINT_BYTES, owner=TOKEN_2022)
    )


def permanent_delegate(mint: Pubkey, delegate: Pubkey) -> Instruction:
    return Instruction(TOKEN_2022, bytes([35]) + bytes(delegate), [_writable(mint)])


def metadata_pointer(mint: Pubkey, authority: Pubkey) -> Instruction:
    return Instruction(TOKEN_2022, bytes([39, 0]) + bytes(authority) + bytes(mint), [_writable(mint)])


def initialize_mint(mint: Pubkey, authority: Pubkey) -> Instruction:
    return Instruction(TOKEN_2022, bytes([20, 0]) + bytes(authority) + bytes([0]), [_writable(mint)])


def metadata(mint: Pubkey, authority: Pubkey, name: str, symbol: str, uri: str) -> Instruction:
    head = hashlib.sha256(b"spl_token_metadata_interface:initialize_account").digest()[:8]
    texts = b"".join(struct.pack("<I", len(text)) + text.encode() for text in (name, symbol, uri))
    accounts = [_writable(mint), _readonly(authority), _readonly(mint), _signer(authority)]
    return Instruction(TOKEN_2022, head + texts, accounts)


def token_account(owner: Pubkey, mint: Pubkey) -> Pubkey:
    return Pubkey.find_program_address([bytes(owner), bytes(TOKEN_2022), bytes(mint)], ASSOCIATED_TOKEN)[0]


def create_token_account(payer: Pubkey, owner: Pubkey, mint: Pubkey) -> Instruction:
    accounts = [
        AccountMeta(payer, True, True),
        _writable(token_account(owner, mint)),
        _readonly(owner),
        _readonly(mint),
        _readonly(SYSTEM_ID),
        _readonly(TOKEN_2022),
    ]
    return Instruction(ASSOCIATED_TOKEN, bytes([1]), accounts)


def mint_one(mint: Pubkey, to: Pubkey, authority: Pubkey) -> Instruction:
    return Instruction(TOKEN_2022, struct.pack("<BQ", 7, 1), [_writable(mint), _writable(to), _signer(authority)])


def drop_mint_authority(mint: Pubkey, authority: Pubkey) -> Instruction:
    return Instruction(TOKEN_2022, bytes([6, 0, 0]), [_writable(mint), _signer(authority)])


def transfer_one(mint: Pubkey, source: Pubkey, to: Pubkey, authority: Pubkey, amount: int = 1) -> Instruction:
    accounts = [_writable(source), _readonly(mint), _writable(to), _signer(authority)]
    return Instruction(TOKEN_2022, struct.pack("<BQB", 12, amount, 0), accounts)

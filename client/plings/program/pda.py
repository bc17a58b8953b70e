"""The program's derived addresses, with the seeds of `programs/plings/src/seeds.rs` and canonical bumps."""

from __future__ import annotations

from functools import cache

from solders.pubkey import Pubkey

from plings.identity import ClassPointer, ScanUrl
from plings.program.interface import (
    ASSOCIATED_TOKEN_PROGRAM_ID,
    LOADER_ID,
    PROGRAM_ID,
    TOKEN_PROGRAM_ID,
)

SEED_BYTES = 32
"""A Solana seed holds at most this many bytes, so a path goes in as pieces."""


def _find(*seeds: bytes, program: Pubkey = PROGRAM_ID) -> Pubkey:
    return Pubkey.find_program_address(list(seeds), program)[0]


@cache
def config_address() -> Pubkey:
    return _find(b"config")


@cache
def nft_authority_address() -> Pubkey:
    """Who moves NFTs when objects are sold: the permanent delegate of each."""
    return _find(b"nft_authority")


@cache
def program_data_address() -> Pubkey:
    """Where the loader keeps the program's bytes and its upgrade authority."""
    return _find(bytes(PROGRAM_ID), program=LOADER_ID)


def manufacturer_address(identity_key: Pubkey) -> Pubkey:
    return _find(b"manufacturer", bytes(identity_key))


def path_prefix_address(prefix: str) -> Pubkey:
    """Where it is written whose `prefix` (`2.3`) is."""
    return _find(b"prefix", prefix.encode())


def class_terms_address(manufacturer: Pubkey, pointer: ClassPointer) -> Pubkey:
    """A class's own terms. `manufacturer` is the account, not the identity key."""
    return _find(b"class", bytes(manufacturer), pointer.value)


def payment_address(code: ScanUrl) -> Pubkey:
    """The address of the scanned object: it is paid there, and its ObjectInstance lives there."""
    path = code.path.text.encode()
    pieces = [path[at : at + SEED_BYTES] for at in range(0, len(path), SEED_BYTES)]
    return _find(b"plings_payment", *pieces, code.class_pointer.text.encode(), code.address)


def mint_address(payment: Pubkey) -> Pubkey:
    """The mint of the NFT of the object at `payment`."""
    return _find(b"mint", bytes(payment))


def token_account_address(owner: Pubkey, mint: Pubkey) -> Pubkey:
    """`owner`'s associated token account for `mint`, under Token-2022."""
    return _find(bytes(owner), bytes(TOKEN_PROGRAM_ID), bytes(mint), program=ASSOCIATED_TOKEN_PROGRAM_ID)


def payment_log_address(manufacturer: Pubkey, shard: int) -> Pubkey:
    """Where a manufacturer's micro-payments of one shard go. `manufacturer` is the account, not the identity key."""
    return _find(b"payment_log", bytes(manufacturer), bytes([shard]))


def checkpoint_address(payment_log: Pubkey, checkpoint_id: int) -> Pubkey:
    """A checkpoint of a payment log; they are numbered from 0."""
    return _find(b"checkpoint", bytes(payment_log), checkpoint_id.to_bytes(8, "little"))

"""The program's derived addresses, with the seeds of `programs/plings/src/seeds.rs` and canonical bumps."""

from __future__ import annotations

from functools import cache, lru_cache

from solders.pubkey import Pubkey

from plings.identity import ClassPointer, Path, ScanUrl
from plings.program.interface import (
    ASSOCIATED_TOKEN_PROGRAM_ID,
    LOADER_ID,
    PROGRAM_ID,
    TOKEN_PROGRAM_ID,
)

SEED_BYTES = 32
"""A Solana seed holds at most this many bytes, so a path goes in as pieces."""

BATCH_SLOTS = 100
"""Objects of a batch that share an account."""


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


@lru_cache
def payment_address(code: ScanUrl) -> Pubkey:
    """The address of the scanned object: it is paid there, and its ObjectInstance lives there."""
    return _find(b"plings_payment", *_pieces(code.path.text), code.class_pointer.text.encode(), code.address)


def _pieces(text: str) -> list[bytes]:
    data = text.encode()
    return [data[at : at + SEED_BYTES] for at in range(0, len(data), SEED_BYTES)]


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


def batch_account_address(path: Path) -> Pubkey:
    """The shared account in which the owner of the object of `path` is kept."""
    batch, _, _ = path.text.rpartition(".")
    number = path.instance // BATCH_SLOTS
    return _find(b"batch", *_pieces(batch), number.to_bytes(4, "little"))


def printed_batch_address(manufacturer: Pubkey, pointer: ClassPointer, batch: int) -> Pubkey:
    """Where a printed batch of a class is anchored. `manufacturer` is the account, `batch` the batch's number."""
    return _find(b"printed_batch", bytes(manufacturer), pointer.value, batch.to_bytes(4, "little"))


def sponsor_pool_address(manufacturer: Pubkey) -> Pubkey:
    """Where a manufacturer's money for its customers' rent lies. `manufacturer` is the account, not the key."""
    return _find(b"sponsor_pool", bytes(manufacturer))


def promotion_address(payment: Pubkey) -> Pubkey:
    """The claim to the object at `payment` while it can be challenged."""
    return _find(b"promotion", bytes(payment))

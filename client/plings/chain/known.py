"""Programs of others that have the same address on every cluster."""

from __future__ import annotations

from solders.pubkey import Pubkey

from plings.program.interface import ASSOCIATED_TOKEN_PROGRAM_ID as ASSOCIATED_TOKEN_ID
from plings.program.interface import ED25519_PROGRAM_ID as ED25519_ID
from plings.program.interface import LOADER_ID
from plings.program.interface import TOKEN_PROGRAM_ID as TOKEN_2022_ID

__all__ = [
    "ASSOCIATED_TOKEN_ID",
    "ED25519_ID",
    "LOADER_ID",
    "PRECOMPILES",
    "SECP256K1_ID",
    "SECP256R1_ID",
    "TOKEN_2022_ID",
]

SECP256K1_ID = Pubkey.from_string("KeccakSecp256k11111111111111111111111111111")
SECP256R1_ID = Pubkey.from_string("Secp256r1SigVerify1111111111111111111111111")
PRECOMPILES = (ED25519_ID, SECP256K1_ID, SECP256R1_ID)
"""Programs that verify signatures: the first byte of their data is how many, and each costs what a signer costs."""

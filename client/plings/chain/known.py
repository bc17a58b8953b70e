"""Programs of others that have the same address on every cluster."""

from __future__ import annotations

from solders.pubkey import Pubkey

TOKEN_2022_ID = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
ASSOCIATED_TOKEN_ID = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
LOADER_ID = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")

ED25519_ID = Pubkey.from_string("Ed25519SigVerify111111111111111111111111111")
SECP256K1_ID = Pubkey.from_string("KeccakSecp256k11111111111111111111111111111")
SECP256R1_ID = Pubkey.from_string("Secp256r1SigVerify1111111111111111111111111")
PRECOMPILES = (ED25519_ID, SECP256K1_ID, SECP256R1_ID)
"""Programs that verify signatures: the first byte of their data is how many, and each costs what a signer costs."""

"""Addresses that cannot be what they are given as.

The program takes any 32 bytes as an object's address, since nobody can prove on chain that it was derived. But it is
the public key of the object's path, so it is a point of Ed25519 as keys are written, of full order, and nobody else's.
An owner may be a program's address, which is no point: some wallets are. But it is never a program or a sysvar.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from solders.pubkey import Pubkey

from plings.identity.address import is_weak_key
from plings.program import PROGRAM_ID

_FIELD: Final = 2**255 - 19
_ZEROS: Final = bytes(32)

_WELL_KNOWN: Final = {
    "11111111111111111111111111111111": "System program",
    "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA": "Token program",
    "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb": "Token-2022 program",
    "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL": "Associated Token program",
    "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr": "Memo program",
    "Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo": "Memo program, version 1",
    "ComputeBudget111111111111111111111111111111": "Compute Budget program",
    "AddressLookupTab1e1111111111111111111111111": "Address Lookup Table program",
    "Config1111111111111111111111111111111111111": "Config program",
    "Stake11111111111111111111111111111111111111": "Stake program",
    "StakeConfig11111111111111111111111111111111": "configuration of the Stake program",
    "Vote111111111111111111111111111111111111111": "Vote program",
    "Feature111111111111111111111111111111111111": "Feature program",
    "NativeLoader1111111111111111111111111111111": "native loader",
    "BPFLoader1111111111111111111111111111111111": "loader, version 1",
    "BPFLoader2111111111111111111111111111111111": "loader, version 2",
    "BPFLoaderUpgradeab1e11111111111111111111111": "upgradeable loader",
    "LoaderV411111111111111111111111111111111111": "loader, version 4",
    "Ed25519SigVerify111111111111111111111111111": "Ed25519 precompile",
    "KeccakSecp256k11111111111111111111111111111": "Secp256k1 precompile",
    "Secp256r1SigVerify1111111111111111111111111": "Secp256r1 precompile",
    "1nc1nerator11111111111111111111111111111111": "incinerator",
    "Sysvar1111111111111111111111111111111111111": "owner of sysvars",
    "SysvarC1ock11111111111111111111111111111111": "sysvar Clock",
    "SysvarEpochSchedu1e111111111111111111111111": "sysvar EpochSchedule",
    "SysvarEpochRewards1111111111111111111111111": "sysvar EpochRewards",
    "SysvarFees111111111111111111111111111111111": "sysvar Fees",
    "Sysvar1nstructions1111111111111111111111111": "sysvar Instructions",
    "SysvarLastRestartS1ot1111111111111111111111": "sysvar LastRestartSlot",
    "SysvarRecentB1ockHashes11111111111111111111": "sysvar RecentBlockhashes",
    "SysvarRent111111111111111111111111111111111": "sysvar Rent",
    "SysvarRewards111111111111111111111111111111": "sysvar Rewards",
    "SysvarS1otHashes111111111111111111111111111": "sysvar SlotHashes",
    "SysvarS1otHistory11111111111111111111111111": "sysvar SlotHistory",
    "SysvarStakeHistory1111111111111111111111111": "sysvar StakeHistory",
}


@cache
def well_known() -> dict[bytes, str]:
    """What others have under the same address on every cluster, and this program's own."""
    return {bytes(Pubkey.from_string(text)): name for text, name in _WELL_KNOWN.items()} | {
        bytes(PROGRAM_ID): "Plings program"
    }


FAULTS: Final = {
    "zeros": "is all zeros, which is the System program",
    "well_known": "is a program's or a sysvar's",
    "small_order": "is a point of small order, for which anybody can sign",
    "not_canonical": "is not written as keys are: its y is not below 2^255 - 19",
    "off_curve": "is no point of Ed25519, so nobody has its key",
}
"""What can be wrong, and the same for people."""


def fault_of_object_key(key: bytes) -> str | None:
    """Which of FAULTS 32 bytes have as an object's address; None where they can be one."""
    if (fault := fault_of_owner(key)) is not None:
        return fault
    if int.from_bytes(key, "little") & (2**255 - 1) >= _FIELD:
        return "not_canonical"
    return None if Pubkey(key).is_on_curve() else "off_curve"


def fault_of_owner(key: bytes) -> str | None:
    """Which of FAULTS 32 bytes have as those of somebody who owns or is paid; None where they can be somebody's."""
    if key == _ZEROS:
        return "zeros"
    if key in well_known():
        return "well_known"
    return "small_order" if is_weak_key(key) else None

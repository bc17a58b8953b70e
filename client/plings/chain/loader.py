"""The two accounts of an upgradeable program, and who may replace its code.

Program, 36 bytes: u32 LE 2, 32-byte address of its ProgramData.
ProgramData: u32 LE 3, u64 LE slot of deployment, u8 1 or 0, 32-byte upgrade authority (or nobody's), then at byte 45
the ELF.
"""

from __future__ import annotations

import struct

from solders.pubkey import Pubkey

from plings.chain.cluster import Account
from plings.chain.known import LOADER_ID
from plings.errors import ClusterError

_PROGRAM = 2
_PROGRAM_DATA = 3
_HEADER = struct.Struct("<IQB32s")


def program_data_address(program_id: Pubkey) -> Pubkey:
    """Where the loader keeps the code and the upgrade authority of `program_id`."""
    return Pubkey.find_program_address([bytes(program_id)], LOADER_ID)[0]


def program_bytes(program_id: Pubkey) -> bytes:
    """The 36 bytes of the Program account."""
    return struct.pack("<I", _PROGRAM) + bytes(program_data_address(program_id))


def program_data_bytes(elf: bytes, *, slot: int, upgrade_authority: Pubkey | None) -> bytes:
    """The bytes of the ProgramData account. No authority: the program is final."""
    key = bytes(upgrade_authority) if upgrade_authority else bytes(32)
    return _HEADER.pack(_PROGRAM_DATA, slot, 1 if upgrade_authority else 0, key) + elf


def upgrade_authority(program_data: Account) -> Pubkey | None:
    """Who may replace the code, None for nobody. Raises ClusterError if the account is no ProgramData."""
    if program_data.owner != LOADER_ID or len(program_data.data) < _HEADER.size:
        raise ClusterError("not the ProgramData account of an upgradeable program")
    kind, _slot, present, key = _HEADER.unpack_from(program_data.data)
    if kind != _PROGRAM_DATA or present > 1:
        raise ClusterError("not the ProgramData account of an upgradeable program")
    return Pubkey(key) if present else None

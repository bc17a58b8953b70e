from __future__ import annotations

import struct

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import ED25519_PROGRAM_ID

HEADER_BYTES = 16
KEY_BYTES = 32
SIGNATURE_BYTES = 64
THIS_INSTRUCTION = 0xFFFF


def check_signature(key: Pubkey, signature: bytes, message: bytes) -> Instruction:
    """The Ed25519 precompile's check of one signature (5,000 lamports for it), in the form that the program reads."""
    key_at = HEADER_BYTES
    signature_at = key_at + KEY_BYTES
    message_at = signature_at + SIGNATURE_BYTES
    here = THIS_INSTRUCTION
    fields = (signature_at, here, key_at, here, message_at, len(message), here)
    offsets = struct.pack("<BB7H", 1, 0, *fields)
    return Instruction(ED25519_PROGRAM_ID, offsets + bytes(key) + signature + message, [])

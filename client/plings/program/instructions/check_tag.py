from __future__ import annotations

import struct

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.errors import TagError
from plings.identity import ScanUrl, tag_message
from plings.program.interface import ED25519_PROGRAM_ID

HEADER_BYTES = 16
KEY_BYTES = 32
SIGNATURE_BYTES = 64
THIS_INSTRUCTION = 0xFFFF


def check_tag(*, code: ScanUrl, identity_key: Pubkey) -> Instruction:
    """The Ed25519 precompile's check of a signed tag (5,000 lamports for its signature).

    It must be the instruction just before the payment. Raises TagError when the code has no signature.
    """
    if code.signature is None:
        raise TagError(code.text, "unsigned", "the code carries no signature")
    message = tag_message(code.path, code.class_pointer, code.address)
    key_at = HEADER_BYTES
    signature_at = key_at + KEY_BYTES
    message_at = signature_at + SIGNATURE_BYTES
    here = THIS_INSTRUCTION
    fields = (signature_at, here, key_at, here, message_at, len(message), here)
    offsets = struct.pack("<BB7H", 1, 0, *fields)
    return Instruction(ED25519_PROGRAM_ID, offsets + bytes(identity_key) + code.signature + message, [])

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
    key_at, signature_at, message_at = HEADER_BYTES, HEADER_BYTES + KEY_BYTES, HEADER_BYTES + KEY_BYTES + SIGNATURE_BYTES
    offsets = struct.pack(
        "<BB7H",
        1,
        0,
        signature_at,
        THIS_INSTRUCTION,
        key_at,
        THIS_INSTRUCTION,
        message_at,
        len(message),
        THIS_INSTRUCTION,
    )
    return Instruction(ED25519_PROGRAM_ID, offsets + bytes(identity_key) + code.signature + message, [])

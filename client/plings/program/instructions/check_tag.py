from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.errors import TagError
from plings.identity import ScanUrl, tag_message
from plings.program.instructions.check_signature import check_signature


def check_tag(*, code: ScanUrl, identity_key: Pubkey) -> Instruction:
    """The Ed25519 precompile's check of a signed tag (5,000 lamports for its signature).

    It must be the instruction just before the payment. Raises TagError when the code has no signature.
    """
    if code.signature is None:
        raise TagError(code.text, "unsigned", "the code carries no signature")
    return check_signature(identity_key, code.signature, tag_message(code.path, code.class_pointer, code.address))

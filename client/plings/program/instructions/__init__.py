"""The program's instructions: one file each, named as in `programs/plings/src/instructions`."""

from plings.program.instructions.accept_authority import accept_authority
from plings.program.instructions.cancel_listing import cancel_listing
from plings.program.instructions.check_tag import check_tag
from plings.program.instructions.create_checkpoint import create_checkpoint
from plings.program.instructions.handle_micro_payment import handle_micro_payment
from plings.program.instructions.handle_payment import handle_payment
from plings.program.instructions.initialize_config import initialize_config
from plings.program.instructions.list_for_sale import list_for_sale
from plings.program.instructions.open_payment_log import open_payment_log
from plings.program.instructions.pause import pause
from plings.program.instructions.refund_deposit import refund_deposit
from plings.program.instructions.register_manufacturer import register_manufacturer
from plings.program.instructions.replay_ownership_proof import replay_ownership_proof
from plings.program.instructions.set_class_terms import set_class_terms
from plings.program.instructions.sweep_payment_log import sweep_payment_log
from plings.program.instructions.transfer_authority import transfer_authority
from plings.program.instructions.transfer_micro_ownership import transfer_micro_ownership
from plings.program.instructions.transfer_ownership import transfer_ownership
from plings.program.instructions.unpause import unpause
from plings.program.instructions.update_config import update_config
from plings.program.instructions.update_manufacturer import update_manufacturer

__all__ = [
    "accept_authority",
    "cancel_listing",
    "check_tag",
    "create_checkpoint",
    "handle_micro_payment",
    "handle_payment",
    "initialize_config",
    "list_for_sale",
    "open_payment_log",
    "pause",
    "refund_deposit",
    "register_manufacturer",
    "replay_ownership_proof",
    "set_class_terms",
    "sweep_payment_log",
    "transfer_authority",
    "transfer_micro_ownership",
    "transfer_ownership",
    "unpause",
    "update_config",
    "update_manufacturer",
]

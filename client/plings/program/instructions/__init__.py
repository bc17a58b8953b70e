"""The program's instructions: one file each, named as in `programs/plings/src/instructions`."""

from plings.program.instructions.accept_authority import accept_authority
from plings.program.instructions.cancel_listing import cancel_listing
from plings.program.instructions.challenge_promotion import challenge_promotion
from plings.program.instructions.check_commitment import check_commitment
from plings.program.instructions.check_signature import check_signature
from plings.program.instructions.check_tag import check_tag
from plings.program.instructions.close_sponsor_pool import close_sponsor_pool
from plings.program.instructions.commit_batch import commit_batch
from plings.program.instructions.create_checkpoint import create_checkpoint
from plings.program.instructions.create_shared_batch_account import create_shared_batch_account
from plings.program.instructions.finalize_promotion import finalize_promotion
from plings.program.instructions.fund_sponsor_pool import fund_sponsor_pool
from plings.program.instructions.handle_batch_payment import handle_batch_payment
from plings.program.instructions.handle_micro_payment import handle_micro_payment
from plings.program.instructions.handle_payment import handle_payment
from plings.program.instructions.initialize_config import initialize_config
from plings.program.instructions.initialize_sponsor_pool import initialize_sponsor_pool
from plings.program.instructions.list_for_sale import list_for_sale
from plings.program.instructions.open_payment_log import open_payment_log
from plings.program.instructions.pause import pause
from plings.program.instructions.process_payment import Treasuries, process_payment
from plings.program.instructions.promote_to_object import promote_to_object
from plings.program.instructions.prove_printed import prove_printed
from plings.program.instructions.proved_leaf import ProvedLeaf
from plings.program.instructions.refund_deposit import refund_deposit
from plings.program.instructions.register_manufacturer import register_manufacturer
from plings.program.instructions.replay_ownership_proof import replay_ownership_proof
from plings.program.instructions.return_sponsored_rent import return_sponsored_rent
from plings.program.instructions.set_class_terms import set_class_terms
from plings.program.instructions.sponsored_payment import sponsored_payment
from plings.program.instructions.sweep_batch_account import sweep_batch_account
from plings.program.instructions.sweep_payment_log import sweep_payment_log
from plings.program.instructions.transfer_authority import transfer_authority
from plings.program.instructions.transfer_batch_slot import transfer_batch_slot
from plings.program.instructions.transfer_micro_ownership import transfer_micro_ownership
from plings.program.instructions.transfer_ownership import transfer_ownership
from plings.program.instructions.unpause import unpause
from plings.program.instructions.update_config import update_config
from plings.program.instructions.update_manufacturer import update_manufacturer
from plings.program.instructions.update_sponsor_pool import update_sponsor_pool

__all__ = [
    "ProvedLeaf",
    "Treasuries",
    "accept_authority",
    "cancel_listing",
    "challenge_promotion",
    "check_commitment",
    "check_signature",
    "check_tag",
    "close_sponsor_pool",
    "commit_batch",
    "create_checkpoint",
    "create_shared_batch_account",
    "finalize_promotion",
    "fund_sponsor_pool",
    "handle_batch_payment",
    "handle_micro_payment",
    "handle_payment",
    "initialize_config",
    "initialize_sponsor_pool",
    "list_for_sale",
    "open_payment_log",
    "pause",
    "process_payment",
    "promote_to_object",
    "prove_printed",
    "refund_deposit",
    "register_manufacturer",
    "replay_ownership_proof",
    "return_sponsored_rent",
    "set_class_terms",
    "sponsored_payment",
    "sweep_batch_account",
    "sweep_payment_log",
    "transfer_authority",
    "transfer_batch_slot",
    "transfer_micro_ownership",
    "transfer_ownership",
    "unpause",
    "update_config",
    "update_manufacturer",
    "update_sponsor_pool",
]

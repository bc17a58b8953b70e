"""The program's accounts: bytes in, frozen dataclasses out. Layouts: docs/decisions/0003-accounts.md."""

from plings.program.accounts.batch_account import BatchAccount, Slot, hash_of_address
from plings.program.accounts.class_terms import ClassTerms, PrintedDemand, TagDemand, Tier
from plings.program.accounts.config import Config
from plings.program.accounts.manufacturer import Manufacturer, Status
from plings.program.accounts.object_instance import ObjectInstance, object_space
from plings.program.accounts.ownership_checkpoint import OwnershipCheckpoint
from plings.program.accounts.path_prefix import PathPrefix
from plings.program.accounts.payment_log import PaymentLog
from plings.program.accounts.printed_batch import MOST_ITEMS, PrintedBatch, printed_batch_space
from plings.program.accounts.promotion import Link, Promotion
from plings.program.accounts.sponsor_pool import SPONSOR_POOL_BYTES, SponsorPool
from plings.program.accounts.token_account import TokenAccount

__all__ = [
    "MOST_ITEMS",
    "SPONSOR_POOL_BYTES",
    "BatchAccount",
    "ClassTerms",
    "Config",
    "Link",
    "Manufacturer",
    "ObjectInstance",
    "OwnershipCheckpoint",
    "PathPrefix",
    "PaymentLog",
    "PrintedBatch",
    "PrintedDemand",
    "Promotion",
    "Slot",
    "SponsorPool",
    "Status",
    "TagDemand",
    "Tier",
    "TokenAccount",
    "hash_of_address",
    "object_space",
    "printed_batch_space",
]

"""What people do with scanned objects on a cluster: look them up, pay for them, sell them, give them away."""

from plings.objects.give import give
from plings.objects.lookup import (
    FoundObject,
    FoundPool,
    Standing,
    Terms,
    find_config,
    find_manufacturer,
    find_object,
    find_standing,
    find_terms,
    is_ours,
    manufacturer_at,
)
from plings.objects.micro import NewLeaf, micro_pay, transfer_micro_ownership
from plings.objects.pay import Payment, log_of, pay
from plings.objects.quote import Quote, quote
from plings.objects.sell import cancel_listing, list_for_sale, transfer_ownership
from plings.objects.slot import find_slot, transfer_slot

__all__ = [
    "FoundObject",
    "FoundPool",
    "NewLeaf",
    "Payment",
    "Quote",
    "Standing",
    "Terms",
    "cancel_listing",
    "find_config",
    "find_manufacturer",
    "find_object",
    "find_slot",
    "find_standing",
    "find_terms",
    "give",
    "is_ours",
    "list_for_sale",
    "log_of",
    "manufacturer_at",
    "micro_pay",
    "pay",
    "quote",
    "transfer_micro_ownership",
    "transfer_ownership",
    "transfer_slot",
]

"""What people do with scanned objects on a cluster: look them up, pay for them, sell them, give them away."""

from plings.objects.give import gift_of, give
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
from plings.objects.pay import Payment, check_log, log_of, pay, payment_of
from plings.objects.quote import Quote, quote, quote_of
from plings.objects.sell import cancel_listing, list_for_sale, offer_of, transfer_ownership
from plings.objects.slot import find_slot, slot_in, transfer_slot

__all__ = [
    "FoundObject",
    "FoundPool",
    "NewLeaf",
    "Payment",
    "Quote",
    "Standing",
    "Terms",
    "cancel_listing",
    "check_log",
    "find_config",
    "find_manufacturer",
    "find_object",
    "find_slot",
    "find_standing",
    "find_terms",
    "gift_of",
    "give",
    "is_ours",
    "list_for_sale",
    "log_of",
    "manufacturer_at",
    "micro_pay",
    "offer_of",
    "pay",
    "payment_of",
    "quote",
    "quote_of",
    "slot_in",
    "transfer_micro_ownership",
    "transfer_ownership",
    "transfer_slot",
]

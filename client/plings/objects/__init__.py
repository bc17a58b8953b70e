"""What people do with scanned objects on a cluster: look them up, pay for them, sell them, give them away."""

from plings.objects.lookup import FoundObject, Terms, find_config, find_manufacturer, find_object, find_terms
from plings.objects.pay import Payment, pay
from plings.objects.sell import cancel_listing, list_for_sale, transfer_ownership

__all__ = [
    "FoundObject",
    "Payment",
    "Terms",
    "cancel_listing",
    "find_config",
    "find_manufacturer",
    "find_object",
    "find_terms",
    "list_for_sale",
    "pay",
    "transfer_ownership",
]

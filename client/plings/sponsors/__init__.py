"""Sponsor pools, from which manufacturers pay their customers' rent: opened, funded, changed, closed, looked up."""

from plings.sponsors.close import ClosedPool, close_pool
from plings.sponsors.fund import fund_pool
from plings.sponsors.lookup import FoundPool, PoolTerms, find_pool, pool_of
from plings.sponsors.open import OpenedPool, open_pool
from plings.sponsors.return_rent import ReturnedRent, return_rent
from plings.sponsors.update import update_pool

__all__ = [
    "ClosedPool",
    "FoundPool",
    "OpenedPool",
    "PoolTerms",
    "ReturnedRent",
    "close_pool",
    "find_pool",
    "fund_pool",
    "open_pool",
    "pool_of",
    "return_rent",
    "update_pool",
]

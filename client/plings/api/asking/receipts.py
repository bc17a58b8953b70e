"""Receipts, as files and as parts of other answers."""

from __future__ import annotations

from plings.api.asking.ownership import current_of
from plings.errors import NotInRegistry
from plings.identity import ScanUrl
from plings.indexer import reading
from plings.registry import Registry


def receipt_file(registry: Registry, payment_log: bytes, number: int) -> bytes:
    """The file that proves a leaf. Raises NotInRegistry, StateRefused."""
    return reading.receipt(registry, payment_log, number).text.encode()


def receipt_file_of(registry: Registry, code: ScanUrl) -> bytes:
    """The file that proves what made the owner of an object.

    Raises NotInRegistry, also with rule `account`, StateRefused.
    """
    current = current_of(registry, code)
    if current.payment_log is None or current.number is None:
        raise NotInRegistry("the object's NFT shows who owns it, and no leaf does", "account")
    return receipt_file(registry, current.payment_log, current.number)

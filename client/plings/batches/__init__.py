"""Batch accounts, each shared by a hundred objects of one batch: opened, looked up, their rent handed back."""

from plings.batches.lookup import FoundBatchAccount, find_batch_account
from plings.batches.open import OpenedBatchAccount, open_batch_account, open_batch_accounts
from plings.batches.sweep import BatchSweep, sweep_batch_account

__all__ = [
    "BatchSweep",
    "FoundBatchAccount",
    "OpenedBatchAccount",
    "find_batch_account",
    "open_batch_account",
    "open_batch_accounts",
    "sweep_batch_account",
]

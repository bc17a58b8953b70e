"""Payment logs: opened, paid out, noted in checkpoints, read back from the chain's history, proved and receipted."""

from plings.logs.checkpoint import Due, NewCheckpoint, create_checkpoint, due
from plings.logs.lookup import FoundLog, find_checkpoints, find_log, find_logs, find_maker, log_address
from plings.logs.open import OpenedLog, open_payment_log, open_payment_logs
from plings.logs.owner import FoundOwner, find_owner
from plings.logs.prove import find_proof
from plings.logs.read import LogEntry, read_entries, read_log
from plings.logs.receipt import fetch_checkpoint, make_receipt
from plings.logs.replay import replay
from plings.logs.sweep import Sweep, sweep
from plings.logs.whole import FoundProof, WholeLog, key_of, read_whole

__all__ = [
    "Due",
    "FoundLog",
    "FoundOwner",
    "FoundProof",
    "LogEntry",
    "NewCheckpoint",
    "OpenedLog",
    "Sweep",
    "WholeLog",
    "create_checkpoint",
    "due",
    "fetch_checkpoint",
    "find_checkpoints",
    "find_log",
    "find_logs",
    "find_maker",
    "find_owner",
    "find_proof",
    "key_of",
    "log_address",
    "make_receipt",
    "open_payment_log",
    "open_payment_logs",
    "read_entries",
    "read_log",
    "read_whole",
    "replay",
    "sweep",
]

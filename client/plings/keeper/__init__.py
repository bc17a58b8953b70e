"""The keeper: makes what is due on chain and nobody has to make, so that receipts can be had. Anybody can run one."""

from plings.keeper.budget import spent_lamports
from plings.keeper.duties import Duty, What, find_duties
from plings.keeper.keeping import keep
from plings.keeper.outcome import Ending, Outcome, Round
from plings.keeper.rounds import keep_once
from plings.keeper.rules import Rules

__all__ = [
    "Duty",
    "Ending",
    "Outcome",
    "Round",
    "Rules",
    "What",
    "find_duties",
    "keep",
    "keep_once",
    "spent_lamports",
]

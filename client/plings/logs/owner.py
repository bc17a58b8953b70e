"""Who owns an object that was paid for in a payment log, by its leaves alone."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from plings.chain import Cluster
from plings.errors import NotRegistered
from plings.identity import ScanUrl
from plings.logs.lookup import find_log
from plings.logs.read import read_entries
from plings.logs.whole import WholeLog, key_of
from plings.objects import FoundObject, find_standing, log_of
from plings.proofs import Leaf, Tenure


@dataclass(frozen=True)
class FoundOwner:
    """Whose an object is. `history` and `claim` (the leaves that made it so) are by the log; `found`, its account,
    outranks them, where there is one and it is final."""

    payment_log: Pubkey
    history: tuple[Tenure, ...]
    claim: tuple[Leaf, ...]
    found: FoundObject | None

    @property
    def log_owner(self) -> Pubkey | None:
        """The owner by the log, None when nobody paid there."""
        return Pubkey.from_bytes(self.history[-1].owner) if self.history else None

    @property
    def account(self) -> FoundObject | None:
        """The object's account if it is final. One without a mint is a promotion, by what somebody chose to show."""
        return self.found if self.found and self.found.instance.mint != Pubkey.default() else None

    @property
    def owner(self) -> Pubkey | None:
        """The owner by the object's account, or else by the log."""
        return self.account.instance.owner if self.account else self.log_owner


async def find_owner(cluster: Cluster, code: ScanUrl) -> FoundOwner:
    """Who owns the code's object, from all leaves of its log. A log that was never opened has none.

    Raises NotRegistered (also for a counterfeit class), LogError when the log cannot be read, ClusterError.
    """
    standing = await find_standing(cluster, code)
    log = log_of(code, standing.terms.manufacturer)
    try:
        found = await find_log(cluster, log)
    except NotRegistered:
        return FoundOwner(log, (), (), standing.found)
    ownership = WholeLog(found, await read_entries(cluster, found), ()).ownership
    key = key_of(code)
    return FoundOwner(log, tuple(ownership.history_of(key)), ownership.claim_of(key), standing.found)

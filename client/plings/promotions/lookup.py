"""What a cluster, and the object's payment log, know of a promotion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plings.chain import Cluster
from plings.errors import LogError, NotRegistered
from plings.identity import ScanUrl
from plings.logs import WholeLog, key_of, read_whole
from plings.objects import find_standing, is_ours, log_of
from plings.program.accounts import Manufacturer, Promotion
from plings.program.instructions import ProvedLeaf
from plings.program.pda import payment_address, promotion_address
from plings.promotions.title import title_of
from plings.proofs import Kind, Leaf


@dataclass(frozen=True)
class Evidence:
    """What can be shown for the object of `code`."""

    code: ScanUrl
    manufacturer: Manufacturer
    whole: WholeLog

    @property
    def title(self) -> Sequence[Leaf]:
        """The log's own answer, as the program wants it shown; at least one leaf."""
        return title_of(self.whole.ownership.claim_of(key_of(self.code)))

    @property
    def owner(self) -> bytes | None:
        """Whose the object is by the log."""
        return self.whole.ownership.owner_of(key_of(self.code))

    def proved(self, leaf: Leaf) -> ProvedLeaf | None:
        """The leaf with its proof; None for a slot, which the program looks up. Raises LogError as `prove` does."""
        if leaf.kind is Kind.SLOT_PAYMENT:
            return None
        proof = self.whole.prove(leaf.number)
        return ProvedLeaf(leaf, proof.checkpoint.checkpoint_id, proof.inclusion)

    def can_show(self, leaf: Leaf) -> bool:
        """Whether the program would take it now."""
        return leaf.kind is Kind.SLOT_PAYMENT or self.whole.is_covered(leaf)


async def find_evidence(cluster: Cluster, code: ScanUrl) -> Evidence:
    """What can be shown for the code's object.

    Raises LogError when nobody paid for it in its log or the log cannot be read, NotRegistered, ClusterError.
    """
    manufacturer = (await find_standing(cluster, code)).terms.manufacturer
    evidence = Evidence(code, manufacturer, await read_whole(cluster, log_of(code, manufacturer)))
    if not evidence.title:
        raise LogError(f"there is no payment for {code.path.text} in its payment log")
    return evidence


async def find_promotion(cluster: Cluster, code: ScanUrl) -> Promotion | None:
    """The promotion of the code's object, None when none is open. Raises ClusterError."""
    account = await cluster.account(promotion_address(payment_address(code)))
    return Promotion.decode(account.data) if is_ours(account) else None


async def open_promotion(cluster: Cluster, code: ScanUrl) -> Promotion:
    """The promotion of the code's object. Raises NotRegistered when none is open, ClusterError."""
    promotion = await find_promotion(cluster, code)
    if promotion is None:
        raise NotRegistered(f"no promotion of {code.path.text} is open on this cluster")
    return promotion

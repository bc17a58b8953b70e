"""What the cluster says of a code: terms, account, slot, promotion, and its time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from solders.pubkey import Pubkey

from plings.chain import Cluster
from plings.errors import NotRegistered
from plings.identity import ScanUrl
from plings.objects import Standing, find_standing
from plings.program.accounts import Promotion, Slot
from plings.promotions import find_promotion


@dataclass(frozen=True)
class ChainFacts:
    """`standing` is None where the cluster knows no such manufacturer or class: `refusal` says it."""

    standing: Standing | None
    refusal: NotRegistered | None
    now_unix: int
    now_slot: int
    promotion: Promotion | None = None
    code: ScanUrl | None = None

    @property
    def slot(self) -> Slot | None:
        batch = self.standing.batch if self.standing else None
        return batch.slot_of(self.code.path, self.code.address) if batch and self.code else None

    @property
    def identity_key(self) -> Pubkey | None:
        return self.standing.terms.manufacturer.identity_key if self.standing else None


async def chain_facts(cluster: Cluster, code: ScanUrl) -> ChainFacts:
    """Raises ClusterError when it cannot be asked."""
    now, standing = await asyncio.gather(cluster.clock(), _standing(cluster, code))
    if isinstance(standing, NotRegistered):
        return ChainFacts(None, standing, now.unix, now.slot)
    is_claimed = standing.found is not None and standing.found.is_provisional
    promotion = await find_promotion(cluster, code) if is_claimed else None
    return ChainFacts(standing, None, now.unix, now.slot, promotion, code)


async def _standing(cluster: Cluster, code: ScanUrl) -> Standing | NotRegistered:
    try:
        return await find_standing(cluster, code)
    except NotRegistered as refusal:
        return refusal

"""What the cluster says of a code: terms, account, slot, promotion, anchored batch, and its time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from solders.pubkey import Pubkey

from plings.chain import Cluster
from plings.errors import NotRegistered
from plings.identity import ScanUrl
from plings.objects import Standing, find_standing, is_ours
from plings.objects.printed import is_proof_needed
from plings.program.accounts import PrintedBatch, Promotion, Slot
from plings.program.pda import manufacturer_address, printed_batch_address
from plings.promotions import find_promotion


@dataclass(frozen=True)
class ChainFacts:
    """`standing` is None where the cluster knows no such manufacturer or class: `refusal` says it.

    `anchored` is the code's batch as it was anchored, looked for where a payment must prove that the code was printed.
    """

    standing: Standing | None
    refusal: NotRegistered | None
    now_unix: int
    now_slot: int
    promotion: Promotion | None = None
    code: ScanUrl | None = None
    anchored: PrintedBatch | None = None

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
    anchored = await _anchored(cluster, code, standing) if is_proof_needed(standing) else None
    return ChainFacts(standing, None, now.unix, now.slot, promotion, code, anchored)


async def _anchored(cluster: Cluster, code: ScanUrl, standing: Standing) -> PrintedBatch | None:
    maker = manufacturer_address(standing.terms.manufacturer.identity_key)
    account = await cluster.account(printed_batch_address(maker, code.class_pointer, code.path.batch))
    return PrintedBatch.decode(account.data) if is_ours(account) else None


async def _standing(cluster: Cluster, code: ScanUrl) -> Standing | NotRegistered:
    try:
        return await find_standing(cluster, code)
    except NotRegistered as refusal:
        return refusal

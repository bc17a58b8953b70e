"""A job that the market's manufacturer printed: files in a folder, its batches' commitments, and proofs from there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from solders.pubkey import Pubkey

from cli.market import FLOOR
from logs.trade import Trade
from plings.commitments import BatchCommitment, ItemProof
from plings.identity import Path as ObjectPath
from plings.identity import ScanUrl, make_code
from plings.printing import Batch, Job, finished, print_codes, prove_item
from plings.program import instructions as ix
from plings.program.accounts import PrintedDemand, TagDemand

CLASS = "2.3.4F.2aB"
BATCH = f"{CLASS}.5"


@dataclass(frozen=True)
class PrintedJob:
    trade: Trade
    folder: Path

    @property
    def commitment(self) -> BatchCommitment:
        return finished(self.folder).batches[0].commitment

    def path(self, instance: str = "3") -> ObjectPath:
        return ObjectPath(f"{BATCH}.{instance}")

    def code(self, instance: str = "3", *, signed: bool = False) -> ScanUrl:
        return make_code(self.trade.market.actors.identity, self.path(instance), signed=signed)

    def item(self, instance: str = "3") -> ItemProof:
        return prove_item(self.folder, self.path(instance))

    async def demands(self, tag_demand: TagDemand = TagDemand.AS_MANUFACTURER) -> None:
        """From now on, first payments of the class prove that the code was printed."""
        actors = self.trade.market.actors
        authority = actors.manufacturer
        terms = ix.set_class_terms(
            payer=authority.pubkey(),
            authority=authority.pubkey(),
            identity_key=Pubkey.from_bytes(actors.identity.public_key),
            path_to_pointer=CLASS,
            price_floor_lamports=FLOOR,
            tag_demand=tag_demand,
            printed_demand=PrintedDemand.DEMANDED,
        )
        await self.trade.cluster.send([terms], [authority])


def print_job(trade: Trade, folder: Path, *batches: str) -> PrintedJob:
    job = Job(tuple(map(Batch.parse, batches or (f"{BATCH}:1-40",))))
    print_codes(trade.market.actors.identity, job, folder, workers=1)
    return PrintedJob(trade, folder)

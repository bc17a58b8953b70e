"""What one item costs beyond its price, in every tier: `costs.py record` writes costs.json, `costs.py` compares.

Measured from balances on the embedded cluster: rent that is put down, the network's fee, what the sponsor pool paid. An
object of a path of 10 characters, one signature, no priority fee.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import EmbeddedCluster
from plings.identity import ScanUrl
from plings.program import PROGRAM_ID, pda, program_binary
from plings.program import instructions as ix
from program import journey
from program.journey import ALICE, BOB, CAROL, MAKER, PLATFORM, SOL, TREASURIES, Traveller
from program.printed_items import PrintedItems

FILE = Path(__file__).with_name("costs.json")
PUBLISHED = {
    "Metaplex Core": {"lamports": 3_029_240, "what": "asset of 91 bytes, protocol fee 0.0015 SOL, signature"},
    "Metaplex Bubblegum v2": {
        "lamports": 108_110,
        "what": "compressed NFT in a tree of 1,048,576, one mint to a transaction",
    },
    "Metaplex Bubblegum v2, the leaf alone": {
        "lamports": 13_110,
        "what": "the same without the fee of 90,000 and the signature",
    },
    "Light": {"lamports": 20_300, "what": "compressed account of 100 bytes, its leaf, signature"},
}
"""From these projects' own documents, mid 2026; not run here."""


async def measure() -> dict[str, Any]:
    """Lamports by tier and payer, and what is paid once for many items."""
    async with EmbeddedCluster() as cluster:
        cluster.deploy(PROGRAM_ID, program_binary(), upgrade_authority=PLATFORM.pubkey())
        return await Till(cluster).measure()


class Till:
    """Sends payments and notes who paid how much beyond the price."""

    def __init__(self, cluster: EmbeddedCluster) -> None:
        self.cluster = cluster
        self.traveller = Traveller(cluster, {})

    async def measure(self) -> dict[str, Any]:
        once = await self._prepare()
        pool = pda.sponsor_pool_address(MAKER.account)
        code = MAKER.code("2.G.3j")
        own, sponsored = {"treasuries": TREASURIES}, {"treasuries": TREASURIES, "with_pool": True}
        items = {
            "micro": {"buyer": await self._on_top(MAKER.code("2.G.3k"), 10_000_000)},
            "batch": {"buyer": await self._on_top(code, 20_000_000, with_batch=True)},
            "own": {"buyer": await self._on_top(MAKER.code("2.G.3m"), SOL, **own)},
            "promoted from a slot": {"buyer": await self._promotion(code)},
        }
        before = await self._lamports(pool)
        buyer = await self._on_top(MAKER.code("2.G.3n"), SOL, **sponsored)
        items["own, sponsored"] = {"buyer": buyer, "sponsor": before - await self._lamports(pool)}
        await self.traveller.offers(None, MAKER.code("2.G.3n"), ALICE)
        resale = await self._on_top(MAKER.code("2.G.3n"), SOL, buyer=BOB, seller=ALICE.pubkey(), **own)
        items["resale"] = {"buyer": resale}
        items["printed, of a batch of 10,000"] = {"manufacturer": await self._printed(10_000)}
        return {"unit": "lamports", "items": items, "once": once, "published": PUBLISHED}

    async def _prepare(self) -> dict[str, Any]:
        """The platform, a manufacturer with pool, log and batch account; returns what is paid once."""
        actors = (PLATFORM, journey.HEIR, journey.PLATFORM_TREASURY, MAKER.authority, MAKER.treasury, ALICE, BOB, CAROL)
        await self.traveller.funds(*actors)
        await journey._platform(self.traveller)
        await journey._manufacturer(self.traveller)
        maker, path = MAKER.identity_key, MAKER.code("2.G.3j").path
        settings = {"checkpoint_payments": 1, "challenge_seconds": 0}
        await self._send(ix.update_config(authority=PLATFORM.pubkey(), **settings), PLATFORM)
        await self._send(ix.open_payment_log(payer=BOB.pubkey(), identity_key=maker), BOB)
        await self._send(ix.create_shared_batch_account(payer=BOB.pubkey(), path=path, identity_key=maker), BOB)
        terms = {"per_item_lamports": SOL, "minimum_value_lamports": 1, "maximum_value_lamports": SOL}
        authority = MAKER.authority
        pool = ix.initialize_sponsor_pool(
            payer=authority.pubkey(), authority=authority.pubkey(), identity_key=maker, **terms
        )
        await self._send(pool, authority)
        await self._send(ix.fund_sponsor_pool(funder=BOB.pubkey(), identity_key=maker, amount_lamports=SOL), BOB)
        log = pda.payment_log_address(MAKER.account, 0)
        await self._on_top(MAKER.code("2.G.3p"), 1_000)
        await self._send(ix.create_checkpoint(payer=BOB.pubkey(), payment_log=log, checkpoint_id=0), BOB)
        owed = 1_000
        return {
            "payment log, for 2^40 payments": await self._lamports(log) - owed,
            "checkpoint": await self._lamports(pda.checkpoint_address(log, 0)),
            "batch account, for 100 objects": await self._lamports(pda.batch_account_address(path)),
        }

    async def _on_top(self, code: ScanUrl, lamports: int, *, buyer: Keypair = ALICE, **others: Any) -> int:
        """What the buyer paid beyond the price."""
        payment = ix.process_payment(
            buyer=buyer.pubkey(), code=code, amount_lamports=lamports, identity_key=MAKER.identity_key, **others
        )
        return await self._spent(buyer, payment) - lamports

    async def _printed(self, count: int) -> int:
        """What anchoring a printed batch takes of its manufacturer for each item, rounded up."""
        batch = PrintedItems(MAKER, "2.R", f"0-{count - 1}", ())
        before = await self._lamports(MAKER.authority.pubkey())
        await self.cluster.send(batch.commit(), [MAKER.authority])
        return -((await self._lamports(MAKER.authority.pubkey()) - before) // count)

    async def _promotion(self, code: ScanUrl) -> int:
        maker, owner = MAKER.identity_key, ALICE.pubkey()
        claim = ix.promote_to_object(payer=owner, claimant=owner, code=code, identity_key=maker, shown=None)
        final = ix.finalize_promotion(payer=owner, owner=owner, code=code, identity_key=maker)
        return await self._spent(ALICE, claim) + await self._spent(ALICE, final)

    async def _spent(self, payer: Keypair, instruction: Any) -> int:
        before = await self._lamports(payer.pubkey())
        await self._send(instruction, payer)
        return before - await self._lamports(payer.pubkey())

    async def _send(self, instruction: Any, signer: Keypair) -> None:
        await self.cluster.send([instruction], [signer])

    async def _lamports(self, address: Pubkey) -> int:
        account = await self.cluster.account(address)
        return account.lamports if account else 0


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["record"]):
        print(__doc__)
        return 2
    text = json.dumps(asyncio.run(measure()), indent=2) + "\n"
    if arguments == ["record"]:
        FILE.write_text(text)
        return 0
    print("costs as recorded" if FILE.read_text() == text else text)
    return int(FILE.read_text() != text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

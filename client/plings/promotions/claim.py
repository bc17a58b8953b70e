"""Claiming an account and an NFT for an object that was paid for without."""

from __future__ import annotations

from dataclasses import dataclass

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Cluster, Confirmed, OnSigned
from plings.errors import LogError
from plings.identity import ScanUrl
from plings.objects import find_object
from plings.program import instructions
from plings.program.accounts import Promotion
from plings.promotions.challenge import show
from plings.promotions.lookup import Evidence, find_evidence, open_promotion
from plings.proofs import Leaf


@dataclass(frozen=True)
class Claim:
    """A promotion that was opened: what was shown, each by a transaction of its own."""

    promotion: Promotion
    shown: tuple[Leaf, ...]
    confirmed: tuple[Confirmed, ...]


async def claim(
    cluster: Cluster, code: ScanUrl, owner: Keypair, *, payer: Keypair | None = None, on_signed: OnSigned | None = None
) -> Claim:
    """Shows that the object is `owner`'s: its slot, or its first payment and then each gift until theirs.

    `payer`, or the owner, pays the rent. All is proved before the first transaction is sent. If a later one fails, the
    promotion is open and `challenge` shows the rest: soon, as until then the title is of somebody before.

    Raises LogError (not theirs by the log, or a leaf that no checkpoint covers yet), NotRegistered, ObjectExists and
    the cluster's errors.
    """
    evidence = await find_evidence(cluster, code)
    first, *gifts = evidence.title
    shown = evidence.proved(first)
    for gift in gifts:
        evidence.proved(gift)
    await _check_owner(cluster, evidence, owner.pubkey())
    paying = payer or owner
    claiming = instructions.promote_to_object(
        payer=paying.pubkey(),
        claimant=owner.pubkey(),
        code=code,
        identity_key=evidence.manufacturer.identity_key,
        shown=shown,
        shards=evidence.manufacturer.shards,
    )
    confirmed = [await cluster.send([claiming], [owner], payer=paying, on_signed=on_signed)]
    confirmed += await show(cluster, evidence, gifts, paying, on_signed)
    return Claim(await open_promotion(cluster, code), (first, *gifts), tuple(confirmed))


async def _check_owner(cluster: Cluster, evidence: Evidence, owner: Pubkey) -> None:
    """The program would let a stranger claim for the owner, and pay for nothing.

    What has an account already is left to the program, which refuses it in its own words.
    """
    if evidence.owner != bytes(owner) and await find_object(cluster, evidence.code) is None:
        is_of = Pubkey.from_bytes(evidence.owner) if evidence.owner else "nobody"
        raise LogError(f"by its payment log {evidence.code.path.text} is of {is_of}, and not of {owner}")

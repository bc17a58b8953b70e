"""What the counter's findings mean for a sale: docs/decisions/0024-shop-bundles.md has them in one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from plings.commitments import BatchCommitment, ItemProof
from plings.errors import CommitmentInvalid
from plings.identity import Grade, ScanUrl, Verdict
from plings.shop.answer import Advice, Knowledge, Remark
from plings.shop.price import Price
from plings.shop.records import Manufacturer, Product
from plings.shop.told import Told

CLOCK_SECONDS: Final = 300
"""How far a publisher's clock may be ahead of the shop's."""


def not_genuine(verdict: Verdict, maker: Manufacturer | None, now_unix: float) -> tuple[Verdict, Advice]:
    """The verdict with what the bundle knows of the key, and what to do: of a stranger nobody knows anything bad."""
    if verdict.grade is not Grade.UNKNOWN_MANUFACTURER or maker is None:
        stranger = verdict.grade is Grade.UNKNOWN_MANUFACTURER
        return verdict, Advice.ASK if stranger else Advice.REFUSE
    advice = Advice.REFUSE if maker.status == "compromised" else Advice.ASK
    return replace(verdict, reasons=(key_is_not_good(maker, now_unix),)), advice


def key_is_not_good(maker: Manufacturer, now_unix: float) -> str:
    """Why a key that the bundle has does not hold at that time."""
    if maker.status == "compromised":
        return f"the key of {maker.name} ({maker.prefix}) was stolen: anybody may have printed this code"
    when = "not yet" if now_unix < maker.valid_from_unix else "no longer"
    return f"the key of {maker.name} ({maker.prefix}) is {when} good at this machine's time"


def pointer_is_revoked(code: ScanUrl) -> str:
    return f"class pointer {code.class_pointer} is revoked: its wallet's master key was stolen"


def of_manufacturer(maker: Manufacturer) -> list[Remark]:
    if maker.status == "suspended":
        return [Remark(Advice.ASK, f"{maker.name} is suspended at the moment")]
    return []


def of_product(code: ScanUrl, product: Product | None, pointer_status: str | None, price: Price | None) -> list[Remark]:
    if pointer_status is None:
        # Whoever knows a manufacturer's public key can hash any path below it.
        return [Remark(Advice.ASK, f"the shop's list has no class {code.path.path_to_pointer}")]
    if product is None:
        return [Remark(Advice.ASK, "the shop's list has the class and not its product")]
    remarks = []
    if product.status == "archived":
        remarks.append(Remark(Advice.ASK, "the product is archived: nobody should sell it any more"))
    if price is None:
        remarks.append(Remark(Advice.ASK, "the product has no price at this time"))
    return remarks


def of_telling(told: Told | None) -> list[Remark]:
    if told is None:
        return []
    remarks = [Remark(Advice.ASK, f"which product it is, {told.source} told: the publisher did not sign it")]
    if told.manufacturer_status == "compromised":
        remarks.append(Remark(Advice.REFUSE, f"{told.source} told that the manufacturer's key was stolen"))
    return remarks


def of_batch(code: ScanUrl, batch: str, commitments: Sequence[BatchCommitment], maker: Manufacturer) -> list[Remark]:
    """By commitments alone one can tell which numbers were printed, and not that this code was."""
    holding = [one for one in commitments if one.batch == batch and _holds(one, maker)]
    if not holding:
        return []
    if any(one.instances.place_of(code.path.instance) is not None for one in holding):
        return [Remark(Advice.SELL, f"number {code.path.instance:,} of batch {batch} was printed")]
    return [Remark(Advice.ASK, f"of batch {batch}, the number {code.path.instance:,} is none that the shop knows of")]


def shown_by(proof: ItemProof, maker: Manufacturer, code: ScanUrl) -> Remark:
    """What a proof shows about the scanned code: SELL alone when it holds."""
    try:
        proof.verify(maker.key, code)
    except CommitmentInvalid as error:
        return Remark(Advice.REFUSE, f"the proof does not hold: {error}")
    batch, place = proof.commitment.batch, proof.index + 1
    count = proof.commitment.item_count
    return Remark(Advice.SELL, f"the proof shows that {maker.name} printed it: {place:,} of {count:,} in batch {batch}")


def of_age(knowledge: Knowledge) -> list[Remark]:
    """Grades do not age, but what was revoked since a bundle was made, it cannot know; and prices change."""
    if knowledge.expired:
        return [Remark(Advice.ASK, "the shop's bundle has expired: keys may have been revoked and prices changed")]
    if knowledge.age_seconds < -CLOCK_SECONDS:
        return [Remark(Advice.ASK, "the bundle is of a later time than this machine's clock, which must be wrong")]
    return []


def _holds(commitment: BatchCommitment, maker: Manufacturer) -> bool:
    try:
        commitment.verify(maker.key)
    except CommitmentInvalid:
        return False
    return True

"""From the printing line to the counter: a batch is printed, anchored, demanded, proved and paid for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from anchors.printed_job import BATCH, PrintedJob, print_job
from cli.market import FLOOR, PRICE
from logs.trade import Trade
from plings.anchors import anchor_batch, find_printed_batch
from plings.chain import Signed
from plings.commitments import BatchCommitment, InstanceRanges
from plings.errors import CommitmentInvalid, NotRegistered
from plings.identity import ClassPath, Identity, ScanUrl
from plings.objects import find_terms, micro_pay, pay, quote
from plings.program import errors
from plings.program.accounts import MOST_ITEMS, TagDemand, Tier


@pytest.fixture
def job(trade: Trade, tmp_path: Path) -> PrintedJob:
    return print_job(trade, tmp_path / "job")


async def anchored(job: PrintedJob) -> PrintedJob:
    await anchor_batch(job.trade.cluster, job.trade.market.actors.manufacturer, job.commitment)
    return job


async def test_batch_is_anchored_once(job: PrintedJob) -> None:
    cluster, authority = job.trade.cluster, job.trade.market.actors.manufacturer
    with pytest.raises(NotRegistered, match=f"batch {BATCH} is not anchored"):
        await find_printed_batch(cluster, job.commitment)
    signed: list[Signed] = []
    done = await anchor_batch(cluster, authority, job.commitment, payer=job.trade.bob, on_signed=signed.append)
    assert done.confirmed and [one.signature for one in signed] == [done.confirmed.signature]
    found = await find_printed_batch(cluster, job.commitment)
    assert (found.address, found.lamports) == (done.address, done.rent_lamports)
    assert done.rent_lamports == (128 + 112 + 5) * 6_960
    assert found.holds(job.commitment) and not found.is_claimed(job.item())
    again = await anchor_batch(cluster, authority, job.commitment)
    assert (again.address, again.confirmed) == (done.address, None)


async def test_another_root_in_its_place_is_told(job: PrintedJob, tmp_path: Path) -> None:
    await anchored(job)
    longer = print_job(job.trade, tmp_path / "longer", f"{BATCH}:1-41").commitment
    assert not (await find_printed_batch(job.trade.cluster, longer)).holds(longer)
    with pytest.raises(CommitmentInvalid, match="another_root"):
        await anchor_batch(job.trade.cluster, job.trade.market.actors.manufacturer, longer)


async def test_nothing_is_sent_of_what_cannot_be_anchored(job: PrintedJob) -> None:
    cluster, actors = job.trade.cluster, job.trade.market.actors
    forged = replace(job.commitment, root=bytes(32))
    with pytest.raises(CommitmentInvalid, match="signature"):
        await anchor_batch(cluster, actors.manufacturer, forged)
    thief = Identity.from_seed(b"a thief's own seed of 32 bytes..", ClassPath("2.3"))
    theirs = signed_by(thief, job.commitment)
    with pytest.raises(CommitmentInvalid, match="another_key"):
        await anchor_batch(cluster, actors.manufacturer, theirs)
    too_large = signed_by(actors.identity, job.commitment, InstanceRanges(((0, MOST_ITEMS),)))
    with pytest.raises(CommitmentInvalid, match="81,024"):
        await anchor_batch(cluster, actors.manufacturer, too_large)
    scattered = InstanceRanges(tuple((number, number) for number in range(0, 2 * 256, 2)))
    with pytest.raises(CommitmentInvalid, match=r"commitment\.instances: 256 ranges .* do not fit .* \[too_many\]"):
        await anchor_batch(cluster, actors.manufacturer, signed_by(actors.identity, job.commitment, scattered))
    with pytest.raises(errors.NotManufacturerAuthority):
        await anchor_batch(cluster, job.trade.alice, job.commitment)


def signed_by(
    identity: Identity, commitment: BatchCommitment, instances: InstanceRanges | None = None
) -> BatchCommitment:
    return BatchCommitment.make(
        batch=commitment.batch,
        instances=instances or commitment.instances,
        root=commitment.root,
        created_at_unix=commitment.created_at_unix,
        identity_key=identity.public_key,
        sign=identity.node.sign,
    )


async def test_payment_proves_what_its_class_demands(job: PrintedJob) -> None:
    await anchored(job)
    await job.demands()
    cluster, alice = job.trade.cluster, job.trade.alice
    assert (await find_terms(cluster, job.code())).printed
    told = await quote(cluster, job.code(), FLOOR)
    assert told.refusal is errors.PrintedProofMissing
    assert (await quote(cluster, job.code(), FLOOR, item=job.item())).refusal is None
    with pytest.raises(errors.PrintedProofMissing, match="demands a proof that the code was printed"):
        await pay(cluster, job.code(), alice, FLOOR)
    paid = await pay(cluster, job.code(), alice, FLOOR, item=job.item())
    assert [event.name for event in paid.events] == ["PrintedItemClaimed", "MicroPaymentProcessed"]
    assert (paid.kind, paid.owner) == ("micro_payment", alice.pubkey())
    found = await find_printed_batch(cluster, job.commitment)
    assert found.is_claimed(job.item()) and found.batch.claimed_count == 1
    with pytest.raises(errors.ItemClaimed):
        await pay(cluster, job.code(), job.trade.bob, PRICE, item=job.item())


@pytest.mark.parametrize("tier", [Tier.MICRO, Tier.OBJECT, Tier.BY_VALUE])
async def test_every_tier_and_a_signed_tag(job: PrintedJob, tier: Tier) -> None:
    await anchored(job)
    await job.demands(TagDemand.DEMANDED)
    code = job.code("4", signed=True)
    await pay(job.trade.cluster, code, job.trade.alice, PRICE, tier=tier, item=job.item("4"))
    assert (await find_printed_batch(job.trade.cluster, job.commitment)).is_claimed(job.item("4"))


async def test_micro_payments_and_purchases(job: PrintedJob) -> None:
    await anchored(job)
    await job.demands()
    written = await micro_pay(job.trade.cluster, job.code("5"), job.trade.alice, FLOOR, item=job.item("5"))
    assert written.number == 0
    await pay(job.trade.cluster, job.code("6"), job.trade.alice, PRICE, item=job.item("6"))
    assert (await quote(job.trade.cluster, job.code("6"), PRICE)).refusal is errors.NotForSale


async def test_proof_of_another_code_is_not_sent(job: PrintedJob) -> None:
    await anchored(job)
    await job.demands()
    cluster, alice = job.trade.cluster, job.trade.alice
    with pytest.raises(CommitmentInvalid, match="another_code"):
        await pay(cluster, job.code(), alice, FLOOR, item=job.item("4"))
    made_up: ScanUrl = replace(job.code(), address=bytes(range(32)))
    with pytest.raises(CommitmentInvalid, match="another_code"):
        await pay(cluster, made_up, alice, FLOOR, item=job.item())


async def test_proof_is_left_out_where_none_is_demanded(job: PrintedJob) -> None:
    """Nor need the batch be anchored then."""
    paid = await pay(job.trade.cluster, job.code(), job.trade.alice, FLOOR, item=job.item())
    assert [event.name for event in paid.events] == ["MicroPaymentProcessed"]


async def test_proof_without_an_anchor_is_refused(job: PrintedJob) -> None:
    await job.demands()
    with pytest.raises(errors.AccountRefused):
        await pay(job.trade.cluster, job.code(), job.trade.alice, FLOOR, item=job.item())

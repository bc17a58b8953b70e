"""process_payment: one call whatever an object costs; its value decides where its owner is kept."""

from typing import Any

import pytest
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from fixtures.fix_program import (
    RIVAL,
    SOL,
    World,
    address_of,
    keypair_for,
    log_of,
    mint_of,
    token_account_of,
    with_account,
)
from plings.chain import Account
from plings.errors import TransactionError, TransactionRefused
from plings.identity import ScanUrl
from plings.program import PROGRAM_ID, errors, pda
from plings.program import instructions as ix
from plings.program.accounts import Status, TagDemand, Tier
from plings.program.events import Event
from program.batches import batch_account, batch_opening, slot_payment
from program.journey import MAKER, PLATFORM, PLATFORM_TREASURY, longest_code, registration
from program.micro import MOST_LEAVES, alter, claimed
from program.sponsors import (
    CODE,
    LEAST,
    MOST,
    OTHER_CODE,
    POOL,
    by_value,
    change,
    closing_tokens,
    lie_there,
    pool_has,
    pool_of,
    sponsored,
    with_pool,
)
from program.test_handle_payment import rents

MICRO_BELOW, BATCH_BELOW = 10_000_000, 50_000_000
MICRO, BATCH, OWN = "MicroPaymentProcessed", "BatchPaymentProcessed", "ObjectCreated"
BATCH_ACCOUNT = pda.batch_account_address(CODE.path)
FAR_CODE = MAKER.code("2.H.3j")
TAG = ix.check_tag(code=CODE, identity_key=MAKER.identity_key)
PRICES = {MICRO: MICRO_BELOW - 1, BATCH: BATCH_BELOW - 1, OWN: BATCH_BELOW}
NFT_ROLES = (
    "mint",
    "buyer_token_account",
    "manufacturer_treasury",
    "platform_treasury",
    "nft_authority",
    "token_program",
)


@pytest.fixture
async def market(logged: World) -> World:
    """Micro below 10,000,000 lamports, a slot below 50,000,000; MAKER's log, batch account and pool are there."""
    await logged.send(
        logged.change_of_config(micro_below_lamports=MICRO_BELOW, batch_below_lamports=BATCH_BELOW),
        batch_opening(CODE),
    )
    return await with_pool(logged)


def full(code: ScanUrl, buyer: str, lamports: int = SOL, **others: Any) -> Instruction:
    """With every account that any tier needs."""
    return by_value(code, buyer, lamports, **{"with_batch": True, **others})


def without(instruction: Instruction, role: str) -> Instruction:
    return with_account(instruction, role, PROGRAM_ID, writable=False)


async def first_event(world: World, *instructions: Instruction) -> str:
    return (await world.send(*instructions)).events[0].name


Effects = tuple[dict[Pubkey, int], list[Event], dict[Pubkey, Account | None]]


async def effects_of(world: World, *instructions: Instruction) -> Effects:
    """Who moved what, what was told, and every account afterwards; then all is as it was."""
    named = {meta.pubkey for each in instructions for meta in each.accounts}
    before = await world.snapshot(named)
    receipt = await world.send(*instructions)
    after = await world.snapshot(named)
    for address in before:
        if after[address] != before[address]:
            world.put(address, before[address])
    return receipt.moved, receipt.events, after


async def assert_twins(world: World, one: Instruction, other: Instruction) -> None:
    world.name(meta.pubkey for each in (one, other) for meta in each.accounts)
    assert await effects_of(world, one) == await effects_of(world, other)


# the value decides


@pytest.mark.parametrize(
    ("lamports", "event"),
    [
        (1_000, MICRO),
        (MICRO_BELOW - 1, MICRO),
        (MICRO_BELOW, BATCH),
        (MICRO_BELOW + 1, BATCH),
        (BATCH_BELOW - 1, BATCH),
        (BATCH_BELOW, OWN),
        (BATCH_BELOW + 1, OWN),
        (50 * SOL, OWN),
    ],
)
async def test_value_decides_the_tier(market: World, lamports: int, event: str) -> None:
    assert await first_event(market, full(CODE, "alice", lamports)) == event


async def test_thresholds_of_a_new_program_are_some_rents(logged: World) -> None:
    config = await logged.config()
    await logged.send(batch_opening(CODE))
    for lamports, event in (
        (config.micro_below_lamports - 1, MICRO),
        (config.micro_below_lamports, BATCH),
        (config.batch_below_lamports, OWN),
    ):
        tried = full(CODE, "alice", lamports)
        assert [each.name for each in (await effects_of(logged, tried))[1]] == [event]


@pytest.mark.parametrize(
    ("micro_below", "batch_below", "event"),
    [(0, 0, OWN), (0, SOL + 1, BATCH), (SOL + 1, SOL + 1, MICRO), (SOL, SOL, OWN)],
)
async def test_thresholds_may_leave_tiers_out(market: World, micro_below: int, batch_below: int, event: str) -> None:
    await market.send(market.change_of_config(micro_below_lamports=micro_below, batch_below_lamports=batch_below))
    assert await first_event(market, full(CODE, "alice", SOL)) == event


@pytest.mark.parametrize("lamports", [1_000, MICRO_BELOW, BATCH_BELOW, 5 * SOL])
@pytest.mark.parametrize(("tier", "event"), [(Tier.MICRO, MICRO), (Tier.BATCH, BATCH), (Tier.OBJECT, OWN)])
async def test_tier_of_the_class_beats_the_value(market: World, tier: Tier, event: str, lamports: int) -> None:
    await market.send(market.terms("2.3.2", 1_000, tier=tier))
    assert await first_event(market, full(CODE, "alice", lamports)) == event
    assert await first_event(market, by_value(MAKER.code("3.G.3j"), "alice", BATCH_BELOW)) == OWN


async def test_class_without_a_tier_goes_by_value(market: World) -> None:
    await market.send(market.terms("2.3.2", 1_000))
    for event, lamports in PRICES.items():
        assert [each.name for each in (await effects_of(market, full(CODE, "alice", lamports)))[1]] == [event]


# the same as the direct instruction


async def test_micro_payment_is_the_direct_one(market: World) -> None:
    lamports = PRICES[MICRO]
    await assert_twins(market, full(CODE, "alice", lamports), market.micro_payment(CODE, "alice", lamports))


async def test_slot_payment_is_the_direct_one(market: World) -> None:
    lamports = PRICES[BATCH]
    await assert_twins(market, full(CODE, "alice", lamports), slot_payment(CODE, "alice", lamports))
    receipt = await market.send(full(CODE, "alice", lamports))
    slot_rent = (await batch_account(market, CODE)).slot_rent_lamports
    assert receipt.moved == {address_of("alice"): -lamports - slot_rent, log_of(): lamports, BATCH_ACCOUNT: slot_rent}


async def test_first_payment_is_the_direct_one(market: World) -> None:
    await assert_twins(market, full(CODE, "alice", SOL), market.payment(CODE, "alice", SOL))


async def test_sponsored_payment_is_the_direct_one(market: World) -> None:
    await assert_twins(market, full(CODE, "alice", SOL, with_pool=True), sponsored(CODE, "alice", SOL))


@pytest.mark.parametrize("lamports", [SOL, SOL + 19])
async def test_purchase_is_the_direct_one(market: World, lamports: int) -> None:
    await market.listed_by("alice", CODE, SOL)
    everything = {"seller": "alice", "with_pool": True}
    await assert_twins(
        market, full(CODE, "bob", lamports, **everything), market.payment(CODE, "bob", lamports, seller="alice")
    )


@pytest.mark.parametrize("who", ["platform treasury", "maker treasury"])
async def test_treasury_that_buys_is_no_exception(market: World, who: str) -> None:
    await assert_twins(market, full(CODE, who, SOL), market.payment(CODE, who, SOL))


async def test_longest_path_with_its_tag_and_every_account_fits_a_transaction(market: World) -> None:
    await market.send(market.change_of_maker(require_signed_tags=True))
    code = longest_code()
    await market.send(batch_opening(code))
    tag = ix.check_tag(code=code, identity_key=MAKER.identity_key)
    everything = {"with_tag": True, "with_pool": True}
    await market.send(tag, full(code, "alice", **everything), payer=keypair_for("alice"))


# what may be left out


@pytest.mark.parametrize("tier", [MICRO, BATCH])
async def test_accounts_of_the_nft_may_be_left_out_below_it(market: World, tier: str) -> None:
    assert await first_event(market, full(CODE, "alice", PRICES[tier], treasuries=None)) == tier


async def test_log_and_batch_may_be_left_out_above_them(market: World) -> None:
    payment = without(without(full(CODE, "alice"), "payment_log"), "batch_account")
    assert await first_event(market, payment) == OWN


@pytest.mark.parametrize("tier", [MICRO, BATCH])
async def test_log_is_needed_for_a_leaf(market: World, tier: str) -> None:
    payment = without(full(CODE, "alice", PRICES[tier]), "payment_log")
    await market.refused(errors.TierAccountMissing, payment)


@pytest.mark.parametrize("role", NFT_ROLES)
async def test_every_account_of_the_nft_is_needed_for_it(market: World, role: str) -> None:
    await market.refused(errors.TierAccountMissing, without(full(CODE, "alice"), role))
    await market.refused(errors.TierAccountMissing, without(full(CODE, "alice", with_pool=True), role))
    await market.listed_by("alice", OTHER_CODE)
    await market.refused(errors.TierAccountMissing, without(full(OTHER_CODE, "bob", seller="alice"), role))


async def test_nobody_pays_for_an_nft_without_naming_its_accounts(market: World) -> None:
    """The platform lowers its thresholds in front of Alice: her payment does not become a dearer one."""
    payment = by_value(CODE, "alice", PRICES[MICRO], treasuries=None)
    await market.send(market.change_of_config(micro_below_lamports=0, batch_below_lamports=0))
    await market.refused(errors.TierAccountMissing, payment)


@pytest.mark.parametrize("lamports", [SOL, PRICES[MICRO]])
async def test_associated_token_program_is_needed_to_make_a_token_account(market: World, lamports: int) -> None:
    """The runtime misses it, as the program itself does not look at it."""
    payment = without(full(CODE, "alice", lamports), "associated_token_program")
    if lamports == SOL:
        await market.refused(TransactionError, payment)
    else:
        await market.send(payment)


async def test_slot_that_is_not_given_makes_a_micro_payment(market: World) -> None:
    assert await first_event(market, by_value(CODE, "alice", PRICES[BATCH])) == MICRO


async def test_slot_that_is_taken_makes_a_micro_payment(market: World) -> None:
    await market.send(full(CODE, "bob", PRICES[BATCH]))
    before = await batch_account(market, CODE)
    receipt = await market.send(full(CODE, "alice", PRICES[BATCH]))
    assert receipt.event.name == MICRO
    assert receipt.moved == {address_of("alice"): -PRICES[BATCH], log_of(): PRICES[BATCH]}
    assert await batch_account(market, CODE) == before


async def test_batch_account_of_other_objects_is_refused(market: World) -> None:
    await market.send(batch_opening(FAR_CODE), batch_opening(MAKER.code("2.G.zz")))
    payment = full(CODE, "alice", PRICES[BATCH])
    for other in (FAR_CODE, MAKER.code("2.G.zz")):
        astray = with_account(payment, "batch_account", pda.batch_account_address(other.path))
        await market.refused(errors.WrongBatchAccount, astray)
    for address in (log_of(), POOL, MAKER.account, address_of("mallory")):
        await market.refused(errors.ProgramError, with_account(payment, "batch_account", address))


async def test_batch_account_is_not_looked_at_where_there_is_no_slot_to_take(market: World) -> None:
    await market.send(batch_opening(FAR_CODE))
    before = await batch_account(market, FAR_CODE)
    other = pda.batch_account_address(FAR_CODE.path)
    for event in (MICRO, OWN):
        payment = with_account(full(CODE, "alice", PRICES[event]), "batch_account", other)
        assert await first_event(market, payment) == event
    assert await batch_account(market, FAR_CODE) == before


# the sponsor pool


@pytest.mark.parametrize(
    ("terms", "has", "pays"),
    [
        ({}, SOL, True),
        ({"minimum_value_lamports": SOL, "maximum_value_lamports": SOL}, SOL, True),
        ({"minimum_value_lamports": SOL + 1}, SOL, False),
        ({"maximum_value_lamports": SOL - 1}, SOL, False),
        ({}, rents(CODE), True),
        ({}, rents(CODE) - 1, False),
    ],
)
async def test_buyer_pays_the_rent_where_the_pool_does_not(
    market: World, terms: dict[str, int], has: int, pays: bool
) -> None:
    """The object is made all the same: it was the value's tier, not the pool's."""
    await market.send(change(**terms))
    await pool_has(market, has)
    before = await pool_of(market)
    receipt = await market.send(full(CODE, "alice", SOL, with_pool=True))
    assert [event.name for event in receipt.events] == [OWN] + ["PaymentSponsored"] * pays
    assert receipt.moved.get(POOL, 0) == -rents(CODE) * pays
    assert receipt.moved[address_of("alice")] == -SOL - rents(CODE) * (not pays)
    assert (await pool_of(market)).sponsored_count == before.sponsored_count + pays
    assert await market.tokens(address_of("alice"), CODE) == 1


async def test_pool_pays_part_of_it(market: World) -> None:
    await market.send(change(per_item_lamports=7))
    receipt = await market.send(full(CODE, "alice", SOL, with_pool=True))
    assert (receipt.moved[POOL], receipt.moved[address_of("alice")]) == (-7, -SOL - rents(CODE) + 7)


async def test_price_alone_is_enough_with_a_pool(market: World) -> None:
    lie_there(market, address_of("alice"), SOL)
    await market.refused(TransactionRefused, full(CODE, "alice", SOL))
    await market.send(full(CODE, "alice", SOL, with_pool=True))
    assert await market.lamports(address_of("alice")) == 0
    await market.refused(TransactionRefused, closing_tokens("alice"))


@pytest.mark.parametrize("tier", [MICRO, BATCH])
async def test_pool_pays_nothing_below_objects(market: World, tier: str) -> None:
    """Though the values are within its bounds."""
    assert LEAST < PRICES[tier] < MOST
    receipt = await market.send(full(CODE, "alice", PRICES[tier], with_pool=True))
    assert (receipt.event.name, receipt.moved.get(POOL)) == (tier, None)


async def test_pool_pays_nothing_of_a_purchase(market: World) -> None:
    await market.listed_by("alice", CODE)
    receipt = await market.send(full(CODE, "bob", seller="alice", with_pool=True))
    assert (receipt.event.name, receipt.moved.get(POOL)) == ("ObjectPurchased", None)


async def test_pool_that_is_the_treasury_is_paid_and_does_not_pay(market: World) -> None:
    """One account in two places is refused, where both sums would meet; without a sponsor it is a treasury."""
    await market.send(market.change_of_maker(treasury=POOL))
    treasuries = ix.Treasuries(POOL, PLATFORM_TREASURY.pubkey())
    refusal = await market.refused(errors.FrameworkError, full(CODE, "alice", treasuries=treasuries, with_pool=True))
    assert refusal.custom_code == 2040
    assert (await market.send(full(CODE, "alice", treasuries=treasuries))).moved[POOL] == SOL * 9 // 10


async def test_pool_of_another_manufacturer_pays_nothing(market: World) -> None:
    await market.send(registration(RIVAL))
    await with_pool(market, RIVAL)
    astray = with_account(full(CODE, "alice", with_pool=True), "sponsor_pool", pda.sponsor_pool_address(RIVAL.account))
    await market.refused(errors.WrongSponsorPool, astray)


# purchases


async def test_wrong_sellers_sell_nothing(market: World) -> None:
    await market.listed_by("alice", CODE, SOL)
    await market.refused(errors.NotForSale, full(CODE, "bob", SOL))
    await market.refused(errors.WrongTokenAccount, full(CODE, "bob", SOL, seller="mallory"))
    theirs = with_account(full(CODE, "bob", SOL, seller="alice"), "seller", address_of("mallory"))
    await market.refused(errors.WrongAccount, theirs)
    await market.refused(errors.NotForSale, without(full(CODE, "bob", SOL, seller="alice"), "seller_token_account"))
    await market.refused(errors.AlreadyOwner, full(CODE, "alice", SOL, seller="alice"))


@pytest.mark.parametrize("lamports", [1, PRICES[MICRO], PRICES[BATCH], SOL - 1])
async def test_less_than_the_asking_price_is_refused_and_never_a_leaf(market: World, lamports: int) -> None:
    """An object with an account is bought from its owner, whatever the value."""
    await market.listed_by("alice", CODE, SOL)
    await market.refused(errors.BelowAskingPrice, full(CODE, "bob", lamports, seller="alice"))


async def test_cheap_object_is_bought_from_its_owner_too(market: World) -> None:
    await market.listed_by("alice", CODE, 10)
    assert await first_event(market, full(CODE, "bob", 10, seller="alice")) == "ObjectPurchased"


@pytest.mark.parametrize("tier", [MICRO, BATCH])
async def test_leaf_is_not_sold_for_an_object_that_came_first(market: World, tier: str) -> None:
    """Mallory pays in front of Alice, for an account of the object's own: Alice's payment is refused."""
    payment = full(CODE, "alice", PRICES[tier])
    await market.send(market.payment(CODE, "mallory"))
    await market.refused(errors.NotForSale, payment)
    await market.refused(errors.TierAccountMissing, full(CODE, "alice", PRICES[tier], treasuries=None))


async def test_tier_of_the_class_does_not_stop_a_purchase(market: World) -> None:
    await market.listed_by("alice", CODE, SOL)
    await market.send(market.terms("2.3.2", 5 * SOL, tier=Tier.MICRO))
    assert await first_event(market, full(CODE, "bob", SOL, seller="alice")) == "ObjectPurchased"


async def test_first_payment_looks_at_no_seller(market: World) -> None:
    receipt = await market.send(full(CODE, "alice", seller="mallory"))
    assert address_of("mallory") not in receipt.moved


# refusals


@pytest.mark.parametrize("tier", PRICES)
async def test_paused_program_takes_none(market: World, tier: str) -> None:
    await market.send(ix.pause(authority=PLATFORM.pubkey()))
    await market.refused(errors.Paused, full(CODE, "alice", PRICES[tier]))


@pytest.mark.parametrize("tier", PRICES)
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (Status.SUSPENDED, errors.ManufacturerSuspended),
        (Status.COMPROMISED, errors.ManufacturerCompromised),
        (Status.RETIRED, errors.ManufacturerRetired),
    ],
)
async def test_manufacturer_that_is_not_active_is_paid_nothing(
    market: World, tier: str, status: Status, error: Any
) -> None:
    await market.send(market.change_of_maker(status=status))
    await market.refused(error, full(CODE, "alice", PRICES[tier]))


async def test_nothing_is_no_payment(market: World) -> None:
    await market.send(market.change_of_maker(price_floor_lamports=0))
    await market.refused(errors.ZeroAmount, full(CODE, "alice", 0))


@pytest.mark.parametrize("tier", PRICES)
async def test_less_than_the_floor_is_refused_in_every_tier(market: World, tier: str) -> None:
    await market.send(market.change_of_maker(price_floor_lamports=PRICES[tier] + 1))
    await market.refused(errors.BelowFloor, full(CODE, "alice", PRICES[tier]))
    await market.send(market.change_of_maker(price_floor_lamports=PRICES[tier]))
    await market.send(full(CODE, "alice", PRICES[tier]))


@pytest.mark.parametrize("tier", PRICES)
@pytest.mark.parametrize("by_class", [False, True])
async def test_signed_tag_is_demanded_in_every_tier(market: World, by_class: bool, tier: str) -> None:
    if by_class:
        await market.send(market.terms("2.3.2", 1_000, tag_demand=TagDemand.DEMANDED))
    else:
        await market.send(market.change_of_maker(require_signed_tags=True))
    payment = full(CODE, "alice", PRICES[tier], with_tag=True)
    other = ix.check_tag(code=OTHER_CODE, identity_key=MAKER.identity_key)
    await market.refused(errors.TagSignatureMissing, payment)
    await market.refused(errors.TagSignatureMissing, TAG, full(CODE, "alice", PRICES[tier]))
    await market.refused(errors.TagSignatureMismatch, other, payment)
    await market.refused(errors.WrongAccount, TAG, with_account(payment, "instructions", address_of("mallory")))
    assert await first_event(market, TAG, payment) == tier


@pytest.mark.parametrize("tier", PRICES)
async def test_words_that_are_not_the_objects_are_refused(market: World, tier: str) -> None:
    payment = full(CODE, "alice", PRICES[tier])
    for error, claims in (
        (errors.InvalidSegment, {"path": "2.3.2.G.13j"}),
        (errors.InvalidWallet, {"path": "1.3.2.G.3j"}),
        (errors.InvalidPathLength, {"path": "2.3.G"}),
        (errors.WrongPrefix, {"path": "2.4.2.G.3j"}),
        (errors.InvalidClassPointer, {"path": "2.3.3.G.3j"}),
    ):
        await market.refused(error, claimed(payment, **claims))


@pytest.mark.parametrize("tier", PRICES)
async def test_class_terms_must_be_the_classes_own(market: World, tier: str) -> None:
    await market.send(market.terms("2.3.2", 5 * SOL))
    payment = full(CODE, "alice", PRICES[tier])
    for wrong in (address_of("mallory"), PROGRAM_ID):
        await market.refused(errors.WrongClassTerms, with_account(payment, "class_terms", wrong))


@pytest.mark.parametrize("tier", [MICRO, BATCH])
async def test_log_of_another_manufacturer_is_refused(market: World, tier: str) -> None:
    await market.send(registration(RIVAL))
    await market.send(market.opening(RIVAL))
    payment = full(CODE, "alice", PRICES[tier])
    await market.refused(errors.WrongPaymentLog, with_account(payment, "payment_log", log_of(RIVAL)))


@pytest.mark.parametrize("tier", [MICRO, BATCH])
@pytest.mark.parametrize("bits", [1, 8])
async def test_leaf_goes_to_the_shard_of_the_address(market: World, tier: str, bits: int) -> None:
    await alter(market, MAKER.account, "Manufacturer", shard_bits=bits)
    shard = CODE.address[0] * 2**bits // 256
    for each in {shard, shard ^ 1} - {0}:
        await market.send(market.opening(shard=each))
    payment = full(CODE, "alice", PRICES[tier], shards=2**bits)
    astray = with_account(payment, "payment_log", log_of(shard=shard ^ 1))
    await market.refused(errors.WrongPaymentLog, astray)
    assert (await market.send(payment)).event.fields["payment_log"] == log_of(shard=shard)


@pytest.mark.parametrize("tier", [MICRO, BATCH])
async def test_full_log_takes_no_more(market: World, tier: str) -> None:
    await alter(market, log_of(), "PaymentLog", leaf_count=MOST_LEAVES)
    await market.refused(errors.LogFull, full(CODE, "alice", PRICES[tier]))


async def test_treasuries_must_be_those_of_the_accounts(market: World) -> None:
    for role in ("manufacturer_treasury", "platform_treasury"):
        await market.refused(errors.WrongAccount, with_account(full(CODE, "alice"), role, address_of("mallory")))


async def test_buyer_signs(market: World) -> None:
    await market.refused(errors.AccountRefused, with_account(full(CODE, "alice"), "buyer", signer=False))


async def test_one_object_is_not_bought_under_the_name_of_another(market: World) -> None:
    await market.listed_by("mallory", OTHER_CODE, 1)
    swindle = with_account(full(CODE, "alice", seller="mallory"), "object", pda.payment_address(OTHER_CODE))
    await market.refused(errors.WrongPaymentAddress, swindle)


@pytest.mark.parametrize("tier", [MICRO, BATCH])
async def test_leaf_that_one_insists_on_is_what_a_direct_payment_gives(market: World, tier: str) -> None:
    """Below an account of its own nobody searches for the object's address: who names another one gets a leaf of an
    object that has an owner. So they do from `handle_micro_payment`, which is told no address at all; what the owner
    has is untouched."""
    await market.owned_by("bob", CODE)
    payment = with_account(full(CODE, "alice", PRICES[tier]), "object", pda.payment_address(OTHER_CODE))
    direct = {MICRO: market.micro_payment, BATCH: slot_payment}[tier](CODE, "alice", PRICES[tier])
    before = await market.account(pda.payment_address(CODE))
    await assert_twins(market, payment, direct)
    await market.send(payment)
    assert await market.account(pda.payment_address(CODE)) == before
    assert await market.tokens(address_of("bob"), CODE) == 1


async def test_accounts_of_another_object_are_refused(market: World) -> None:
    for role, address in (
        ("object", pda.payment_address(OTHER_CODE)),
        ("mint", mint_of(OTHER_CODE)),
        ("buyer_token_account", token_account_of("mallory", CODE)),
    ):
        await market.refused(TransactionError, with_account(full(CODE, "alice"), role, address))

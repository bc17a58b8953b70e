"""finalize_promotion: whose the object is when the time is over gets its NFT, and the promotion is gone."""

from dataclasses import replace
from typing import Any

import pytest
from solders.pubkey import Pubkey

from fixtures.fix_program import (
    RIVAL,
    SOL,
    SYSTEM_ID,
    TOKEN_ACCOUNT_RENT,
    World,
    address_of,
    mint_bytes,
    mint_of,
    rent,
    token_account_of,
    with_account,
)
from plings.chain import Account
from plings.chain.embedded import START_UNIX
from plings.errors import TransactionRefused
from plings.program import errors, pda
from plings.program import instructions as ix
from plings.program.accounts import SPONSOR_POOL_BYTES, ObjectInstance, Status, Tier
from plings.program.events import Event
from program.batches import batch_opening, slot_gift
from program.journey import MAKER, PLATFORM, longest_code, registration
from program.promotions import (
    CODE,
    LINK_RENT,
    MINT_RENT,
    OBJECT_RENT,
    OTHER_CODE,
    PAYMENT,
    PROMOTION,
    PROMOTION_RENT,
    VALUE,
    WINDOW,
    Log,
    challenge,
    claim,
    final,
    later,
    open_log,
    open_pool,
    promotion,
)
from program.sponsors import pool_of

NFT_RENT = MINT_RENT + TOKEN_ACCOUNT_RENT
ALICES_TOKENS = token_account_of("alice", CODE)
POOL = pda.sponsor_pool_address(MAKER.account)


@pytest.fixture
async def log(world: World) -> Log:
    """With an account for CODE's slot."""
    await world.send(batch_opening())
    return await open_log(world)


@pytest.fixture
async def ripe(world: World, log: Log) -> World:
    """Alice's promotion, whose time is over."""
    await log.claims("alice")
    later(world, WINDOW)
    return world


@pytest.fixture
async def sponsored(ripe: World) -> World:
    """The same, and a pool of one SOL."""
    await open_pool(ripe, SOL)
    return ripe


def promoted(owner: str, number: int, at: int) -> Event:
    return Event(
        "ObjectPromoted",
        {
            "object": PAYMENT,
            "class_pointer": CODE.class_pointer.text,
            "path": "2.3.2.G.3j",
            "solana_address": Pubkey.from_bytes(CODE.address),
            "manufacturer": MAKER.identity_key,
            "owner": address_of(owner),
            "mint": mint_of(CODE),
            "number": number,
            "timestamp": at,
        },
    )


# what it does


async def test_owner_gets_the_nft_and_the_promotions_rent(ripe: World) -> None:
    before = await ripe.object(CODE)
    later(ripe, 3)
    receipt = await ripe.send(final("alice"))
    assert await ripe.object(CODE) == replace(before, mint=mint_of(CODE))
    assert before == ObjectInstance(
        path="2.3.2.G.3j",
        class_pointer=CODE.class_pointer,
        address=Pubkey.from_bytes(CODE.address),
        owner=address_of("alice"),
        mint=Pubkey.default(),
        asking_price_lamports=None,
        offer_ends_at_unix=0,
        listed_royalty_bps=0,
        listed_platform_fee_bps=0,
        created_at_unix=START_UNIX,
    )
    assert receipt.moved == {
        address_of("alice"): PROMOTION_RENT - NFT_RENT,
        PROMOTION: -PROMOTION_RENT,
        mint_of(CODE): MINT_RENT,
        ALICES_TOKENS: TOKEN_ACCOUNT_RENT,
    }
    assert receipt.event == promoted("alice", 0, START_UNIX + WINDOW + 3)
    assert await ripe.cluster.account(PROMOTION) is None
    assert await ripe.tokens(address_of("alice"), CODE) == 1


async def test_nft_is_the_same_as_that_of_a_first_payment(ripe: World) -> None:
    await ripe.send(final("alice"))
    by_promotion = await ripe.account(mint_of(CODE)), await ripe.account(ALICES_TOKENS)
    for address in (PAYMENT, mint_of(CODE), ALICES_TOKENS):
        ripe.put(address, None)
    await ripe.owned_by("alice", CODE)
    assert (await ripe.account(mint_of(CODE)), await ripe.account(ALICES_TOKENS)) == by_promotion


async def test_slot_becomes_an_nft(world: World, log: Log) -> None:
    await log.pays("bob", OTHER_CODE)
    await log.takes_slot("alice")
    await world.send(claim(None, "alice"))
    later(world, WINDOW)
    receipt = await world.send(final("alice"))
    assert receipt.moved[address_of("alice")] == PROMOTION_RENT - NFT_RENT
    assert receipt.event == promoted("alice", 1, START_UNIX + WINDOW)
    assert await world.tokens(address_of("alice"), CODE) == 1


async def test_payer_pays_the_rents_and_gets_the_promotions(ripe: World) -> None:
    """Whoever paid it: the payer of a claim, and of each link, leaves it to the end's."""
    receipt = await ripe.send(final("alice", payer="bob"))
    assert receipt.moved[address_of("bob")] == PROMOTION_RENT - NFT_RENT
    assert address_of("alice") not in receipt.moved
    assert await ripe.tokens(address_of("alice"), CODE) == 1


async def test_who_was_given_the_object_gets_it_and_what_challengers_paid(world: World, log: Log) -> None:
    payment, gift = await log.shows(await log.pays("alice"), await log.gives("alice", "bob"))
    await world.send(claim(payment, "alice"), challenge(gift, payer="alice"))
    later(world, WINDOW)
    receipt = await world.send(final("bob"))
    assert receipt.moved[PROMOTION] == -PROMOTION_RENT - LINK_RENT
    assert receipt.moved[address_of("bob")] == PROMOTION_RENT + LINK_RENT - NFT_RENT
    assert receipt.event == promoted("bob", 1, START_UNIX + WINDOW)
    assert (await world.object(CODE)).owner == address_of("bob")


async def test_lamports_that_somebody_sent_come_back_with_the_rent(ripe: World) -> None:
    account = await ripe.account(PROMOTION)
    ripe.put(PROMOTION, replace(account, lamports=account.lamports + 77))
    receipt = await ripe.send(final("alice"))
    assert receipt.moved[address_of("alice")] == PROMOTION_RENT + 77 - NFT_RENT


async def test_lamports_that_wait_at_the_nfts_addresses_do_not_block_it(ripe: World) -> None:
    """At the mint's they are no rent: they stay there. At the token account's they count."""
    for address in (mint_of(CODE), ALICES_TOKENS):
        ripe.put(address, Account(1_000, SYSTEM_ID, b"", False))
    await ripe.send(final("alice"))
    assert await ripe.tokens(address_of("alice"), CODE) == 1
    assert await ripe.lamports(mint_of(CODE)) >= MINT_RENT
    assert await ripe.lamports(ALICES_TOKENS) == TOKEN_ACCOUNT_RENT


async def test_end_takes_no_heed_of_status_or_pause(ripe: World) -> None:
    await ripe.send(ripe.change_of_maker(status=Status.COMPROMISED))
    await ripe.send(ix.pause(authority=PLATFORM.pubkey()))
    await ripe.send(final("alice"))


async def test_object_is_listed_sold_given_and_paid_for_as_usual(ripe: World) -> None:
    await ripe.refused(errors.Provisional, ripe.offer(CODE, "alice"))
    await ripe.send(final("alice"))
    await ripe.send(ripe.offer(CODE, "alice", 1_000_000))
    await ripe.send(ripe.payment(CODE, "bob", 1_000_000, seller="alice"))
    await ripe.send(ripe.gift(CODE, "bob", "carol"))
    await ripe.refused(errors.NotForSale, ripe.payment(CODE, "alice", seller="carol"))
    assert await ripe.tokens(address_of("carol"), CODE) == 1
    assert (await ripe.object(CODE)).owner == address_of("carol")


async def test_leaves_that_come_after_change_nothing(ripe: World, log: Log) -> None:
    """An object with an account is whose its NFT is, whatever its log says: gifts by a leaf are refused."""
    await ripe.send(final("alice"))
    (payment,) = await log.shows(await log.pays("mallory"))
    await ripe.refused(errors.WrongPromotion, challenge(payment))
    await ripe.refused(errors.ObjectExists, ripe.micro_gift(CODE, "alice", "bob"))
    await ripe.refused(errors.ObjectExists, slot_gift(CODE, "alice", "bob"))
    assert (await ripe.object(CODE)).owner == address_of("alice")


async def test_promotion_cannot_be_made_again(ripe: World, log: Log) -> None:
    await ripe.send(final("alice"))
    await ripe.refused(errors.ObjectExists, claim(log.shown(log.leaves[0]), "alice"))
    await ripe.refused(errors.ProgramError, final("alice"))
    ripe.put(PROMOTION, Account(PROMOTION_RENT, SYSTEM_ID, b"", False))  # lamports revive nothing
    await ripe.refused(errors.ProgramError, final("alice"))


async def test_end_in_the_claims_transaction_is_refused_while_there_is_a_window(world: World, log: Log) -> None:
    (shown,) = await log.shows(await log.pays("alice"))
    await world.refused(errors.ChallengeOpen, claim(shown, "alice"), final("alice"))
    await world.send(world.change_of_config(challenge_seconds=1))
    await world.refused(errors.ChallengeOpen, claim(shown, "alice"), final("alice"))


# whose it is, and when


@pytest.mark.parametrize("seconds", [0, 1, WINDOW - 1])
async def test_end_before_the_window_is_over_is_refused(world: World, log: Log, seconds: int) -> None:
    await log.claims("alice")
    later(world, seconds)
    await world.refused(errors.ChallengeOpen, final("alice"))
    later(world, WINDOW - seconds)
    await world.send(final("alice"))


async def test_at_any_time_either_a_challenge_is_taken_or_the_end(world: World, log: Log) -> None:
    """So in one block neither can overtake the other."""
    payment, gift = await log.shows(await log.pays("alice"), await log.gives("alice", "bob"))
    await world.send(claim(payment, "alice"))
    later(world, WINDOW - 1)
    await world.refused(errors.ChallengeOpen, final("alice"))
    await world.refused(errors.ChallengeOpen, challenge(gift), final("bob"))
    later(world, 1)
    await world.refused(errors.ChallengeOver, challenge(gift))
    await world.refused(errors.WrongPromotion, final("alice"), challenge(gift))
    await world.send(final("alice"))


async def test_owner_by_all_that_was_shown_alone_may_end_it(world: World, log: Log) -> None:
    leaves = [await log.pays("alice"), await log.pays("mallory"), await log.gives("alice", "bob")]
    first, theft, gift = await log.shows(*leaves)
    await world.send(claim(theft, "mallory"))
    await world.send(challenge(first), challenge(gift))
    later(world, WINDOW)
    for other in ("alice", "mallory", "maker", "platform authority", "carol"):
        await world.refused(errors.NotTitleHolder, final(other))
        await world.refused(errors.NotTitleHolder, final(other, payer="bob"))
    unsigned = with_account(final("bob", payer="carol"), "owner", signer=False)
    await world.refused(errors.AccountRefused, unsigned)
    await world.send(final("bob"))


async def test_owner_may_take_their_time(ripe: World) -> None:
    later(ripe, 10 * 365 * 86_400)
    await ripe.send(final("alice"))


async def test_tokens_go_to_the_owners_associated_account_alone(ripe: World) -> None:
    for wrong in (token_account_of("mallory", CODE), address_of("nobody")):
        await ripe.refused(TransactionRefused, with_account(final("alice"), "owner_token_account", wrong))


async def test_account_of_another_object_or_maker_is_refused(ripe: World, log: Log) -> None:
    await ripe.send(registration(RIVAL))
    (other,) = await log.shows(await log.pays("alice", OTHER_CODE))
    await ripe.send(claim(other, "alice", OTHER_CODE))
    later(ripe, WINDOW)
    others = pda.payment_address(OTHER_CODE)
    wrong: list[tuple[str, Pubkey, Any]] = [
        ("manufacturer", RIVAL.account, errors.WrongPrefix),
        ("promotion", pda.promotion_address(others), errors.WrongPromotion),
        ("object", others, errors.WrongPromotion),
        ("mint", mint_of(OTHER_CODE), errors.WrongMint),
        ("mint", address_of("nobody"), errors.WrongMint),
        ("object", address_of("nobody"), errors.AccountRefused),
        ("promotion", pda.path_prefix_address(MAKER.prefix), errors.ProgramError),
    ]
    for name, address, error in wrong:
        await ripe.refused(error, with_account(final("alice"), name, address))


async def test_end_without_the_rents_is_refused(ripe: World) -> None:
    """The promotion's rent comes back when the NFT's is paid."""
    ripe.put(address_of("alice"), Account(NFT_RENT - 1, SYSTEM_ID, b"", False))
    await ripe.refused(TransactionRefused, final("alice"))
    ripe.put(address_of("alice"), Account(NFT_RENT, SYSTEM_ID, b"", False))
    await ripe.send(final("alice"))
    assert await ripe.lamports(address_of("alice")) == PROMOTION_RENT


# the sponsor pool


async def test_pool_pays_all_rents_to_the_payer(sponsored: World) -> None:
    """Also the object's, which was paid with the claim."""
    receipt = await sponsored.send(final("alice", payer="bob", with_pool=True))
    rents = OBJECT_RENT + NFT_RENT
    assert receipt.moved == {
        POOL: -rents,
        address_of("bob"): rents - NFT_RENT + PROMOTION_RENT,
        PROMOTION: -PROMOTION_RENT,
        mint_of(CODE): MINT_RENT,
        ALICES_TOKENS: TOKEN_ACCOUNT_RENT,
    }
    note, told = receipt.events
    assert note == Event(
        "PaymentSponsored",
        {
            "sponsor_pool": POOL,
            "manufacturer": MAKER.account,
            "object": PAYMENT,
            "buyer": address_of("alice"),
            "item_value": VALUE,
            "sponsorship_amount": rents,
            "timestamp": START_UNIX + WINDOW,
        },
    )
    assert told == promoted("alice", 0, START_UNIX + WINDOW)
    books = await pool_of(sponsored)
    assert (books.sponsored_count, books.sponsored_lamports) == (1, rents)


async def test_pool_pays_to_a_payer_who_has_nothing(sponsored: World) -> None:
    """It pays before anything is bought with it."""
    sponsored.put(address_of("alice"), None)
    await sponsored.send(final("alice", with_pool=True))
    assert await sponsored.lamports(address_of("alice")) == OBJECT_RENT + PROMOTION_RENT


async def test_pool_pays_its_sum_for_an_item_at_most(ripe: World) -> None:
    await open_pool(ripe, SOL, per_item_lamports=1_000)
    receipt = await ripe.send(final("alice", with_pool=True))
    assert receipt.moved[POOL] == -1_000
    assert receipt.moved[address_of("alice")] == 1_000 + PROMOTION_RENT - NFT_RENT


async def test_token_account_that_the_pool_paid_for_is_the_programs_to_close(sponsored: World) -> None:
    await sponsored.send(final("alice", with_pool=True))
    data = (await sponsored.account(ALICES_TOKENS)).data
    assert data[129:165] == b"\1\0\0\0" + bytes(pda.nft_authority_address())
    await sponsored.send(sponsored.gift(CODE, "alice", "bob"))
    back = ix.return_sponsored_rent(
        identity_key=MAKER.identity_key,
        manufacturer_treasury=MAKER.treasury.pubkey(),
        payment=PAYMENT,
        previous_owner=address_of("alice"),
    )
    receipt = await sponsored.send(back)
    assert receipt.moved[ALICES_TOKENS] == -TOKEN_ACCOUNT_RENT


async def test_token_account_that_the_owner_paid_for_is_theirs_to_close(sponsored: World) -> None:
    await sponsored.send(final("alice"))
    data = (await sponsored.account(ALICES_TOKENS)).data
    assert data[129:165] == bytes(36)


@pytest.mark.parametrize(
    "terms",
    [
        {"minimum_value_lamports": VALUE + 1},
        {"maximum_value_lamports": VALUE - 1},
    ],
)
async def test_pool_is_not_for_payments_out_of_its_bounds(ripe: World, terms: dict[str, int]) -> None:
    await open_pool(ripe, SOL, **terms)
    await ripe.refused(errors.NotSponsored, final("alice", with_pool=True))
    await ripe.send(final("alice"))


async def test_pool_is_for_payments_at_its_bounds(ripe: World) -> None:
    await open_pool(ripe, SOL, minimum_value_lamports=VALUE, maximum_value_lamports=VALUE)
    await ripe.send(final("alice", with_pool=True))


async def test_pool_that_has_not_enough_pays_nothing(ripe: World) -> None:
    await open_pool(ripe, OBJECT_RENT + NFT_RENT - 1)
    await ripe.refused(errors.NotSponsored, final("alice", with_pool=True))
    await ripe.send(ix.fund_sponsor_pool(funder=address_of("bob"), amount_lamports=1, identity_key=MAKER.identity_key))
    await ripe.send(final("alice", with_pool=True))
    assert await ripe.lamports(POOL) == rent(SPONSOR_POOL_BYTES)


async def test_value_is_that_of_the_payment_that_the_title_begins_with(world: World, log: Log) -> None:
    """Not of the one that it was claimed with."""
    first, large = await log.shows(await log.pays("alice", lamports=5_000), await log.pays("mallory", lamports=SOL))
    await open_pool(world, SOL, minimum_value_lamports=5_001)
    await world.send(claim(large, "mallory"), challenge(first))
    assert (await promotion(world)).amount_lamports == 5_000
    later(world, WINDOW)
    await world.refused(errors.NotSponsored, final("alice", with_pool=True))


@pytest.mark.parametrize("minimum", [0, 1])
async def test_slot_has_no_value(world: World, log: Log, minimum: int) -> None:
    """What was paid for it is not in the slot: a pool with a minimum does not pay for it."""
    await log.takes_slot("alice", lamports=SOL)
    await open_pool(world, SOL, minimum_value_lamports=minimum)
    await world.send(claim(None, "alice"))
    later(world, WINDOW)
    if minimum:
        await world.refused(errors.NotSponsored, final("alice", with_pool=True))
    else:
        await world.send(final("alice", with_pool=True))


@pytest.mark.parametrize("tier", Tier)
async def test_pool_is_not_for_classes_of_a_lower_tier(sponsored: World, tier: Tier) -> None:
    """As with sponsored_payment, where the payment is a micro-payment then; the owner pays all."""
    await sponsored.send(sponsored.terms(CODE.path.path_to_pointer, 1_000, tier=tier))
    if tier in (Tier.MICRO, Tier.BATCH):
        await sponsored.refused(errors.NotSponsored, final("alice", with_pool=True))
        await sponsored.send(final("alice"))
    else:
        await sponsored.send(final("alice", with_pool=True))


async def test_terms_are_those_of_the_objects_class(sponsored: World) -> None:
    """Else a class that the pool does not pay for would be shown under another's terms, or under none."""
    await sponsored.send(sponsored.terms(CODE.path.path_to_pointer, 1_000, tier=Tier.MICRO))
    await sponsored.send(sponsored.terms("2.3.3", 1_000, tier=Tier.OBJECT))
    other = MAKER.code("3.G.3j").class_pointer
    wrong = [pda.class_terms_address(MAKER.account, other), pda.class_terms_address(RIVAL.account, CODE.class_pointer)]
    for terms in (*wrong, address_of("nobody"), SYSTEM_ID):
        astray = with_account(final("alice", with_pool=True), "class_terms", terms)
        await sponsored.refused(errors.WrongClassTerms, astray)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (Status.SUSPENDED, errors.ManufacturerSuspended),
        (Status.COMPROMISED, errors.ManufacturerCompromised),
        (Status.RETIRED, errors.ManufacturerRetired),
    ],
)
async def test_pool_pays_for_active_manufacturers_alone(sponsored: World, status: Status, error: Any) -> None:
    """As that of sponsored_payment; the owner gets the NFT all the same, on their own money."""
    await sponsored.send(sponsored.change_of_maker(status=status))
    await sponsored.refused(error, final("alice", with_pool=True))
    await sponsored.send(final("alice"))


async def test_pool_pays_nothing_while_the_program_is_paused(sponsored: World) -> None:
    await sponsored.send(ix.pause(authority=PLATFORM.pubkey()))
    await sponsored.refused(errors.Paused, final("alice", with_pool=True))
    await sponsored.send(final("alice"))


async def test_pool_of_another_manufacturer_is_refused(sponsored: World) -> None:
    await sponsored.send(registration(RIVAL))
    authority = RIVAL.authority.pubkey()
    terms = {"per_item_lamports": SOL, "minimum_value_lamports": 0, "maximum_value_lamports": SOL}
    theirs = ix.initialize_sponsor_pool(payer=authority, authority=authority, identity_key=RIVAL.identity_key, **terms)
    funding = ix.fund_sponsor_pool(funder=authority, amount_lamports=SOL, identity_key=RIVAL.identity_key)
    await sponsored.send(theirs, funding)
    astray = with_account(
        final("alice", with_pool=True), "sponsor_pool", pda.sponsor_pool_address(RIVAL.account), writable=True
    )
    await sponsored.refused(errors.WrongSponsorPool, astray)


async def test_pool_pays_once_for_an_object(sponsored: World) -> None:
    await sponsored.send(final("alice", with_pool=True))
    await sponsored.refused(errors.ProgramError, final("alice", with_pool=True))


async def test_mint_of_the_longest_strings_is_paid_for(world: World, log: Log) -> None:
    code = longest_code()
    (shown,) = await log.shows(await log.pays("alice", code))
    await world.send(claim(shown, "alice", code))
    later(world, WINDOW)
    receipt = await world.send(final("alice", code))
    assert receipt.moved[mint_of(code)] == rent(mint_bytes(code))

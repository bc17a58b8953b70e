"""challenge_promotion: whoever knows more of the log shows it, and the object is whose the log says it is."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from fixtures.fix_program import SYSTEM_ID, World, address_of, log_of, mint_of, token_account_of, with_account
from plings.chain import Account
from plings.chain.embedded import START_UNIX
from plings.errors import TransactionRefused
from plings.program import PROGRAM_ID, errors, pda
from plings.program import instructions as ix
from plings.program.accounts import Status
from plings.program.events import Event
from plings.program.instructions import ProvedLeaf
from program.batches import alike, batch_opening, owner_of, slot_gift
from program.journey import MAKER, PLATFORM
from program.micro import alter
from program.promotions import (
    ANYONE,
    CODE,
    FALSE_WORDS,
    LINK_RENT,
    OTHER_CODE,
    PAYMENT,
    PROMOTION,
    VALUE,
    WINDOW,
    Log,
    argued,
    challenge,
    claim,
    final,
    later,
    open_log,
    open_rivals_log,
    promotion,
    title,
)


@pytest.fixture
async def log(world: World) -> Log:
    """With an account for CODE's slot."""
    await world.send(batch_opening())
    return await open_log(world)


def named(*numbered: tuple[int, str]) -> list[tuple[int, Any]]:
    return [(number, address_of(name)) for number, name in numbered]


async def theft_shown(log: Log) -> tuple[ProvedLeaf, ProvedLeaf, ProvedLeaf]:
    """Alice paid first and gave the object to Bob; Mallory paid in between: all three leaves."""
    leaves = [await log.pays("alice"), await log.pays("mallory", lamports=VALUE + 1), await log.gives("alice", "bob")]
    first, theft, gift = await log.shows(*leaves)
    return first, theft, gift


async def thief_claims(world: World, log: Log) -> tuple[ProvedLeaf, ProvedLeaf, ProvedLeaf]:
    """The same, and Mallory claims it."""
    first, theft, gift = await theft_shown(log)
    await world.send(claim(theft, "mallory"))
    return first, theft, gift


def told(previous: str, owner: str, number: int, at: int, challenger: str = ANYONE) -> Event:
    return Event(
        "PromotionChallenged",
        {
            "object": PAYMENT,
            "promotion": PROMOTION,
            "challenger": address_of(challenger),
            "previous_owner": address_of(previous),
            "owner": address_of(owner),
            "number": number,
            "final_at_unix": at + WINDOW,
            "timestamp": at,
        },
    )


# what it does


async def test_earlier_payment_begins_the_title_anew(world: World, log: Log) -> None:
    first, _, _ = await thief_claims(world, log)
    before, object_before = await promotion(world), await world.object(CODE)
    later(world, 10)
    receipt = await world.send(challenge(first))
    assert await title(world) == named((0, "alice"))
    assert await promotion(world) == replace(
        before,
        owner=address_of("alice"),
        amount_lamports=VALUE,
        final_at_unix=START_UNIX + 10 + WINDOW,
        title=(await promotion(world)).title,
    )
    assert await world.object(CODE) == replace(object_before, owner=address_of("alice"))
    assert receipt.moved == {}
    assert receipt.event == told("mallory", "alice", 0, START_UNIX + 10)


async def test_transfer_by_the_owner_follows_and_its_link_is_paid_for(world: World, log: Log) -> None:
    first, _, gift = await thief_claims(world, log)
    await world.send(challenge(first))
    before = await promotion(world)
    later(world, 10)
    receipt = await world.send(challenge(gift, payer="carol"))
    assert await title(world) == named((0, "alice"), (2, "bob"))
    assert await promotion(world) == replace(
        before,
        owner=address_of("bob"),
        final_at_unix=START_UNIX + 10 + WINDOW,
        title=(await promotion(world)).title,
    )
    assert receipt.moved == {address_of("carol"): -LINK_RENT, PROMOTION: LINK_RENT}
    assert receipt.event == told("alice", "bob", 2, START_UNIX + 10)
    assert (await world.object(CODE)).owner == address_of("bob")


async def test_every_link_is_paid_for_by_who_shows_it(world: World, log: Log) -> None:
    names = ["alice", "bob", "carol", "mallory", "maker"]
    leaves = [await log.pays("alice")]
    leaves += [await log.gives(*pair) for pair in pairwise(names)]
    payment, *gifts = await log.shows(*leaves)
    await world.send(claim(payment, "alice"))
    for gift, payer in zip(gifts, ("bob", "alice", "rival", "bob"), strict=True):
        receipt = await world.send(challenge(gift, payer=payer))
        assert receipt.moved == {address_of(payer): -LINK_RENT, PROMOTION: LINK_RENT}
    assert await title(world) == named(*enumerate(names))


async def test_title_that_was_cut_keeps_its_rent_for_the_next_link(world: World, log: Log) -> None:
    leaves = [await log.pays("alice"), await log.gives("alice", "bob")]
    leaves += [await log.pays("mallory"), await log.gives("mallory", "carol")]
    first, gift, theft, on = await log.shows(*leaves)
    await world.send(claim(theft, "mallory"))
    await world.send(challenge(on, payer="mallory"))
    for shown in (first, gift):
        assert (await world.send(challenge(shown))).moved == {}
    assert await title(world) == named((0, "alice"), (1, "bob"))


async def test_transfer_in_the_middle_ends_what_followed(world: World, log: Log) -> None:
    """Alice gave the object to Bob, and then, which was not hers any more, to Mallory."""
    leaves = [await log.pays("alice"), await log.gives("alice", "bob"), await log.gives("alice", "mallory")]
    leaves.append(await log.gives("mallory", "carol"))
    payment, to_bob, to_mallory, to_carol = await log.shows(*leaves)
    await world.send(claim(payment, "mallory"))
    for shown in (to_mallory, to_carol):
        await world.send(challenge(shown, payer="mallory"))
    assert await title(world) == named((0, "alice"), (2, "mallory"), (3, "carol"))
    receipt = await world.send(challenge(to_bob, payer="bob"))
    assert receipt.moved == {}  # the thief has paid for the link
    assert await title(world) == named((0, "alice"), (1, "bob"))
    for shown in (to_bob, to_mallory, to_carol, payment):
        await world.refused(errors.TitleUnchanged, challenge(shown))


async def test_links_that_were_left_out_can_still_be_shown(world: World, log: Log) -> None:
    """Alice gave it to Bob and had it back: without that, her gift to Carol is as true."""
    leaves = [await log.pays("alice"), await log.gives("alice", "bob"), await log.gives("bob", "alice")]
    payment, there, back, to_carol = await log.shows(*leaves, await log.gives("alice", "carol"))
    await world.send(claim(payment, "alice"))
    await world.send(challenge(to_carol))
    assert await title(world) == named((0, "alice"), (3, "carol"))
    for shown in (there, back, to_carol):
        await world.send(challenge(shown))
    assert await title(world) == named((0, "alice"), (1, "bob"), (2, "alice"), (3, "carol"))


async def test_two_challenges_fit_one_transaction(world: World, log: Log) -> None:
    first, _, gift = await thief_claims(world, log)
    await world.send(challenge(first), challenge(gift))
    assert await title(world) == named((0, "alice"), (2, "bob"))


async def test_claim_and_challenge_fit_one_transaction(world: World, log: Log) -> None:
    """So who got the object shows both at once."""
    payment, gift = await log.shows(await log.pays("alice"), await log.gives("alice", "bob"))
    await world.send(claim(payment, "bob"), challenge(gift, payer="bob"))
    assert await title(world) == named((0, "alice"), (1, "bob"))


async def test_earlier_slot_begins_the_title_anew_and_becomes_the_objects(world: World, log: Log) -> None:
    await log.takes_slot("alice")
    await log.gives_slot("alice", "bob")
    theft, gift = await log.shows(await log.pays("mallory"), await log.gives("mallory", "carol"))
    await world.send(claim(theft, "mallory"))
    await world.send(challenge(gift, payer="mallory"))
    receipt = await world.send(challenge(None))
    assert await title(world) == named((0, "bob"))
    assert receipt.moved == {}
    assert receipt.event == told("carol", "bob", 0, START_UNIX)
    now = await promotion(world)
    assert (now.owner, now.amount_lamports, now.is_slot) == (address_of("bob"), 0, True)
    assert await owner_of(world) == PAYMENT
    await world.refused(errors.ObjectExists, slot_gift(CODE, "bob", "carol"))
    for shown in (theft, gift, None):
        await world.refused(errors.TitleUnchanged, challenge(shown))


async def test_earlier_leaf_takes_a_slots_promotion_over(world: World, log: Log) -> None:
    """Alice paid, then Mallory took the slot: the slot stays the object's, and Mallory has nothing."""
    leaves = [await log.pays("alice"), await log.takes_slot("mallory"), await log.gives("alice", "bob")]
    first, _, gift = await log.shows(*leaves)
    await world.send(claim(None, "mallory"))
    await world.refused(errors.TitleUnchanged, challenge(gift))  # a slot's owner changes in the slot alone
    await world.send(challenge(first))
    now = await promotion(world)
    assert (now.owner, now.amount_lamports, now.is_slot) == (address_of("alice"), VALUE, False)
    await world.send(challenge(gift))
    await world.refused(errors.TitleUnchanged, challenge(None))
    later(world, WINDOW)
    await world.send(final("bob"))
    assert await owner_of(world) == PAYMENT
    await world.refused(errors.ObjectExists, slot_gift(CODE, "mallory", "carol"))


async def test_slot_can_change_hands_until_there_is_a_claim(world: World, log: Log) -> None:
    """Whoever makes it; so who has the slot then is who it is shown for."""
    await log.takes_slot("alice")
    await log.gives_slot("alice", "bob")
    (theft,) = await log.shows(await log.pays("mallory"))
    await world.send(claim(theft, "mallory"))
    await world.refused(errors.ObjectExists, slot_gift(CODE, "bob", "carol"))
    await world.send(challenge(None))
    assert (await promotion(world)).owner == address_of("bob")
    await world.refused(errors.ObjectExists, slot_gift(CODE, "bob", "carol"))


async def test_object_is_not_given_by_a_leaf_while_it_is_promoted(world: World, log: Log) -> None:
    """Whoever it was given to would have to show it in time: they get nothing, and are told so at once."""
    payment, gift = await log.shows(await log.pays("alice"), await log.gives("alice", "bob"))
    gifts = [world.micro_gift(CODE, *pair) for pair in (("alice", "carol"), ("bob", "carol"), ("mallory", "carol"))]
    await world.send(claim(payment, "alice"))
    for late in gifts:
        await world.refused(errors.ObjectExists, late)
    await world.send(challenge(gift, payer="bob"))  # it was made before the claim
    later(world, WINDOW)
    for late in gifts:
        await world.refused(errors.ObjectExists, late)
    await world.send(final("bob"))


async def test_gift_before_the_claim_that_was_not_checkpointed_yet_counts(world: World, log: Log) -> None:
    (payment,) = await log.shows(await log.pays("alice"))
    gift = await log.gives("alice", "bob")
    await world.send(claim(payment, "alice"))
    (shown,) = await log.shows(gift)
    later(world, WINDOW - 1)
    await world.send(challenge(shown, payer="bob"))
    assert (await promotion(world)).owner == address_of("bob")


async def test_challenge_takes_no_heed_of_status_or_pause(world: World, log: Log) -> None:
    first, _, _ = await thief_claims(world, log)
    await world.send(world.change_of_maker(status=Status.COMPROMISED))
    await world.send(ix.pause(authority=PLATFORM.pubkey()))
    await world.send(challenge(first))


async def test_everybody_may_challenge_for_anybody(world: World, log: Log) -> None:
    """The thief, too: what counts is what is proved."""
    first, _, gift = await thief_claims(world, log)
    receipt = await world.send(challenge(first, payer="mallory"))
    assert receipt.event == told("mallory", "alice", 0, START_UNIX, challenger="mallory")
    await world.send(challenge(gift, payer="alice"))
    assert (await promotion(world)).claimant == address_of("mallory")


async def test_whatever_lies_on_the_promotion_pays_for_links(world: World, log: Log) -> None:
    first, _, gift = await thief_claims(world, log)
    account = await world.account(PROMOTION)
    world.put(PROMOTION, replace(account, lamports=account.lamports + LINK_RENT - 1))
    await world.send(challenge(first))
    receipt = await world.send(challenge(gift))
    assert receipt.moved == {address_of(ANYONE): -1, PROMOTION: 1}


async def test_title_of_many_links_goes_on(world: World, log: Log) -> None:
    """A hundred transfers to and fro, shown in their order: each costs its link alone."""
    hands = ["alice", "bob"] * 50
    leaves = [await log.pays("alice")] + [await log.gives(*pair) for pair in pairwise(hands)]
    payment, *gifts = await log.shows(*leaves)
    await world.send(claim(payment, "alice"))
    for gift in gifts:
        assert (await world.send(challenge(gift))).moved[PROMOTION] == LINK_RENT
    assert await title(world) == named(*enumerate(hands))
    later(world, WINDOW)
    receipt = await world.send(final("bob"))
    assert receipt.moved[PROMOTION] < -len(gifts) * LINK_RENT


# the window


async def test_window_ends_when_it_says(world: World, log: Log) -> None:
    first, _, _ = await thief_claims(world, log)
    later(world, WINDOW - 1)
    await world.send(challenge(first))


@pytest.mark.parametrize("late", [0, 1, WINDOW])
async def test_challenge_after_the_window_is_refused(world: World, log: Log, late: int) -> None:
    first, _, _ = await thief_claims(world, log)
    later(world, WINDOW + late)
    await world.refused(errors.ChallengeOver, challenge(first))


async def test_each_challenge_gives_the_time_again(world: World, log: Log) -> None:
    first, _, gift = await thief_claims(world, log)
    for shown in (first, gift):
        later(world, WINDOW - 1)
        await world.send(challenge(shown))
    later(world, WINDOW - 1)
    await world.refused(errors.ChallengeOpen, final("bob"))
    later(world, 1)
    await world.send(final("bob"))


async def test_window_of_the_claim_stands_when_the_configs_is_over(world: World, log: Log) -> None:
    first, _, gift = await thief_claims(world, log)
    await world.send(world.change_of_config(challenge_seconds=0))
    await world.send(challenge(first))
    later(world, WINDOW - 1)
    await world.refused(errors.ChallengeOpen, final("alice"))
    later(world, 1)
    await world.refused(errors.ChallengeOver, challenge(gift))
    await world.send(final("alice"))


async def test_window_that_became_longer_is_given_to_who_is_challenged(world: World, log: Log) -> None:
    first, _, gift = await thief_claims(world, log)
    await world.send(world.change_of_config(challenge_seconds=2 * WINDOW))
    await world.send(challenge(first))
    later(world, 2 * WINDOW - 1)
    await world.send(challenge(gift))


@pytest.mark.parametrize(
    ("seconds", "end"), [(0, WINDOW), (1, WINDOW), (WINDOW - 1, WINDOW), (WINDOW, WINDOW + 1), (WINDOW + 1, WINDOW + 2)]
)
async def test_challenge_takes_nobodys_time_away(world: World, log: Log, seconds: int, end: int) -> None:
    """The Config's time became shorter: Alice, who sold the object, shows her payment so that Bob has less of it."""
    first, _, gift = await thief_claims(world, log)
    assert (await promotion(world)).final_at_unix == START_UNIX + WINDOW
    await world.send(world.change_of_config(challenge_seconds=seconds))
    later(world, 1)
    receipt = await world.send(challenge(first, payer="alice"))
    assert (await promotion(world)).final_at_unix == START_UNIX + end
    assert receipt.event.fields["final_at_unix"] == START_UNIX + end
    await world.refused(errors.ChallengeOpen, final("alice"))
    later(world, end - 2)
    await world.send(challenge(gift))  # in the last second
    assert (await promotion(world)).final_at_unix == START_UNIX + max(end, end - 1 + seconds)


async def test_leaf_that_changes_nothing_gives_no_time(world: World, log: Log) -> None:
    first, theft, _ = await thief_claims(world, log)
    await world.send(challenge(first))
    later(world, WINDOW - 1)
    await world.refused(errors.TitleUnchanged, challenge(theft))
    await world.refused(errors.TitleUnchanged, challenge(first))
    later(world, 1)
    await world.send(final("alice"))


# what changes nothing


async def test_same_or_later_payment_changes_nothing(world: World, log: Log) -> None:
    shown = await log.shows(*[await log.pays(buyer) for buyer in ("alice", "alice", "mallory")])
    await world.send(claim(shown[0], "alice"))
    for leaf in shown:
        await world.refused(errors.TitleUnchanged, challenge(leaf))


async def test_transfer_by_who_was_not_the_owner_changes_nothing(world: World, log: Log) -> None:
    leaves = [await log.gives("alice", "mallory"), await log.pays("alice"), await log.gives("mallory", "carol")]
    leaves += [await log.gives("alice", "bob"), await log.gives("alice", "mallory")]
    before, payment, strangers, gift, twice = await log.shows(*leaves)
    await world.send(claim(payment, "alice"))
    for shown in (before, strangers):
        await world.refused(errors.TitleUnchanged, challenge(shown))
    await world.send(challenge(gift))
    for shown in (before, strangers, gift, twice):
        await world.refused(errors.TitleUnchanged, challenge(shown))


async def test_slot_of_a_later_payment_changes_nothing(world: World, log: Log) -> None:
    (payment,) = await log.shows(await log.pays("alice"))
    await log.takes_slot("mallory")
    await world.send(claim(payment, "alice"))
    await world.refused(errors.TitleUnchanged, challenge(None))
    assert await owner_of(world) == address_of("mallory")


async def test_own_slot_again_changes_nothing(world: World, log: Log) -> None:
    await log.takes_slot("alice")
    await world.send(claim(None, "alice"))
    await world.refused(errors.TitleUnchanged, challenge(None))


# what is of another object, log or account


async def test_leaf_of_another_object_never_counts(world: World, log: Log) -> None:
    """Alice's leaves are of objects that are like CODE in all but one thing."""
    likes = (OTHER_CODE, MAKER.code("3.G.3j"), alike())
    leaves = [await log.pays("alice", code) for code in likes]
    *others, theft = await log.shows(*leaves, await log.pays("mallory"))
    await world.send(claim(theft, "mallory"))
    for like, other in zip(likes, others, strict=True):
        await world.refused(errors.ProofInvalid, challenge(other))
        astray = with_account(challenge(other, like), "object", PAYMENT)
        await world.refused(errors.WrongPromotion, astray)
        both = with_account(astray, "promotion", PROMOTION)
        await world.refused(errors.WrongPaymentAddress, both)


async def test_slot_of_another_object_never_counts(world: World, log: Log) -> None:
    await log.takes_slot("alice", OTHER_CODE)
    (theft,) = await log.shows(await log.pays("mallory"))
    await world.send(claim(theft, "mallory"))
    await world.refused(errors.TitleMissing, challenge(None))
    astray = with_account(challenge(None, OTHER_CODE), "object", PAYMENT)
    await world.refused(errors.WrongPromotion, astray)
    await world.refused(errors.WrongPaymentAddress, with_account(astray, "promotion", PROMOTION))


async def test_leaf_of_another_log_never_counts(world: World, log: Log) -> None:
    rivals = await open_rivals_log(world)
    (theirs,) = await rivals.shows(await rivals.pays("carol", rivals.maker.code("2.G.3j")))
    await log.pays("bob", OTHER_CODE)
    (ours,) = await log.shows(await log.pays("mallory"))
    await world.send(claim(ours, "mallory"))
    elsewhere = pda.checkpoint_address(log_of(rivals.maker), 0)
    astray = with_account(argued(challenge(ours), theirs), "checkpoint", elsewhere)
    await world.refused(errors.WrongCheckpoint, astray)
    their_log = with_account(astray, "payment_log", log_of(rivals.maker))
    await world.refused(errors.WrongPaymentLog, their_log)
    await world.refused(errors.WrongPrefix, with_account(their_log, "manufacturer", rivals.maker.account))


async def test_log_of_another_shard_is_refused(world: World, log: Log) -> None:
    first, _, _ = await thief_claims(world, log)
    await alter(world, MAKER.account, "Manufacturer", shard_bits=8)
    await world.refused(errors.WrongPaymentLog, challenge(first))


async def test_slot_of_another_batch_is_refused(world: World, log: Log) -> None:
    far = MAKER.code("2.H.3j")
    await world.send(batch_opening(far))
    await log.takes_slot("alice", far)
    (theft,) = await log.shows(await log.pays("mallory"))
    await world.send(claim(theft, "mallory"))
    astray = with_account(challenge(None), "batch_account", pda.batch_account_address(far.path))
    await world.refused(errors.WrongBatchAccount, astray)


async def test_neither_leaf_nor_slot_is_refused(world: World, log: Log) -> None:
    first, _, _ = await thief_claims(world, log)
    nothing = challenge(None)
    await world.refused(errors.TitleMissing, nothing)
    await world.refused(errors.TitleMissing, with_account(nothing, "batch_account", PROGRAM_ID, writable=False))
    await world.refused(errors.TitleMissing, argued(challenge(first), None))
    await world.refused(errors.TitleMissing, argued(nothing, first))


async def test_leaves_of_slots_are_refused(world: World, log: Log) -> None:
    leaves = [await log.takes_slot("alice"), await log.gives_slot("alice", "bob"), await log.pays("mallory")]
    payment, gift, theft = await log.shows(*leaves)
    await world.send(claim(theft, "mallory"))
    for shown in (payment, gift):
        await world.refused(errors.InvalidLeaf, challenge(shown))


@pytest.mark.parametrize("kind", [0, 2, 3, 4, 5, 255])
async def test_leaf_of_another_kind_is_refused(world: World, log: Log, kind: int) -> None:
    first, _, _ = await thief_claims(world, log)
    error = errors.ProofInvalid if kind in (2, 3, 4) else errors.InvalidLeaf
    await world.refused(error, argued(challenge(first), first, kind=kind))


@pytest.mark.parametrize("words", FALSE_WORDS)
async def test_leaf_is_the_logs_to_the_last_word(world: World, log: Log, words: str) -> None:
    first, _ = await log.shows(await log.pays("alice"), theft := await log.pays("mallory"))
    await world.send(claim(log.shown(theft), "mallory"))
    await world.refused(errors.ProofInvalid, argued(challenge(first), first, **FALSE_WORDS[words]))


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        ({"path": "2.3.G"}, errors.InvalidPathLength),
        ({"path": "2.3.2.G.l"}, errors.InvalidSegment),
        ({"path": "A.3.2.G.3j"}, errors.InvalidWallet),
        ({"path": "2.31.2.G.3j"}, errors.WrongPrefix),
        ({"path": "2.3.3.G.3j"}, errors.InvalidClassPointer),
        ({"class_pointer": list(bytes(8))}, errors.InvalidClassPointer),
        ({"path": "2.3.2.G.3k"}, errors.ProofInvalid),
        ({"address": address_of("mallory")}, errors.ProofInvalid),
    ],
)
async def test_code_must_be_the_leafs(world: World, log: Log, claims: dict[str, Any], error: Any) -> None:
    first, _, _ = await thief_claims(world, log)
    await world.refused(error, argued(challenge(first), first, claims=claims))


async def test_promotion_must_be_the_objects_and_open(world: World, log: Log) -> None:
    (other,) = await log.shows(await log.pays("carol", OTHER_CODE))
    await world.send(claim(other, "carol", OTHER_CODE))
    first, theft, _ = await theft_shown(log)
    await world.refused(errors.WrongPromotion, challenge(first))  # there is none yet
    await world.send(claim(theft, "mallory"))
    others = pda.promotion_address(pda.payment_address(OTHER_CODE))
    for wrong in (others, address_of("nobody"), pda.path_prefix_address(MAKER.prefix)):
        await world.refused(errors.WrongPromotion, with_account(challenge(first), "promotion", wrong))
    later(world, WINDOW)
    await world.send(final("mallory"))
    await world.refused(errors.WrongPromotion, challenge(first))  # it is gone


async def test_challenge_without_the_links_rent_is_refused(world: World, log: Log) -> None:
    first, _, gift = await thief_claims(world, log)
    world.put(address_of("bob"), Account(LINK_RENT - 1, SYSTEM_ID, b"", False))
    await world.send(challenge(first, payer="bob"))
    await world.refused(TransactionRefused, challenge(gift, payer="bob"))


async def test_nothing_is_minted_before_the_end(world: World, log: Log) -> None:
    first, _, gift = await thief_claims(world, log)
    for shown in (first, gift):
        await world.send(challenge(shown))
    for address in (mint_of(CODE), token_account_of("bob", CODE), token_account_of("mallory", CODE)):
        assert await world.cluster.account(address) is None


# codes that somebody made up


async def test_slot_is_not_taken_away_by_a_code_that_somebody_made_up(world: World, log: Log) -> None:
    """Mallory pays for a made-up object at the slot's path, claims it, and shows Alice's slot as its own."""
    await log.takes_slot("alice")
    fake = alike()
    (shown,) = await log.shows(await log.pays("mallory", fake))
    await world.send(claim(shown, "mallory", fake))
    await world.refused(errors.TitleMissing, challenge(None, fake, payer="mallory"))
    assert await owner_of(world) == address_of("alice")
    await world.send(claim(None, "alice"))


async def test_slot_of_a_code_that_somebody_made_up_takes_nothing_over(world: World, log: Log) -> None:
    """By the log, the object is Alice's: no leaf before hers is of it."""
    await log.takes_slot("mallory", alike())
    (shown,) = await log.shows(await log.pays("alice"))
    await world.send(claim(shown, "alice"))
    await world.refused(errors.TitleMissing, challenge(None, payer="mallory"))


# what strangers can do to an owner, and what it costs them


async def test_stranger_can_make_a_slot_an_object_at_their_own_cost(world: World, log: Log) -> None:
    """Mallory's later payment opens a promotion, which Alice's slot takes over: Mallory has paid object and promotion.

    Alice cannot give the slot away any more, but nobody else gets the object; the promotion's rent is hers.
    """
    await log.takes_slot("alice")
    (shown,) = await log.shows(await log.pays("mallory"))
    await world.send(claim(shown, "mallory"))
    await world.send(challenge(None, payer="mallory"))
    await world.refused(errors.ObjectExists, slot_gift(CODE, "alice", "bob"))
    await world.refused(errors.ChallengeOpen, final("alice"))
    later(world, WINDOW)
    await world.refused(errors.NotTitleHolder, final("mallory"))
    await world.send(final("alice"))
    assert await world.tokens(address_of("alice"), CODE) == 1


async def test_stranger_can_stop_an_owners_gifts_by_a_claim_in_the_owners_name(world: World, log: Log) -> None:
    """Mallory shows Alice's payment and pays: Alice gives the object away again when she has its NFT."""
    (payment,) = await log.shows(await log.pays("alice"))
    await world.send(claim(payment, "mallory"))
    await world.refused(errors.ObjectExists, world.micro_gift(CODE, "alice", "bob"))
    later(world, WINDOW)
    await world.refused(errors.ObjectExists, world.micro_gift(CODE, "alice", "bob"))
    await world.refused(errors.NotTitleHolder, final("mallory"))
    await world.send(final("alice"))
    await world.refused(errors.ObjectExists, world.micro_gift(CODE, "alice", "bob"))
    await world.send(world.gift(CODE, "alice", "bob"))
    assert await world.tokens(address_of("bob"), CODE) == 1


async def test_gift_that_no_checkpoint_covers_in_time_is_lost(world: World, log: Log) -> None:
    """Also one from before the claim: the window must be longer than the time to a checkpoint."""
    (payment,) = await log.shows(await log.pays("alice"))
    await world.send(world.change_of_config(checkpoint_payments=1_000, checkpoint_seconds=WINDOW + 1))
    later(world, 1)
    gift = await log.gives("alice", "bob")
    await world.send(claim(payment, "alice"))
    later(world, WINDOW - 1)
    await world.refused(errors.CheckpointTooEarly, world.noted(1))
    later(world, 1)
    (shown,) = await log.shows(gift)
    await world.refused(errors.ChallengeOver, challenge(shown, payer="bob"))
    await world.send(final("alice"))


async def test_thief_who_leaves_transfers_out_has_the_window_against_them(world: World, log: Log) -> None:
    """Alice sold the object to Bob and claims it still; Bob shows it in the last second, and has the time again."""
    payment, gift = await log.shows(await log.pays("alice"), await log.gives("alice", "bob"))
    await world.send(claim(payment, "alice"))
    later(world, WINDOW - 1)
    await world.refused(errors.ChallengeOpen, final("alice"))
    await world.send(challenge(gift, payer="bob"))
    later(world, WINDOW)
    await world.refused(errors.NotTitleHolder, final("alice"))
    await world.send(final("bob"))


async def test_all_roles_may_be_one_persons(world: World, log: Log) -> None:
    """Also the manufacturer's: payer, claimant, challenger and owner are the treasury."""
    leaves = [await log.pays("maker treasury"), await log.pays("maker treasury")]
    first, second = await log.shows(*leaves)
    await world.send(claim(second, "maker treasury"), challenge(first, payer="maker treasury"))
    later(world, WINDOW)
    await world.send(final("maker treasury"))
    assert await world.tokens(address_of("maker treasury"), CODE) == 1

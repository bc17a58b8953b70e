"""promote_to_object: who can show a payment or a slot begins to give the object an account of its own, once."""

from dataclasses import replace
from typing import Any

import pytest
from solders.hash import Hash
from solders.pubkey import Pubkey

from chain.people import SOL
from fixtures.fix_program import (
    SYSTEM_ID,
    World,
    address_of,
    log_of,
    mint_of,
    rent,
    token_account_of,
    with_account,
)
from plings.chain import Account
from plings.chain.embedded import START_UNIX
from plings.chain.transaction import Budget, assemble
from plings.errors import TransactionRefused
from plings.identity import ScanUrl
from plings.program import PROGRAM_ID, errors, pda
from plings.program import instructions as ix
from plings.program.accounts import ObjectInstance, Promotion, Status, object_space
from plings.program.events import Event
from plings.program.instructions import ProvedLeaf
from plings.proofs import Kind, Leaf
from program.batches import alike, batch_account, batch_opening, owner_of, slot_gift, slot_payment
from program.journey import MAKER, PLATFORM, longest_code
from program.micro import alter
from program.promotions import (
    ANYONE,
    CODE,
    FALSE_WORDS,
    OBJECT_RENT,
    OTHER_CODE,
    PAYMENT,
    PROMOTION,
    PROMOTION_RENT,
    VALUE,
    WINDOW,
    Log,
    argued,
    challenge,
    claim,
    final,
    later,
    links,
    open_log,
    open_pool,
    open_rivals_log,
    promotion,
    title,
)


@pytest.fixture
async def log(world: World) -> Log:
    return await open_log(world)


@pytest.fixture
async def slots(world: World) -> Log:
    """A log, and the account for CODE's slot."""
    await world.send(batch_opening())
    return await open_log(world)


def provisional(owner: str, code: ScanUrl = CODE) -> ObjectInstance:
    return ObjectInstance(
        path=code.path.text,
        class_pointer=code.class_pointer,
        address=Pubkey.from_bytes(code.address),
        owner=address_of(owner),
        mint=Pubkey.default(),
        asking_price_lamports=None,
        offer_ends_at_unix=0,
        listed_royalty_bps=0,
        listed_platform_fee_bps=0,
        created_at_unix=START_UNIX,
    )


def claimed(owner: str, claimant: str, number: int, at: int = START_UNIX) -> Event:
    return Event(
        "PromotionClaimed",
        {
            "object": PAYMENT,
            "promotion": PROMOTION,
            "path": "2.3.2.G.3j",
            "class_pointer": CODE.class_pointer.text,
            "solana_address": Pubkey.from_bytes(CODE.address),
            "claimant": address_of(claimant),
            "owner": address_of(owner),
            "payment_log": log_of(),
            "number": number,
            "final_at_unix": at + WINDOW,
            "timestamp": at,
        },
    )


# what it does


async def test_payment_begins_the_title(world: World, log: Log) -> None:
    await log.pays("bob", OTHER_CODE)
    (shown,) = await log.shows(await log.pays("alice"))
    later(world, 9)
    receipt = await world.send(claim(shown, "alice"))
    assert await world.object(CODE) == replace(provisional("alice"), created_at_unix=START_UNIX + 9)
    assert await promotion(world) == Promotion(
        object=PAYMENT,
        payment_log=log_of(),
        claimant=address_of("alice"),
        owner=address_of("alice"),
        amount_lamports=VALUE,
        final_at_unix=START_UNIX + 9 + WINDOW,
        is_slot=False,
        title=links((1, "alice")),
    )
    assert receipt.moved == {
        address_of("alice"): -OBJECT_RENT - PROMOTION_RENT,
        PAYMENT: OBJECT_RENT,
        PROMOTION: PROMOTION_RENT,
    }
    assert receipt.event == claimed("alice", "alice", 1, START_UNIX + 9)
    assert await world.cluster.account(mint_of(CODE)) is None
    assert await world.tokens(address_of("alice"), CODE) is None


async def test_slot_begins_the_title_and_becomes_the_objects(world: World, slots: Log) -> None:
    await slots.pays("bob", OTHER_CODE)
    await slots.takes_slot("alice")
    before = await batch_account(world)
    receipt = await world.send(claim(None, "alice"))
    assert await world.object(CODE) == provisional("alice")
    assert await promotion(world) == Promotion(
        object=PAYMENT,
        payment_log=log_of(),
        claimant=address_of("alice"),
        owner=address_of("alice"),
        amount_lamports=0,
        final_at_unix=START_UNIX + WINDOW,
        is_slot=True,
        title=links((1, "alice")),
    )
    assert receipt.moved == {
        address_of("alice"): -OBJECT_RENT - PROMOTION_RENT,
        PAYMENT: OBJECT_RENT,
        PROMOTION: PROMOTION_RENT,
    }
    assert receipt.event == claimed("alice", "alice", 1)
    slot = before.slot_of(CODE.path, CODE.address)
    assert slot
    changed = [replace(slot, owner=PAYMENT) if each == slot else each for each in before.slots]
    assert await batch_account(world) == replace(before, slots=tuple(changed))


async def test_who_got_the_slot_promotes_it_at_the_number_of_its_payment(world: World, slots: Log) -> None:
    await slots.takes_slot("alice")
    await slots.gives_slot("alice", "bob")
    await world.send(claim(None, "bob"))
    assert await title(world) == [(0, address_of("bob"))]


async def test_who_got_the_object_claims_with_the_buyers_payment(world: World, log: Log) -> None:
    payment, gift = await log.shows(await log.pays("alice"), await log.gives("alice", "bob"))
    receipt = await world.send(claim(payment, "bob"))
    assert receipt.event == claimed("alice", "bob", 0)
    assert (await promotion(world)).claimant == address_of("bob")
    assert (await world.object(CODE)).owner == address_of("alice")
    await world.send(challenge(gift, payer="bob"))
    assert await title(world) == [(0, address_of("alice")), (1, address_of("bob"))]
    assert (await world.object(CODE)).owner == address_of("bob")


async def test_payer_may_be_another_than_the_claimant(world: World, log: Log) -> None:
    (shown,) = await log.shows(await log.pays("alice"))
    receipt = await world.send(claim(shown, "alice", payer="bob"))
    assert receipt.moved[address_of("bob")] == -OBJECT_RENT - PROMOTION_RENT
    assert address_of("alice") not in receipt.moved


async def test_stranger_may_pay_for_a_claim_and_gets_nothing_by_it(world: World, log: Log) -> None:
    """The owner signs the end, and gets the promotion's rent, which the stranger paid."""
    (shown,) = await log.shows(await log.pays("alice"))
    await world.send(claim(shown, "mallory"))
    later(world, WINDOW)
    await world.refused(errors.NotTitleHolder, final("mallory"))
    receipt = await world.send(final("alice"))
    assert receipt.moved[PROMOTION] == -PROMOTION_RENT


async def test_leaf_is_shown_under_any_checkpoint_that_covers_it(world: World, log: Log) -> None:
    first = await log.pays("alice")
    (early,) = await log.shows(first)
    await log.pays("bob")
    (late,) = await log.shows(first)
    assert (early.checkpoint_id, late.checkpoint_id) == (0, 1)
    await world.refused(errors.ProofInvalid, claim(replace(late, checkpoint_id=0), "alice"))
    await world.refused(errors.ProofInvalid, claim(replace(early, checkpoint_id=1), "alice"))
    await world.send(claim(early, "alice"))


async def test_longest_path_is_promoted(world: World, log: Log) -> None:
    code = longest_code()
    (shown,) = await log.shows(await log.pays("alice", code))
    receipt = await world.send(claim(shown, "alice", code))
    assert receipt.moved[pda.payment_address(code)] == rent(object_space(code.path.text))
    later(world, WINDOW)
    await world.send(final("alice", code))
    assert await world.tokens(address_of("alice"), code) == 1


async def test_claim_takes_no_heed_of_status_or_pause(world: World, log: Log) -> None:
    (shown,) = await log.shows(await log.pays("alice"))
    await world.send(world.change_of_maker(status=Status.COMPROMISED))
    await world.send(ix.pause(authority=PLATFORM.pubkey()))
    await world.send(claim(shown, "alice"))


async def test_window_is_that_of_the_config(world: World, log: Log) -> None:
    (shown,) = await log.shows(await log.pays("alice"))
    await world.send(world.change_of_config(challenge_seconds=2**32 - 1))
    receipt = await world.send(claim(shown, "alice"))
    assert receipt.event.fields["final_at_unix"] == START_UNIX + 2**32 - 1


async def test_lamports_that_wait_at_the_addresses_do_not_block_it(world: World, log: Log) -> None:
    """What waits at the object's stays a deposit, on top of the rent."""
    (shown,) = await log.shows(await log.pays("alice"))
    for address in (PAYMENT, PROMOTION, mint_of(CODE), token_account_of("alice", CODE)):
        world.put(address, Account(1_000, SYSTEM_ID, b"", False))
    receipt = await world.send(claim(shown, "alice"))
    assert receipt.moved == {
        address_of("alice"): -OBJECT_RENT - PROMOTION_RENT,
        PAYMENT: OBJECT_RENT,
        PROMOTION: PROMOTION_RENT,
    }
    later(world, WINDOW)
    await world.send(final("alice"))
    assert await world.lamports(PAYMENT) == OBJECT_RENT + 1_000
    assert await world.lamports(PROMOTION) == 0


async def test_claim_its_challenges_and_its_end_fit_one_transaction_where_there_is_no_window(
    world: World, log: Log
) -> None:
    """Whoever sets the window to nothing takes a payment's word for it: nothing can be shown against it."""
    payment, gift = await log.shows(await log.pays("alice"), await log.gives("alice", "bob"))
    await world.send(world.change_of_config(challenge_seconds=0))
    await world.refused(errors.ChallengeOver, claim(payment, "alice"), challenge(gift))
    await world.send(claim(payment, "alice"), final("alice"))
    assert await world.tokens(address_of("alice"), CODE) == 1


# while it is provisional


async def test_provisional_object_is_neither_bought_nor_sold(world: World, log: Log) -> None:
    await log.claims("alice")
    await world.refused(errors.NotForSale, world.payment(CODE, "bob"))
    await world.refused(errors.Provisional, world.payment(CODE, "bob", seller="alice"))
    await world.refused(errors.Provisional, world.offer(CODE, "alice"))
    await world.refused(errors.Provisional, world.gift(CODE, "alice", "bob"))
    await world.refused(errors.WrongTokenAccount, world.withdrawal(CODE, "alice"))


async def test_payment_by_value_for_a_provisional_object_is_refused_whatever_it_is(world: World, log: Log) -> None:
    """Were it micro-paid for by its value, the payer would get nothing."""
    await log.claims("alice")
    treasuries = ix.Treasuries(MAKER.treasury.pubkey(), address_of("platform treasury"))
    arguments: dict[str, Any] = {"buyer": address_of("bob"), "code": CODE, "identity_key": MAKER.identity_key}
    for lamports in (VALUE, SOL):
        alone = ix.process_payment(**arguments, amount_lamports=lamports)
        await world.refused(errors.TierAccountMissing, alone)
        seller = address_of("alice")
        whole = ix.process_payment(**arguments, amount_lamports=lamports, treasuries=treasuries, seller=seller)
        await world.refused(errors.Provisional, whole)


async def test_sponsored_payment_for_a_provisional_object_is_refused(world: World, log: Log) -> None:
    await log.claims("alice")
    await open_pool(world, SOL)
    payment = ix.sponsored_payment(
        buyer=address_of("bob"),
        code=CODE,
        amount_lamports=VALUE,
        identity_key=MAKER.identity_key,
        manufacturer_treasury=MAKER.treasury.pubkey(),
        platform_treasury=address_of("platform treasury"),
    )
    await world.refused(errors.ObjectExists, payment)


async def test_payments_into_the_log_buy_nothing_of_a_provisional_object(world: World, slots: Log) -> None:
    """They are later than what was shown."""
    await slots.claims("alice")
    (shown,) = await slots.shows(await slots.pays("bob"))
    await world.refused(errors.TitleUnchanged, challenge(shown))
    await slots.takes_slot("bob")
    await world.refused(errors.TitleUnchanged, challenge(None))
    await world.refused(errors.ObjectExists, claim(None, "bob"))


async def test_deposit_on_a_provisional_object_can_be_refunded_but_never_its_rent(world: World, log: Log) -> None:
    world.put(PAYMENT, Account(1_000, SYSTEM_ID, b"", False))
    await log.claims("alice")
    await world.refused(errors.DepositTooSmall, world.refund(CODE, "bob", 1_001))
    receipt = await world.send(world.refund(CODE, "bob", 1_000))
    assert receipt.moved == {PAYMENT: -1_000, address_of("bob"): 1_000}


async def test_slot_is_frozen_during_the_promotion_and_after(world: World, slots: Log) -> None:
    await slots.takes_slot("alice")
    await world.send(claim(None, "alice"))
    gift, payment = slot_gift(CODE, "alice", "bob"), slot_payment(CODE, "bob")
    await world.refused(errors.ObjectExists, gift)
    await world.refused(errors.SlotTaken, payment)
    later(world, WINDOW)
    await world.refused(errors.ObjectExists, gift)
    await world.send(final("alice"))
    await world.refused(errors.ObjectExists, gift)
    await world.refused(errors.SlotTaken, payment)
    assert await owner_of(world) == PAYMENT


async def test_slots_beside_it_are_as_they_were(world: World, slots: Log) -> None:
    await slots.takes_slot("alice")
    await slots.takes_slot("bob", OTHER_CODE)
    await world.send(claim(None, "alice"))
    await world.send(slot_gift(OTHER_CODE, "bob", "carol"))
    assert await owner_of(world, OTHER_CODE) == address_of("carol")


# once only


async def test_object_is_promoted_once(world: World, log: Log) -> None:
    first, second = await log.shows(await log.pays("alice"), await log.pays("bob"))
    await world.send(claim(first, "alice"))
    for again in (claim(first, "alice"), claim(second, "bob")):
        await world.refused(errors.ObjectExists, again)
    later(world, WINDOW)
    await world.refused(errors.ObjectExists, claim(second, "bob"))
    await world.send(final("alice"))
    for again in (claim(first, "alice"), claim(second, "bob")):
        await world.refused(errors.ObjectExists, again)
    assert await world.cluster.account(PROMOTION) is None


async def test_slot_is_promoted_once(world: World, slots: Log) -> None:
    await slots.takes_slot("alice")
    await world.send(claim(None, "alice"))
    await world.refused(errors.ObjectExists, claim(None, "alice"))


async def test_object_that_was_paid_for_at_its_account_is_not_promoted(world: World, slots: Log) -> None:
    await slots.takes_slot("alice")
    (shown,) = await slots.shows(await slots.pays("alice"))
    await world.owned_by("bob", CODE)
    await world.refused(errors.ObjectExists, claim(shown, "alice"))
    await world.refused(errors.ObjectExists, claim(None, "alice"))


# what is no payment and no slot


async def test_neither_leaf_nor_slot_is_refused(world: World, slots: Log) -> None:
    (shown,) = await slots.shows(await slots.pays("alice"))
    nothing = claim(None, "alice")
    await world.refused(errors.TitleMissing, nothing)  # nobody has taken the slot
    await world.refused(errors.TitleMissing, with_account(nothing, "batch_account", PROGRAM_ID, writable=False))
    await world.refused(errors.TitleMissing, argued(claim(shown, "alice"), None))  # a checkpoint alone
    await world.refused(errors.TitleMissing, argued(nothing, shown))  # a batch account alone


async def test_without_a_time_for_challenges_only_the_buyer_claims(world: World, log: Log) -> None:
    """Else the claim of whom it was given to would make the giver the owner, and nothing could be shown."""
    await world.send(world.change_of_config(challenge_seconds=0))
    (shown,) = await log.shows(await log.pays("alice"))
    await world.refused(errors.NotTitleHolder, claim(shown, "bob"))
    await world.send(claim(shown, "alice", payer="bob"))


async def test_title_begins_with_no_transfer(world: World, log: Log) -> None:
    _, gift = await log.shows(await log.pays("alice"), await log.gives("alice", "bob"))
    for claimant in ("alice", "bob"):
        await world.refused(errors.TitleMissing, claim(gift, claimant))


async def test_leaves_of_slots_are_refused(world: World, slots: Log) -> None:
    """Whose the slot is now is in the slot."""
    payment, gift = await slots.takes_slot("alice"), await slots.gives_slot("alice", "bob")
    for shown in await slots.shows(payment, gift):
        for claimant in ("alice", "bob"):
            await world.refused(errors.InvalidLeaf, claim(shown, claimant))


@pytest.mark.parametrize("kind", [0, 3, 4, 5, 255])
async def test_leaf_of_no_kind_is_refused(world: World, log: Log, kind: int) -> None:
    (shown,) = await log.shows(await log.pays("alice"))
    error = errors.ProofInvalid if kind in (3, 4) else errors.InvalidLeaf
    await world.refused(error, argued(claim(shown, "alice"), shown, kind=kind))


@pytest.mark.parametrize("words", FALSE_WORDS)
async def test_leaf_is_the_logs_to_the_last_word(world: World, log: Log, words: str) -> None:
    first, _ = await log.shows(await log.pays("alice"), await log.pays("bob"))
    await world.refused(errors.ProofInvalid, argued(claim(first, "alice"), first, **FALSE_WORDS[words]))


async def test_leaf_of_another_object_is_refused(world: World, log: Log) -> None:
    """Another path, address or class: each is in the leaf."""
    third, fourth = MAKER.code("3.G.3j"), alike()
    leaves = [await log.pays("alice", code) for code in (OTHER_CODE, third, fourth)]
    for shown in await log.shows(*leaves):
        await world.refused(errors.ProofInvalid, claim(shown, "alice"))


async def test_leaf_of_another_log_is_refused(world: World, log: Log) -> None:
    rivals = await open_rivals_log(world)
    await log.pays("alice")
    (theirs,) = await rivals.shows(await rivals.pays("mallory", code := rivals.maker.code("2.G.3j")))
    (ours,) = await log.shows(log.leaves[0])
    elsewhere = pda.checkpoint_address(log_of(rivals.maker), 0)
    astray = with_account(argued(claim(ours, "mallory"), theirs), "checkpoint", elsewhere)
    await world.refused(errors.WrongCheckpoint, astray)
    await world.refused(errors.ProofInvalid, argued(claim(ours, "mallory"), theirs))
    their_log = with_account(astray, "payment_log", log_of(rivals.maker))
    await world.refused(errors.WrongPaymentLog, their_log)
    their_maker = with_account(their_log, "manufacturer", rivals.maker.account)
    await world.refused(errors.WrongPrefix, their_maker)
    await world.send(claim(theirs, "mallory", code, identity_key=rivals.maker.identity_key))


async def test_log_of_another_shard_is_refused(world: World, log: Log) -> None:
    """The proof is against a checkpoint of the log that the address falls to, of those that there are by now."""
    (shown,) = await log.shows(await log.pays("alice"))
    await alter(world, MAKER.account, "Manufacturer", shard_bits=8)
    assert CODE.address[0]
    await world.refused(errors.WrongPaymentLog, claim(shown, "alice"))


async def test_slot_of_another_batch_is_refused(world: World, slots: Log) -> None:
    far = MAKER.code("2.H.3j")
    await world.send(batch_opening(far))
    await slots.takes_slot("alice", far)
    astray = with_account(claim(None, "alice"), "batch_account", pda.batch_account_address(far.path))
    await world.refused(errors.WrongBatchAccount, astray)


async def test_slot_of_another_object_of_the_batch_is_refused(world: World, slots: Log) -> None:
    await slots.takes_slot("alice", OTHER_CODE)
    await world.refused(errors.TitleMissing, claim(None, "alice"))


async def test_slot_of_another_address_at_its_path_is_refused(world: World, slots: Log) -> None:
    other = ScanUrl.parse(CODE.text.replace(f"i={CODE.text.rpartition('i=')[2].partition('&')[0]}", f"i={PAYMENT}"))
    await slots.takes_slot("alice", other)
    await world.refused(errors.TitleMissing, claim(None, "alice"))


async def test_slot_is_promoted_by_its_owner_alone(world: World, slots: Log) -> None:
    await slots.takes_slot("alice")
    for stranger in ("mallory", "maker", ANYONE):
        await world.refused(errors.NotSlotOwner, claim(None, stranger))
    await slots.gives_slot("alice", "bob")
    await world.refused(errors.NotSlotOwner, claim(None, "alice"))
    await world.send(claim(None, "bob"))


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
    (shown,) = await log.shows(await log.pays("alice"))
    await world.refused(error, argued(claim(shown, "alice"), shown, claims=claims))


async def test_account_elsewhere_is_refused(world: World, log: Log) -> None:
    (shown,) = await log.shows(await log.pays("alice"))
    other = pda.payment_address(OTHER_CODE)
    for wrong in (other, address_of("nobody")):
        await world.refused(errors.WrongPaymentAddress, with_account(claim(shown, "alice"), "object", wrong))
    for wrong in (pda.promotion_address(other), address_of("nobody"), mint_of(CODE)):
        await world.refused(errors.WrongPromotion, with_account(claim(shown, "alice"), "promotion", wrong))
    unsigned = with_account(claim(shown, "alice", payer="bob"), "claimant", signer=False)
    await world.refused(errors.AccountRefused, unsigned)


async def test_claim_without_the_rents_is_refused(world: World, log: Log) -> None:
    (shown,) = await log.shows(await log.pays("alice"))
    enough = Account(OBJECT_RENT + PROMOTION_RENT, SYSTEM_ID, b"", False)
    world.put(address_of("alice"), replace(enough, lamports=enough.lamports - 1))
    await world.refused(TransactionRefused, claim(shown, "alice"))
    world.put(address_of("alice"), enough)
    await world.send(claim(shown, "alice"))
    assert await world.lamports(address_of("alice")) == 0


async def test_object_of_a_rival_is_promoted_from_its_own_log(world: World, log: Log) -> None:
    rivals = await open_rivals_log(world)
    code = rivals.maker.code("2.G.3j")
    (shown,) = await rivals.shows(await rivals.pays("alice", code))
    await world.send(claim(shown, "alice", code, identity_key=rivals.maker.identity_key))


async def test_slot_at_an_address_that_begins_alike_is_not_this_objects(world: World, slots: Log) -> None:
    """What mallory paid for is made up: to begin with the same eight bytes makes no address the object's."""
    await slots.takes_slot("mallory", alike())
    await slots.pays("alice")  # whose the object is by the log
    for claimant in ("mallory", "alice"):
        await world.refused(errors.TitleMissing, claim(None, claimant))


# what fits a transaction


@pytest.mark.parametrize(("code", "most"), [(CODE, 19), (longest_code(), 16)], ids=["usual path", "longest path"])
def test_proof_of_so_many_hashes_fits_a_transaction(code: ScanUrl, most: int) -> None:
    """A tree of 2^19 leaves, or 2^16; a leaf is proved under any checkpoint that covers it, also an old one."""
    leaf = Leaf(
        kind=Kind.PAYMENT,
        payment_log=bytes(log_of()),
        number=0,
        timestamp=0,
        actor=bytes(address_of("alice")),
        owner=bytes(address_of("alice")),
        amount_lamports=0,
        class_pointer=code.class_pointer,
        address=code.address,
        path=code.path,
    )
    for build in (lambda shown: claim(shown, "alice", code), lambda shown: challenge(shown, code, payer="alice")):
        payer, blockhash = address_of("alice"), Hash.default()
        assemble([build(ProvedLeaf(leaf, 0, (bytes(32),) * most))], payer, blockhash, Budget())
        with pytest.raises(TransactionRefused, match="more than the 1,232 that fit"):
            assemble([build(ProvedLeaf(leaf, 0, (bytes(32),) * (most + 1)))], payer, blockhash, Budget())

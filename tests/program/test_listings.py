"""Offers and who may end up with what: the thief's ways around a listing."""

from dataclasses import replace

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.system_program import CreateAccountParams, create_account

from chain import token_2022
from fixtures.fix_program import (
    SOL,
    SYSTEM_ID,
    TOKEN_ACCOUNT_RENT,
    World,
    address_of,
    keypair_for,
    mint_of,
    rent,
    token_account_of,
    with_account,
)
from plings.chain import Account
from plings.errors import TransactionError
from plings.program import PROGRAM_ID, errors, pda
from plings.program.interface import IDL, TOKEN_PROGRAM_ID
from program.journey import ALICE
from program.test_account_substitution import forged_accounts
from program.test_list_for_sale import CODE, move_in_wallet

ONE = (1).to_bytes(8, "little")


def by_alice(data: bytes, *between: AccountMeta) -> Instruction:
    """A Token-2022 instruction for her token account, signed by her."""
    hers = AccountMeta(token_account_of("alice", CODE), False, True)
    return Instruction(TOKEN_PROGRAM_ID, data, [hers, *between, AccountMeta(address_of("alice"), True, False)])


APPROVE_MALLORY = by_alice(bytes([4]) + ONE, AccountMeta(address_of("mallory"), False, False))
BURN = by_alice(bytes([8]) + ONE, AccountMeta(mint_of(CODE), False, True))
CLOSE = by_alice(bytes([9]), AccountMeta(address_of("alice"), False, True))


async def test_offer_is_void_once_the_nft_moved_in_a_wallet(world: World) -> None:
    """Bob got it by a gift; that Alice once asked 1 SOL for it is nothing to him."""
    await world.listed_by("alice", CODE, SOL)
    await move_in_wallet(world, "alice", "bob")
    await world.refused(errors.NotForSale, world.payment(CODE, "carol", SOL, seller="bob"))
    await world.refused(errors.WrongTokenAccount, world.payment(CODE, "carol", SOL, seller="alice"))
    for name in ("alice", "mallory"):
        theirs = world.payment(CODE, "carol", SOL, seller=name, seller_token_account=token_account_of("bob", CODE))
        await world.refused(errors.WrongAccount, theirs)


async def test_new_holder_asks_another_price(world: World) -> None:
    await world.listed_by("alice", CODE, SOL)
    await move_in_wallet(world, "alice", "bob")
    await world.send(world.offer(CODE, "bob", 2 * SOL))
    await world.refused(errors.BelowAskingPrice, world.payment(CODE, "carol", SOL, seller="bob"))
    receipt = await world.send(world.payment(CODE, "carol", 2 * SOL, seller="bob"))
    assert address_of("alice") not in receipt.moved
    assert receipt.moved[address_of("bob")] == 2 * SOL * 85 // 100


async def test_offer_stands_again_when_the_nft_is_back(world: World) -> None:
    """It is its maker's offer, and its maker holds the NFT again. Whoever does not want that cancels it."""
    await world.listed_by("alice", CODE, SOL)
    await move_in_wallet(world, "alice", "bob")
    await move_in_wallet(world, "bob", "alice")
    await world.send(world.payment(CODE, "carol", SOL, seller="alice"))


async def test_offer_does_not_outlive_an_offer_of_somebody_else(world: World) -> None:
    await world.listed_by("alice", CODE, SOL)
    await move_in_wallet(world, "alice", "bob")
    await world.send(world.offer(CODE, "bob", 2 * SOL))
    await move_in_wallet(world, "bob", "alice")
    await world.refused(errors.NotForSale, world.payment(CODE, "carol", 2 * SOL, seller="alice"))


async def test_buying_an_object_buys_no_offer_with_it(world: World) -> None:
    await world.listed_by("alice", CODE, SOL)
    await world.send(world.payment(CODE, "bob", SOL, seller="alice"))
    await world.refused(errors.NotForSale, world.payment(CODE, "carol", SOL, seller="bob"))
    await world.refused(errors.WrongTokenAccount, world.payment(CODE, "carol", SOL, seller="alice"))


async def test_one_offer_is_taken_once(world: World) -> None:
    await world.listed_by("alice", CODE, SOL)
    twice = [world.payment(CODE, name, SOL, seller="alice") for name in ("bob", "carol")]
    await world.refused(errors.WrongTokenAccount, *twice)


async def test_royalty_and_fee_are_those_of_the_listing(world: World) -> None:
    await world.listed_by("alice", CODE, SOL)
    await world.send(world.change_of_maker(royalty_bps=2_500))
    await world.send(world.change_of_config(platform_fee_bps=2_500))
    receipt = await world.send(world.payment(CODE, "bob", SOL, seller="alice"))
    assert receipt.moved[address_of("alice")] == SOL * 85 // 100
    assert receipt.moved[address_of("platform treasury")] == SOL // 10
    assert receipt.moved[address_of("maker treasury")] == SOL // 20


async def test_lowered_shares_are_those_of_the_listing_too(world: World) -> None:
    await world.listed_by("alice", CODE, SOL)
    await world.send(world.change_of_maker(royalty_bps=0))
    await world.send(world.change_of_config(platform_fee_bps=0))
    receipt = await world.send(world.payment(CODE, "bob", SOL, seller="alice"))
    assert receipt.moved[address_of("alice")] == SOL * 85 // 100


async def test_both_highest_shares_leave_the_seller_half(world: World) -> None:
    await world.send(world.change_of_maker(royalty_bps=2_500))
    await world.send(world.change_of_config(platform_fee_bps=2_500))
    await world.listed_by("alice", CODE, 10_001)
    receipt = await world.send(world.payment(CODE, "bob", 10_001, seller="alice"))
    assert receipt.moved[address_of("alice")] == 5_001


async def test_new_treasuries_are_paid(world: World) -> None:
    await world.listed_by("alice", CODE, SOL)
    await world.send(world.change_of_maker(treasury=address_of("carol")))
    await world.send(world.change_of_config(platform_treasury=address_of("platform heir")))
    stale = world.payment(CODE, "bob", SOL, seller="alice")
    await world.refused(errors.WrongAccount, stale)
    treasuries = {"manufacturer_treasury": address_of("carol"), "platform_treasury": address_of("platform heir")}
    receipt = await world.send(world.payment(CODE, "bob", SOL, seller="alice", **treasuries))
    assert receipt.moved[address_of("carol")] == SOL // 20
    assert receipt.moved[address_of("platform heir")] == SOL // 10


async def test_price_raised_in_front_of_a_buyer_takes_nothing(world: World) -> None:
    await world.listed_by("alice", CODE, SOL)
    purchase = world.payment(CODE, "bob", SOL, seller="alice")
    await world.send(world.offer(CODE, "alice", SOL + 1))
    await world.refused(errors.BelowAskingPrice, purchase)


async def test_buyer_who_pays_more_than_asked_gives_it_to_all(world: World) -> None:
    await world.listed_by("alice", CODE, 1)
    receipt = await world.send(world.payment(CODE, "bob", SOL, seller="alice"))
    assert receipt.event.fields["payment_amount"] == SOL
    assert receipt.moved[address_of("alice")] == SOL * 85 // 100


async def test_object_given_away_in_front_of_a_buyer_costs_them_nothing(world: World) -> None:
    await world.listed_by("alice", CODE, SOL)
    purchase = world.payment(CODE, "bob", SOL, seller="alice")
    await world.send(world.gift(CODE, "alice", "mallory"))
    await world.refused(errors.WrongTokenAccount, purchase)


async def test_buyer_of_a_fresh_object_pays_no_owner_who_came_first(world: World) -> None:
    """Mallory pays in front of Alice and lists: Alice's payment names no seller and is refused."""
    payment = world.payment(CODE, "alice", SOL)
    await world.listed_by("mallory", CODE, 1)
    await world.refused(errors.NotForSale, payment)


async def test_seller_with_too_little_for_an_account_cannot_be_paid_too_little(world: World) -> None:
    """The runtime's rule, and nothing is lost: a higher price works."""
    await world.listed_by("alice", CODE, 1_000)
    world.put(address_of("alice"), Account(0, SYSTEM_ID, b"", False))
    refusal = await world.refused(TransactionError, world.payment(CODE, "bob", 1_000, seller="alice"))
    assert "fewer lamports than its rent" in str(refusal)
    await world.send(world.payment(CODE, "bob", 2_000_000, seller="alice"))


async def test_delegate_or_freezing_by_the_seller_stops_no_sale(world: World) -> None:
    """Alice approves Mallory in her wallet after listing; Bob gets the NFT all the same."""
    await world.listed_by("alice", CODE, SOL)
    await world.send(APPROVE_MALLORY)
    await world.send(world.payment(CODE, "bob", SOL, seller="alice"))
    accounts = [token_account_of(name, CODE) for name in ("bob", "mallory")]
    await world.send(token_2022.create_token_account(address_of("mallory"), address_of("mallory"), mint_of(CODE)))
    stealing = token_2022.transfer_one(mint_of(CODE), *accounts, address_of("mallory"))
    await world.refused(TransactionError, stealing)


async def test_delegate_is_no_owner(world: World) -> None:
    await world.owned_by("alice", CODE)
    await world.send(APPROVE_MALLORY)
    theirs = {"token_account": token_account_of("alice", CODE)}
    await world.refused(errors.NotOwner, world.offer(CODE, "mallory", 1, **theirs))
    await world.refused(errors.NotOwner, world.gift(CODE, "mallory", "carol", **theirs))


async def test_burnt_nft_is_owned_by_nobody(world: World) -> None:
    """Alice destroys it in her wallet; the object is then nobody's, and cannot be bought a first time again."""
    await world.listed_by("alice", CODE, SOL)
    await world.send(BURN)
    await world.refused(errors.WrongTokenAccount, world.payment(CODE, "bob", SOL, seller="alice"))
    await world.refused(errors.NotForSale, world.payment(CODE, "bob", SOL))
    await world.refused(errors.WrongTokenAccount, world.gift(CODE, "alice", "bob"))


async def test_closed_token_account_is_made_again(world: World) -> None:
    """Alice sold and closed her empty account to have its rent back; she buys again."""
    await world.listed_by("alice", CODE)
    await world.send(world.payment(CODE, "bob", seller="alice"))
    assert (await world.send(CLOSE)).moved[address_of("alice")] == TOKEN_ACCOUNT_RENT
    await world.send(world.offer(CODE, "bob"))
    await world.send(world.payment(CODE, "alice", seller="bob"))
    assert await world.tokens(address_of("alice"), CODE) == 1


@pytest.mark.parametrize("name", ["seller", "seller_token_account"])
async def test_half_a_seller_is_none(world: World, name: str) -> None:
    await world.listed_by("alice", CODE)
    half = with_account(world.payment(CODE, "bob", seller="alice"), name, PROGRAM_ID, writable=False)
    await world.refused(errors.NotForSale, half)


# accounts that wallets make


GUARDED = keypair_for("another token account")


def account_elsewhere(owner: str) -> list[Instruction]:
    """A token account of one's own that is not the associated one, so its owner can be changed."""
    space = 165
    made = create_account(
        CreateAccountParams(
            from_pubkey=address_of(owner),
            to_pubkey=GUARDED.pubkey(),
            lamports=rent(space),
            space=space,
            owner=TOKEN_PROGRAM_ID,
        )
    )
    mint = AccountMeta(mint_of(CODE), False, False)
    initialize = bytes([18]) + bytes(address_of(owner))
    return [made, Instruction(TOKEN_PROGRAM_ID, initialize, [AccountMeta(GUARDED.pubkey(), False, True), mint])]


async def kept_elsewhere(world: World) -> None:
    """Alice's NFT, moved to her other account."""
    await world.owned_by("alice", CODE)
    moving = token_2022.transfer_one(mint_of(CODE), token_account_of("alice", CODE), GUARDED.pubkey(), ALICE.pubkey())
    await world.send(*account_elsewhere("alice"), moving)


async def test_nft_kept_elsewhere_is_listed_sold_and_given(world: World) -> None:
    await kept_elsewhere(world)
    await world.refused(errors.WrongTokenAccount, world.offer(CODE, "alice"))
    await world.send(world.offer(CODE, "alice", token_account=GUARDED.pubkey()))
    receipt = await world.send(world.payment(CODE, "bob", seller="alice", seller_token_account=GUARDED.pubkey()))
    assert receipt.moved[address_of("alice")] == SOL * 85 // 100
    assert await world.tokens(address_of("bob"), CODE) == 1


async def test_nft_is_bought_into_an_account_kept_elsewhere(world: World) -> None:
    await world.listed_by("alice", CODE)
    await world.send(*account_elsewhere("bob"))
    purchase = world.payment(CODE, "bob", seller="alice")
    await world.send(with_account(purchase, "buyer_token_account", GUARDED.pubkey()))
    await world.send(world.gift(CODE, "bob", "carol", token_account=GUARDED.pubkey()))


async def test_account_that_got_another_owner_sells_no_more(world: World) -> None:
    """Alice lists, then makes the whole account Bob's: her offer is not his."""
    await kept_elsewhere(world)
    elsewhere = {"token_account": GUARDED.pubkey()}
    await world.send(world.offer(CODE, "alice", **elsewhere))
    holding = [AccountMeta(GUARDED.pubkey(), False, True), AccountMeta(address_of("alice"), True, False)]
    await world.send(Instruction(TOKEN_PROGRAM_ID, bytes([6, 2, 1]) + bytes(address_of("bob")), holding))
    selling = {"seller_token_account": GUARDED.pubkey()}
    await world.refused(errors.NotForSale, world.payment(CODE, "carol", seller="bob", **selling))
    await world.refused(errors.WrongAccount, world.payment(CODE, "carol", seller="alice", **selling))
    await world.refused(errors.NotOwner, world.withdrawal(CODE, "alice", **elsewhere))
    await world.send(world.withdrawal(CODE, "bob", **elsewhere))


async def test_guard_against_calls_stops_no_sale(world: World) -> None:
    """Alice lists and then has her wallet refuse calls by programs: who pays still gets what she sold."""
    await world.listed_by("alice", CODE)
    payer = [AccountMeta(address_of("alice"), True, True), AccountMeta(SYSTEM_ID, False, False)]
    grow = by_alice(bytes([29]) + (11).to_bytes(2, "little"), *payer)
    await world.send(grow, by_alice(bytes([34, 0])))
    await world.send(world.payment(CODE, "bob", seller="alice"))
    assert await world.tokens(address_of("bob"), CODE) == 1


async def test_buyer_whose_account_demands_memos_gets_and_pays_nothing(world: World) -> None:
    """Alice once asked Token-2022 to refuse transfers without a memo: the whole purchase is refused."""
    await world.listed_by("carol", CODE)
    await world.send(world.payment(CODE, "alice", seller="carol"))
    await world.send(world.offer(CODE, "alice"))
    await world.send(world.payment(CODE, "bob", seller="alice"))
    payer = [AccountMeta(address_of("alice"), True, True), AccountMeta(SYSTEM_ID, False, False)]
    grow = by_alice(bytes([29]) + (8).to_bytes(2, "little"), *payer)
    await world.send(grow, by_alice(bytes([30, 0])))
    await world.send(world.offer(CODE, "bob"))
    refusal = await world.refused(TransactionError, world.payment(CODE, "alice", seller="bob"))
    assert refusal.program_id == TOKEN_PROGRAM_ID


DRESSED = [name for name in forged_accounts() if "token" in name]


@pytest.mark.parametrize("shape", DRESSED)
async def test_what_only_looks_like_a_token_account_makes_no_owner(world: World, shape: str) -> None:
    """Every byte says that it is Mallory who holds the NFT; but it is no token account."""
    await world.listed_by("alice", CODE)
    forged = forged_accounts()[shape]
    world.put(GUARDED.pubkey(), forged)
    mine = {"token_account": GUARDED.pubkey()}
    await world.refused(errors.WrongTokenAccount, world.offer(CODE, "mallory", 1, **mine))
    await world.refused(errors.WrongTokenAccount, world.withdrawal(CODE, "mallory", **mine))
    await world.refused(errors.WrongTokenAccount, world.gift(CODE, "mallory", "bob", **mine))
    sale = world.payment(CODE, "bob", seller="mallory", seller_token_account=GUARDED.pubkey())
    await world.refused(errors.WrongTokenAccount, sale)
    into_it = with_account(world.payment(CODE, "mallory", seller="alice"), "buyer_token_account", GUARDED.pubkey())
    await world.refused(TransactionError, into_it)


@pytest.mark.parametrize("kind", ["Config", "Manufacturer", "PathPrefix", "ClassTerms", "nothing"])
async def test_account_of_ours_of_another_type_is_no_object(world: World, kind: str) -> None:
    """Though every other byte is that of an object which Alice owns and offers."""
    await world.listed_by("alice", CODE)
    payment = pda.payment_address(CODE)
    genuine = await world.account(payment)
    types = {account["name"]: bytes(account["discriminator"]) for account in IDL["accounts"]}
    world.put(payment, replace(genuine, data=types.get(kind, bytes(8)) + genuine.data[8:]))
    await world.refused(errors.ProgramError, world.offer(CODE, "alice"))
    await world.refused(errors.ProgramError, world.withdrawal(CODE, "alice"))
    await world.refused(errors.ProgramError, world.gift(CODE, "alice", "bob"))
    await world.refused(errors.ProgramError, world.payment(CODE, "bob", seller="alice"))
    world.put(payment, genuine)
    await world.send(world.payment(CODE, "bob", seller="alice"))

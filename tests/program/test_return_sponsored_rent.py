"""return_sponsored_rent: the rent of a token account that a sponsor paid for goes back once the NFT is gone."""

import pytest
from solders.pubkey import Pubkey

from chain import token_2022
from fixtures.fix_program import (
    RIVAL,
    SOL,
    TOKEN_ACCOUNT_RENT,
    World,
    address_of,
    keypair_for,
    mint_of,
    token_account_of,
    with_account,
)
from plings.chain.embedded import START_UNIX
from plings.errors import TransactionError, TransactionRefused
from plings.program import PROGRAM_ID, errors, pda
from plings.program.accounts import Status
from plings.program.events import Event
from plings.program.interface import TOKEN_PROGRAM_ID
from program.journey import MAKER, deposit, registration
from program.sponsors import (
    CLOSE_ACCOUNT,
    CODE,
    OTHER_CODE,
    POOL,
    POOL_RENT,
    authority_to,
    burning,
    closing,
    closing_tokens,
    guarding_against_calls,
    lie_there,
    opening,
    pool_of,
    returning,
    sponsored,
    token_call,
    with_pool,
)

ACCOUNT = token_account_of("alice", CODE)
TREASURY = MAKER.treasury.pubkey()
OTHER_POOL = pda.sponsor_pool_address(RIVAL.account)
HOW = ["sold", "given", "burnt", "moved"]


@pytest.fixture
async def owned(logged: World) -> World:
    """Alice has an NFT whose rent MAKER's pool paid."""
    await with_pool(logged)
    await logged.send(sponsored(CODE, "alice"))
    return logged


async def parted(world: World, how: str = "given", owner: str = "alice", heir: str = "bob") -> World:
    """The NFT left its owner's token account, which is still there."""
    if how == "burnt":
        await world.send(burning(owner))
    elif how == "given":
        await world.send(world.gift(CODE, owner, heir))
    elif how == "sold":
        await world.send(world.offer(CODE, owner), world.payment(CODE, heir, seller=owner))
    else:
        await world.send(token_2022.create_token_account(address_of(owner), address_of(heir), mint_of(CODE)))
        tokens = [token_account_of(name, CODE) for name in (owner, heir)]
        await world.send(token_2022.transfer_one(mint_of(CODE), *tokens, address_of(owner)))
    return world


@pytest.mark.parametrize("how", HOW)
async def test_rent_of_an_empty_account_goes_back_to_the_pool(owned: World, how: str) -> None:
    """Nobody signs but who pays the fee."""
    await parted(owned, how)
    before = await pool_of(owned)
    owned.cluster.advance_clock(5)
    receipt = await owned.send(returning(CODE, "alice"))
    assert receipt.moved == {ACCOUNT: -TOKEN_ACCOUNT_RENT, POOL: TOKEN_ACCOUNT_RENT}
    assert await owned.cluster.account(ACCOUNT) is None
    assert vars(await pool_of(owned)) == {**vars(before), "returned_lamports": TOKEN_ACCOUNT_RENT}
    assert receipt.event == Event(
        "SponsoredRentReturned",
        {
            "manufacturer": MAKER.account,
            "object": pda.payment_address(CODE),
            "token_account": ACCOUNT,
            "destination": POOL,
            "amount_lamports": TOKEN_ACCOUNT_RENT,
            "timestamp": START_UNIX + 5,
        },
    )


@pytest.mark.parametrize("how", HOW)
async def test_rent_goes_back_once(owned: World, how: str) -> None:
    await parted(owned, how)
    await owned.refused(errors.WrongTokenAccount, returning(CODE, "alice"), returning(CODE, "alice"))
    await owned.send(returning(CODE, "alice"))
    await owned.refused(errors.WrongTokenAccount, returning(CODE, "alice"))
    await owned.send(deposit(keypair_for("bob"), ACCOUNT, SOL))
    await owned.refused(errors.WrongTokenAccount, returning(CODE, "alice"))


async def test_account_with_the_nft_in_it_stays(owned: World) -> None:
    await owned.refused(errors.NotReturnable, returning(CODE, "alice"))
    await owned.send(owned.offer(CODE, "alice"))
    await owned.refused(errors.NotReturnable, returning(CODE, "alice"))


async def test_account_stays_when_its_owner_has_the_nft_again(owned: World) -> None:
    """Alice bought it back before anybody sent its rent back: she pays no rent, and the account is as before."""
    await parted(owned)
    await owned.send(owned.offer(CODE, "bob"))
    receipt = await owned.send(owned.payment(CODE, "alice", seller="bob"))
    assert receipt.moved[address_of("alice")] == -SOL
    await owned.refused(errors.NotReturnable, returning(CODE, "alice"))
    await parted(owned, "given", "alice", "carol")
    await owned.refused(TransactionRefused, closing_tokens("alice"))
    await owned.send(returning(CODE, "alice"))


async def test_account_returned_in_front_of_its_owners_purchase_is_made_anew(owned: World) -> None:
    """Mallory makes Alice pay a rent that she would have been spared; it is Alice's then."""
    await parted(owned)
    await owned.send(owned.offer(CODE, "bob"))
    purchase = owned.payment(CODE, "alice", seller="bob")
    await owned.send(returning(CODE, "alice"))
    assert (await owned.send(purchase)).moved[address_of("alice")] == -SOL - TOKEN_ACCOUNT_RENT
    await parted(owned, "given", "alice", "carol")
    assert (await owned.send(closing_tokens("alice"))).moved[address_of("alice")] == TOKEN_ACCOUNT_RENT


async def test_account_that_its_owner_paid_for_afterwards_is_theirs(owned: World) -> None:
    await parted(owned)
    await owned.send(returning(CODE, "alice"), owned.gift(CODE, "bob", "alice"), owned.gift(CODE, "alice", "carol"))
    await owned.refused(errors.NotReturnable, returning(CODE, "alice"))
    assert (await owned.send(closing_tokens("alice"))).moved[address_of("alice")] == TOKEN_ACCOUNT_RENT


@pytest.mark.parametrize("how", HOW)
async def test_account_without_a_sponsor_stays(owned: World, how: str) -> None:
    for address in (pda.payment_address(CODE), mint_of(CODE), ACCOUNT):
        owned.put(address, None)
    await owned.owned_by("alice", CODE)
    await parted(owned, how)
    await owned.refused(errors.NotReturnable, returning(CODE, "alice"))


async def test_next_owners_account_is_not_the_sponsors(owned: World) -> None:
    await parted(owned)
    await parted(owned, "given", "bob", "carol")
    await owned.refused(errors.NotReturnable, returning(CODE, "bob"))


async def test_rent_that_one_gives_the_program_is_a_gift_to_the_pool(owned: World) -> None:
    """Bob makes the program the only one who can close his own account: it is his to give."""
    await parted(owned)
    await owned.send(authority_to("bob", CLOSE_ACCOUNT, pda.nft_authority_address()))
    await parted(owned, "given", "bob", "carol")
    receipt = await owned.send(returning(CODE, "bob"))
    assert receipt.moved == {token_account_of("bob", CODE): -TOKEN_ACCOUNT_RENT, POOL: TOKEN_ACCOUNT_RENT}


async def test_another_close_authority_is_not_the_programs(owned: World) -> None:
    await parted(owned)
    await owned.send(authority_to("bob", CLOSE_ACCOUNT, address_of("mallory")))
    await parted(owned, "given", "bob", "carol")
    await owned.refused(errors.NotReturnable, returning(CODE, "bob"))


@pytest.mark.parametrize("lamports", [1, SOL])
async def test_whatever_lies_on_the_account_goes_with_it(owned: World, lamports: int) -> None:
    await owned.send(deposit(keypair_for("bob"), ACCOUNT, lamports))
    await parted(owned)
    everything = TOKEN_ACCOUNT_RENT + lamports
    assert (await owned.send(returning(CODE, "alice"))).moved == {ACCOUNT: -everything, POOL: everything}
    assert (await pool_of(owned)).returned_lamports == everything


async def test_rent_that_came_back_pays_for_the_next(owned: World) -> None:
    before = await owned.lamports(POOL)
    await parted(owned)
    await owned.send(returning(CODE, "alice"), sponsored(OTHER_CODE, "carol"))
    assert await owned.lamports(POOL) == before + TOKEN_ACCOUNT_RENT - (await pool_of(owned)).sponsored_lamports // 2


# when the pool is gone


async def test_rent_goes_to_the_treasury_when_the_pool_is_closed(owned: World) -> None:
    await parted(owned)
    await owned.send(closing())
    receipt = await owned.send(returning(CODE, "alice"))
    assert receipt.moved == {ACCOUNT: -TOKEN_ACCOUNT_RENT, TREASURY: TOKEN_ACCOUNT_RENT}
    assert receipt.event.fields["destination"] == TREASURY


async def test_it_does_so_in_the_transaction_of_the_closing(owned: World) -> None:
    await parted(owned)
    everything = await owned.lamports(POOL) + TOKEN_ACCOUNT_RENT
    receipt = await owned.send(closing(), returning(CODE, "alice"))
    assert receipt.moved[TREASURY] == everything


async def test_lamports_where_the_pool_was_do_not_make_it_a_pool(owned: World) -> None:
    await parted(owned)
    await owned.send(closing(), deposit(keypair_for("bob"), POOL, SOL))
    assert (await owned.send(returning(CODE, "alice"))).moved[TREASURY] == TOKEN_ACCOUNT_RENT


async def test_pool_that_was_made_again_gets_it(owned: World) -> None:
    await parted(owned)
    await owned.send(closing(), opening())
    assert (await owned.send(returning(CODE, "alice"))).moved[POOL] == TOKEN_ACCOUNT_RENT
    pool = await pool_of(owned)
    assert (pool.returned_lamports, pool.sponsored_lamports) == (TOKEN_ACCOUNT_RENT, 0)
    assert await owned.lamports(POOL) == POOL_RENT + TOKEN_ACCOUNT_RENT


async def test_new_treasury_is_the_one_that_counts(owned: World) -> None:
    await parted(owned)
    await owned.send(closing(), owned.change_of_maker(treasury=address_of("carol")))
    await owned.refused(errors.WrongAccount, returning(CODE, "alice"))
    receipt = await owned.send(returning(CODE, "alice", manufacturer_treasury=address_of("carol")))
    assert receipt.moved[address_of("carol")] == TOKEN_ACCOUNT_RENT


async def test_treasury_that_is_the_pool_waits_for_another(owned: World) -> None:
    """A manufacturer's mistake: one account in two places is refused, and nothing is lost."""
    await parted(owned)
    await owned.send(owned.change_of_maker(treasury=POOL))
    await owned.refused(errors.FrameworkError, returning(CODE, "alice", manufacturer_treasury=POOL))
    await owned.send(owned.change_of_maker(treasury=TREASURY))
    await owned.send(returning(CODE, "alice"))


@pytest.mark.parametrize("status", Status)
async def test_rent_goes_back_whatever_the_status(owned: World, status: Status) -> None:
    await parted(owned)
    await owned.send(owned.change_of_maker(status=status))
    assert (await owned.send(returning(CODE, "alice"))).moved[POOL] == TOKEN_ACCOUNT_RENT


# refusals


async def test_manufacturer_takes_no_rent_of_anothers_objects(owned: World) -> None:
    await parted(owned)
    await owned.send(registration(RIVAL))
    await with_pool(owned, RIVAL)
    rivals = {"identity_key": RIVAL.identity_key, "manufacturer_treasury": RIVAL.treasury.pubkey()}
    await owned.refused(errors.WrongPrefix, returning(CODE, "alice", **rivals))
    mixed = with_account(returning(CODE, "alice"), "sponsor_pool", OTHER_POOL)
    await owned.refused(errors.WrongSponsorPool, mixed)


@pytest.mark.parametrize("astray", [pda.config_address(), OTHER_POOL, address_of("mallory")])
async def test_pool_must_be_at_its_address(owned: World, astray: Pubkey) -> None:
    """Also when there is none: or the rent of a pool could be sent to the treasury instead."""
    await parted(owned)
    elsewhere = with_account(returning(CODE, "alice"), "sponsor_pool", astray)
    await owned.refused(errors.WrongSponsorPool, elsewhere)
    await owned.send(closing())
    await owned.refused(errors.WrongSponsorPool, elsewhere)


@pytest.mark.parametrize("thief", ["mallory", "alice", "platform treasury", "maker"])
async def test_treasury_must_be_the_manufacturers(owned: World, thief: str) -> None:
    await parted(owned)
    theft = returning(CODE, "alice", manufacturer_treasury=address_of(thief))
    await owned.refused(errors.WrongAccount, theft)
    await owned.send(closing())
    await owned.refused(errors.WrongAccount, theft)


async def test_mint_must_be_the_objects(owned: World) -> None:
    await parted(owned)
    await owned.owned_by("alice", OTHER_CODE)
    await owned.refused(errors.WrongMint, with_account(returning(CODE, "alice"), "mint", mint_of(OTHER_CODE)))
    both = with_account(returning(CODE, "alice"), "object", pda.payment_address(OTHER_CODE))
    await owned.refused(errors.WrongMint, both)


async def test_token_account_must_be_of_the_objects_mint(owned: World) -> None:
    await owned.send(sponsored(OTHER_CODE, "alice"), burning("alice", OTHER_CODE))
    theirs = token_account_of("alice", OTHER_CODE)
    await owned.refused(errors.WrongTokenAccount, with_account(returning(CODE, "alice"), "token_account", theirs))
    for address in (address_of("alice"), mint_of(OTHER_CODE), pda.config_address(), PROGRAM_ID):
        astray = with_account(returning(CODE, "alice"), "token_account", address)
        await owned.refused(TransactionError, astray)


@pytest.mark.parametrize("name", ["bob", "mallory", "nobody"])
async def test_token_account_that_is_not_there_has_nothing_to_return(owned: World, name: str) -> None:
    await owned.refused(errors.WrongTokenAccount, returning(CODE, name))


async def test_object_must_be_one(owned: World) -> None:
    await parted(owned)
    for address in (MAKER.account, POOL, pda.config_address(), address_of("mallory"), pda.payment_address(OTHER_CODE)):
        await owned.refused(errors.ProgramError, with_account(returning(CODE, "alice"), "object", address))


async def test_nft_authority_is_the_programs(owned: World) -> None:
    await parted(owned)
    astray = with_account(returning(CODE, "alice"), "nft_authority", address_of("mallory"))
    await owned.refused(errors.AccountRefused, astray)


# what an owner can do to the account


async def test_owner_who_guards_against_calls_locks_the_rent_and_gets_none_of_it(owned: World) -> None:
    """Token-2022 lets programs close a guarded account to nobody but its owner: the rent stays where it is, with what
    Alice paid to make room for the guard, until she takes the guard away."""
    await owned.send(*guarding_against_calls("alice"))
    await parted(owned, "sold")
    refusal = await owned.refused(TransactionRefused, returning(CODE, "alice"))
    assert refusal.program_id == TOKEN_PROGRAM_ID
    await owned.refused(TransactionRefused, closing_tokens("alice"))
    locked = await owned.lamports(ACCOUNT)
    assert locked > TOKEN_ACCOUNT_RENT
    await owned.send(token_call("alice", bytes([34, 1])))
    assert (await owned.send(returning(CODE, "alice"))).moved == {ACCOUNT: -locked, POOL: locked}


async def test_account_that_demands_memos_goes_back_with_all_that_was_paid_for_it(owned: World) -> None:
    payer = guarding_against_calls("alice")[0].accounts[1:3]
    grow = token_call("alice", bytes([29]) + (8).to_bytes(2, "little"), CODE, *payer)
    await owned.send(grow, token_call("alice", bytes([30, 0])))
    await parted(owned, "sold")
    assert (await owned.send(returning(CODE, "alice"))).moved[POOL] > TOKEN_ACCOUNT_RENT


async def test_lamports_on_a_closed_accounts_address_are_not_the_sponsors(owned: World) -> None:
    await parted(owned)
    await owned.send(returning(CODE, "alice"))
    lie_there(owned, ACCOUNT, SOL)
    await owned.refused(errors.WrongTokenAccount, returning(CODE, "alice"))

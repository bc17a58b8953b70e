"""sponsored_payment: a first payment whose rent the manufacturer's pool pays; a micro-payment where it pays nothing."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from solders.instruction import AccountMeta, Instruction

from chain import token_2022
from fixtures.fix_program import (
    RIVAL,
    SOL,
    SYSTEM_ID,
    TOKEN_ACCOUNT_RENT,
    WEALTH,
    World,
    address_of,
    keypair_for,
    log_of,
    mint_bytes,
    mint_of,
    rent,
    token_account_of,
    with_account,
)
from plings.chain.embedded import START_UNIX
from plings.errors import TransactionRefused
from plings.identity import format_segment
from plings.program import PROGRAM_ID, errors, pda
from plings.program import instructions as ix
from plings.program.accounts import Status, TagDemand, Tier, object_space
from plings.program.events import Event
from plings.program.interface import TOKEN_PROGRAM_ID
from program.journey import MAKER, PLATFORM, PLATFORM_TREASURY, longest_code, registration
from program.micro import alter, claimed
from program.sponsors import (
    ACCOUNT_OWNER,
    CLOSE_ACCOUNT,
    CODE,
    FUNDS,
    LEAST,
    MOST,
    ONE,
    OTHER_CODE,
    PER_ITEM,
    POOL,
    POOL_RENT,
    authority_to,
    burning,
    by_value,
    change,
    closing_tokens,
    excess_withdrawal,
    lie_there,
    pool_has,
    pool_of,
    returning,
    sponsored,
    token_call,
    with_pool,
)
from program.test_handle_payment import path_of_bytes, rents

PAYMENT, MINT = pda.payment_address(CODE), mint_of(CODE)
TREASURY, PLATFORM_KEY = MAKER.treasury.pubkey(), PLATFORM_TREASURY.pubkey()
RENTS = rents(CODE)
TAG = ix.check_tag(code=CODE, identity_key=MAKER.identity_key)
MICRO, OWN = ["MicroPaymentProcessed"], ["ObjectCreated", "PaymentSponsored"]


@pytest.fixture
async def pooled(logged: World) -> World:
    """MAKER's pool pays up to 10,000,000 lamports for payments of 1,000,000 to 2 SOL, and has 10 SOL."""
    return await with_pool(logged)


async def tiers(world: World, *payments: Instruction) -> list[list[str]]:
    """The events of each payment, sent after one another."""
    return [[event.name for event in (await world.send(each)).events] for each in payments]


# what the pool pays


async def test_pool_pays_the_rent_and_the_buyer_the_price(pooled: World) -> None:
    before = await pool_of(pooled)
    pooled.cluster.advance_clock(7)
    receipt = await pooled.send(sponsored(CODE, "alice", SOL + 9))
    assert receipt.moved == {
        address_of("alice"): -(SOL + 9),
        POOL: -RENTS,
        PAYMENT: rent(object_space("2.3.2.G.3j")),
        MINT: rent(mint_bytes(CODE)),
        token_account_of("alice", CODE): TOKEN_ACCOUNT_RENT,
        PLATFORM_KEY: 100_000_000,
        TREASURY: 900_000_009,
    }
    created, paid = receipt.events
    assert created.name == "ObjectCreated"
    assert paid == Event(
        "PaymentSponsored",
        {
            "sponsor_pool": POOL,
            "manufacturer": MAKER.account,
            "object": PAYMENT,
            "buyer": address_of("alice"),
            "item_value": SOL + 9,
            "sponsorship_amount": RENTS,
            "timestamp": START_UNIX + 7,
        },
    )
    assert vars(await pool_of(pooled)) == {**vars(before), "sponsored_lamports": RENTS, "sponsored_count": 1}


async def test_object_and_nft_are_those_of_a_payment_without_a_sponsor(pooled: World) -> None:
    sponsors = (await pooled.send(sponsored(CODE, "alice", SOL))).events[0]
    made, minted = await pooled.object(CODE), await pooled.account(MINT)
    for address in (PAYMENT, MINT, token_account_of("alice", CODE)):
        pooled.put(address, None)
    plain = (await pooled.send(pooled.payment(CODE, "alice", SOL))).event
    assert (plain, await pooled.object(CODE), await pooled.account(MINT)) == (sponsors, made, minted)


async def test_nothing_is_written_into_the_log(pooled: World) -> None:
    before = await pooled.account(log_of())
    await pooled.send(sponsored(CODE, "alice"))
    assert await pooled.account(log_of()) == before


@pytest.mark.parametrize("per_item", [1, TOKEN_ACCOUNT_RENT, RENTS - 1, RENTS, RENTS + 1, 2**64 - 1])
async def test_pool_pays_at_most_its_sum_and_the_buyer_what_is_missing(pooled: World, per_item: int) -> None:
    await pooled.send(change(per_item_lamports=per_item))
    receipt = await pooled.send(sponsored(CODE, "alice", SOL))
    paid = min(per_item, RENTS)
    assert receipt.moved[POOL] == -paid
    assert receipt.moved[address_of("alice")] == -SOL - (RENTS - paid)
    assert receipt.events[1].fields["sponsorship_amount"] == paid


@pytest.mark.parametrize("wealth", [LEAST, SOL])
async def test_price_alone_is_enough(pooled: World, wealth: int) -> None:
    """All that the buyer has: no rent money, no fee money."""
    lie_there(pooled, address_of("alice"), wealth)
    await pooled.send(sponsored(CODE, "alice", wealth))
    assert await pooled.lamports(address_of("alice")) == 0
    assert await pooled.tokens(address_of("alice"), CODE) == 1


async def test_price_is_the_buyers_to_pay(pooled: World) -> None:
    """The pool's lamports are for the rent: with them, but without the price, nothing is bought."""
    lie_there(pooled, address_of("alice"), SOL - 1)
    refusal = await pooled.refused(TransactionRefused, sponsored(CODE, "alice", SOL))
    assert (refusal.program_id, refusal.custom_code) == (SYSTEM_ID, 1)
    await pooled.refused(TransactionRefused, sponsored(CODE, "penniless", LEAST))


async def test_missing_rent_is_the_buyers_to_pay(pooled: World) -> None:
    await pooled.send(change(per_item_lamports=RENTS - 1))
    lie_there(pooled, address_of("alice"), SOL)
    await pooled.refused(TransactionRefused, sponsored(CODE, "alice", SOL))
    lie_there(pooled, address_of("alice"), SOL + 1)
    await pooled.send(sponsored(CODE, "alice", SOL))


@pytest.mark.parametrize(
    ("lamports", "events"), [(LEAST - 1, MICRO), (LEAST, OWN), (LEAST + 1, OWN), (MOST, OWN), (MOST + 1, MICRO)]
)
async def test_value_out_of_bounds_makes_a_micro_payment(pooled: World, lamports: int, events: list[str]) -> None:
    before = await pool_of(pooled)
    receipt = await pooled.send(sponsored(CODE, "alice", lamports))
    assert [event.name for event in receipt.events] == events
    assert receipt.moved[address_of("alice")] == -lamports
    if events == MICRO:
        assert receipt.moved == {address_of("alice"): -lamports, log_of(): lamports}
        assert await pool_of(pooled) == before


async def test_micro_payment_is_the_same_as_a_direct_one(pooled: World) -> None:
    fallen_back = await pooled.send(sponsored(CODE, "alice", LEAST - 1))
    direct = await pooled.send(pooled.micro_payment(CODE, "alice", LEAST - 1))
    assert fallen_back.event.fields == {**direct.event.fields, "number": 0}
    assert fallen_back.moved == direct.moved


@pytest.mark.parametrize(
    ("has", "events"), [(0, MICRO), (1, MICRO), (RENTS - 1, MICRO), (RENTS, OWN), (RENTS + 1, OWN)]
)
async def test_pool_that_has_not_enough_pays_nothing(pooled: World, has: int, events: list[str]) -> None:
    await pool_has(pooled, has)
    assert await tiers(pooled, sponsored(CODE, "alice")) == [events]
    assert await pooled.lamports(POOL) == POOL_RENT + has - (RENTS if events == OWN else 0)


async def test_pool_has_enough_when_it_has_its_sum(pooled: World) -> None:
    await pooled.send(change(per_item_lamports=5))
    await pool_has(pooled, 4)
    assert await tiers(pooled, sponsored(CODE, "alice")) == [MICRO]
    await pool_has(pooled, 5)
    assert await tiers(pooled, sponsored(OTHER_CODE, "alice")) == [OWN]
    assert await pooled.lamports(POOL) == POOL_RENT


async def test_pool_never_pays_from_its_own_rent(pooled: World) -> None:
    """Also when somehow less than that lies there."""
    await pooled.send(change(per_item_lamports=1))
    await pool_has(pooled, -1)
    assert await tiers(pooled, sponsored(CODE, "alice")) == [MICRO]


async def test_pool_runs_dry_in_the_middle_of_a_transaction(pooled: World) -> None:
    await pool_has(pooled, RENTS + rents(OTHER_CODE) - 1)
    receipt = await pooled.send(sponsored(CODE, "alice"), sponsored(OTHER_CODE, "bob"))
    assert [event.name for event in receipt.events] == OWN + MICRO


@pytest.mark.parametrize("tier", [Tier.MICRO, Tier.BATCH])
async def test_class_of_a_lower_tier_makes_a_micro_payment(pooled: World, tier: Tier) -> None:
    await pooled.send(pooled.terms("2.3.2", 1_000, tier=tier))
    before = await pool_of(pooled)
    assert (await pooled.send(sponsored(CODE, "alice"))).moved == {address_of("alice"): -SOL, log_of(): SOL}
    assert await pool_of(pooled) == before


async def test_made_up_class_is_not_sponsored_once_classes_have_terms(pooled: World) -> None:
    """Anybody prints codes of a class that nobody knows: no floor or demand for tags of a class would stop them."""
    await pooled.send(pooled.terms("2.3.2", LEAST))
    made_up = MAKER.code("Z.2.2")
    receipt = await pooled.send(sponsored(made_up, "mallory"))
    assert [event.name for event in receipt.events] == MICRO
    assert POOL not in receipt.moved


@pytest.mark.parametrize("tier", [Tier.BY_VALUE, Tier.OBJECT])
async def test_class_of_objects_is_sponsored(pooled: World, tier: Tier) -> None:
    """Whatever its value: the pool's own bounds decide."""
    await pooled.send(pooled.terms("2.3.2", 1_000, tier=tier))
    assert await tiers(pooled, sponsored(CODE, "alice", LEAST)) == [OWN]


async def test_class_of_objects_out_of_bounds_is_a_micro_payment_yet(pooled: World) -> None:
    """No tier above the class's, so nobody's right is outranked."""
    await pooled.send(pooled.terms("2.3.2", 1_000, tier=Tier.OBJECT))
    assert await tiers(pooled, sponsored(CODE, "alice", LEAST - 1)) == [MICRO]


@pytest.mark.parametrize("length", [10, 31, 32, 33, 64, 65, 96])
async def test_rent_of_every_path_is_known_to_the_lamport(pooled: World, length: int) -> None:
    code = CODE if length == 10 else MAKER.code(path_of_bytes(length).removeprefix("2.3."))
    receipt = await pooled.send(sponsored(code, "alice"))
    assert (receipt.moved[POOL], receipt.moved[address_of("alice")]) == (-rents(code), -SOL)


async def test_longest_path_with_its_tag_fits_a_transaction(pooled: World) -> None:
    await pooled.send(pooled.change_of_maker(require_signed_tags=True))
    code = longest_code()
    tag = ix.check_tag(code=code, identity_key=MAKER.identity_key)
    await pooled.send(tag, sponsored(code, "alice", with_tag=True), payer=keypair_for("alice"))


_INSTANCES = iter(range(2, 60**3))
_SUMS = st.integers(1, 2 * RENTS) | st.integers(RENTS - 2, RENTS + 2)
_VALUES = st.integers(1_000, 3 * SOL)


@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lamports=_VALUES, per_item=_SUMS, bounds=st.tuples(_VALUES, _VALUES), has=_SUMS | st.just(0), direct=st.booleans()
)
@example(lamports=SOL, per_item=RENTS, bounds=(SOL, SOL), has=RENTS, direct=True)
@example(lamports=SOL, per_item=RENTS + 1, bounds=(1_000, SOL), has=RENTS - 1, direct=True)
async def test_pool_pays_what_the_rule_says_and_no_lamport_is_lost(
    pooled: World, lamports: int, per_item: int, bounds: tuple[int, int], has: int, direct: bool
) -> None:
    """World.send asserts that the sum of all lamports stays; `direct` or by value, where the pool need not pay."""
    least, most = sorted(bounds)
    await pooled.send(
        change(per_item_lamports=per_item, minimum_value_lamports=least, maximum_value_lamports=most),
        pooled.change_of_config(micro_below_lamports=0, batch_below_lamports=0),
    )
    for name, wealth in (("alice", WEALTH), ("maker treasury", WEALTH)):
        lie_there(pooled, address_of(name), wealth)
    await pool_has(pooled, has)
    code = MAKER.code(f"2.G.{format_segment(next(_INSTANCES))}")
    offered = min(per_item, rents(code))
    paid = offered if least <= lamports <= most and offered <= has else 0
    payment = sponsored(code, "alice", lamports) if direct else by_value(code, "alice", lamports, with_pool=True)
    receipt = await pooled.send(payment)
    own_rents = 0 if direct and not paid else rents(code)
    assert receipt.moved.get(POOL, 0) == -paid
    assert receipt.moved[address_of("alice")] == -lamports - (own_rents - paid)
    assert await pooled.lamports(POOL) == POOL_RENT + has - paid >= POOL_RENT
    assert receipt.moved.get(log_of(), 0) == (lamports if direct and not paid else 0)


# what changes in front of a buyer


async def test_terms_lowered_in_front_of_a_buyer_cost_the_rent_at_most(pooled: World) -> None:
    """There is no limit that the buyer could name: the object's price and its rent are the most that they lose."""
    payment = sponsored(CODE, "alice", SOL)
    await pooled.send(change(per_item_lamports=1))
    assert (await pooled.send(payment)).moved[address_of("alice")] == -SOL - RENTS + 1


async def test_pool_emptied_in_front_of_a_buyer_makes_their_payment_a_leaf(pooled: World) -> None:
    """Mallory takes what is left for an object of her own; Alice pays her price, and nothing on top, for a leaf."""
    await pool_has(pooled, RENTS)
    payment = sponsored(CODE, "alice", SOL)
    await pooled.send(sponsored(OTHER_CODE, "mallory", LEAST))
    assert (await pooled.send(payment)).moved == {address_of("alice"): -SOL, log_of(): SOL}


async def test_object_taken_in_front_of_a_buyer_costs_them_nothing(pooled: World) -> None:
    payment = sponsored(CODE, "alice", SOL)
    await pooled.send(sponsored(CODE, "mallory", LEAST))
    await pooled.refused(errors.ObjectExists, payment)


# lamports that lie about


@pytest.mark.parametrize("lamports", [1, TOKEN_ACCOUNT_RENT, 5 * SOL])
async def test_lamports_on_object_and_mint_neither_block_nor_pay(pooled: World, lamports: int) -> None:
    for address in (PAYMENT, MINT):
        lie_there(pooled, address, lamports)
    receipt = await pooled.send(sponsored(CODE, "alice", SOL))
    assert (receipt.moved[POOL], receipt.moved[address_of("alice")]) == (-RENTS, -SOL)
    assert await pooled.lamports(PAYMENT) == rent(object_space(CODE.path.text)) + lamports
    assert await pooled.lamports(MINT) == rent(mint_bytes(CODE)) + lamports


@pytest.mark.parametrize("lamports", [1, TOKEN_ACCOUNT_RENT - 1, TOKEN_ACCOUNT_RENT, 5 * SOL])
async def test_buyer_gains_nothing_by_paying_for_the_token_account_beforehand(pooled: World, lamports: int) -> None:
    """The Associated Token program takes what lies there into account: the pool's rent stays the buyer's, who has
    put as much of their own there, which becomes the pool's."""
    account, alice = token_account_of("alice", CODE), address_of("alice")
    lie_there(pooled, account, lamports)
    receipt = await pooled.send(sponsored(CODE, "alice", SOL))
    spared = min(lamports, TOKEN_ACCOUNT_RENT)
    assert (receipt.moved[POOL], receipt.moved[alice]) == (-RENTS, -SOL + spared)
    await pooled.send(burning("alice"))
    back = await pooled.send(returning(CODE, "alice"))
    assert back.moved == {account: -max(lamports, TOKEN_ACCOUNT_RENT), POOL: max(lamports, TOKEN_ACCOUNT_RENT)}


# what the buyer cannot take


async def emptied(world: World, how: str) -> World:
    """Alice has had a sponsored NFT and has it no more; her token account is still there."""
    await world.send(sponsored(CODE, "alice"))
    if how == "burnt":
        await world.send(burning("alice"))
    elif how == "given":
        await world.send(world.gift(CODE, "alice", "bob"))
    elif how == "sold":
        await world.send(world.offer(CODE, "alice"))
        await world.send(world.payment(CODE, "bob", seller="alice"))
    elif how == "moved":
        await world.send(token_2022.create_token_account(address_of("alice"), address_of("bob"), MINT))
        source, to = token_account_of("alice", CODE), token_account_of("bob", CODE)
        await world.send(token_2022.transfer_one(MINT, source, to, address_of("alice")))
    return world


HOW = ["kept", "burnt", "given", "sold", "moved"]


@pytest.mark.parametrize("how", HOW)
async def test_buyer_does_not_close_the_token_account(pooled: World, how: str) -> None:
    await emptied(pooled, how)
    for to in (address_of("alice"), address_of("mallory"), POOL):
        refusal = await pooled.refused(TransactionRefused, closing_tokens("alice", to=to))
        assert refusal.program_id == TOKEN_PROGRAM_ID


@pytest.mark.parametrize("how", HOW)
async def test_buyer_changes_neither_its_owner_nor_who_closes_it(pooled: World, how: str) -> None:
    await emptied(pooled, how)
    for kind in (ACCOUNT_OWNER, CLOSE_ACCOUNT):
        for heir in (address_of("alice"), address_of("mallory"), POOL, None):
            refusal = await pooled.refused(TransactionRefused, authority_to("alice", kind, heir))
            assert refusal.program_id == TOKEN_PROGRAM_ID


@pytest.mark.parametrize("how", HOW)
async def test_buyer_withdraws_nothing_as_excess(pooled: World, how: str) -> None:
    await emptied(pooled, how)
    account = token_account_of("alice", CODE)
    pooled.land([excess_withdrawal("alice")])
    assert await pooled.lamports(account) == TOKEN_ACCOUNT_RENT


async def test_delegate_closes_nothing(pooled: World) -> None:
    await pooled.send(sponsored(CODE, "alice"))
    delegate = AccountMeta(address_of("mallory"), False, False)
    approval = token_call("alice", bytes([4]) + ONE, CODE, delegate)
    await pooled.send(approval)
    account = AccountMeta(token_account_of("alice", CODE), False, True)
    mallory = [AccountMeta(address_of("mallory"), False, True), AccountMeta(address_of("mallory"), True, False)]
    await pooled.refused(TransactionRefused, Instruction(TOKEN_PROGRAM_ID, bytes([9]), [account, *mallory]))


async def test_buyer_who_pays_alone_may_close_theirs(pooled: World) -> None:
    """Where the pool paid nothing, the rent is the buyer's, as before."""
    await pooled.send(change(maximum_value_lamports=SOL - 1))
    await pooled.send(by_value(CODE, "alice", with_pool=True), burning("alice"))
    assert (await pooled.send(closing_tokens("alice"))).moved[address_of("alice")] == TOKEN_ACCOUNT_RENT


@pytest.mark.parametrize("thief", ["mallory", "maker", "maker treasury", "platform treasury"])
async def test_paying_burning_and_closing_again_and_again_gains_nothing(pooled: World, thief: str) -> None:
    """Whoever does it, with every lamport of shares that comes back to them; what the pool loses stays in accounts."""
    friends = {address_of(name) for name in ("mallory", "maker")}
    before = sum([await pooled.lamports(each) for each in friends])
    for path in ("2.G.3j", "2.G.3k", "2.G.3m"):
        code = MAKER.code(path)
        await pooled.send(sponsored(code, thief, LEAST), burning(thief, code))
        await pooled.refused(TransactionRefused, closing_tokens(thief, code))
        assert (await pooled.send(returning(code, thief))).moved[POOL] == TOKEN_ACCOUNT_RENT
    assert sum([await pooled.lamports(each) for each in friends]) <= before
    lost = FUNDS + POOL_RENT - await pooled.lamports(POOL)
    codes = [MAKER.code(path) for path in ("2.G.3j", "2.G.3k", "2.G.3m")]
    kept = [await pooled.lamports(at(code)) for code in codes for at in (pda.payment_address, mint_of)]
    assert lost == sum(kept)
    assert (await pool_of(pooled)).sponsored_lamports == lost + 3 * TOKEN_ACCOUNT_RENT


# who pays and who is paid may be the same


@pytest.mark.parametrize("who", ["platform treasury", "maker treasury"])
async def test_treasury_that_buys_gets_its_share_and_no_more(pooled: World, who: str) -> None:
    share = {"platform treasury": SOL // 10, "maker treasury": SOL * 9 // 10}[who]
    receipt = await pooled.send(sponsored(CODE, who, SOL))
    assert (receipt.moved[address_of(who)], receipt.moved[POOL]) == (share - SOL, -RENTS)


async def test_buyer_who_is_authority_and_both_treasuries_moves_nothing_but_the_rent(pooled: World) -> None:
    maker = address_of("maker")
    await pooled.send(pooled.change_of_maker(treasury=maker))
    await pooled.send(pooled.change_of_config(platform_treasury=maker))
    receipt = await pooled.send(sponsored(CODE, "maker", SOL, manufacturer_treasury=maker, platform_treasury=maker))
    assert maker not in receipt.moved
    assert receipt.moved[POOL] == -RENTS


@pytest.mark.parametrize("whose", ["manufacturer", "platform"])
async def test_pool_that_is_a_treasury_takes_no_sponsored_payment(pooled: World, whose: str) -> None:
    """A mistake, or a thief who hopes to mix the two sums up: refused as the same account twice."""
    if whose == "manufacturer":
        await pooled.send(pooled.change_of_maker(treasury=POOL))
    else:
        await pooled.send(pooled.change_of_config(platform_treasury=POOL))
    payment = sponsored(CODE, "alice", **{f"{whose}_treasury": POOL})
    refusal = await pooled.refused(errors.FrameworkError, payment)
    assert refusal.custom_code == 2040


@pytest.mark.parametrize("role", ["payment_log", "object", "mint", "buyer_token_account", "config", "manufacturer"])
async def test_pool_plays_no_other_part(pooled: World, role: str) -> None:
    payment = with_account(sponsored(CODE, "alice"), role, POOL)
    await pooled.refused(errors.ProgramError, payment)


# refusals


@pytest.mark.parametrize("lamports", [LEAST, LEAST - 1])
async def test_object_that_is_there_is_refused(pooled: World, lamports: int) -> None:
    """Also where the payment would be a micro-payment, which the object's owner would outrank."""
    await pooled.owned_by("bob", CODE)
    await pooled.refused(errors.ObjectExists, sponsored(CODE, "alice", lamports))
    await pooled.send(pooled.offer(CODE, "bob", 1))
    await pooled.refused(errors.ObjectExists, sponsored(CODE, "alice", lamports))


async def test_second_payment_of_a_transaction_comes_too_late(pooled: World) -> None:
    await pooled.refused(errors.ObjectExists, sponsored(CODE, "alice"), sponsored(CODE, "bob"))


@pytest.mark.parametrize("lamports", [LEAST, LEAST - 1])
async def test_pool_of_another_manufacturer_pays_nothing(pooled: World, lamports: int) -> None:
    await pooled.send(registration(RIVAL))
    await with_pool(pooled, RIVAL)
    others = pda.sponsor_pool_address(RIVAL.account)
    astray = with_account(sponsored(CODE, "alice", lamports), "sponsor_pool", others)
    await pooled.refused(errors.WrongSponsorPool, astray)


async def test_pool_that_is_not_there_is_refused(logged: World) -> None:
    for address in (POOL, PROGRAM_ID, log_of(), MAKER.account, address_of("mallory")):
        astray = with_account(sponsored(CODE, "alice"), "sponsor_pool", address)
        await logged.refused(errors.ProgramError, astray)


async def test_log_of_another_manufacturer_or_none_is_refused(pooled: World) -> None:
    await pooled.send(registration(RIVAL))
    await pooled.send(pooled.opening(RIVAL))
    for lamports in (LEAST, LEAST - 1):
        payment = sponsored(CODE, "alice", lamports)
        await pooled.refused(errors.WrongPaymentLog, with_account(payment, "payment_log", log_of(RIVAL)))
        await pooled.refused(errors.ProgramError, with_account(payment, "payment_log", PROGRAM_ID))


@pytest.mark.parametrize("bits", [1, 3, 8])
@pytest.mark.parametrize("lamports", [LEAST, LEAST - 1])
async def test_log_must_be_the_shard_of_the_address(pooled: World, bits: int, lamports: int) -> None:
    """Also where nothing is written into it: the same accounts do for both tiers."""
    await alter(pooled, MAKER.account, "Manufacturer", shard_bits=bits)
    shard = CODE.address[0] * 2**bits // 256
    for each in {shard, shard ^ 1} - {0}:
        await pooled.send(pooled.opening(shard=each))
    payment = sponsored(CODE, "alice", lamports, shards=2**bits)
    await pooled.refused(errors.WrongPaymentLog, with_account(payment, "payment_log", log_of(shard=shard ^ 1)))
    await pooled.send(payment)


async def test_paused_program_takes_none(pooled: World) -> None:
    await pooled.send(ix.pause(authority=PLATFORM.pubkey()))
    await pooled.refused(errors.Paused, sponsored(CODE, "alice"))


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (Status.SUSPENDED, errors.ManufacturerSuspended),
        (Status.COMPROMISED, errors.ManufacturerCompromised),
        (Status.RETIRED, errors.ManufacturerRetired),
    ],
)
async def test_pool_of_a_manufacturer_that_is_not_active_pays_nothing(
    pooled: World, status: Status, error: Any
) -> None:
    await pooled.send(pooled.change_of_maker(status=status))
    await pooled.refused(error, sponsored(CODE, "alice"))


async def test_nothing_is_no_payment(pooled: World) -> None:
    await pooled.send(pooled.change_of_maker(price_floor_lamports=0), change(minimum_value_lamports=0))
    await pooled.refused(errors.ZeroAmount, sponsored(CODE, "alice", 0))
    assert await tiers(pooled, sponsored(CODE, "alice", 1)) == [OWN]


@pytest.mark.parametrize("floor", [LEAST + 1, MOST + 2])
async def test_less_than_the_floor_is_refused(pooled: World, floor: int) -> None:
    """In both tiers that the payment could take."""
    await pooled.send(pooled.change_of_maker(price_floor_lamports=floor))
    await pooled.refused(errors.BelowFloor, sponsored(CODE, "alice", floor - 1))
    await pooled.send(sponsored(CODE, "alice", floor))


async def test_class_terms_must_be_the_classes_own(pooled: World) -> None:
    """Or a higher floor, or a lower tier, is left out."""
    await pooled.send(pooled.terms("2.3.2", 5 * SOL, tier=Tier.MICRO))
    payment = sponsored(CODE, "alice")
    for wrong in (address_of("mallory"), PROGRAM_ID, SYSTEM_ID):
        await pooled.refused(errors.WrongClassTerms, with_account(payment, "class_terms", wrong))
    await pooled.refused(errors.BelowFloor, payment)


async def test_words_that_are_not_the_objects_are_refused(pooled: World) -> None:
    payment = sponsored(CODE, "alice")
    for error, claims in (
        (errors.InvalidSegment, {"path": "2.3.2.G.13j"}),
        (errors.InvalidWallet, {"path": "1.3.2.G.3j"}),
        (errors.InvalidPathLength, {"path": "2.3.G"}),
        (errors.WrongPrefix, {"path": "2.4.2.G.3j"}),
        (errors.InvalidClassPointer, {"path": "2.3.3.G.3j"}),
        (errors.WrongPaymentAddress, {"path": "2.3.2.G.3k"}),
    ):
        await pooled.refused(error, claimed(payment, **claims))


@pytest.mark.parametrize("role", ["object", "mint", "buyer_token_account", "nft_authority"])
async def test_another_objects_accounts_are_refused(pooled: World, role: str) -> None:
    elsewhere = {
        "object": pda.payment_address(OTHER_CODE),
        "mint": mint_of(OTHER_CODE),
        "buyer_token_account": token_account_of("mallory", CODE),
        "nft_authority": address_of("mallory"),
    }
    await pooled.refused(TransactionRefused, with_account(sponsored(CODE, "alice"), role, elsewhere[role]))


async def test_treasuries_must_be_those_of_the_accounts(pooled: World) -> None:
    for role in ("manufacturer_treasury", "platform_treasury"):
        for thief in ("mallory", "alice"):
            theft = with_account(sponsored(CODE, "alice"), role, address_of(thief))
            await pooled.refused(errors.WrongAccount, theft)


@pytest.mark.parametrize("lamports", [LEAST, LEAST - 1])
@pytest.mark.parametrize("by_class", [False, True])
async def test_signed_tag_is_demanded_in_both_tiers(pooled: World, by_class: bool, lamports: int) -> None:
    if by_class:
        await pooled.send(pooled.terms("2.3.2", 1_000, tag_demand=TagDemand.DEMANDED))
    else:
        await pooled.send(pooled.change_of_maker(require_signed_tags=True))
    payment = sponsored(CODE, "alice", lamports, with_tag=True)
    await pooled.refused(errors.TagSignatureMissing, payment)
    await pooled.refused(errors.TagSignatureMissing, TAG, sponsored(CODE, "alice", lamports))
    other = ix.check_tag(code=OTHER_CODE, identity_key=MAKER.identity_key)
    await pooled.refused(errors.TagSignatureMismatch, other, payment)
    await pooled.refused(errors.WrongAccount, TAG, with_account(payment, "instructions", address_of("mallory")))
    await pooled.send(TAG, payment)


async def test_buyer_signs(pooled: World) -> None:
    await pooled.refused(errors.AccountRefused, with_account(sponsored(CODE, "alice"), "buyer", signer=False))


@pytest.mark.parametrize("counter", ["sponsored_lamports", "sponsored_count"])
async def test_books_of_the_pool_do_not_overflow(pooled: World, counter: str) -> None:
    await alter(pooled, POOL, "SponsorPool", **{counter: 2**64 - 1})
    await pooled.refused(errors.Overflow, sponsored(CODE, "alice"))


def test_the_terms_used_here_pay_for_everything_that_is_made() -> None:
    assert PER_ITEM > rents(longest_code()) > RENTS

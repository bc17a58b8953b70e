"""Account substitution: sponsor pools, and payments by value in each of their routes."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from fixtures.fix_program import RIVAL, World, mint_of, token_account_of
from plings.program import instructions as ix
from plings.program import pda
from program.batches import batch_opening
from program.journey import MAKER
from program.scenarios import (
    BATCH_ACCOUNTS,
    FRESH,
    HARMLESS,
    IMPOSSIBLE,
    LISTED,
    NO_ACCOUNT_YET,
    NO_SELLER,
    NO_TERMS,
    NOT_DEMANDED,
    OPEN,
    RENT_ALONE,
    TAGGED,
    WHOEVER_SIGNS,
    scenario,
    stall,
)
from program.sponsors import (
    LEAST,
    POOL,
    by_value,
    change,
    closing,
    funding,
    opening,
    returning,
    sponsored,
    with_pool,
)

SPONSORED, SLOTTED, FAR = (MAKER.code(path) for path in ("8.P.2", "8.P.3", "8.Q.2"))
MICRO, BATCH = LEAST - 1, 12_000_000


@stall
async def _(world: World) -> dict[str, Pubkey]:
    """Both manufacturers' pools, two batch accounts, an object that Carol had on a sponsor's rent and gave to Bob."""
    await world.send(world.terms(SPONSORED.path.path_to_pointer, 1_000))  # others have terms: a pool pays for no other
    for maker in (MAKER, RIVAL):
        await with_pool(world, maker)
    for code in (SLOTTED, FAR):
        await world.send(batch_opening(code))
    await world.send(sponsored(SPONSORED, "carol"), world.gift(SPONSORED, "carol", "bob"))
    return {
        "sponsor pool": POOL,
        "other sponsor pool": pda.sponsor_pool_address(RIVAL.account),
        "batch account of slots": pda.batch_account_address(SLOTTED.path),
        "batch account of other slots": pda.batch_account_address(FAR.path),
        "sponsored object": pda.payment_address(SPONSORED),
        "sponsored mint": mint_of(SPONSORED),
        "sponsored token account": token_account_of("carol", SPONSORED),
        "token account of the sponsored mint": token_account_of("bob", SPONSORED),
    }


@scenario("initialize_sponsor_pool")
async def _(world: World) -> list[Instruction]:
    world.put(POOL, None)
    return [opening()]


@scenario("fund_sponsor_pool")
async def _(world: World) -> list[Instruction]:
    return [funding(5)]


@scenario("update_sponsor_pool")
async def _(world: World) -> list[Instruction]:
    return [change(per_item_lamports=5)]


@scenario("close_sponsor_pool")
async def _(world: World) -> list[Instruction]:
    return [closing()]


@scenario("sponsored_payment")
async def _(world: World) -> list[Instruction]:
    return [sponsored(FRESH, "bob")]


@scenario("sponsored_payment/micro")
async def _(world: World) -> list[Instruction]:
    return [sponsored(FRESH, "bob", MICRO)]


@scenario("sponsored_payment/signed_tag")
async def _(world: World) -> list[Instruction]:
    tag = ix.check_tag(code=TAGGED, identity_key=MAKER.identity_key)
    return [tag, sponsored(TAGGED, "bob", with_tag=True)]


@scenario("return_sponsored_rent")
async def _(world: World) -> list[Instruction]:
    return [returning(SPONSORED, "carol")]


@scenario("return_sponsored_rent/pool_closed")
async def _(world: World) -> list[Instruction]:
    await world.send(closing())
    return [returning(SPONSORED, "carol")]


@scenario("process_payment/micro")
async def _(world: World) -> list[Instruction]:
    return [by_value(FRESH, "bob", MICRO, treasuries=None)]


@scenario("process_payment/batch")
async def _(world: World) -> list[Instruction]:
    return [by_value(SLOTTED, "bob", BATCH, treasuries=None, with_batch=True)]


@scenario("process_payment/batch/slot_taken")
async def _(world: World) -> list[Instruction]:
    payment = by_value(SLOTTED, "bob", BATCH, treasuries=None, with_batch=True)
    await world.send(payment)
    return [payment]


@scenario("process_payment/own")
async def _(world: World) -> list[Instruction]:
    return [by_value(FRESH, "bob")]


@scenario("process_payment/sponsored")
async def _(world: World) -> list[Instruction]:
    return [by_value(FRESH, "bob", with_pool=True)]


@scenario("process_payment/purchase")
async def _(world: World) -> list[Instruction]:
    return [by_value(LISTED, "carol", seller="alice")]


@scenario("process_payment/purchase/token_account_there")
async def _(world: World) -> list[Instruction]:
    return [by_value(LISTED, "bob", seller="alice")]


@scenario("process_payment/signed_tag")
async def _(world: World) -> list[Instruction]:
    tag = ix.check_tag(code=TAGGED, identity_key=MAKER.identity_key)
    return [tag, by_value(TAGGED, "bob", with_tag=True)]


LEAF_ALONE = "a payment that is a leaf alone neither reads nor pays it"
LEAF_OF_ANY = "as `handle_micro_payment`, which is told no object: who insists on another gets a leaf, and no more"
NO_LEAF = "a payment at the object's own account writes no leaf and takes no slot"
NO_RENT_TO_PAY = "a pool pays rents of first payments with an account, and this is none"
BUYERS_CHOICE = "the buyer leaves it out, or not: the pool pays only in its own bounds"
NO_POOL = "that is what a closed pool looks like: the rent goes to the manufacturer's treasury instead"
FUNDERS_CHOICE = "whoever signs pays into the pool that they name"

LEAF_ROUTES = ["process_payment/micro", "process_payment/batch", "process_payment/batch/slot_taken"]
PURCHASES = ["process_payment/purchase", "process_payment/purchase/token_account_there"]
FIRST = ["process_payment/own", "process_payment/sponsored", "process_payment/signed_tag"]
NFT_ROLES = ["mint", "buyer_token_account", "manufacturer_treasury", "platform_treasury"]
SELLER_ROLES = ["seller", "seller_token_account"]
POOLS = {"sponsor pool", "other sponsor pool"}
GONE = {"closed", "of another owner"}

HARMLESS |= {
    ("initialize_sponsor_pool", "payer"): (RENT_ALONE, OPEN),
    ("fund_sponsor_pool", "funder"): (FUNDERS_CHOICE, OPEN),
    ("fund_sponsor_pool", "sponsor_pool"): (FUNDERS_CHOICE, {"other sponsor pool"}),
    ("sponsored_payment", "instructions"): (NOT_DEMANDED, OPEN),
    ("sponsored_payment/micro", "instructions"): (NOT_DEMANDED, OPEN),
    ("sponsored_payment/micro", "buyer"): (WHOEVER_SIGNS, OPEN),
    ("sponsored_payment/micro", "object"): (LEAF_OF_ANY, OPEN),
    ("return_sponsored_rent", "sponsor_pool"): (NO_POOL, GONE),
    ("return_sponsored_rent", "mint"): (IMPOSSIBLE, GONE),
    ("return_sponsored_rent/pool_closed", "mint"): (IMPOSSIBLE, GONE),
    ("process_payment/micro", "batch_account"): (LEAF_ALONE, BATCH_ACCOUNTS),
    ("process_payment/batch", "batch_account"): ("the buyer leaves it out: a leaf without a slot", {"Plings"}),
    ("process_payment/batch/slot_taken", "batch_account"): ("there is no slot to take", {"Plings"}),
    ("process_payment/own", "sponsor_pool"): (BUYERS_CHOICE, {"sponsor pool"}),
    ("process_payment/signed_tag", "sponsor_pool"): (BUYERS_CHOICE, {"sponsor pool"}),
    ("process_payment/sponsored", "sponsor_pool"): (BUYERS_CHOICE, {"Plings"}),
    ("process_payment/purchase/token_account_there", "mint"): (IMPOSSIBLE, {"of another owner"}),
    ("process_payment/purchase/token_account_there", "buyer_token_account"): (NO_ACCOUNT_YET, {"closed"}),
}
HARMLESS |= {("sponsored_payment/micro", role): (LEAF_ALONE, OPEN) for role in NFT_ROLES}
for route in LEAF_ROUTES:
    HARMLESS |= {(route, role): (LEAF_ALONE, OPEN) for role in (*NFT_ROLES, *SELLER_ROLES)}
    HARMLESS |= {(route, role): (LEAF_ALONE, {"Plings"}) for role in ("token_program", "associated_token_program")}
    HARMLESS |= {
        (route, "buyer"): (WHOEVER_SIGNS, OPEN),
        (route, "object"): (LEAF_OF_ANY, OPEN),
        (route, "sponsor_pool"): (NO_RENT_TO_PAY, POOLS),
        (route, "nft_authority"): (LEAF_ALONE, {"nft authority"}),
        (route, "instructions"): (NOT_DEMANDED, OPEN),
    }
for route in (*FIRST, *PURCHASES):
    HARMLESS |= {
        (route, "payment_log"): (NO_LEAF, {"Plings", "other payment log"}),
        (route, "batch_account"): (NO_LEAF, BATCH_ACCOUNTS),
    }
    if route != "process_payment/signed_tag":
        HARMLESS[route, "instructions"] = (NOT_DEMANDED, OPEN)
HARMLESS |= {(route, role): (NO_SELLER, OPEN) for route in FIRST for role in SELLER_ROLES}
HARMLESS |= {(route, "sponsor_pool"): (NO_RENT_TO_PAY, POOLS) for route in PURCHASES}
HARMLESS |= {
    (route, "class_terms"): (NO_TERMS, GONE)
    for route in (
        *FIRST,
        *PURCHASES,
        "process_payment/micro",
        "process_payment/batch",
        "process_payment/batch/slot_taken",
        "sponsored_payment",
        "sponsored_payment/micro",
        "sponsored_payment/signed_tag",
    )
}

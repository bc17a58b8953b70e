"""handle_payment: the first payment makes the object and its NFT, later ones buy it from its owner."""

from typing import Any

import pytest
from solders.instruction import Instruction
from solders.pubkey import Pubkey

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
    mint_bytes,
    mint_of,
    nft_uri,
    remembered,
    rent,
    token_account_of,
    with_account,
    with_arguments,
)
from plings.chain import Account
from plings.chain.embedded import START_UNIX
from plings.errors import TransactionRefused
from plings.identity import ScanUrl, class_pointer
from plings.program import PROGRAM_ID, errors, pda
from plings.program import instructions as ix
from plings.program.accounts import ObjectInstance, Status, Tier, object_space
from plings.program.events import Event
from plings.program.interface import TOKEN_PROGRAM_ID
from program.journey import LONGEST_PATH, MAKER, PLATFORM, PLATFORM_TREASURY, Maker, longest_code, registration
from program.printed import demand
from program.promotions import WINDOW, final, later, open_log

CODE = MAKER.code("2.G.3j")
PAYMENT = pda.payment_address(CODE)
MINT = pda.mint_address(PAYMENT)
PLATFORM_KEY, MAKER_KEY = PLATFORM_TREASURY.pubkey(), MAKER.treasury.pubkey()


def rents(code: ScanUrl) -> int:
    return rent(object_space(code.path.text)) + rent(mint_bytes(code)) + TOKEN_ACCOUNT_RENT


def claimed(instruction: Instruction, code: ScanUrl = CODE, **claims: Any) -> Instruction:
    """The same payment with other words on the tag: what no builder makes."""
    printed = {
        "path": code.path.text,
        "class_pointer": list(code.class_pointer.value),
        "address": Pubkey.from_bytes(code.address),
    }
    lamports = int.from_bytes(instruction.data[-8:], "little")
    return with_arguments(instruction, code={**printed, **claims}, amount_lamports=lamports)


# the first payment


async def test_first_payment_makes_the_object_and_mints_its_nft(world: World) -> None:
    world.cluster.advance_clock(7)
    receipt = await world.send(world.payment(CODE, "alice", SOL + 9))
    assert await world.object(CODE) == ObjectInstance(
        path="2.3.2.G.3j",
        class_pointer=CODE.class_pointer,
        address=Pubkey.from_bytes(CODE.address),
        owner=address_of("alice"),
        mint=MINT,
        asking_price_lamports=None,
        offer_ends_at_unix=0,
        listed_royalty_bps=0,
        listed_platform_fee_bps=0,
        created_at_unix=START_UNIX + 7,
    )
    assert receipt.moved == {
        address_of("alice"): -(SOL + 9) - rents(CODE),
        PAYMENT: rent(object_space("2.3.2.G.3j")),
        MINT: rent(mint_bytes(CODE)),
        token_account_of("alice", CODE): TOKEN_ACCOUNT_RENT,
        PLATFORM_KEY: 100_000_000,
        MAKER_KEY: 900_000_009,
    }
    assert receipt.event == Event(
        "ObjectCreated",
        {
            "object": PAYMENT,
            "path": "2.3.2.G.3j",
            "class_pointer": CODE.class_pointer.text,
            "solana_address": Pubkey.from_bytes(CODE.address),
            "manufacturer": MAKER.identity_key,
            "buyer": address_of("alice"),
            "mint": MINT,
            "payment_amount": SOL + 9,
            "platform_amount": 100_000_000,
            "manufacturer_amount": 900_000_009,
            "timestamp": START_UNIX + 7,
            "transaction_type": "first_payment",
        },
    )


async def test_nft_is_one_of_one_and_nobody_can_make_another(world: World) -> None:
    await world.owned_by("alice", CODE)
    mint = await world.account(MINT)
    assert (mint.owner, len(mint.data)) == (TOKEN_PROGRAM_ID, mint_bytes(CODE))
    no_authority = bytes(4 + 32)
    base = no_authority + (1).to_bytes(8, "little") + bytes([0, 1]) + no_authority
    assert mint.data[:82] == base  # no mint authority, supply 1, no decimals, initialized, no freeze authority
    assert mint.data[82:166] == bytes(83) + b"\x01"
    extensions = mint.data[166:]
    authority = bytes(pda.nft_authority_address())
    assert extensions[:36] == b"\x0c\x00\x20\x00" + authority
    assert extensions[36:104] == b"\x12\x00\x40\x00" + bytes(32) + bytes(MINT)
    strings = b"".join(
        len(text).to_bytes(4, "little") + text.encode() for text in ("2.3.2.G.3j", "PLINGS", nft_uri(CODE))
    )
    metadata = authority + bytes(MINT) + strings + bytes(4)
    assert extensions[104:] == b"\x13\x00" + len(metadata).to_bytes(2, "little") + metadata
    assert await world.tokens(address_of("alice"), CODE) == 1


async def test_nft_links_to_where_its_picture_is(world: World) -> None:
    assert nft_uri(CODE).startswith("https://s.plings.io/nft?p=2.3.2.G.3j&cp=")


async def test_nobody_mints_a_second_one(world: World) -> None:
    await world.owned_by("alice", CODE)
    for thief in ("alice", "mallory", "platform authority"):
        minting = token_2022.mint_one(MINT, token_account_of("alice", CODE), address_of(thief))
        await world.refused(TransactionRefused, minting)


async def test_nobody_but_the_holder_moves_it_in_a_wallet(world: World) -> None:
    await world.owned_by("alice", CODE)
    await world.send(token_2022.create_token_account(address_of("mallory"), address_of("mallory"), MINT))
    tokens = [token_account_of(name, CODE) for name in ("alice", "mallory")]
    for thief in ("mallory", "platform authority", "maker"):
        await world.refused(TransactionRefused, token_2022.transfer_one(MINT, *tokens, address_of(thief)))


@pytest.mark.parametrize("lamports", [1_000, 1_001, 9_999, 10_000, 10_001])
async def test_floor_is_enough_and_the_remainder_is_the_manufacturers(world: World, lamports: int) -> None:
    receipt = await world.send(world.payment(CODE, "alice", lamports))
    assert receipt.moved[PLATFORM_KEY] == lamports // 10
    assert receipt.moved[MAKER_KEY] == lamports - lamports // 10


async def test_one_lamport_is_a_payment_where_there_is_no_floor(world: World) -> None:
    await world.send(world.change_of_maker(price_floor_lamports=0))
    receipt = await world.send(world.payment(CODE, "alice", 1))
    assert PLATFORM_KEY not in receipt.moved
    assert receipt.moved[MAKER_KEY] == 1
    assert receipt.event.fields["platform_amount"] == 0


async def test_first_payment_looks_at_no_seller(world: World) -> None:
    """There is none to pay: whoever is named gets nothing."""
    receipt = await world.send(world.payment(CODE, "alice", seller="mallory"))
    assert address_of("mallory") not in receipt.moved


async def test_amount_that_no_sum_holds_is_refused(world: World) -> None:
    await world.refused(errors.Overflow, world.payment(CODE, "alice", 2**64 - 1))


@pytest.mark.parametrize("lamports", [2**63, 2**64 - 1 - rent(200), WEALTH])
async def test_amount_beyond_the_buyers_means_is_refused(world: World, lamports: int) -> None:
    refusal = await world.refused(TransactionRefused, world.payment(CODE, "alice", lamports))
    assert (refusal.program_id, refusal.custom_code) == (SYSTEM_ID, 1)


async def test_amount_without_the_rents_is_refused(world: World) -> None:
    await world.refused(TransactionRefused, world.payment(CODE, "alice", WEALTH - rents(CODE) + 1))
    await world.send(world.payment(CODE, "alice", WEALTH - rents(CODE)))
    assert await world.lamports(address_of("alice")) == 0


@pytest.mark.parametrize("below_prefix", ["G.3j", "2.2.2.2.2.2.2.2.2.2.2.2.G.3j"])
async def test_shortest_and_deepest_paths_are_paid(world: World, below_prefix: str) -> None:
    code = await world.owned_by("alice", MAKER.code(below_prefix))
    assert (await world.object(code)).path == f"2.3.{below_prefix}"


def path_of_bytes(length: int) -> str:
    """Below MAKER's prefix, in segments of up to six characters."""
    rest = length - len("2.3")
    full, last = divmod(rest, 7)
    segments = ["222222"] * full + (["2" * (last - 1)] if last > 1 else [])
    if last == 1:  # a dot alone: two shorter segments instead
        segments = ["222222"] * (full - 1) + ["2222", "22"]
    text = ".".join(["2", "3", *segments])
    assert len(text) == length
    return text


@pytest.mark.parametrize("length", [31, 32, 33, 63, 64, 65, 95, 96])
async def test_paths_of_every_number_of_seed_pieces_go_the_whole_way(world: World, length: int) -> None:
    code = MAKER.code(path_of_bytes(length).removeprefix("2.3."))
    receipt = await world.send(world.payment(code, "alice"))
    assert receipt.moved[pda.payment_address(code)] == rent(144 + length)
    assert receipt.event.fields["path"] == code.path.text == (await world.object(code)).path
    await world.send(world.offer(code, "alice"))
    await world.send(world.payment(code, "bob", seller="alice"))
    assert await world.tokens(address_of("bob"), code) == 1


async def test_longest_path_goes_the_whole_way(world: World) -> None:
    code = longest_code()
    assert (len(LONGEST_PATH), LONGEST_PATH.count(".") + 1) == (96, 16)
    await world.listed_by("alice", code)
    receipt = await world.send(world.payment(code, "bob", seller="alice"))
    assert receipt.event.fields["path"] == LONGEST_PATH
    await world.send(world.gift(code, "bob", "carol"))
    mint = await world.account(mint_of(code))
    assert len(mint.data) == mint_bytes(code)
    assert nft_uri(code).encode() in mint.data


async def test_wallet_59_is_240(world: World) -> None:
    maker = Maker("far wallet", "59.2")
    remembered(maker.identity_keypair)
    world.put(maker.treasury.pubkey(), Account(SOL, SYSTEM_ID, b"", False))
    await world.send(registration(maker))
    code = maker.code("2.G.3j")
    treasury = {"identity_key": maker.identity_key, "manufacturer_treasury": maker.treasury.pubkey()}
    await world.send(world.payment(code, "alice", **treasury))
    assert (await world.manufacturer(maker)).wallet == 240
    assert (await world.object(code)).path == "59.2.2.G.3j"


async def test_two_objects_are_paid_in_one_transaction(world: World) -> None:
    other = MAKER.code("2.G.3k")
    receipt = await world.send(world.payment(CODE, "alice"), world.payment(other, "bob"))
    assert [event.fields["buyer"] for event in receipt.events] == [address_of("alice"), address_of("bob")]


# the purchase


async def test_purchase_pays_everybody_and_moves_the_nft(world: World) -> None:
    await world.listed_by("alice", CODE, SOL)
    before = await world.object(CODE)
    world.cluster.advance_clock(7)
    receipt = await world.send(world.payment(CODE, "bob", SOL + 19, seller="alice"))
    after = await world.object(CODE)
    sold = {
        "asking_price_lamports": None,
        "offer_ends_at_unix": 0,
        "listed_royalty_bps": 0,
        "listed_platform_fee_bps": 0,
    }
    assert vars(after) == {**vars(before), **sold, "owner": address_of("bob")}
    assert receipt.moved == {
        address_of("bob"): -(SOL + 19) - TOKEN_ACCOUNT_RENT,
        token_account_of("bob", CODE): TOKEN_ACCOUNT_RENT,
        PLATFORM_KEY: 100_000_001,
        MAKER_KEY: 50_000_000,
        address_of("alice"): 850_000_018,
    }
    assert (await world.tokens(address_of("alice"), CODE), await world.tokens(address_of("bob"), CODE)) == (0, 1)
    assert receipt.event == Event(
        "ObjectPurchased",
        {
            "object": PAYMENT,
            "path": "2.3.2.G.3j",
            "class_pointer": CODE.class_pointer.text,
            "solana_address": Pubkey.from_bytes(CODE.address),
            "manufacturer": MAKER.identity_key,
            "buyer": address_of("bob"),
            "seller": address_of("alice"),
            "mint": MINT,
            "payment_amount": SOL + 19,
            "platform_amount": 100_000_001,
            "manufacturer_amount": 50_000_000,
            "seller_amount": 850_000_018,
            "timestamp": START_UNIX + 7,
            "transaction_type": "purchase",
        },
    )


async def test_token_account_made_beforehand_costs_no_rent(world: World) -> None:
    await world.listed_by("alice", CODE)
    await world.send(token_2022.create_token_account(address_of("bob"), address_of("bob"), MINT))
    receipt = await world.send(world.payment(CODE, "bob", seller="alice"))
    assert receipt.moved[address_of("bob")] == -SOL
    assert await world.tokens(address_of("bob"), CODE) == 1


async def test_lamports_on_the_buyers_token_address_count_towards_its_rent(world: World) -> None:
    for lamports, code in ((1, CODE), (5 * SOL, MAKER.code("2.G.3k"))):
        address = token_account_of("bob", code)
        world.put(address, Account(lamports, SYSTEM_ID, b"", False))
        receipt = await world.send(world.payment(code, "bob", 1_000))
        assert receipt.moved.get(address, 0) == max(TOKEN_ACCOUNT_RENT - lamports, 0)
        assert await world.tokens(address_of("bob"), code) == 1


@pytest.mark.parametrize("lamports", [1, 890_880, 10 * SOL])
async def test_lamports_on_the_mints_address_neither_block_nor_pay(world: World, lamports: int) -> None:
    world.put(MINT, Account(lamports, SYSTEM_ID, b"", False))
    receipt = await world.send(world.payment(CODE, "alice", SOL))
    assert receipt.moved[address_of("alice")] == -SOL - rents(CODE)
    assert await world.lamports(MINT) == rent(mint_bytes(CODE)) + lamports


async def test_object_goes_round_and_comes_back(world: World) -> None:
    await world.owned_by("alice", CODE)
    for seller, buyer in (("alice", "bob"), ("bob", "carol"), ("carol", "alice")):
        await world.send(world.offer(CODE, seller))
        await world.send(world.payment(CODE, buyer, seller=seller))
        assert await world.tokens(address_of(buyer), CODE) == 1
    assert (await world.object(CODE)).owner == address_of("alice")


async def test_object_account_keeps_exactly_its_rent(world: World) -> None:
    await world.listed_by("alice", CODE, 7)
    await world.send(world.payment(CODE, "bob", 7, seller="alice"))
    assert await world.lamports(PAYMENT) == rent(object_space(CODE.path.text))


async def test_purchase_needs_no_floor(world: World) -> None:
    """The floor is the manufacturer's for what it sells; what an owner asks is the owner's."""
    await world.listed_by("alice", CODE, 1)
    await world.send(world.payment(CODE, "bob", 1, seller="alice"))


async def test_highest_price_can_be_asked_and_not_paid(world: World) -> None:
    await world.listed_by("alice", CODE, 2**64 - 1)
    refusal = await world.refused(TransactionRefused, world.payment(CODE, "bob", 2**64 - 1, seller="alice"))
    assert (refusal.program_id, refusal.custom_code) == (SYSTEM_ID, 1)


# who pays and who is paid may be the same


@pytest.mark.parametrize("who", ["platform treasury", "maker treasury"])
async def test_treasury_buys_at_the_first_sale(world: World, who: str) -> None:
    receipt = await world.send(world.payment(CODE, who, SOL))
    share = {"platform treasury": SOL // 10, "maker treasury": SOL * 9 // 10}[who]
    assert receipt.moved[address_of(who)] == share - SOL - rents(CODE)
    assert await world.tokens(address_of(who), CODE) == 1


@pytest.mark.parametrize("who", ["platform treasury", "maker treasury"])
async def test_treasury_buys_from_the_owner(world: World, who: str) -> None:
    await world.listed_by("alice", CODE)
    receipt = await world.send(world.payment(CODE, who, SOL, seller="alice"))
    share = {"platform treasury": SOL // 10, "maker treasury": SOL // 20}[who]
    assert receipt.moved[address_of(who)] == share - SOL - TOKEN_ACCOUNT_RENT
    assert receipt.moved[address_of("alice")] == SOL * 85 // 100


@pytest.mark.parametrize("who", ["platform treasury", "maker treasury"])
async def test_treasury_sells(world: World, who: str) -> None:
    await world.listed_by(who, CODE)
    receipt = await world.send(world.payment(CODE, "bob", SOL, seller=who))
    share = {"platform treasury": SOL // 10, "maker treasury": SOL // 20}[who]
    assert receipt.moved[address_of(who)] == SOL * 85 // 100 + share


async def test_one_treasury_for_both_gets_both_shares(world: World) -> None:
    await world.send(world.change_of_maker(treasury=PLATFORM_KEY))
    one = {"manufacturer_treasury": PLATFORM_KEY}
    first = await world.send(world.payment(CODE, "alice", SOL, **one))
    assert first.moved[PLATFORM_KEY] == SOL
    await world.send(world.offer(CODE, "alice"))
    second = await world.send(world.payment(CODE, "bob", SOL, seller="alice", **one))
    assert second.moved[PLATFORM_KEY] == SOL * 15 // 100


async def test_buyer_who_is_both_treasuries_pays_the_rents_alone(world: World) -> None:
    await world.send(world.change_of_maker(treasury=address_of("alice")))
    await world.send(world.change_of_config(platform_treasury=address_of("alice")))
    one = {"manufacturer_treasury": address_of("alice"), "platform_treasury": address_of("alice")}
    receipt = await world.send(world.payment(CODE, "alice", SOL, **one))
    assert receipt.moved[address_of("alice")] == -rents(CODE)


async def test_seller_who_is_both_treasuries_gets_everything(world: World) -> None:
    await world.listed_by("alice", CODE)
    await world.send(world.change_of_maker(treasury=address_of("alice")))
    await world.send(world.change_of_config(platform_treasury=address_of("alice")))
    one = {"manufacturer_treasury": address_of("alice"), "platform_treasury": address_of("alice")}
    receipt = await world.send(world.payment(CODE, "bob", SOL, seller="alice", **one))
    assert receipt.moved[address_of("alice")] == SOL


async def test_treasury_that_is_the_payment_address_itself_is_refused(world: World) -> None:
    """A manufacturer's mistake: nothing can be paid, and so nothing be lost, until it names another."""
    await world.listed_by("alice", CODE)
    await world.send(world.change_of_maker(treasury=PAYMENT))
    purchase = world.payment(CODE, "bob", SOL, seller="alice", manufacturer_treasury=PAYMENT)
    refusal = await world.refused(errors.FrameworkError, purchase)
    assert refusal.custom_code == 2040
    await world.send(world.change_of_maker(treasury=MAKER_KEY))
    await world.send(world.payment(CODE, "bob", SOL, seller="alice"))


@pytest.mark.parametrize("treasury", ["platform treasury", "maker treasury"])
async def test_treasury_that_was_emptied_takes_no_payment_too_small_for_an_account(world: World, treasury: str) -> None:
    """The runtime's rule: nothing is lost, and one lamport more than the rent of nothing helps."""
    world.put(address_of(treasury), None)
    refusal = await world.refused(TransactionRefused, world.payment(CODE, "alice", 900_000))
    assert "fewer lamports than its rent" in str(refusal)
    await world.send(world.payment(CODE, "alice", 10 * rent(0)))


# refusals


async def test_paused_program_takes_no_payment(world: World) -> None:
    await world.listed_by("alice", CODE)
    await world.send(ix.pause(authority=PLATFORM.pubkey()))
    await world.refused(errors.Paused, world.payment(CODE, "bob", seller="alice"))
    await world.refused(errors.Paused, world.payment(MAKER.code("2.G.3k"), "bob"))


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (Status.SUSPENDED, errors.ManufacturerSuspended),
        (Status.COMPROMISED, errors.ManufacturerCompromised),
        (Status.RETIRED, errors.ManufacturerRetired),
    ],
)
async def test_manufacturer_that_is_not_active_is_paid_nothing(world: World, status: Status, error: Any) -> None:
    await world.listed_by("alice", CODE)
    await world.send(world.change_of_maker(status=status))
    await world.refused(error, world.payment(CODE, "bob", seller="alice"))
    await world.refused(error, world.payment(MAKER.code("2.G.3k"), "bob"))


async def test_nothing_is_no_payment(world: World) -> None:
    await world.send(world.change_of_maker(price_floor_lamports=0))
    await world.refused(errors.ZeroAmount, world.payment(CODE, "alice", 0))


@pytest.mark.parametrize("path", ["", "2", "2.3.G", "2.3" + ".2" * 15, "2.3.2" + ".222222" * 13 + ".22"])
async def test_path_of_wrong_length_is_refused(world: World, path: str) -> None:
    await world.refused(errors.InvalidPathLength, claimed(world.payment(CODE, "alice"), path=path))


@pytest.mark.parametrize(
    "path",
    [
        "2.3.2.G.13j",
        "2.3.2.G.0",
        "2.3.2.G.",
        ".3.2.G.3j",
        "2..2.G.3j",
        "2.3.2.G.l",
        "2.3.2.G.-3",
        "2.3.2.G.3j ",
        "2.3.2.G.4GmR59",
        "2.3.2.G.zzzzzzz",
        "2.3.2.G.\x00",
        "2.3.2.G.é",
    ],
)
async def test_path_with_a_bad_segment_is_refused(world: World, path: str) -> None:
    await world.refused(errors.InvalidSegment, claimed(world.payment(CODE, "alice"), path=path))


@pytest.mark.parametrize("path", ["1.3.2.G.3j", "A.3.2.G.3j", "5R.3.2.G.3j", "66.3.2.G.3j"])
async def test_bad_wallet_is_refused(world: World, path: str) -> None:
    await world.refused(errors.InvalidWallet, claimed(world.payment(CODE, "alice"), path=path))


@pytest.mark.parametrize("path", ["2.4.2.G.3j", "3.3.2.G.3j", "2.31.2.G.3j", "2.32.2.G.3j"])
async def test_path_of_another_prefix_is_refused(world: World, path: str) -> None:
    await world.refused(errors.WrongPrefix, claimed(world.payment(CODE, "alice"), path=path))


async def test_code_of_a_prefix_that_begins_alike_is_not_ours(world: World) -> None:
    """2.31 is not below 2.3, whichever of the two is paid."""
    await world.send(registration(RIVAL))
    theirs = RIVAL.code("2.G.3j")
    await world.refused(errors.WrongPrefix, world.payment(theirs, "alice"))
    to_rival = {"identity_key": RIVAL.identity_key, "manufacturer_treasury": RIVAL.treasury.pubkey()}
    await world.refused(errors.WrongPrefix, world.payment(CODE, "alice", **to_rival))
    await world.send(world.payment(theirs, "alice", **to_rival))


async def test_pointer_must_be_that_of_key_and_class(world: World) -> None:
    payment = world.payment(CODE, "alice")
    of_other_class = class_pointer(bytes(MAKER.identity_key), "2.3.3")
    of_other_key = class_pointer(bytes(RIVAL.identity_key), "2.3.2")
    for pointer in (of_other_class.value, of_other_key.value, bytes(8), b"\xff" * 8):
        await world.refused(errors.InvalidClassPointer, claimed(payment, class_pointer=list(pointer)))
    await world.refused(errors.InvalidClassPointer, claimed(payment, path="2.3.3.G.3j"))


async def test_payment_address_must_be_that_of_the_code(world: World) -> None:
    payment = world.payment(CODE, "alice")
    await world.refused(errors.WrongPaymentAddress, claimed(payment, path="2.3.2.G.3k"))
    await world.refused(errors.WrongPaymentAddress, claimed(payment, path="2.3.2.H.3j"))
    await world.refused(errors.WrongPaymentAddress, claimed(payment, address=address_of("mallory")))
    elsewhere = pda.payment_address(MAKER.code("2.G.3k"))
    await world.refused(errors.WrongPaymentAddress, with_account(payment, "object", elsewhere))


async def test_address_of_another_bump_is_no_payment_address(world: World) -> None:
    """Or one code had several objects."""
    seeds = [b"plings_payment", CODE.path.text.encode(), CODE.class_pointer.text.encode(), CODE.address]
    canonical, bump = Pubkey.find_program_address(seeds, PROGRAM_ID)
    assert canonical == PAYMENT
    second = _next_address(seeds, bump)
    await world.refused(errors.WrongPaymentAddress, with_account(world.payment(CODE, "alice"), "object", second))


async def test_bought_object_is_not_bought_under_another_name(world: World) -> None:
    """Its account is there, but not of the code that is claimed."""
    await world.listed_by("alice", CODE)
    purchase = world.payment(CODE, "bob", seller="alice")
    for claims in ({"path": "2.3.2.G.3k"}, {"address": address_of("bob")}):
        await world.refused(errors.WrongPaymentAddress, claimed(purchase, **claims))
    other = MAKER.code("3.G.3j")
    await world.refused(errors.WrongPaymentAddress, claimed(purchase, other))


async def test_less_than_the_floor_is_refused(world: World) -> None:
    for lamports in (1, 999):
        await world.refused(errors.BelowFloor, world.payment(CODE, "alice", lamports))
    await world.send(world.change_of_maker(price_floor_lamports=2**64 - 1))
    await world.refused(errors.BelowFloor, world.payment(CODE, "alice", 2**64 - 2))


async def test_treasuries_must_be_those_of_the_accounts(world: World) -> None:
    payment = world.payment(CODE, "alice")
    for name in ("manufacturer_treasury", "platform_treasury"):
        for thief in ("mallory", "alice"):
            await world.refused(errors.WrongAccount, with_account(payment, name, address_of(thief)))
    swapped = with_account(payment, "manufacturer_treasury", PLATFORM_KEY)
    await world.refused(errors.WrongAccount, with_account(swapped, "platform_treasury", MAKER_KEY))


async def test_mint_must_be_the_objects(world: World) -> None:
    other = mint_of(MAKER.code("2.G.3k"))
    await world.refused(errors.WrongMint, with_account(world.payment(CODE, "alice"), "mint", other))
    await world.listed_by("alice", CODE)
    await world.owned_by("alice", MAKER.code("2.G.3k"))
    await world.refused(errors.WrongMint, with_account(world.payment(CODE, "bob", seller="alice"), "mint", other))


async def test_nft_of_another_object_is_not_sold_for_it(world: World) -> None:
    other = await world.owned_by("mallory", MAKER.code("2.G.3k"))
    await world.listed_by("alice", CODE)
    theirs = token_account_of("mallory", other)
    swindle = world.payment(CODE, "bob", seller="mallory", seller_token_account=theirs)
    await world.refused(errors.WrongTokenAccount, swindle)


async def test_empty_token_account_sells_nothing(world: World) -> None:
    await world.listed_by("alice", CODE)
    await world.send(token_2022.create_token_account(address_of("mallory"), address_of("mallory"), MINT))
    await world.refused(errors.WrongTokenAccount, world.payment(CODE, "bob", seller="mallory"))


async def test_buyers_token_account_must_be_the_buyers(world: World) -> None:
    """Or somebody pays and somebody else gets the object without knowing."""
    await world.listed_by("alice", CODE)
    await world.send(token_2022.create_token_account(address_of("mallory"), address_of("mallory"), MINT))
    purchase = world.payment(CODE, "bob", seller="alice")
    theirs = token_account_of("mallory", CODE)
    await world.refused(errors.WrongTokenAccount, with_account(purchase, "buyer_token_account", theirs))
    sellers = token_account_of("alice", CODE)
    await world.refused(errors.WrongTokenAccount, with_account(purchase, "buyer_token_account", sellers))


async def test_seller_must_be_who_holds_the_nft(world: World) -> None:
    await world.listed_by("alice", CODE)
    for name in ("mallory", "bob"):
        swindle = world.payment(CODE, "bob", seller=name, seller_token_account=token_account_of("alice", CODE))
        await world.refused(errors.WrongAccount, swindle)


async def test_object_without_an_offer_is_not_for_sale(world: World) -> None:
    await world.owned_by("alice", CODE)
    await world.refused(errors.NotForSale, world.payment(CODE, "bob", 99 * SOL))
    await world.refused(errors.NotForSale, world.payment(CODE, "bob", 99 * SOL, seller="alice"))
    await world.send(world.offer(CODE, "alice"))
    await world.refused(errors.NotForSale, world.payment(CODE, "bob"))
    await world.send(world.payment(CODE, "bob", seller="alice"))
    await world.refused(errors.NotForSale, world.payment(CODE, "carol", seller="bob"))


async def test_seller_without_a_token_account_is_no_seller(world: World) -> None:
    await world.listed_by("alice", CODE)
    purchase = world.payment(CODE, "bob", seller="alice")
    await world.refused(errors.NotForSale, with_account(purchase, "seller_token_account", PROGRAM_ID, writable=False))


async def test_second_first_payment_comes_too_late(world: World) -> None:
    await world.refused(errors.NotForSale, world.payment(CODE, "alice"), world.payment(CODE, "bob"))
    await world.owned_by("alice", CODE)
    await world.refused(errors.NotForSale, world.payment(CODE, "bob"))
    await world.refused(errors.NotForSale, world.payment(CODE, "alice"))


async def test_owner_does_not_buy_from_themselves(world: World) -> None:
    await world.listed_by("alice", CODE)
    await world.refused(errors.AlreadyOwner, world.payment(CODE, "alice", seller="alice"))


async def test_less_than_the_asking_price_is_refused(world: World) -> None:
    await world.listed_by("alice", CODE, SOL)
    for lamports in (1, SOL - 1):
        await world.refused(errors.BelowAskingPrice, world.payment(CODE, "bob", lamports, seller="alice"))


async def test_class_terms_must_be_the_classes_own(world: World) -> None:
    await world.send(world.terms("2.3.2", 5 * SOL))
    payment = world.payment(CODE, "alice", SOL)
    other = pda.class_terms_address(MAKER.account, class_pointer(bytes(MAKER.identity_key), "2.3.3"))
    for wrong in (other, address_of("mallory"), PROGRAM_ID, SYSTEM_ID):
        await world.refused(errors.WrongClassTerms, with_account(payment, "class_terms", wrong))
    await world.refused(errors.BelowFloor, payment)


@pytest.mark.parametrize("class_floor", [0, 2, 5 * SOL])
async def test_class_floor_counts_instead_of_the_manufacturers(world: World, class_floor: int) -> None:
    await world.send(world.terms("2.3.2", class_floor))
    if class_floor > 1:
        await world.refused(errors.BelowFloor, world.payment(CODE, "alice", class_floor - 1))
    await world.send(world.payment(CODE, "alice", max(class_floor, 1)))
    other_class = MAKER.code("3.G.3j")
    await world.refused(errors.BelowFloor, world.payment(other_class, "alice", 999))
    await world.send(world.payment(other_class, "alice", 1_000))


async def test_terms_of_a_class_are_not_those_of_its_subclasses(world: World) -> None:
    await world.send(world.terms("2.3.2", 5 * SOL))
    await world.send(world.payment(MAKER.code("2.2.G.3j"), "alice", 1_000))


@pytest.mark.parametrize("tier", [Tier.MICRO, Tier.BATCH])
@pytest.mark.parametrize("lamports", [1_000, 99 * SOL])
async def test_class_of_a_lower_tier_has_no_first_payment_here(world: World, tier: Tier, lamports: int) -> None:
    """Or its owners, who are in a log or a slot, were outranked; at any price."""
    await world.send(world.terms("2.3.2", 1_000, tier=tier))
    await world.refused(errors.AboveTier, world.payment(CODE, "alice", lamports))
    await world.send(world.payment(MAKER.code("3.G.3j"), "alice", lamports))


@pytest.mark.parametrize("tier", [Tier.BY_VALUE, Tier.OBJECT])
async def test_class_of_objects_has_one(world: World, tier: Tier) -> None:
    await world.send(world.terms("2.3.2", 1_000, tier=tier))
    await world.send(world.payment(CODE, "alice", 1_000))


async def test_floor_is_looked_at_before_the_tier(world: World) -> None:
    await world.send(world.terms("2.3.2", 1_000, tier=Tier.MICRO))
    await world.refused(errors.BelowFloor, world.payment(CODE, "alice", 999))


async def test_tier_of_the_class_stops_no_purchase(world: World) -> None:
    """Who owns an object with an account may sell it, whatever its class has become."""
    await world.listed_by("alice", CODE)
    await world.send(world.terms("2.3.2", 1_000, tier=Tier.MICRO))
    await world.send(world.payment(CODE, "bob", seller="alice"))
    assert await world.tokens(address_of("bob"), CODE) == 1


async def test_missing_tag_is_refused(world: World) -> None:
    await world.send(world.change_of_maker(require_signed_tags=True))
    await world.refused(errors.TagSignatureMissing, world.payment(CODE, "alice"))


@pytest.mark.parametrize("with_proof", [False, True])
async def test_class_may_demand_that_codes_were_printed(world: World, with_proof: bool) -> None:
    """What passes is in test_prove_printed."""
    await world.send(demand(world))
    await world.refused(errors.PrintedProofMissing, world.payment(CODE, "alice", with_proof=with_proof))


async def test_tag_of_another_object_is_refused(world: World) -> None:
    await world.send(world.change_of_maker(require_signed_tags=True))
    tag = ix.check_tag(code=MAKER.code("2.G.3k"), identity_key=MAKER.identity_key)
    await world.refused(errors.TagSignatureMismatch, tag, world.payment(CODE, "alice", with_tag=True))


async def test_provisional_object_is_not_bought(world: World) -> None:
    """Whose it is can still be challenged; and a first payment would outrank who paid in the log."""
    log = await open_log(world)
    await log.claims("alice")
    for _ in range(2):
        await world.refused(errors.Provisional, world.payment(CODE, "bob", seller="alice"))
        await world.refused(errors.NotForSale, world.payment(CODE, "bob"))
        later(world, WINDOW)
    await world.send(final("alice"), world.offer(CODE, "alice"))
    await world.send(world.payment(CODE, "bob", seller="alice"))
    assert await world.tokens(address_of("bob"), CODE) == 1


def _next_address(seeds: list[bytes], bump: int) -> Pubkey:
    """The address with the next lower bump that is one."""
    for lower in range(bump - 1, -1, -1):
        try:
            return Pubkey.create_program_address([*seeds, bytes([lower])], PROGRAM_ID)
        except Exception:  # solders' own error for an address on the curve, which it does not export
            continue
    raise AssertionError("an address has more than one bump")


async def test_buyer_pays_with_a_key_that_is_no_account_yet(world: World) -> None:
    """The fee is somebody else's here, and so nothing is left to refuse but the price itself."""
    keypair_for("penniless")
    refusal = await world.refused(TransactionRefused, world.payment(CODE, "penniless"))
    assert (refusal.program_id, refusal.custom_code) == (SYSTEM_ID, 1)

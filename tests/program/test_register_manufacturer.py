"""register_manufacturer: the platform gives a prefix to an identity key, which signs too; for ever, and once."""

from typing import Any

import pytest
from solders.instruction import Instruction

from fixtures.fix_program import RIVAL, SOL, SYSTEM_ID, World, address_of, remembered, rent, with_account
from plings.chain import Account
from plings.chain.embedded import START_UNIX
from plings.program import errors, pda
from plings.program import instructions as ix
from plings.program.accounts import Manufacturer, PathPrefix, Status
from plings.program.events import Event
from program.journey import MAKER, PLATFORM, Maker

MANUFACTURER_BYTES = 8 + 3 * 32 + 8 + 8 + 4 + 4 + 2 + 6 + 44 + 9 + 1 + 34
PREFIX_BYTES = 8 + 2 * 32
LARGEST_NUMBER = "4GmR58"
"""2^31 - 1"""


def registration(maker: Maker = RIVAL, **others: Any) -> Instruction:
    remembered(maker.identity_keypair)
    arguments: dict[str, Any] = {
        "payer": address_of("bob"),
        "platform_authority": PLATFORM.pubkey(),
        "identity_key": maker.identity_key,
        "prefix": maker.prefix,
        "authority": maker.authority.pubkey(),
        "treasury": address_of("rival treasury"),
        "price_floor_lamports": 77,
        "royalty_bps": 250,
        "require_signed_tags": True,
        "shard_bits": 8,
    }
    return ix.register_manufacturer(**{**arguments, **others})


async def test_prefix_is_given_to_an_identity_key(world: World) -> None:
    receipt = await world.send(registration())
    prefix = pda.path_prefix_address("2.31")
    assert await world.manufacturer(RIVAL) == Manufacturer(
        identity_key=RIVAL.identity_key,
        authority=RIVAL.authority.pubkey(),
        treasury=RIVAL.treasury.pubkey(),
        prefix="2.31",
        wallet=1,
        index=2 * 58,
        price_floor_lamports=77,
        royalty_bps=250,
        status=Status.ACTIVE,
        require_signed_tags=True,
        shards=256,
        class_terms_count=0,
        registered_at_unix=START_UNIX,
    )
    written = PathPrefix.decode((await world.account(prefix)).data)
    assert written == PathPrefix(RIVAL.account, RIVAL.identity_key)
    rents = {RIVAL.account: rent(MANUFACTURER_BYTES), prefix: rent(PREFIX_BYTES)}
    assert receipt.moved == {address_of("bob"): -sum(rents.values()), **rents}
    assert receipt.event == Event(
        "ManufacturerRegistered",
        {
            "manufacturer": RIVAL.account,
            "identity_key": RIVAL.identity_key,
            "prefix": "2.31",
            "authority": RIVAL.authority.pubkey(),
            "treasury": RIVAL.treasury.pubkey(),
            "price_floor_lamports": 77,
            "royalty_bps": 250,
            "require_signed_tags": True,
            "shard_bits": 8,
            "timestamp": START_UNIX,
        },
    )


async def test_platform_may_pay_the_rent(world: World) -> None:
    receipt = await world.send(registration(payer=PLATFORM.pubkey()))
    assert receipt.moved[PLATFORM.pubkey()] == -rent(MANUFACTURER_BYTES) - rent(PREFIX_BYTES)


@pytest.mark.parametrize("name", ["mallory", "rival", "maker"])
async def test_only_the_platform_gives_prefixes(world: World, name: str) -> None:
    await world.refused(errors.NotPlatformAuthority, registration(platform_authority=address_of(name)))


async def test_identity_key_must_sign(world: World) -> None:
    """Or anyone could be registered for a key that somebody else prints with."""
    unsigned = with_account(registration(), "identity", signer=False)
    await world.refused(errors.AccountRefused, unsigned)


@pytest.mark.parametrize(
    ("prefix", "wallet", "index"),
    [
        ("2.2", 1, 1),
        ("59.2", 240, 1),
        ("5Q.2", None, None),
        ("2." + LARGEST_NUMBER, 1, 2**31 - 1),
    ],
)
async def test_wallet_and_number_are_read_from_the_prefix(
    world: World, prefix: str, wallet: int | None, index: int | None
) -> None:
    if wallet is None:
        await world.refused(errors.InvalidWallet, registration(prefix=prefix))
        return
    await world.send(registration(prefix=prefix))
    registered = await world.manufacturer(RIVAL)
    assert (registered.prefix, registered.wallet, registered.index) == (prefix, wallet, index)


@pytest.mark.parametrize("prefix", ["", "2", "23", "3j"])
async def test_prefix_without_a_dot_is_refused(world: World, prefix: str) -> None:
    await world.refused(errors.InvalidPathLength, registration(prefix=prefix))


@pytest.mark.parametrize(
    "prefix",
    [".", "2.", ".3", "2.3.4", "2.13", "12.3", "2.0", "2.O", "2.4GmR59", "2.zzzzzz", "2.zzzzzzz", "2. 3", "2.é"],
)
async def test_prefix_that_is_no_two_numbers_is_refused(world: World, prefix: str) -> None:
    await world.refused(errors.InvalidSegment, registration(prefix=prefix))


@pytest.mark.parametrize("wallet", ["1", "A", "z", "5R", "6A", "66", "222"])
async def test_wallet_beyond_one_byte_or_without_digits_is_refused(world: World, wallet: str) -> None:
    await world.refused(errors.InvalidWallet, registration(prefix=f"{wallet}.3"))


async def test_number_zero_is_refused(world: World) -> None:
    await world.refused(errors.InvalidManufacturerIndex, registration(prefix="2.1"))


async def test_prefix_longer_than_a_seed_is_refused(world: World) -> None:
    mallory = with_account(registration(), "path_prefix", pda.path_prefix_address("2.3"))
    tampered = registration(prefix="2." + "2" * 30)
    await world.refused(errors.AccountRefused, with_account(mallory, "path_prefix", address_of("mallory")))
    await world.refused(errors.InvalidSegment, tampered)


@pytest.mark.parametrize("lamports", [0, rent(0) - 1])
async def test_treasury_without_its_rent_is_refused(world: World, lamports: int) -> None:
    world.put(address_of("poor"), Account(lamports, SYSTEM_ID, b"", False))
    await world.refused(errors.TreasuryNotFunded, registration(treasury=address_of("poor")))


@pytest.mark.parametrize("royalty_bps", [2_501, 10_000, 65_535])
async def test_royalty_of_more_than_a_quarter_is_refused(world: World, royalty_bps: int) -> None:
    await world.refused(errors.ShareTooHigh, registration(royalty_bps=royalty_bps))
    await world.send(registration(royalty_bps=2_500))


@pytest.mark.parametrize("shard_bits", [9, 255])
async def test_more_than_256_shards_are_refused(world: World, shard_bits: int) -> None:
    await world.refused(errors.TooManyShards, registration(shard_bits=shard_bits))


async def test_prefix_is_given_once(world: World) -> None:
    await world.refused_as_taken(registration(prefix=MAKER.prefix))


async def test_identity_key_has_one_prefix(world: World) -> None:
    await world.refused_as_taken(registration(MAKER, prefix="2.4"))


async def test_registration_cannot_be_repeated_to_take_it_over(world: World) -> None:
    await world.refused_as_taken(registration(MAKER, authority=address_of("mallory"), treasury=address_of("mallory")))


async def test_two_registrations_of_one_prefix_in_one_transaction_are_refused(world: World) -> None:
    await world.refused_as_taken(registration(), registration(Maker("third", "2.31")))


@pytest.mark.parametrize("lamports", [1, rent(PREFIX_BYTES), 10 * SOL])
async def test_lamports_on_its_addresses_do_not_block_it(world: World, lamports: int) -> None:
    rents = {RIVAL.account: rent(MANUFACTURER_BYTES), pda.path_prefix_address("2.31"): rent(PREFIX_BYTES)}
    for address in rents:
        world.put(address, Account(lamports, SYSTEM_ID, b"", False))
    receipt = await world.send(registration())
    assert (await world.manufacturer(RIVAL)).prefix == "2.31"
    topped_up = {address: least - lamports for address, least in rents.items() if least > lamports}
    assert {address: change for address, change in receipt.moved.items() if change > 0} == topped_up


async def test_one_wallet_may_be_everybody(world: World) -> None:
    """A platform that makes things itself: it pays, it signs, it is paid."""
    everybody = dict.fromkeys(("payer", "authority", "treasury"), PLATFORM.pubkey())
    receipt = await world.send(registration(**everybody))
    assert receipt.moved[PLATFORM.pubkey()] == -rent(MANUFACTURER_BYTES) - rent(PREFIX_BYTES)
    maker = Maker("all in one", "2.32")
    remembered(maker.identity_keypair)
    world.put(maker.identity_key, Account(SOL, SYSTEM_ID, b"", False))
    everybody = dict.fromkeys(("payer", "authority", "treasury"), maker.identity_key)
    await world.send(registration(maker, **everybody))

"""Every account's bytes, written out by hand: a layout never changes."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from typing import Any

import pytest
from solders.pubkey import Pubkey

from fixtures.fix_program import SOL, TOKEN_ACCOUNT_RENT, World, address_of, log_of, mint_bytes, mint_of, rent
from plings.chain.embedded import START_UNIX
from plings.errors import ClusterError
from plings.program import PROGRAM_ID, pda
from plings.program import instructions as ix
from plings.program.accounts import (
    BatchAccount,
    ClassTerms,
    Config,
    Manufacturer,
    ObjectInstance,
    OwnershipCheckpoint,
    PathPrefix,
    PaymentLog,
    PrintedBatch,
    PrintedDemand,
    Promotion,
    SponsorPool,
    Tier,
    TokenAccount,
    object_space,
)
from plings.program.accounts import TagDemand as Demand
from plings.program.interface import IDL
from plings.proofs import node_hash
from program.batches import SLOT_RENT, batch_of, batch_opening, instance, slot_gift, slot_payment, with_batch
from program.journey import HEIR, MAKER, OFFER_ENDS, PLATFORM, PLATFORM_TREASURY
from program.leaves import leaf_of
from program.printed import PRINTED_AT, TEN, anchor
from program.promotions import OTHER_CODE, WINDOW, challenge, claim, links, open_log
from program.sponsors import POOL, returning, sponsored, with_pool

CODE = MAKER.code("2.G.3j")
DECODERS: dict[str, Callable[[bytes], Any]] = {
    each.__name__: each.decode
    for each in (
        BatchAccount,
        ClassTerms,
        Config,
        Manufacturer,
        ObjectInstance,
        OwnershipCheckpoint,
        PathPrefix,
        PaymentLog,
        PrintedBatch,
        Promotion,
        SponsorPool,
    )
}


def discriminator(name: str) -> bytes:
    return hashlib.sha256(f"account:{name}".encode()).digest()[:8]


def bump_of(*seeds: bytes) -> int:
    return Pubkey.find_program_address(list(seeds), PROGRAM_ID)[1]


def slot_tag(leaf_number: int, address: bytes) -> bytes:
    """The leaf's number in 5 bytes, then 3 and 8 of the hash of the printed address."""
    digest = hashlib.sha256(address).digest()
    return leaf_number.to_bytes(5, "little") + digest[:3] + digest[8:16]


async def bytes_at(world: World, address: Pubkey) -> bytes:
    account = await world.account(address)
    assert (account.owner, account.executable) == (PROGRAM_ID, False)
    return account.data


async def test_config(world: World) -> None:
    await world.send(ix.transfer_authority(authority=PLATFORM.pubkey(), new_authority=HEIR.pubkey()))
    changes = {"checkpoint_payments": 3, "checkpoint_seconds": 4, "challenge_seconds": 5}
    await world.send(
        world.change_of_config(micro_below_lamports=1, batch_below_lamports=2, platform_fee_bps=6, **changes)
    )
    await world.send(ix.pause(authority=PLATFORM.pubkey()))
    keys = bytes(PLATFORM.pubkey()) + bytes(HEIR.pubkey()) + bytes(PLATFORM_TREASURY.pubkey())
    numbers = struct.pack("<QQIIIHBB", 1, 2, 3, 4, 5, 6, 1, bump_of(b"config"))
    data = await bytes_at(world, pda.config_address())
    assert data == discriminator("Config") + keys + numbers + bytes(64)
    assert len(data) == 200


async def test_manufacturer(world: World) -> None:
    await world.send(world.change_of_maker(price_floor_lamports=7, royalty_bps=8, require_signed_tags=True, status=1))
    await world.send(world.terms("2.3.2", 1))
    text = str(MAKER.identity_key).encode()
    keys = bytes(MAKER.identity_key) + bytes(MAKER.authority.pubkey()) + bytes(MAKER.treasury.pubkey())
    numbers = struct.pack("<QqIIHBB", 7, START_UNIX, 2, 1, 8, 1, 1)
    flags = bytes([1, 0, bump_of(b"manufacturer", bytes(MAKER.identity_key)), len(text)])
    texts = text.ljust(44, b"\0") + b"2.3".ljust(9, b"\0") + bytes([3])
    data = await bytes_at(world, MAKER.account)
    assert data == discriminator("Manufacturer") + keys + numbers + flags + texts + bytes(34)
    assert len(data) == 224


async def test_path_prefix(world: World) -> None:
    data = await bytes_at(world, pda.path_prefix_address("2.3"))
    assert data == discriminator("PathPrefix") + bytes(MAKER.account) + bytes(MAKER.identity_key)
    assert len(data) == 72


async def test_class_terms(world: World) -> None:
    await world.send(
        world.terms("2.3.2", 9, tier=Tier.BATCH, tag_demand=Demand.WAIVED, printed_demand=PrintedDemand.DEMANDED)
    )
    address = pda.class_terms_address(MAKER.account, CODE.class_pointer)
    bump = bump_of(b"class", bytes(MAKER.account), CODE.class_pointer.value)
    data = await bytes_at(world, address)
    head = discriminator("ClassTerms") + bytes(MAKER.account) + struct.pack("<Q", 9) + CODE.class_pointer.value
    assert data == head + bytes([2, 2, bump, 1]) + bytes(4)
    assert len(data) == 64


async def test_object_instance(world: World) -> None:
    world.cluster.advance_clock(11)
    await world.listed_by("alice", CODE, 10)
    seeds = [b"plings_payment", b"2.3.2.G.3j", CODE.class_pointer.text.encode(), CODE.address]
    keys = CODE.address + bytes(address_of("alice")) + bytes(mint_of(CODE))
    numbers = struct.pack("<QqqHHBB", 10, START_UNIX + 11, OFFER_ENDS, 500, 1_000, 10, bump_of(*seeds))
    data = await bytes_at(world, pda.payment_address(CODE))
    head = discriminator("ObjectInstance") + keys + CODE.class_pointer.value + numbers + bytes(2)
    assert data == head + b"2.3.2.G.3j"
    assert len(head) == 144
    assert len(data) == object_space("2.3.2.G.3j") == 154


async def test_payment_log(logged: World) -> None:
    logged.cluster.advance_clock(5)
    leaves = [leaf_of((await logged.send(logged.micro_payment(CODE, "alice", 1_009))).event) for _ in range(3)]
    bump = bump_of(b"payment_log", bytes(MAKER.account), b"\0")
    numbers = struct.pack("<QQQqQQqBB", 3, 3 * 909, 3 * 100, START_UNIX + 5, 0, 0, START_UNIX, 0, bump)
    first, second, third = (leaf.hash for leaf in leaves)
    data = await bytes_at(logged, log_of())
    head = discriminator("PaymentLog") + bytes(MAKER.account) + numbers + bytes(38)
    assert data == head + third + node_hash(first, second) + bytes(32 * 38)
    assert len(data) == 136 + 40 * 32


async def test_ownership_checkpoint(logged: World) -> None:
    leaf = leaf_of((await logged.send(logged.micro_payment(CODE, "alice"))).event)
    logged.cluster.advance_clock(86_400)
    await logged.send(logged.noted(0))
    bump = bump_of(b"checkpoint", bytes(log_of()), bytes(8))
    numbers = struct.pack("<QqQqB", 0, START_UNIX, 1, START_UNIX + 86_400, bump)
    data = await bytes_at(logged, pda.checkpoint_address(log_of(), 0))
    assert data == discriminator("OwnershipCheckpoint") + bytes(log_of()) + leaf.hash + numbers + bytes(7)
    assert len(data) == 112


async def test_batch_account(logged: World) -> None:
    last = instance(199)
    await with_batch(logged, CODE)
    await logged.send(logged.micro_payment(CODE, "alice"), slot_payment(CODE, "alice"), slot_payment(last, "carol"))
    await logged.send(slot_gift(CODE, "alice", "bob"))
    bump = bump_of(b"batch", b"2.3.2.G", struct.pack("<I", 1))
    keys = bytes(MAKER.account) + bytes(address_of("bob"))
    numbers = struct.pack("<QQIBB", SLOT_RENT, 2 * SLOT_RENT, 1, 7, bump) + bytes(2)
    head = discriminator("BatchAccount") + keys + numbers + b"2.3.2.G".ljust(96, b"\0")
    owners = bytes(32 * 58) + bytes(address_of("bob")) + bytes(32 * 40) + bytes(address_of("carol"))
    tags = bytes(16 * 58) + slot_tag(1, CODE.address) + bytes(16 * 40) + slot_tag(2, last.address)
    data = await bytes_at(logged, batch_of(CODE))
    assert data == head + owners + tags
    assert len(data) == 192 + 100 * (32 + 16)


async def test_printed_batch(logged: World) -> None:
    await anchor(logged, TEN)
    for number in (0, 9):
        await logged.send(TEN.proof(number), logged.micro_payment(TEN.code(number), "alice"))
    commitment = TEN.commitment
    bump = bump_of(b"printed_batch", bytes(MAKER.account), commitment.class_pointer.value, struct.pack("<I", 22))
    head = discriminator("PrintedBatch") + bytes(MAKER.account) + commitment.root + commitment.class_pointer.value
    numbers = struct.pack("<qIIIB", PRINTED_AT, 22, 10, 2, bump) + bytes(11)
    data = await bytes_at(logged, TEN.address)
    assert data == head + numbers + bytes([1, 2])
    assert len(data) == 112 + 2


async def test_promotion(world: World) -> None:
    log = await open_log(world)
    leaves = [await log.pays("bob", OTHER_CODE), await log.pays("alice", lamports=9_876)]
    _, payment, gift = await log.shows(*leaves, await log.gives("alice", "bob"))
    world.cluster.advance_clock(5)
    await world.send(claim(payment, "mallory"), challenge(gift))
    address = pda.payment_address(CODE)
    keys = bytes(address) + bytes(log_of()) + bytes(address_of("mallory")) + bytes(address_of("bob"))
    numbers = struct.pack("<QQqBB", 2, 9_876, START_UNIX + 5 + WINDOW, 0, bump_of(b"promotion", bytes(address)))
    first, second = (struct.pack("<Q", 1) + bytes(address_of("alice")), struct.pack("<Q", 2) + bytes(address_of("bob")))
    data = await bytes_at(world, pda.promotion_address(address))
    head = discriminator("Promotion") + keys + numbers + bytes(6)
    assert data == head + first + second
    assert (len(head), len(first)) == (168, 40)
    assert Promotion.decode(data).title == links((1, "alice"), (2, "bob"))


async def test_promotion_of_a_slot(world: World) -> None:
    await world.send(batch_opening())
    await (await open_log(world)).takes_slot("alice")
    await world.send(claim(None, "alice"))
    data = await bytes_at(world, pda.promotion_address(pda.payment_address(CODE)))
    assert data[136:162] == struct.pack("<QQqBB", 0, 0, START_UNIX + WINDOW, 1, data[161])
    assert data[162:] == bytes(6) + bytes(8) + bytes(address_of("alice"))


@pytest.mark.parametrize("more", [1, 39, 41])
def test_title_cut_short_is_refused(more: int) -> None:
    with pytest.raises(ClusterError, match="cut short"):
        Promotion.decode(discriminator("Promotion") + bytes(160 + more))


async def test_sponsor_pool(logged: World) -> None:
    terms = {"per_item_lamports": 2**33, "minimum_value_lamports": 2, "maximum_value_lamports": 2**34}
    await with_pool(logged, **terms)
    await logged.send(sponsored(CODE, "alice"), logged.gift(CODE, "alice", "bob"), returning(CODE, "alice"))
    bump = bump_of(b"sponsor_pool", bytes(MAKER.account))
    rents = rent(object_space(CODE.path.text)) + rent(mint_bytes(CODE)) + TOKEN_ACCOUNT_RENT
    numbers = struct.pack("<QQQQQQB", 2**33, 2, 2**34, rents, 1, TOKEN_ACCOUNT_RENT, bump)
    data = await bytes_at(logged, POOL)
    assert data == discriminator("SponsorPool") + bytes(MAKER.account) + numbers + bytes(39)
    assert len(data) == 128


async def test_accounts_without_owner_code_hold_what_the_mirror_reads(world: World) -> None:
    """Each decoder reads its own type and refuses the others'."""
    await world.send(world.terms("2.3.2", 1_000))
    await world.listed_by("alice", CODE, SOL)
    log = await open_log(world)
    await with_batch(world, CODE)
    await anchor(world)
    (shown,) = await log.shows(await log.pays("alice", OTHER_CODE))
    await world.send(claim(shown, "alice", OTHER_CODE))
    await with_pool(world)
    addresses = {
        "BatchAccount": batch_of(CODE),
        "Config": pda.config_address(),
        "Manufacturer": MAKER.account,
        "PathPrefix": pda.path_prefix_address("2.3"),
        "ClassTerms": pda.class_terms_address(MAKER.account, CODE.class_pointer),
        "ObjectInstance": pda.payment_address(CODE),
        "PaymentLog": log_of(),
        "OwnershipCheckpoint": pda.checkpoint_address(log_of(), 0),
        "Promotion": pda.promotion_address(pda.payment_address(OTHER_CODE)),
        "PrintedBatch": TEN.address,
        "SponsorPool": POOL,
    }
    assert addresses.keys() == {account["name"] for account in IDL["accounts"]} == DECODERS.keys()
    for name, address in addresses.items():
        data = await bytes_at(world, address)
        for decoder, decode in DECODERS.items():
            if decoder == name:
                decode(data)
                continue
            with pytest.raises(ClusterError, match=f"holds no {decoder}"):
                decode(data)


@pytest.mark.parametrize("name", DECODERS)
@pytest.mark.parametrize("length", [0, 7, 8, 9, 40, 63])
def test_account_cut_short_is_refused(name: str, length: int) -> None:
    data = (discriminator(name) + bytes(300))[:length]
    with pytest.raises(ClusterError, match=r"holds no|cut short"):
        DECODERS[name](data)


@pytest.mark.parametrize("name", DECODERS)
def test_discriminator_is_that_of_the_interface(name: str) -> None:
    (account,) = [each for each in IDL["accounts"] if each["name"] == name]
    assert bytes(account["discriminator"]) == discriminator(name)


def test_token_account_cut_short_is_refused() -> None:
    with pytest.raises(ClusterError, match="no tokens"):
        TokenAccount.decode(bytes(164))
    assert TokenAccount.decode(bytes(165)).amount == 0


@pytest.mark.parametrize("kind", ["instruction", "event"])
def test_discriminators_are_anchors_own(kind: str) -> None:
    """sha256("global:name") and sha256("event:Name"), which other tools rely on."""
    prefix = {"instruction": "global", "event": "event"}[kind]
    for each in IDL[f"{kind}s"]:
        expected = hashlib.sha256(f"{prefix}:{each['name']}".encode()).digest()[:8]
        assert bytes(each["discriminator"]) == expected, each["name"]

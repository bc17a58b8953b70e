"""set_class_terms: a manufacturer gives one of its own classes terms, again and again."""

import hashlib
from typing import Any

import pytest
from solders.instruction import Instruction

from fixtures.fix_program import RIVAL, SOL, SYSTEM_ID, World, address_of, rent, with_account, with_arguments
from plings.chain import Account
from plings.chain.embedded import START_UNIX
from plings.identity import class_pointer
from plings.program import errors, pda
from plings.program.accounts import ClassTerms, PrintedDemand, TagDemand, Tier
from plings.program.events import Event
from program.journey import MAKER, registration

CLASS_TERMS_BYTES = 8 + 32 + 8 + 8 + 3 + 5
CLASS = "2.3.2"
POINTER = class_pointer(bytes(MAKER.identity_key), CLASS)
DEMANDS: dict[str, Any] = {"tag_demand": TagDemand.DEMANDED, "printed_demand": PrintedDemand.DEMANDED}
TERMS = pda.class_terms_address(MAKER.account, POINTER)


def tampered(
    world: World, path: str = CLASS, pointer: bytes = POINTER.value, tier: int = 0, demand: int = 0, printed: int = 0
) -> Instruction:
    """Arguments that no builder makes, with the account that belongs to `pointer`."""
    seeds = [b"class", bytes(MAKER.account), pointer]
    instruction = with_arguments(
        world.terms(CLASS, 5),
        class_pointer=list(pointer),
        path_to_pointer=path,
        terms={"price_floor_lamports": 5, "tier": tier, "tag_demand": demand, "printed_demand": printed},
    )
    return with_account(instruction, "class_terms", pda._find(*seeds))


def pointer_of(path: str) -> bytes:
    """Also of what is no path."""
    return hashlib.sha256(f"{MAKER.identity_key}:{path}".encode()).digest()[:8]


async def stored(world: World) -> ClassTerms:
    return ClassTerms.decode((await world.account(TERMS)).data)


async def test_class_gets_terms(world: World) -> None:
    instruction = world.terms(CLASS, 5 * SOL, payer=address_of("bob"), tier=Tier.OBJECT, **DEMANDS)
    receipt = await world.send(instruction)
    assert await stored(world) == ClassTerms(MAKER.account, POINTER, 5 * SOL, Tier.OBJECT, *DEMANDS.values())
    assert (await world.manufacturer()).class_terms_count == 1
    assert receipt.moved == {address_of("bob"): -rent(CLASS_TERMS_BYTES), TERMS: rent(CLASS_TERMS_BYTES)}
    assert receipt.event == Event(
        "ClassTermsSet",
        {
            "manufacturer": MAKER.account,
            "class_pointer": POINTER.text,
            "path_to_pointer": CLASS,
            "price_floor_lamports": 5 * SOL,
            "tier": 3,
            "tag_demand": 1,
            "timestamp": START_UNIX,
            "printed_demand": 1,
        },
    )


async def test_second_terms_replace_the_first_and_cost_nothing(world: World) -> None:
    await world.send(world.terms(CLASS, 5, tier=Tier.MICRO, tag_demand=TagDemand.DEMANDED))
    receipt = await world.send(world.terms(CLASS, 6, tag_demand=TagDemand.WAIVED))
    assert await stored(world) == ClassTerms(MAKER.account, POINTER, 6, Tier.BY_VALUE, TagDemand.WAIVED)
    assert (await world.manufacturer()).class_terms_count == 1
    assert receipt.moved == {}


async def test_classes_with_terms_are_counted(world: World) -> None:
    for path in ("2.3", "2.3.2", "2.3.3", "2.3.2.2", "2.3.2"):
        await world.send(world.terms(path, 5))
    assert (await world.manufacturer()).class_terms_count == 4


async def test_longest_class_path_has_room_for_an_instance(world: World) -> None:
    longest = "2.3" + ".222222" * 10 + ".22222" * 2
    assert (len(longest), longest.count(".") + 1) == (85, 14)
    await world.send(world.terms(longest, 5))
    tail = longest + "2222222"
    assert len(tail) == 92
    await world.refused(errors.InvalidSegment, tampered(world, tail, pointer_of(tail)))


@pytest.mark.parametrize("stranger", ["mallory", "rival", "platform authority"])
async def test_stranger_is_refused(world: World, stranger: str) -> None:
    theft = world.terms(CLASS, 0, payer=address_of(stranger), authority=address_of(stranger))
    await world.refused(errors.NotManufacturerAuthority, theft)


async def test_manufacturer_sets_no_other_manufacturers_terms(world: World) -> None:
    await world.send(registration(RIVAL))
    theft: dict[str, Any] = {"payer": address_of("rival"), "authority": address_of("rival")}
    await world.refused(errors.NotManufacturerAuthority, world.terms(CLASS, 0, **theft))


@pytest.mark.parametrize("path", ["", "2", "2.3" + ".2" * 13, "2.3" + ".222222" * 12 + ".22222", "2.3" + ".2" * 60])
async def test_path_of_wrong_length_is_refused(world: World, path: str) -> None:
    await world.refused(errors.InvalidPathLength, tampered(world, path, pointer_of(path)))


@pytest.mark.parametrize("path", ["2.3.", "2..3", ".2.3", "2.3.13", "2.3.0", "2.3.-3", "2.3.zzzzzz", "2.3.4GmR59"])
async def test_path_with_a_bad_segment_is_refused(world: World, path: str) -> None:
    await world.refused(errors.InvalidSegment, tampered(world, path, pointer_of(path)))


@pytest.mark.parametrize("path", ["1.3.2", "A.3.2", "66.3.2"])
async def test_bad_wallet_is_refused(world: World, path: str) -> None:
    await world.refused(errors.InvalidWallet, tampered(world, path, pointer_of(path)))


@pytest.mark.parametrize("path", ["2.4.2", "3.3.2", "2.31.2", "2.31", "2.32.3"])
async def test_path_of_another_prefix_is_refused(world: World, path: str) -> None:
    await world.refused(errors.WrongPrefix, tampered(world, path, pointer_of(path)))


async def test_pointer_of_another_class_is_refused(world: World) -> None:
    await world.refused(errors.InvalidClassPointer, tampered(world, "2.3.3"))
    await world.refused(errors.InvalidClassPointer, tampered(world, CLASS, bytes(8)))


@pytest.mark.parametrize("tier", [4, 255])
async def test_unknown_tier_is_refused(world: World, tier: int) -> None:
    await world.refused(errors.InvalidTier, tampered(world, tier=tier))


@pytest.mark.parametrize("demand", [3, 255])
async def test_unknown_demand_is_refused(world: World, demand: int) -> None:
    await world.refused(errors.InvalidTagDemand, tampered(world, demand=demand))


@pytest.mark.parametrize("demand", [2, 255])
async def test_unknown_demand_for_printed_codes_is_refused(world: World, demand: int) -> None:
    await world.refused(errors.InvalidPrintedDemand, tampered(world, printed=demand))


@pytest.mark.parametrize("lamports", [1, 10 * SOL])
async def test_lamports_on_its_address_do_not_block_it(world: World, lamports: int) -> None:
    world.put(TERMS, Account(lamports, SYSTEM_ID, b"", False))
    await world.send(world.terms(CLASS, 5))
    assert (await stored(world)).price_floor_lamports == 5
    assert await world.lamports(TERMS) == max(lamports, rent(CLASS_TERMS_BYTES))
    assert (await world.manufacturer()).class_terms_count == 1

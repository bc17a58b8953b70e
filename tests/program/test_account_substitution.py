"""Every account of every instruction, replaced by every wrong one that a thief could think of.

The accounts come from the IDL, so that none is forgotten. What is accepted is listed in HARMLESS with the reason, and
nothing else may be; a substitution that is refused changes nothing, even when it is sent all the same.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction_metadata import FailedTransactionMetadata

from chain import token_2022
from fixtures.fix_program import (
    FEES_ADDRESS,
    RIVAL,
    SIGNATURE_FEE,
    SOL,
    SYSTEM_ID,
    World,
    account_in,
    account_names,
    address_of,
    interface_of,
    keypair_for,
    log_of,
    mint_of,
    rent,
    token_account_of,
    with_account,
)
from plings.chain import Account
from plings.chain.loader import LOADER_ID, program_data_bytes
from plings.program import PROGRAM_ID, pda
from plings.program import instructions as ix
from plings.program.accounts import Status, TagDemand
from plings.program.interface import (
    ASSOCIATED_TOKEN_PROGRAM_ID,
    ED25519_PROGRAM_ID,
    IDL,
    INSTRUCTIONS_SYSVAR_ID,
    TOKEN_PROGRAM_ID,
)
from program import scenarios_batch, scenarios_printed, scenarios_promotion, scenarios_sponsors  # noqa: F401  they register scenarios
from program.journey import HEIR, MAKER, PLATFORM, deposit, registration
from program.leaves import leaf_of
from program.scenarios import (
    COUNTS_IF_OWNED,
    DEPOSITED,
    FRESH,
    HARMLESS,
    IMPOSSIBLE,
    LEFT_OUT,
    LISTED,
    NAMED_BY_AUTHORITY,
    NO_ACCOUNT_YET,
    NO_SELLER,
    NO_TERMS,
    NOT_DEMANDED,
    OPEN,
    OTHER,
    RENT_ALONE,
    RIVALS,
    SCENARIOS,
    STALLS,
    TAGGED,
    UNREAD,
    UNTERMED,
    WHOEVER_SIGNS,
    scenario,
)

CLASSIC_TOKEN_ID = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
CLOCK_ID = Pubkey.from_string("SysvarC1ock11111111111111111111111111111111")


@scenario("initialize_config")
async def _(world: World) -> list[Instruction]:
    world.put(pda.config_address(), None)
    treasury = address_of("platform treasury")
    return [ix.initialize_config(authority=PLATFORM.pubkey(), platform_treasury=treasury, platform_fee_bps=1)]


@scenario("update_config")
async def _(world: World) -> list[Instruction]:
    return [world.change_of_config(platform_fee_bps=1, platform_treasury=address_of("platform treasury"))]


@scenario("transfer_authority")
async def _(world: World) -> list[Instruction]:
    return [ix.transfer_authority(authority=PLATFORM.pubkey(), new_authority=address_of("bob"))]


@scenario("accept_authority")
async def _(world: World) -> list[Instruction]:
    return [ix.accept_authority(new_authority=HEIR.pubkey())]


@scenario("pause")
async def _(world: World) -> list[Instruction]:
    return [ix.pause(authority=PLATFORM.pubkey())]


@scenario("unpause")
async def _(world: World) -> list[Instruction]:
    await world.send(ix.pause(authority=PLATFORM.pubkey()))
    return [ix.unpause(authority=PLATFORM.pubkey())]


@scenario("register_manufacturer")
async def _(world: World) -> list[Instruction]:
    identity = keypair_for("new identity")
    return [
        ix.register_manufacturer(
            payer=address_of("bob"),
            platform_authority=PLATFORM.pubkey(),
            identity_key=identity.pubkey(),
            prefix="2.32",
            authority=address_of("carol"),
            treasury=address_of("maker treasury"),
        )
    ]


@scenario("update_manufacturer")
async def _(world: World) -> list[Instruction]:
    return [
        world.change_of_maker(royalty_bps=1, treasury=address_of("maker treasury"), new_authority=address_of("carol"))
    ]


@scenario("update_manufacturer/by_platform")
async def _(world: World) -> list[Instruction]:
    return [world.change_of_maker(authority=PLATFORM.pubkey(), status=Status.SUSPENDED)]


@scenario("set_class_terms")
async def _(world: World) -> list[Instruction]:
    return [world.terms(UNTERMED, 5, payer=address_of("bob"))]


@scenario("set_class_terms/again")
async def _(world: World) -> list[Instruction]:
    return [world.terms("2.3.2", 5, payer=address_of("bob"))]


@scenario("handle_payment/first")
async def _(world: World) -> list[Instruction]:
    return [world.payment(FRESH, "bob")]


@scenario("handle_payment/first/signed_tag")
async def _(world: World) -> list[Instruction]:
    tag = ix.check_tag(code=TAGGED, identity_key=MAKER.identity_key)
    return [tag, world.payment(TAGGED, "bob", with_tag=True)]


@scenario("handle_payment/purchase")
async def _(world: World) -> list[Instruction]:
    return [world.payment(LISTED, "carol", seller="alice")]


@scenario("handle_payment/purchase/token_account_there")
async def _(world: World) -> list[Instruction]:
    return [world.payment(LISTED, "bob", seller="alice")]


@scenario("list_for_sale")
async def _(world: World) -> list[Instruction]:
    return [world.offer(LISTED, "alice", 3 * SOL)]


@scenario("cancel_listing")
async def _(world: World) -> list[Instruction]:
    return [world.withdrawal(LISTED, "alice")]


@scenario("transfer_ownership")
async def _(world: World) -> list[Instruction]:
    return [world.gift(LISTED, "alice", "carol")]


@scenario("transfer_ownership/token_account_there")
async def _(world: World) -> list[Instruction]:
    return [world.gift(LISTED, "alice", "bob")]


@scenario("refund_deposit")
async def _(world: World) -> list[Instruction]:
    return [world.refund(DEPOSITED, "carol", SOL)]


@scenario("refund_deposit/after_payment")
async def _(world: World) -> list[Instruction]:
    await world.send(deposit(keypair_for("bob"), pda.payment_address(LISTED), SOL))
    return [world.refund(LISTED, "carol", SOL)]


@scenario("open_payment_log")
async def _(world: World) -> list[Instruction]:
    world.put(log_of(), None)
    return [world.opening()]


@scenario("handle_micro_payment")
async def _(world: World) -> list[Instruction]:
    return [world.micro_payment(FRESH, "bob")]


@scenario("handle_micro_payment/signed_tag")
async def _(world: World) -> list[Instruction]:
    tag = ix.check_tag(code=TAGGED, identity_key=MAKER.identity_key)
    return [tag, world.micro_payment(TAGGED, "bob", with_tag=True)]


@scenario("transfer_micro_ownership")
async def _(world: World) -> list[Instruction]:
    return [world.micro_gift(FRESH, "alice", "carol")]


@scenario("sweep_payment_log")
async def _(world: World) -> list[Instruction]:
    return [world.sweep()]


@scenario("create_checkpoint")
async def _(world: World) -> list[Instruction]:
    return [world.noted(1)]


@scenario("replay_ownership_proof")
async def _(world: World) -> list[Instruction]:
    """Of the first leaf, under the second checkpoint of three."""
    await world.send(world.noted(1))
    later = leaf_of((await world.send(world.micro_payment(FRESH, "alice"))).event)
    await world.send(world.noted(2))
    first, second = (replace(later, number=number) for number in (0, 1))
    claim = Signature.default()
    return [ix.replay_ownership_proof(leaf=first, proof=[second.hash], checkpoint_id=1, original_transaction=claim)]


# what to replace accounts by


def token_bytes(mint: Pubkey, owner: Pubkey, amount: int = 1) -> bytes:
    """SPL Token's account of 165 bytes, initialized."""
    return bytes(mint) + bytes(owner) + struct.pack("<Q", amount) + bytes(36) + b"\x01" + bytes(56)


@cache
def forged_accounts() -> dict[str, Account]:
    """Accounts that look like something: each as a thief could really have it on chain, or worse."""
    mallory, mint = address_of("mallory"), mint_of(LISTED)
    token = token_bytes(mint, mallory)
    mint_dressed = token + b"\x01" + bytes(4)
    multisig = (token + b"\x02").ljust(355, b"\0")
    data = program_data_bytes(b"", slot=0, upgrade_authority=mallory)
    shapes = {
        "classic token account": (CLASSIC_TOKEN_ID, token),
        "token account of no program": (SYSTEM_ID, token),
        "token account of a thief's program": (address_of("thief's program"), token),
        "mint dressed as a token account": (TOKEN_PROGRAM_ID, mint_dressed),
        "multisig dressed as a token account": (TOKEN_PROGRAM_ID, multisig),
        "token account not initialized": (TOKEN_PROGRAM_ID, bytes(165)),
        "program data of a thief's program": (LOADER_ID, data),
        "program data of no loader": (address_of("thief's program"), data),
        "empty account of ours": (PROGRAM_ID, b""),
        "account of ours without a type": (PROGRAM_ID, bytes(300)),
        "system account with data": (SYSTEM_ID, b"data"),
    }
    return {name: Account(rent(len(data)), owner, data, False) for name, (owner, data) in shapes.items()}


@cache
def wardrobe() -> dict[str, Pubkey]:
    """Where each of them is, and every genuine account of this world, by what it is."""
    ours = {
        "config": pda.config_address(),
        "manufacturer": MAKER.account,
        "other manufacturer": RIVAL.account,
        "prefix": pda.path_prefix_address("2.3"),
        "other prefix": pda.path_prefix_address("2.31"),
        "class terms": pda.class_terms_address(MAKER.account, LISTED.class_pointer),
        "other class terms": pda.class_terms_address(MAKER.account, TAGGED.class_pointer),
        "nft authority": pda.nft_authority_address(),
        "program data": pda.program_data_address(),
        "payment log": log_of(),
        "other payment log": log_of(RIVAL),
        "other checkpoint": pda.checkpoint_address(log_of(RIVAL), 0),
    }
    ours |= {f"checkpoint {number}": pda.checkpoint_address(log_of(), number) for number in range(3)}
    codes = {"listed": LISTED, "other": OTHER, "rival's": RIVALS, "fresh": FRESH, "deposited": DEPOSITED}
    ours |= {f"{name} object": pda.payment_address(code) for name, code in codes.items()}
    ours |= {f"{name} mint": mint_of(code) for name, code in codes.items()}
    tokens = {
        "seller's token account": token_account_of("alice", LISTED),
        "empty token account": token_account_of("mallory", LISTED),
        "buyer's empty token account": token_account_of("bob", LISTED),
        "token account of another mint": token_account_of("mallory", OTHER),
        "token account of another mint, seller's": token_account_of("alice", RIVALS),
    }
    programs = {
        "Plings": PROGRAM_ID,
        "System": SYSTEM_ID,
        "Token-2022": TOKEN_PROGRAM_ID,
        "Token": CLASSIC_TOKEN_ID,
        "Associated Token": ASSOCIATED_TOKEN_PROGRAM_ID,
        "Ed25519": ED25519_PROGRAM_ID,
        "thief's program": address_of("thief's program"),
        "instructions": INSTRUCTIONS_SYSVAR_ID,
        "clock": CLOCK_ID,
    }
    people = {name: address_of(name) for name in ("mallory", "alice", "bob", "rival", "platform heir", "nobody")}
    return ours | STOCK | tokens | programs | people | {name: address_of(name) for name in forged_accounts()}


STOCK: dict[str, Pubkey] = {}
"""The accounts of the families' stalls."""
BAZAAR: dict[Pubkey, Account | None] = {}
"""What the accounts of the bazaar hold: it is built once, and then put up again for each test."""


@pytest.fixture
async def bazaar(deployed: World) -> World:
    """Two manufacturers, classes with terms, objects owned and listed, deposits, an offer of authority."""
    if not BAZAAR:
        await _build(deployed)
        BAZAAR.update(await deployed.snapshot(wardrobe().values()))
    for address, account in BAZAAR.items():
        if await deployed.cluster.account(address) != account:
            deployed.put(address, account)
    deployed.name(BAZAAR)
    return deployed


async def _build(world: World) -> None:
    await world.initialize()
    await world.send(registration(RIVAL))
    await world.send(world.terms("2.3.2", 1_000))
    await world.send(world.terms("2.3.3", 1_000, tag_demand=TagDemand.DEMANDED))
    await world.listed_by("alice", LISTED)
    await world.listed_by("mallory", OTHER)
    to_rival = {"identity_key": RIVAL.identity_key, "manufacturer_treasury": RIVAL.treasury.pubkey()}
    await world.send(world.payment(RIVALS, "alice", **to_rival))
    await _open_logs(world)
    for stall in STALLS:
        STOCK.update(await stall(world))
    for name in ("mallory", "bob"):
        await world.send(token_2022.create_token_account(address_of(name), address_of(name), mint_of(LISTED)))
    await world.send(deposit(keypair_for("bob"), pda.payment_address(DEPOSITED), SOL))
    await world.send(ix.transfer_authority(authority=PLATFORM.pubkey(), new_authority=HEIR.pubkey()))
    for name, account in forged_accounts().items():
        world.put(address_of(name), account)
    world.put(address_of("thief's program"), await world.account(ASSOCIATED_TOKEN_PROGRAM_ID))


async def _open_logs(world: World) -> None:
    """Each with a checkpoint of one payment; MAKER's has had another since."""
    await world.send(world.change_of_config(checkpoint_payments=1))
    for maker, code in ((MAKER, FRESH), (RIVAL, RIVALS)):
        await world.send(world.opening(maker))
        await world.send(world.micro_payment(code, "alice", identity_key=maker.identity_key))
        await world.send(world.noted(0, maker))
    await world.send(world.micro_payment(FRESH, "alice"))


@dataclass(frozen=True)
class Substitution:
    """`kind` names it; `instruction` has it. `elsewhere` is what the cluster is made to hold at an address for it."""

    kind: str
    instruction: Instruction
    elsewhere: tuple[Pubkey, Account | None] | None = None


def substitutions(instruction: Instruction, name: str, held: Account | None) -> Iterator[Substitution]:
    """Every wrong account in the place that the IDL calls `name`, where the right one holds `held`."""
    right = account_in(instruction, name).pubkey
    kinds = {address: kind for kind, address in wardrobe().items()}
    for other in account_names(instruction):
        kinds.setdefault(account_in(instruction, other).pubkey, f"its {other}")
    for address, kind in kinds.items():
        if address != right:
            yield Substitution(kind, _with_rights(instruction, name, address))
    if held and not held.executable:
        yield from _disguises(instruction, name, held)


def _with_rights(instruction: Instruction, name: str, address: Pubkey) -> Instruction:
    """Signing and writable as the IDL has it, also in the place of an optional account that was not given."""
    (interface,) = [each for each in interface_of(instruction)["accounts"] if each["name"] == name]
    signer, writable = interface.get("signer", False), interface.get("writable", False)
    return with_account(instruction, name, address, signer=signer, writable=writable)


def _disguises(instruction: Instruction, name: str, held: Account) -> Iterator[Substitution]:
    """The same bytes elsewhere or under another owner, and nothing where something was."""
    right, copy, thief = account_in(instruction, name).pubkey, address_of("copy"), address_of("thief's program")
    if held.data:
        copied = with_account(instruction, name, copy)
        yield Substitution("copied, of a thief's program", copied, (copy, replace(held, owner=thief)))
        yield Substitution("copied, of no program", copied, (copy, replace(held, owner=SYSTEM_ID)))
        yield Substitution("of another owner", instruction, (right, replace(held, owner=thief)))
        yield Substitution("closed", instruction, (right, None))


def weakened(instruction: Instruction, name: str) -> Iterator[Substitution]:
    """The right account without the rights that the IDL asks for."""
    account = account_in(instruction, name)
    if account.is_signer:
        yield Substitution("unsigned", with_account(instruction, name, signer=False))
    if account.is_writable:
        yield Substitution("read-only", with_account(instruction, name, writable=False))


HARMLESS |= {
    ("initialize_config", "platform_treasury"): (NAMED_BY_AUTHORITY, OPEN),
    ("update_config", "platform_treasury"): (NAMED_BY_AUTHORITY, OPEN),
    ("register_manufacturer", "payer"): (RENT_ALONE, OPEN),
    ("register_manufacturer", "authority"): (NAMED_BY_AUTHORITY, OPEN),
    ("register_manufacturer", "treasury"): (NAMED_BY_AUTHORITY, OPEN),
    ("update_manufacturer", "treasury"): (NAMED_BY_AUTHORITY, OPEN),
    ("update_manufacturer", "new_authority"): ("whoever signs takes the authority that the old one gives", OPEN),
    ("update_manufacturer/by_platform", "manufacturer"): ("the platform's word is for all", {"other manufacturer"}),
    ("set_class_terms", "payer"): (RENT_ALONE, OPEN),
    ("set_class_terms/again", "payer"): (RENT_ALONE, OPEN),
    ("set_class_terms/again", "class_terms"): ("only the program could close it, and it never does", {"closed"}),
    ("handle_payment/first", "seller"): (NO_SELLER, OPEN),
    ("handle_payment/first", "seller_token_account"): (NO_SELLER, OPEN),
    ("handle_payment/first/signed_tag", "seller"): (NO_SELLER, OPEN),
    ("handle_payment/first/signed_tag", "seller_token_account"): (NO_SELLER, OPEN),
    ("handle_payment/first", "instructions"): (NOT_DEMANDED, OPEN),
    ("handle_payment/purchase", "instructions"): (NOT_DEMANDED, OPEN),
    ("handle_payment/purchase/token_account_there", "instructions"): (NOT_DEMANDED, OPEN),
    ("handle_payment/purchase/token_account_there", "mint"): (IMPOSSIBLE, {"of another owner"}),
    ("handle_payment/purchase/token_account_there", "buyer_token_account"): (NO_ACCOUNT_YET, {"closed"}),
    ("transfer_ownership/token_account_there", "mint"): (IMPOSSIBLE, {"of another owner"}),
    ("transfer_ownership/token_account_there", "new_token_account"): (NO_ACCOUNT_YET, {"closed"}),
    ("refund_deposit", "recipient"): (NAMED_BY_AUTHORITY, OPEN),
    ("refund_deposit/after_payment", "recipient"): (NAMED_BY_AUTHORITY, OPEN),
    ("open_payment_log", "payer"): (RENT_ALONE, OPEN),
    ("sweep_payment_log", "manufacturer_treasury"): (LEFT_OUT, {"Plings"}),
    ("sweep_payment_log", "platform_treasury"): (LEFT_OUT, {"Plings"}),
    ("create_checkpoint", "payer"): (RENT_ALONE, OPEN),
    ("handle_micro_payment", "buyer"): (WHOEVER_SIGNS, OPEN),
    ("handle_micro_payment/signed_tag", "buyer"): (WHOEVER_SIGNS, OPEN),
    ("handle_micro_payment", "instructions"): (NOT_DEMANDED, OPEN),
    ("transfer_micro_ownership", "owner"): (COUNTS_IF_OWNED, OPEN),
} | {
    (name, "class_terms"): (NO_TERMS, {"closed", "of another owner"})
    for name in SCENARIOS
    if name.startswith(("handle_payment", "handle_micro_payment"))
}


def names_of(scenario_name: str) -> list[str]:
    instruction_name = scenario_name.partition("/")[0]
    (interface,) = [each for each in IDL["instructions"] if each["name"] == instruction_name]
    return [account["name"] for account in interface["accounts"]]


CASES = [(name, account) for name in SCENARIOS for account in names_of(name)]


def test_every_instruction_has_a_scenario() -> None:
    assert {name.partition("/")[0] for name in SCENARIOS} == {each["name"] for each in IDL["instructions"]}


@pytest.mark.parametrize("name", SCENARIOS)
async def test_nothing_is_wrong_before_anything_is_replaced(bazaar: World, name: str) -> None:
    instructions = await SCENARIOS[name](bazaar)
    assert interface_of(instructions[place_of(name, instructions)])["name"] == name.partition("/")[0]
    await bazaar.send(*instructions)


@pytest.mark.parametrize(("name", "account"), CASES)
async def test_wrong_account_is_refused_and_changes_nothing(bazaar: World, name: str, account: str) -> None:
    instructions = await SCENARIOS[name](bazaar)
    place = place_of(name, instructions)
    instruction, around = instructions[place], (instructions[:place], instructions[place + 1 :])
    held = await bazaar.cluster.account(account_in(instruction, account).pubkey)
    tries = [*substitutions(instruction, account, held), *weakened(instruction, account)]
    bazaar.name(meta.pubkey for each in tries for meta in each.instruction.accounts)
    accepted = {each.kind for each in tries if await _is_accepted(bazaar, around, each)}
    _, harmless = HARMLESS.get((name, account), ("", set()))
    if harmless in (OPEN, UNREAD):
        assert accepted and not accepted & {"unsigned", "read-only"}
        assert harmless == UNREAD or "closed" not in accepted
    else:
        assert accepted == harmless


def test_harmless_substitutions_are_of_accounts_that_exist() -> None:
    assert HARMLESS.keys() <= set(CASES)


def place_of(name: str, instructions: list[Instruction]) -> int:
    """Where the scenario's own instruction stands: last, but where a payment must follow it."""
    return -2 % len(instructions) if name.startswith("prove_printed") else len(instructions) - 1


async def _is_accepted(world: World, around: tuple[list[Instruction], list[Instruction]], each: Substitution) -> bool:
    """Whether it takes effect (which is then undone); if not, it must have cost its fee alone."""
    undisguised = {}
    if each.elsewhere:
        address, account = each.elsewhere
        undisguised[address] = await world.cluster.account(address)
        world.put(address, account)
    snapshot = await world.snapshot()
    before, after = around
    instructions = [*before, each.instruction, *after]
    result = world.land(instructions, signed=False)
    is_refused = isinstance(result, FailedTransactionMetadata)
    if is_refused:
        await world.only_fee_paid(snapshot, SIGNATURE_FEE * _signatures(instructions))
    for address, account in (undisguised if is_refused else snapshot | undisguised).items():
        if await world.cluster.account(address) != account:
            world.put(address, account)
    return not is_refused


def _signatures(instructions: list[Instruction]) -> int:
    metas: list[AccountMeta] = [meta for each in instructions for meta in each.accounts]
    signing = {meta.pubkey for meta in metas if meta.is_signer} | {FEES_ADDRESS}
    return len(signing) + sum(each.data[0] for each in instructions if each.program_id == ED25519_PROGRAM_ID)

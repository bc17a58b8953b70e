"""Account substitution in promotions: from a leaf and from a slot, with and without a sponsor pool.

MAKER's log has two leaves when the bazaar opens, alice's payments for FRESH; the first is all of checkpoint 0.
"""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from fixtures.fix_program import RIVAL, World, address_of, log_of
from plings.chain.embedded import START_UNIX
from plings.identity import ScanUrl
from plings.program import pda
from plings.program.instructions import ProvedLeaf
from plings.proofs import Kind, Leaf, Tree
from program.batches import batch_opening, slot_payment
from program.journey import MAKER, Maker
from program.leaves import leaf_of
from program.promotions import challenge, claim, final
from program.scenarios import (
    BATCH_ACCOUNTS,
    FRESH,
    HARMLESS,
    OPEN,
    RENT_ALONE,
    SCENARIOS,
    UNREAD,
    scenario,
    stall,
)
from program.sponsors import change

SLOTTED, RIVALS_SLOTTED = MAKER.code("7.H.3j"), RIVAL.code("7.H.3j")


@stall
async def _(world: World) -> dict[str, Pubkey]:
    """Another manufacturer's promotion of a slot."""
    await _take_slot(world, RIVALS_SLOTTED, RIVAL)
    await world.send(claim(None, "mallory", RIVALS_SLOTTED, identity_key=RIVAL.identity_key))
    payment = pda.payment_address(RIVALS_SLOTTED)
    return {
        "other promotion": pda.promotion_address(payment),
        "other promotion's object": payment,
        "other promotion's mint": pda.mint_address(payment),
        "other batch account": pda.batch_account_address(RIVALS_SLOTTED.path),
        "token account of the promoted object's mint": _tokens("mallory", FRESH),
    }


def _tokens(name: str, code: ScanUrl) -> Pubkey:
    return pda.token_account_address(address_of(name), pda.mint_address(pda.payment_address(code)))


async def _take_slot(world: World, code: ScanUrl, maker: Maker = MAKER) -> Leaf:
    await world.send(batch_opening(code, payer="carol", maker=maker))
    buyer = "mallory" if maker is RIVAL else "alice"
    return leaf_of((await world.send(slot_payment(code, buyer, 20_000, identity_key=maker.identity_key))).event)


def _first_leaves() -> list[Leaf]:
    """Those that are there when the bazaar opens."""
    alice = bytes(address_of("alice"))
    return [
        Leaf(
            kind=Kind.PAYMENT,
            payment_log=bytes(log_of()),
            number=number,
            timestamp=START_UNIX,
            actor=alice,
            owner=alice,
            amount_lamports=10_001,
            class_pointer=FRESH.class_pointer,
            address=FRESH.address,
            path=FRESH.path,
        )
        for number in range(2)
    ]


def _proved(leaves: list[Leaf], number: int) -> ProvedLeaf:
    """Under the checkpoint of all of them, which is the second."""
    proof = Tree(leaf.hash for leaf in leaves).inclusion_proof(number)
    return ProvedLeaf(leaves[number], 1, tuple(proof))


async def _pools_pay(world: World) -> None:
    """Both manufacturers', for payments as small as alice's."""
    await world.send(*(change(maker, minimum_value_lamports=0) for maker in (MAKER, RIVAL)))


@scenario("promote_to_object")
async def _(world: World) -> list[Instruction]:
    return [claim(ProvedLeaf(_first_leaves()[0], 0, ()), "alice", FRESH, payer="bob")]


@scenario("promote_to_object/slot")
async def _(world: World) -> list[Instruction]:
    await _take_slot(world, SLOTTED)
    return [claim(None, "alice", SLOTTED, payer="bob")]


@scenario("challenge_promotion")
async def _(world: World) -> list[Instruction]:
    """The first payment, of a promotion from the second."""
    await world.send(world.noted(1))
    leaves = _first_leaves()
    await world.send(claim(_proved(leaves, 1), "alice", FRESH))
    return [challenge(_proved(leaves, 0), FRESH)]


@scenario("challenge_promotion/transfer")
async def _(world: World) -> list[Instruction]:
    """A gift, which takes a link more."""
    gift = leaf_of((await world.send(world.micro_gift(FRESH, "alice", "carol"))).event)
    await world.send(world.noted(1))
    await world.send(claim(ProvedLeaf(_first_leaves()[0], 0, ()), "alice", FRESH))
    return [challenge(_proved([*_first_leaves(), gift], 2), FRESH)]


@scenario("challenge_promotion/slot")
async def _(world: World) -> list[Instruction]:
    """The slot, of a promotion from a payment that came after it."""
    leaves = [*_first_leaves(), await _take_slot(world, SLOTTED)]
    leaves.append(leaf_of((await world.send(world.micro_payment(SLOTTED, "bob"))).event))
    await world.send(world.noted(1))
    await world.send(claim(_proved(leaves, 3), "bob", SLOTTED))
    return [challenge(None, SLOTTED)]


async def _claim_without_window(world: World) -> None:
    await world.send(world.change_of_config(challenge_seconds=0))
    await world.send(claim(ProvedLeaf(_first_leaves()[0], 0, ()), "alice", FRESH))


@scenario("finalize_promotion")
async def _(world: World) -> list[Instruction]:
    await _claim_without_window(world)
    await _pools_pay(world)
    return [final("alice", FRESH, payer="bob")]


@scenario("finalize_promotion/pool")
async def _(world: World) -> list[Instruction]:
    await _claim_without_window(world)
    await _pools_pay(world)
    return [final("alice", FRESH, payer="bob", with_pool=True)]


@scenario("finalize_promotion/slot")
async def _(world: World) -> list[Instruction]:
    await world.send(world.change_of_config(challenge_seconds=0))
    await _take_slot(world, SLOTTED)
    await world.send(claim(None, "alice", SLOTTED))
    return [final("alice", SLOTTED, payer="bob")]


WHOEVER_CLAIMS = "who claims is written down and told: the title is its leaf's, whoever shows it"
NOT_READ = "what the other way of showing a title needs is not read"
TERMS_OF_POOLS = "a class's terms say whether a pool pays, and there is none"
IN_ITS_BOUNDS = "the manufacturer's pool pays in its own bounds, whoever asks it to"
PAYS_THEMSELVES = "the program's own address leaves it out: the payer, who signs, pays all"

PROMOTIONS = [
    name for name in SCENARIOS if name.startswith(("promote_to_object", "challenge_promotion", "finalize_promotion"))
]

HARMLESS |= {
    ("promote_to_object", "claimant"): (WHOEVER_CLAIMS, OPEN),
    ("promote_to_object", "batch_account"): (NOT_READ, BATCH_ACCOUNTS),
    ("challenge_promotion", "batch_account"): (NOT_READ, BATCH_ACCOUNTS),
    ("challenge_promotion/transfer", "batch_account"): (NOT_READ, BATCH_ACCOUNTS),
    ("promote_to_object/slot", "checkpoint"): (NOT_READ, {"checkpoint 0", "other checkpoint"}),
    ("challenge_promotion/slot", "checkpoint"): (NOT_READ, {"checkpoint 0", "checkpoint 1", "other checkpoint"}),
    ("finalize_promotion", "class_terms"): (TERMS_OF_POOLS, UNREAD),
    ("finalize_promotion/slot", "class_terms"): (TERMS_OF_POOLS, UNREAD),
    ("finalize_promotion", "sponsor_pool"): (IN_ITS_BOUNDS, {"sponsor pool"}),
    ("finalize_promotion/pool", "sponsor_pool"): (PAYS_THEMSELVES, {"Plings"}),
} | {(name, "payer"): (RENT_ALONE, OPEN) for name in PROMOTIONS}

"""What the tests of promotions share: a log whose leaves can be shown, and the three instructions."""

from __future__ import annotations

from typing import Any

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from fixtures.fix_program import RIVAL, World, address_of, mint_bytes, rent, with_arguments
from plings.identity import ScanUrl
from plings.program import instructions as ix
from plings.program import pda
from plings.program.accounts import Link, Promotion, object_space
from plings.program.instructions import ProvedLeaf
from plings.program.instructions.proved_leaf import leaf_argument
from plings.proofs import Leaf, Tree
from program.batches import slot_gift, slot_payment
from program.journey import MAKER, Maker, registration
from program.leaves import leaf_of
from program.micro import printed
from program.sponsors import with_pool

CODE, OTHER_CODE = MAKER.code("2.G.3j"), MAKER.code("2.G.3k")
PAYMENT = pda.payment_address(CODE)
PROMOTION = pda.promotion_address(PAYMENT)
WINDOW = 1_000
"""seconds in which a promotion can be challenged"""
VALUE = 20_000
"""what a payment of these tests is, when it does not matter"""
FIXED_BYTES, LINK_BYTES = 168, 40
LINK_RENT = 6_960 * LINK_BYTES
OBJECT_RENT = rent(object_space(CODE.path.text))
PROMOTION_RENT = rent(FIXED_BYTES + LINK_BYTES)
MINT_RENT = rent(mint_bytes(CODE))
ANYONE = "carol"
"""who has no part in it"""


class Log:
    """A maker's log as it grows, and what can be shown of it: the leaves under its last checkpoint."""

    def __init__(self, world: World, maker: Maker = MAKER) -> None:
        self.world, self.maker = world, maker
        self.leaves: list[Leaf] = []
        self.checkpoints = self.noted = 0

    async def _append(self, instruction: Instruction) -> Leaf:
        leaf = leaf_of((await self.world.send(instruction)).event)
        assert leaf.number == len(self.leaves)
        self.leaves.append(leaf)
        return leaf

    async def pays(self, buyer: str, code: ScanUrl = CODE, lamports: int = VALUE) -> Leaf:
        payment = self.world.micro_payment(code, buyer, lamports, identity_key=self.maker.identity_key)
        return await self._append(payment)

    async def gives(self, owner: str, new_owner: str, code: ScanUrl = CODE) -> Leaf:
        return await self._append(self.world.micro_gift(code, owner, new_owner, identity_key=self.maker.identity_key))

    async def takes_slot(self, buyer: str, code: ScanUrl = CODE, lamports: int = VALUE) -> Leaf:
        return await self._append(slot_payment(code, buyer, lamports))

    async def gives_slot(self, owner: str, new_owner: str, code: ScanUrl = CODE) -> Leaf:
        return await self._append(slot_gift(code, owner, new_owner))

    async def note(self) -> None:
        """A checkpoint of all there is."""
        await self.world.send(self.world.noted(self.checkpoints, self.maker))
        self.checkpoints += 1
        self.noted = len(self.leaves)

    def shown(self, leaf: Leaf) -> ProvedLeaf:
        """With its proof under the last checkpoint, which must have been made after it."""
        tree = Tree(each.hash for each in self.leaves[: self.noted])
        return ProvedLeaf(leaf, self.checkpoints - 1, tuple(tree.inclusion_proof(leaf.number)))

    async def shows(self, *leaves: Leaf) -> list[ProvedLeaf]:
        """All of them, under a checkpoint that is made now."""
        await self.note()
        return [self.shown(leaf) for leaf in leaves]

    async def claims(self, owner: str) -> None:
        """The owner pays, and has the object promoted by that."""
        (shown,) = await self.shows(await self.pays(owner))
        await self.world.send(claim(shown, owner))


async def open_log(world: World) -> Log:
    """MAKER's, of which every leaf can be checkpointed; a promotion can be challenged for WINDOW."""
    await world.send(world.opening())
    await world.send(world.change_of_config(checkpoint_payments=1, challenge_seconds=WINDOW))
    return Log(world)


async def open_rivals_log(world: World) -> Log:
    await world.send(registration(RIVAL))
    await world.send(world.opening(RIVAL))
    return Log(world, RIVAL)


# what people send


def claim(
    shown: ProvedLeaf | None, claimant: str, code: ScanUrl = CODE, payer: str | None = None, **others: Any
) -> Instruction:
    """promote_to_object; without a leaf, of the slot. The claimant pays if nobody else does."""
    return ix.promote_to_object(
        payer=address_of(payer or claimant),
        claimant=address_of(claimant),
        code=code,
        shown=shown,
        **{"identity_key": MAKER.identity_key, **others},
    )


def challenge(shown: ProvedLeaf | None, code: ScanUrl = CODE, payer: str = ANYONE, **others: Any) -> Instruction:
    arguments = {"identity_key": MAKER.identity_key, **others}
    return ix.challenge_promotion(payer=address_of(payer), code=code, shown=shown, **arguments)


def final(owner: str, code: ScanUrl = CODE, payer: str | None = None, **others: Any) -> Instruction:
    return ix.finalize_promotion(
        payer=address_of(payer or owner),
        owner=address_of(owner),
        code=code,
        **{"identity_key": MAKER.identity_key, **others},
    )


def argued(
    instruction: Instruction,
    shown: ProvedLeaf | None,
    code: ScanUrl = CODE,
    claims: dict[str, Any] | None = None,
    **changes: Any,
) -> Instruction:
    """promote_to_object or challenge_promotion with other words of the tag, or of the leaf, than a builder makes."""
    leaf = leaf_argument(shown)
    return with_arguments(instruction, code=printed(code, **(claims or {})), leaf=leaf and {**leaf, **changes})


FALSE_WORDS = {
    "kind": {"kind": 2},
    "number": {"number": 1},
    "timestamp": {"timestamp": 0},
    "actor": {"actor": address_of("mallory")},
    "owner": {"owner": address_of("mallory")},
    "amount": {"amount_lamports": VALUE + 1},
    "no proof": {"proof": []},
    "another proof": {"proof": [[1] * 32]},
    "a longer proof": {"proof": [[1] * 32] * 2},
}
"""Of the first leaf of two: nothing else than what the log says is proved."""


async def open_pool(world: World, lamports: int, **terms: int) -> None:
    """MAKER's pool with so much in it; it pays all rents of any value unless `terms` say otherwise."""
    usual = {"per_item_lamports": 10**9, "minimum_value_lamports": 0, "maximum_value_lamports": 10**9}
    await with_pool(world, lamports=lamports, **{**usual, **terms})


# what there is


async def promotion(world: World, code: ScanUrl = CODE) -> Promotion:
    address = pda.promotion_address(pda.payment_address(code))
    return Promotion.decode((await world.account(address)).data)


async def title(world: World, code: ScanUrl = CODE) -> list[tuple[int, Pubkey]]:
    return [(link.number, link.owner) for link in (await promotion(world, code)).title]


def links(*numbered: tuple[int, str]) -> tuple[Link, ...]:
    return tuple(Link(number, address_of(name)) for number, name in numbered)


def later(world: World, seconds: int) -> None:
    world.cluster.advance_clock(seconds)

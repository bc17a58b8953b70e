"""What the tests of printed batches share: batches of MAKER's, and what is asked of them in a World."""

from __future__ import annotations

from typing import Any

from solders.instruction import Instruction

from fixtures.fix_program import World, with_arguments
from plings.program import instructions as ix
from plings.program.accounts import PrintedBatch, PrintedDemand
from program.journey import MAKER, Maker
from program.printed_items import PRINTED_AT, PrintedItems

__all__ = ["OTHERS", "PRINTED_AT", "TEN", "TEN_THOUSAND", "Printed", "anchor", "demand"]


class Printed(PrintedItems):
    """A batch in a World: of ten codes, all of them real, if nothing else is said."""

    def __init__(
        self,
        below_prefix: str = "2.P",
        instances: str = "0-9",
        real: tuple[int, ...] = tuple(range(10)),
        maker: Maker = MAKER,
    ) -> None:
        super().__init__(maker, below_prefix, instances, real)

    def proof(self, instance: int = 0, **claims: Any) -> Instruction:
        """prove_printed; `claims` are other arguments than the right ones."""
        item = self.item(instance)
        arguments: dict[str, Any] = {"index": item.index, "proof": [list(node) for node in item.proof], **claims}
        return with_arguments(ix.prove_printed(item), **arguments)

    async def anchored(self, world: World) -> PrintedBatch:
        return PrintedBatch.decode((await world.account(self.address)).data)

    async def claimed(self, world: World) -> list[int]:
        """The places of the claimed items."""
        batch = await self.anchored(world)
        claimed = [index for index in range(batch.item_count) if batch.is_claimed(index)]
        assert len(claimed) == batch.claimed_count
        return claimed


TEN = Printed()
OTHERS = Printed("2.Q")
"""Another batch of the same class."""
TEN_THOUSAND = Printed("2.R", "0-9999", (0, 5_000))


def demand(world: World, below_prefix: str = "2", maker: Maker = MAKER, **others: Any) -> Instruction:
    """set_class_terms: the class demands printed codes."""
    printed = PrintedDemand.DEMANDED
    return world.terms(f"{maker.prefix}.{below_prefix}", 1_000, maker, printed_demand=printed, **others)


async def anchor(world: World, *batches: Printed) -> None:
    for batch in batches or (TEN,):
        await world.send(*batch.commit())

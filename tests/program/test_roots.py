"""The program's roots are those of the mirror for any number of leaves: at all powers of two, one less, one more.

One log grows to 5,000 leaves by real payments, as many to a transaction as fit. At each count that matters the account
is read and a checkpoint made: only there does the program compute a root.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from solders.instruction import Instruction
from solders.transaction_metadata import TransactionMetadata

from fixtures.fix_program import World, address_of, log_of
from plings.chain.embedded import START_UNIX
from plings.proofs import Frontier, Kind, Leaf, Tree
from program.micro import CODE

MOST = 5_000
COUNTS = sorted({2**power + more for power in range(13) for more in (-1, 0, 1)} | {MOST})
PER_TRANSACTION = 9
"""More do not fit."""

ALICE = bytes(address_of("alice"))
FIRST = Leaf(
    kind=Kind.PAYMENT,
    payment_log=bytes(log_of()),
    number=0,
    timestamp=START_UNIX,
    actor=ALICE,
    owner=ALICE,
    amount_lamports=10_000,
    class_pointer=CODE.class_pointer,
    address=CODE.address,
    path=CODE.path,
)


def leaf_number(number: int) -> Leaf:
    """What payment `number` should have put into the log: said by the test, not by the program's events."""
    return replace(FIRST, number=number, amount_lamports=FIRST.amount_lamports + number)


def payment_number(payment: Instruction, number: int) -> Instruction:
    """The same payment of another amount, its last argument."""
    amount = leaf_number(number).amount_lamports.to_bytes(8, "little")
    return Instruction(payment.program_id, bytes(payment.data[:-8]) + amount, payment.accounts)


def pay(world: World, payment: Instruction, start: int, stop: int) -> None:
    """Payments start to stop, the last one of a transaction of its own where they do not divide."""
    for first in range(start, stop, PER_TRANSACTION):
        numbers = range(first, min(first + PER_TRANSACTION, stop))
        landed = world.land([payment_number(payment, number) for number in numbers])
        assert isinstance(landed, TransactionMetadata), landed


async def test_every_root_is_that_of_the_mirror(logged: World) -> None:
    await logged.send(logged.change_of_config(checkpoint_payments=1))
    assert (await logged.payment_log()).frontier == Frontier()
    payment, tree, frontier = logged.micro_payment(CODE, "alice"), Tree(), Frontier()
    for checkpoint_id, (before, count) in enumerate(pairwise(COUNTS)):
        pay(logged, payment, before, count)
        for number in range(before, count):
            tree.append(leaf_number(number).hash)
            frontier = frontier.append(leaf_number(number).hash)
        await logged.send(logged.noted(checkpoint_id))
        assert (await logged.payment_log()).frontier == frontier, count
        noted = await logged.checkpoint(checkpoint_id)
        assert (noted.leaf_count, noted.root) == (count, tree.root()) == (count, frontier.root)
    assert count == MOST

"""create_checkpoint: a log's root and count are written down, when enough payments or enough time have gone by."""

import pytest

from fixtures.fix_program import RIVAL, SYSTEM_ID, World, address_of, log_of, rent, with_account
from plings.chain import Account
from plings.chain.embedded import START_UNIX
from plings.program import errors, pda
from plings.program import instructions as ix
from plings.program.accounts import OwnershipCheckpoint, Status
from plings.program.events import Event
from plings.proofs import Tree
from program.journey import PLATFORM, registration
from program.micro import CODE, LAYOUTS, leaves_after

CHECKPOINT_RENT = rent(LAYOUTS["OwnershipCheckpoint"]["size"])
FIRST, SECOND = (pda.checkpoint_address(log_of(), number) for number in range(2))
COUNT, SECONDS = 3, 100


@pytest.fixture
async def frequent(logged: World) -> World:
    """A checkpoint is due after 3 leaves, or after 100 seconds."""
    await logged.send(logged.change_of_config(checkpoint_payments=COUNT, checkpoint_seconds=SECONDS))
    return logged


async def test_checkpoint_has_the_logs_root(frequent: World) -> None:
    frequent.cluster.advance_clock(2)
    tree = Tree(leaf.hash for leaf in await leaves_after(frequent, COUNT))
    before = await frequent.payment_log()
    frequent.cluster.advance_clock(3)
    receipt = await frequent.send(frequent.noted(0))
    assert await frequent.checkpoint(0) == OwnershipCheckpoint(
        payment_log=log_of(),
        root=tree.root(),
        checkpoint_id=0,
        leaf_count=COUNT,
        last_payment_at_unix=START_UNIX + 2,
        created_at_unix=START_UNIX + 5,
    )
    changes = {"checkpoint_count": 1, "checkpointed_leaf_count": COUNT, "checkpointed_at_unix": START_UNIX + 5}
    assert vars(await frequent.payment_log()) == {**vars(before), **changes}
    assert receipt.moved == {address_of("bob"): -CHECKPOINT_RENT, FIRST: CHECKPOINT_RENT}
    assert receipt.event == Event(
        "CheckpointCreated",
        {
            "checkpoint": FIRST,
            "payment_log": log_of(),
            "checkpoint_id": 0,
            "payments_merkle_root": list(tree.root()),
            "last_payment_timestamp": START_UNIX + 2,
            "total_payments_count": COUNT,
            "timestamp": START_UNIX + 5,
        },
    )


async def test_second_checkpoint_counts_from_the_first(frequent: World) -> None:
    first = await leaves_after(frequent, COUNT)
    await frequent.send(frequent.noted(0))
    kept = await frequent.account(FIRST)
    second = await leaves_after(frequent, COUNT - 1)
    await frequent.refused(errors.CheckpointTooEarly, frequent.noted(1))
    second += await leaves_after(frequent, 1)
    await frequent.send(frequent.noted(1))
    checkpoint = await frequent.checkpoint(1)
    assert (checkpoint.checkpoint_id, checkpoint.leaf_count) == (1, 2 * COUNT)
    assert checkpoint.root == Tree(leaf.hash for leaf in first + second).root()
    assert await frequent.account(FIRST) == kept


async def test_time_suffices_for_one_leaf(frequent: World) -> None:
    await leaves_after(frequent, 1)
    frequent.cluster.advance_clock(SECONDS - 1)
    await frequent.refused(errors.CheckpointTooEarly, frequent.noted(0))
    frequent.cluster.advance_clock(1)
    await frequent.send(frequent.noted(0))


async def test_time_runs_from_the_last_checkpoint(frequent: World) -> None:
    await leaves_after(frequent, COUNT)
    frequent.cluster.advance_clock(SECONDS)
    await frequent.send(frequent.noted(0))
    await leaves_after(frequent, 1)
    frequent.cluster.advance_clock(SECONDS - 1)
    await frequent.refused(errors.CheckpointTooEarly, frequent.noted(1))
    frequent.cluster.advance_clock(1)
    await frequent.send(frequent.noted(1))


async def test_transfers_count_as_leaves(frequent: World) -> None:
    for _ in range(COUNT):
        await frequent.send(frequent.micro_gift(CODE, "alice", "bob"))
    await frequent.send(frequent.noted(0))


async def test_checkpoint_takes_no_heed_of_status_or_pause(frequent: World) -> None:
    await leaves_after(frequent, COUNT)
    await frequent.send(frequent.change_of_maker(status=Status.COMPROMISED))
    await frequent.send(ix.pause(authority=PLATFORM.pubkey()))
    await frequent.send(frequent.noted(0))


async def test_lamports_that_wait_at_its_address_do_not_block_it(frequent: World) -> None:
    await leaves_after(frequent, COUNT)
    frequent.put(FIRST, Account(1, SYSTEM_ID, b"", False))
    receipt = await frequent.send(frequent.noted(0))
    assert receipt.moved == {address_of("bob"): -CHECKPOINT_RENT, FIRST: CHECKPOINT_RENT}
    assert (await frequent.checkpoint(0)).leaf_count == COUNT


# refusals


@pytest.mark.parametrize("leaves", range(COUNT))
async def test_too_few_leaves_in_too_little_time_are_refused(frequent: World, leaves: int) -> None:
    await leaves_after(frequent, leaves)
    await frequent.refused(errors.CheckpointTooEarly, frequent.noted(0))


async def test_log_without_a_new_leaf_is_refused_whatever_the_time(frequent: World) -> None:
    frequent.cluster.advance_clock(10 * SECONDS)
    await frequent.refused(errors.CheckpointTooEarly, frequent.noted(0))
    await leaves_after(frequent, 1)
    await frequent.send(frequent.noted(0))
    frequent.cluster.advance_clock(10 * SECONDS)
    await frequent.refused(errors.CheckpointTooEarly, frequent.noted(1))


async def test_only_the_next_number_is_taken(frequent: World) -> None:
    await leaves_after(frequent, COUNT)
    await frequent.refused(errors.WrongCheckpoint, frequent.noted(1))
    await frequent.send(frequent.noted(0))
    await leaves_after(frequent, COUNT)
    for wrong in (0, 2):
        await frequent.refused(errors.WrongCheckpoint, frequent.noted(wrong))
    await frequent.send(frequent.noted(1))
    assert (await frequent.checkpoint(1)).payment_log == log_of()


async def test_address_of_another_logs_checkpoint_is_refused(frequent: World) -> None:
    await frequent.send(registration(RIVAL))
    await leaves_after(frequent, COUNT)
    for wrong in (pda.checkpoint_address(log_of(RIVAL), 0), SECOND, address_of("nobody")):
        await frequent.refused(errors.WrongCheckpoint, with_account(frequent.noted(0), "checkpoint", wrong))

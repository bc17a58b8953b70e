"""replay_ownership_proof: whoever has a leaf and its proof can have it told again, and nobody anything else."""

from dataclasses import replace
from typing import Any

import pytest
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.signature import Signature

from fixtures.fix_program import RIVAL, World, address_of, log_of, with_account, with_arguments
from plings.chain.embedded import START_UNIX
from plings.errors import TransactionRefused
from plings.identity import Path
from plings.program import errors, pda
from plings.program import instructions as ix
from plings.program.events import Event
from plings.proofs import Leaf, Tree
from program.journey import PLATFORM, registration
from program.leaves import leaf_of
from program.micro import CODE, leaves_after, printed

CLAIM = Signature(bytes(range(64)))
LEAVES = 7


@pytest.fixture
async def proved(logged: World) -> World:
    """A log of seven leaves, the last a transfer, with a checkpoint."""
    await logged.send(logged.change_of_config(checkpoint_payments=LEAVES))
    return logged


async def seven(world: World) -> tuple[list[Leaf], Tree]:
    leaves = await leaves_after(world, LEAVES - 1)
    leaves.append(leaf_of((await world.send(world.micro_gift(CODE, "alice", "bob"))).event))
    await world.send(world.noted(0))
    tree = Tree(leaf.hash for leaf in leaves)
    assert (await world.checkpoint(0)).root == tree.root()
    return leaves, tree


def replay(leaf: Leaf, proof: list[bytes], checkpoint_id: int = 0) -> Instruction:
    return ix.replay_ownership_proof(leaf=leaf, proof=proof, checkpoint_id=checkpoint_id, original_transaction=CLAIM)


def argued(leaf: Leaf, proof: list[bytes], **others: Any) -> Instruction:
    """With what no builder makes in the leaf's argument."""
    argument: dict[str, Any] = {
        "kind": int(leaf.kind),
        "number": leaf.number,
        "timestamp": leaf.timestamp,
        "actor": Pubkey.from_bytes(leaf.actor),
        "owner": Pubkey.from_bytes(leaf.owner),
        "amount_lamports": leaf.amount_lamports,
        "code": printed(),
    }
    nodes = [list(node) for node in proof]
    return with_arguments(
        replay(leaf, proof), leaf={**argument, **others}, proof=nodes, original_transaction=list(bytes(CLAIM))
    )


async def test_every_leaf_is_told_again(proved: World) -> None:
    leaves, tree = await seven(proved)
    proved.cluster.advance_clock(50)
    for number, leaf in enumerate(leaves):
        receipt = await proved.send(replay(leaf, tree.inclusion_proof(number)))
        assert receipt.moved == {}
        assert receipt.event == Event(
            "OwnershipProofReplayed",
            {
                "original_transaction": list(range(64)),
                "path": "2.3.2.G.3j",
                "class_pointer": CODE.class_pointer.text,
                "solana_address": Pubkey.from_bytes(CODE.address),
                "kind": 2 if number == LEAVES - 1 else 1,
                "actor": address_of("alice"),
                "owner": address_of("bob" if number == LEAVES - 1 else "alice"),
                "payment_amount": 0 if number == LEAVES - 1 else 10_000 + number,
                "timestamp": START_UNIX,
                "payment_log": log_of(),
                "number": number,
                "checkpoint_id": 0,
                "replay_timestamp": START_UNIX + 50,
            },
        )


async def test_nothing_is_written(proved: World) -> None:
    leaves, tree = await seven(proved)
    before = [await proved.account(pda.checkpoint_address(log_of(), 0)), await proved.account(log_of())]
    await proved.send(replay(leaves[3], tree.inclusion_proof(3)))
    assert [await proved.account(pda.checkpoint_address(log_of(), 0)), await proved.account(log_of())] == before


async def test_replay_takes_no_heed_of_pause(proved: World) -> None:
    leaves, tree = await seven(proved)
    await proved.send(ix.pause(authority=PLATFORM.pubkey()))
    await proved.send(replay(leaves[0], tree.inclusion_proof(0)))


async def test_leaf_is_proved_under_a_later_checkpoint_too(proved: World) -> None:
    leaves, tree = await seven(proved)
    for leaf in await leaves_after(proved, LEAVES):
        tree.append(leaf.hash)
    await proved.send(proved.noted(1))
    await proved.send(replay(leaves[6], tree.inclusion_proof(6), checkpoint_id=1))
    await proved.refused(errors.ProofInvalid, replay(leaves[6], tree.inclusion_proof(6, LEAVES), checkpoint_id=1))
    await proved.refused(errors.ProofInvalid, replay(leaves[6], tree.inclusion_proof(6), checkpoint_id=0))


async def test_leaf_that_is_not_under_the_root_is_refused(proved: World) -> None:
    leaves, tree = await seven(proved)
    leaf, proof, mallory = leaves[2], tree.inclusion_proof(2), bytes(address_of("mallory"))
    wrong = [
        replace(leaf, actor=mallory),
        replace(leaf, owner=mallory),
        replace(leaf, amount_lamports=leaf.amount_lamports + 1),
        replace(leaf, timestamp=leaf.timestamp - 1),
        replace(leaf, number=3),
        replace(leaf, number=LEAVES),
        replace(leaf, number=2**64 - 1),
        replace(leaf, address=mallory),
        replace(leaf, path=Path.parse("2.3.2.G.3k")),
        replace(leaf, kind=leaves[6].kind),
    ]
    for each in wrong:
        await proved.refused(errors.ProofInvalid, replay(each, proof))


async def test_damaged_proof_is_refused(proved: World) -> None:
    leaves, tree = await seven(proved)
    proof = tree.inclusion_proof(2)
    flipped = [bytes([proof[0][0] ^ 1]) + proof[0][1:], *proof[1:]]
    for wrong in ([], proof[1:], proof[:-1], proof[::-1], flipped, [*proof, bytes(32)], tree.inclusion_proof(3)):
        await proved.refused(errors.ProofInvalid, replay(leaves[2], wrong))


@pytest.mark.parametrize("kind", [0, 5, 255])
async def test_kind_that_is_none_is_refused(proved: World, kind: int) -> None:
    leaves, tree = await seven(proved)
    await proved.refused(errors.InvalidLeaf, argued(leaves[0], tree.inclusion_proof(0), kind=kind))
    await proved.send(argued(leaves[0], tree.inclusion_proof(0)))


@pytest.mark.parametrize("path", ["", "2.3.2.G.3", "2.3.2.G.3j.", "2.3.2.G.3j" + "j" * 200])
async def test_another_path_is_another_leaf(proved: World, path: str) -> None:
    leaves, tree = await seven(proved)
    wrong = argued(leaves[0], tree.inclusion_proof(0), code=printed(path=path))
    await proved.refused(errors.ProofInvalid, wrong)


async def test_checkpoint_of_another_log_proves_nothing(proved: World) -> None:
    leaves, tree = await seven(proved)
    await proved.send(registration(RIVAL))
    await proved.send(proved.opening(RIVAL))
    await proved.send(proved.change_of_config(checkpoint_payments=1))
    theirs = proved.micro_payment(RIVAL.code("2.G.3j"), "alice", identity_key=RIVAL.identity_key)
    await proved.send(theirs)
    await proved.send(proved.noted(0, RIVAL))
    other = pda.checkpoint_address(log_of(RIVAL), 0)
    await proved.refused(
        errors.ProofInvalid, with_account(replay(leaves[0], tree.inclusion_proof(0)), "checkpoint", other)
    )


async def test_log_is_no_checkpoint(proved: World) -> None:
    leaves, tree = await seven(proved)
    for wrong in (log_of(), pda.checkpoint_address(log_of(), 1)):
        astray = with_account(replay(leaves[0], tree.inclusion_proof(0)), "checkpoint", wrong)
        await proved.refused(TransactionRefused, astray)

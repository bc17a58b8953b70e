"""Proofs found from a code alone, and told again by the program."""

from __future__ import annotations

from dataclasses import replace

import pytest

from logs.trade import Trade
from plings.errors import ClusterError, LogError
from plings.logs import FoundProof, create_checkpoint, find_checkpoints, find_log, find_proof, replay
from plings.program import errors
from plings.program.events import decode_events
from plings.proofs import consistent, included

DAY = 86_400


async def noted(trade: Trade) -> None:
    """A checkpoint of all leaves so far."""
    trade.cluster.advance_clock(DAY)
    await create_checkpoint(trade.cluster, trade.bob, trade.log)


def holds(proof: FoundProof) -> bool:
    count, root = proof.checkpoint.leaf_count, proof.checkpoint.root
    is_under = included(root, proof.leaf.hash, proof.leaf.number, count, proof.inclusion)
    return is_under and consistent(root, count, proof.log_root, proof.log_count, proof.consistency)


async def test_first_payment_is_proved_by_the_first_checkpoint_over_it(trade: Trade) -> None:
    others = await trade.paid(3, trade.code(3))
    await noted(trade)
    mine = [*await trade.paid(2), await trade.given()]
    await noted(trade)
    await trade.paid(2)
    await noted(trade)
    await trade.paid(1)
    proof = await find_proof(trade.cluster, trade.code())
    assert (proof.leaf, proof.checkpoint.checkpoint_id, proof.log_count) == (mine[0], 1, 9)
    assert holds(proof)
    for leaf, code in [*((leaf, trade.code()) for leaf in mine), *((leaf, trade.code(3)) for leaf in others)]:
        chosen = await find_proof(trade.cluster, code, leaf.number)
        assert chosen.leaf == leaf and holds(chosen)
    found = await find_log(trade.cluster, trade.log)
    assert [one.leaf_count for one in await find_checkpoints(trade.cluster, found)] == [3, 6, 8]


async def test_program_tells_a_proved_leaf_again(trade: Trade) -> None:
    leaves = await trade.paid(5)
    await noted(trade)
    proof = await find_proof(trade.cluster, trade.code(), 3)
    (event,) = decode_events((await replay(trade.cluster, trade.bob, proof)).logs)
    assert (event.name, event.fields["number"], event.fields["checkpoint_id"]) == ("OwnershipProofReplayed", 3, 0)
    assert bytes(event.fields["original_transaction"]) == bytes(proof.entry.signature)
    other = replace(proof, entry=replace(proof.entry, leaf=leaves[2]))
    with pytest.raises(errors.ProofInvalid):
        await replay(trade.cluster, trade.bob, other)


async def test_what_cannot_be_proved_is_said(trade: Trade) -> None:
    with pytest.raises(LogError, match=r"no payment for 2\.3\.4F\.2aB\.5\.2 in its"):
        await find_proof(trade.cluster, trade.code())
    await trade.given()
    with pytest.raises(LogError, match="no payment"):
        await find_proof(trade.cluster, trade.code())
    await trade.paid(1)
    with pytest.raises(LogError, match="leaf 1 is under no checkpoint yet"):
        await find_proof(trade.cluster, trade.code())
    with pytest.raises(LogError, match="no leaf 1 for"):
        await find_proof(trade.cluster, trade.code(3), 1)
    with pytest.raises(LogError, match="no leaf 7 for"):
        await find_proof(trade.cluster, trade.code(), 7)


async def test_checkpoint_that_is_not_of_the_leaves_is_found_out(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    await trade.paid(2)
    await noted(trade)
    true = await find_checkpoints(trade.cluster, await find_log(trade.cluster, trade.log))

    async def false(*_: object) -> object:
        return [replace(true[0], root=bytes(32))]

    monkeypatch.setattr("plings.logs.whole.find_checkpoints", false)
    with pytest.raises(LogError, match=r"checkpoint 0 .* is not one of its leaves"):
        await find_proof(trade.cluster, trade.code())


async def test_checkpoint_that_is_counted_must_be_there(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    await trade.paid(1)
    await noted(trade)
    found = await find_log(trade.cluster, trade.log)
    more = replace(found, log=replace(found.log, checkpoint_count=2))
    with pytest.raises(ClusterError, match="counts a checkpoint"):
        await find_checkpoints(trade.cluster, more)

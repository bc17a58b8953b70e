"""Receipts out of the index, of what the real program wrote: the documents that a node's history gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command import answer, run
from indexer.conftest import emptied
from logs.conftest import trade
from logs.trade import Trade
from plings.chain import EmbeddedCluster
from plings.errors import NotInRegistry, ReceiptInvalid, StateRefused, ValueRefused
from plings.indexer import Batch, RawTransaction, index
from plings.indexer.reading import checkpoints, consistency_proof, leaves, receipt
from plings.indexer.sources.embedded import EmbeddedSource
from plings.indexer.tiles import make_all_tiles
from plings.logs import create_checkpoint, fetch_checkpoint, find_log, make_receipt, read_log
from plings.program import instructions as ix
from plings.proofs import Kind, consistent
from plings.registry import Registry

__all__ = ["trade"]

DAY = 86_400


async def told(cluster: EmbeddedCluster) -> list[RawTransaction]:
    return [raw async for batch in EmbeddedSource(cluster).batches(None) for raw in batch.transactions]


async def noted(trade: Trade) -> None:
    """A checkpoint of all leaves so far."""
    trade.cluster.advance_clock(DAY)
    await create_checkpoint(trade.cluster, trade.bob, trade.log)


async def some_leaves(trade: Trade) -> None:
    """Three leaves under checkpoint 0, three more under checkpoint 1, two under none."""
    await trade.paid(3, trade.code(3))
    await noted(trade)
    await trade.paid(2)
    await trade.given()
    await noted(trade)
    await trade.paid(2, trade.code(4))


async def test_a_receipt_is_the_one_that_a_node_s_history_gives(registry: Registry, trade: Trade) -> None:
    await some_leaves(trade)
    index(registry, Batch(await told(trade.cluster)))
    log = bytes(trade.log)
    for number, instance in [(0, 3), (1, 3), (2, 3), (3, 2), (4, 2), (5, 2)]:
        expected = await make_receipt(trade.cluster, trade.code(instance), number, cluster_name="embedded")
        found = receipt(registry, log, number, cluster_name="embedded")
        assert found.text == expected.text
        checkpoint = await fetch_checkpoint(trade.cluster, trade.log, found.checkpoint.checkpoint_id)
        assert found.verify(checkpoints=[checkpoint]).proved
    with pytest.raises(ReceiptInvalid):
        receipt(registry, log, 0, cluster_name="No Cluster")


async def test_the_command_verifies_it_offline(registry: Registry, trade: Trade, tmp_path: Path) -> None:
    await some_leaves(trade)
    index(registry, Batch(await told(trade.cluster)))
    (tmp_path / "receipt.json").write_text(receipt(registry, bytes(trade.log), 5).text)
    checkpoint = await fetch_checkpoint(trade.cluster, trade.log, 1)
    (tmp_path / "checkpoint.json").write_text(checkpoint.text)
    said = answer("receipt", "verify", tmp_path / "receipt.json", "--checkpoint", tmp_path / "checkpoint.json")
    assert said.startswith("proved\n")
    altered = json.loads((tmp_path / "receipt.json").read_text())
    altered["leaf"]["timestamp"] += 1
    (tmp_path / "receipt.json").write_text(json.dumps(altered))
    assert run("receipt", "verify", tmp_path / "receipt.json").exit_code == 1


async def test_what_is_under_no_checkpoint_says_when_it_will_be(registry: Registry, trade: Trade) -> None:
    await some_leaves(trade)
    index(registry, Batch(await told(trade.cluster)))
    with pytest.raises(NotInRegistry, match="one is due") as refused:  # the cluster's clock is long past
        receipt(registry, bytes(trade.log), 6)
    assert refused.value.rule == "not_checkpointed"
    change = ix.update_config(
        authority=trade.market.actors.platform.pubkey(), checkpoint_payments=50, checkpoint_seconds=2**31
    )
    await trade.cluster.send([change], [trade.market.actors.platform])
    index(registry, Batch(await told(trade.cluster)))
    with pytest.raises(NotInRegistry, match=r"the next is due after 48 more leaves, or in \d+") as refused:
        receipt(registry, bytes(trade.log), 6)


async def test_what_is_not_final_has_no_receipt(registry: Registry, trade: Trade) -> None:
    await some_leaves(trade)
    raws = await told(trade.cluster)
    index(registry, Batch(raws, commitment="confirmed"))
    with pytest.raises(StateRefused, match="leaf 0 is confirmed") as refused:
        receipt(registry, bytes(trade.log), 0)
    assert refused.value.rule == "provisional"
    last = checkpoints(registry, bytes(trade.log)).checkpoints[-1]
    index(registry, Batch([raw for raw in raws if raw.slot < last.slot]))
    with pytest.raises(StateRefused, match="checkpoint 1 is confirmed"):
        receipt(registry, bytes(trade.log), 5)
    assert receipt(registry, bytes(trade.log), 0)
    index(registry, Batch(raws))
    assert receipt(registry, bytes(trade.log), 5)


async def test_what_is_missing_is_named(registry: Registry, trade: Trade) -> None:
    await some_leaves(trade)
    raws = await told(trade.cluster)
    log = bytes(trade.log)
    index(registry, Batch(raws))
    of_leaf = {each.leaf.number: each.signature for each in leaves(registry, log).leaves}
    for rule, number in (("unknown_leaf", 8), ("unknown_leaf", -1)):
        with pytest.raises(NotInRegistry) as refused:
            receipt(registry, log, number)
        assert refused.value.rule == rule
    with pytest.raises(NotInRegistry) as refused:
        receipt(registry, bytes(32), 0)
    assert refused.value.rule == "unknown_log"
    emptied(registry)
    index(registry, Batch([raw for raw in raws if raw.signature != of_leaf[1]]))
    with pytest.raises(StateRefused, match="leaf 1 of the log is missing") as refusal:
        receipt(registry, log, 1)
    assert refusal.value.rule == "gap"
    with pytest.raises(StateRefused, match="leaves 1 of the log are missing"):
        receipt(registry, log, 3)


async def test_a_source_that_lied_is_found_out(registry: Registry, trade: Trade) -> None:
    """A leaf whose instruction and event were both made up: nothing but the program's root tells."""
    await some_leaves(trade)
    raws = await told(trade.cluster)
    index(registry, Batch(raws))
    one = leaves(registry, bytes(trade.log)).leaves[1]
    with registry.transaction() as connection:
        connection.execute("UPDATE payment_leaves SET actor = %s WHERE number = 1", [bytes(trade.bob.pubkey())])
    for number in (0, 1, 4):
        with pytest.raises(StateRefused) as refused:
            receipt(registry, bytes(trade.log), number)
        assert refused.value.rule == "root_mismatch"
    assert one.leaf.actor != bytes(trade.bob.pubkey())


async def test_without_the_manufacturer_s_registration_there_is_none(registry: Registry, trade: Trade) -> None:
    await some_leaves(trade)
    raws = await told(trade.cluster)
    first = next(at for at, raw in enumerate(raws) if bytes(trade.log) in raw.keys)
    index(registry, Batch(raws[first:]))
    with pytest.raises(NotInRegistry) as refused:
        receipt(registry, bytes(trade.log), 0)
    assert refused.value.rule == "unknown_manufacturer"


async def test_leaves_and_checkpoints_are_those_of_the_chain(registry: Registry, trade: Trade) -> None:
    await some_leaves(trade)
    index(registry, Batch(await told(trade.cluster)))
    log = bytes(trade.log)
    expected = await read_log(trade.cluster, trade.log)
    page = leaves(registry, log)
    assert ([each.leaf for each in page.leaves], page.leaf_count, page.next_after) == (expected, 8, None)
    assert page.leaves[5].leaf.kind is Kind.TRANSFER
    assert not any(each.is_provisional or not each.is_told for each in page.leaves)
    found, after = [], -1
    while True:
        page = leaves(registry, log, after=after, limit=3)
        found += [each.leaf for each in page.leaves]
        if page.next_after is None:
            break
        after = page.next_after
    assert found == expected
    noted = checkpoints(registry, log)
    assert [each.checkpoint for each in noted.checkpoints] == [
        await fetch_checkpoint(trade.cluster, trade.log, number) for number in range(2)
    ]
    first = checkpoints(registry, log, limit=1)
    assert (first.checkpoints, first.next_after) == (noted.checkpoints[:1], 0)
    assert checkpoints(registry, log, after=0).checkpoints == noted.checkpoints[1:]
    for ask in (leaves, checkpoints):
        with pytest.raises(NotInRegistry):
            ask(registry, bytes(32))  # type: ignore[operator]
        with pytest.raises(ValueRefused):
            ask(registry, log, limit=0)  # type: ignore[operator]


async def test_the_program_s_roots_are_those_of_the_tiles(registry: Registry, trade: Trade) -> None:
    """Some hundred leaves and checkpoints at odd places, over tiles and beyond them."""
    change = ix.update_config(authority=trade.market.actors.platform.pubkey(), checkpoint_payments=1)
    await trade.cluster.send([change], [trade.market.actors.platform])
    sizes = []
    for count in (1, 129, 126, 1, 200, 63):
        await trade.paid(count)
        await create_checkpoint(trade.cluster, trade.bob, trade.log)
        sizes.append(count + (sizes[-1] if sizes else 0))
    index(registry, Batch(await told(trade.cluster)))
    log = bytes(trade.log)
    assert make_all_tiles(registry) == 2
    heads = [each.checkpoint.head for each in checkpoints(registry, log).checkpoints]
    assert [head.count for head in heads] == sizes == [1, 130, 256, 257, 457, 520]
    assert heads[-1].root == (await find_log(trade.cluster, trade.log)).log.frontier.root
    for first in heads:
        for second in heads:
            if first.count <= second.count:
                proof = consistency_proof(registry, log, first.count, second.count)
                assert (proof.first, proof.second) == (first, second)
                assert consistent(first.root, first.count, second.root, second.count, proof.hashes)
    for number in (0, 1, 128, 129, 130, 255, 256, 257, 456, 457, 519):
        found = receipt(registry, log, number)
        over = next(at for at, size in enumerate(sizes) if number < size)
        assert (found.leaf.number, found.checkpoint.checkpoint_id) == (number, over)
        assert found.verify(checkpoints=[await fetch_checkpoint(trade.cluster, trade.log, over)]).proved

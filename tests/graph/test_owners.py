"""Owners in the graph: as the index of the chain has them, soon after it has, and no others."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from graph.ground import Ground, code_of
from indexer.made import START_UNIX, transaction_of
from indexer.traffic import happenings
from plings.graph import rebuild, waiting
from plings.identity import format_address
from plings.indexer import Batch, RawTransaction, index
from plings.indexer import rebuild as rebuild_index
from plings.indexer.decoder.codes import object_key
from plings.indexer.forks import undo_slot
from plings.proofs import Kind, Leaf
from plings.registry import Registry, connect
from registry.planting import own

OBJECT = "2.3.5.6.3C.G.3j"
LOG = b"\7" * 32
ANN, BEN, CID = (bytes([number]) * 32 for number in (1, 2, 3))


def leaf(number: int, kind: Kind, actor: bytes, owner: bytes, path: str = OBJECT) -> RawTransaction:
    """What wrote the leaf of that number about an object, in slot `100 + number`."""
    code = code_of(path)
    amount = 10_000 if kind.is_payment else 0
    time_unix = START_UNIX + number
    told = Leaf(kind, LOG, number, time_unix, actor, owner, amount, code.class_pointer, code.address, code.path)
    return transaction_of(told, 100 + number)


def owner_of(ground: Ground, instance: UUID) -> str | None:
    found: str | None = ground.properties("ObjectInstance", instance).get("owner")
    return found


def put(ground: Ground, *raws: RawTransaction, commitment: str = "finalized") -> None:
    index(ground.registry, Batch(raws, commitment=commitment))  # type: ignore[arg-type]


def test_the_owner_follows_the_chain(ground: Ground) -> None:
    seen, other = ground.add_instance(OBJECT), ground.add_instance("2.3.5.6.3C.G.3k")
    ground.sync()
    assert owner_of(ground, seen) is None
    put(ground, leaf(0, Kind.PAYMENT, ANN, ANN))
    assert owner_of(ground, seen) is None and waiting(ground.registry) == 1
    ground.sync()
    assert owner_of(ground, seen) == format_address(ANN)
    put(ground, leaf(1, Kind.TRANSFER, ANN, BEN))
    ground.sync()
    assert owner_of(ground, seen) == format_address(BEN)
    assert owner_of(ground, other) is None
    assert ground.differences() == []
    rebuild(ground.registry, ground.store)
    assert owner_of(ground, seen) == format_address(BEN) and ground.differences() == []


def test_an_owner_of_a_dropped_slot_is_none(ground: Ground) -> None:
    seen = ground.add_instance(OBJECT)
    put(ground, leaf(0, Kind.PAYMENT, ANN, ANN), commitment="confirmed")
    put(ground, leaf(1, Kind.TRANSFER, ANN, BEN), commitment="confirmed")
    ground.sync()
    assert owner_of(ground, seen) == format_address(BEN)
    for slot, left in ((101, format_address(ANN)), (100, None)):
        undo_slot(ground.registry, slot)
        ground.sync()
        assert owner_of(ground, seen) == left and ground.differences() == []
    put(ground, leaf(0, Kind.PAYMENT, CID, CID))
    ground.sync()
    assert owner_of(ground, seen) == format_address(CID)


def test_what_changes_no_owner_notes_nothing(tables: Ground) -> None:
    tables.add_instance(OBJECT)
    put(tables, leaf(0, Kind.PAYMENT, ANN, ANN))
    tables.sync()
    put(tables, leaf(1, Kind.PAYMENT, BEN, BEN))  # a payment for what is Ann's
    put(tables, leaf(2, Kind.PAYMENT, BEN, BEN, path="2.3.5.6.3C.G.3k"))  # an object that nobody registered
    assert waiting(tables.registry) == 0
    put(tables, leaf(3, Kind.TRANSFER, ANN, ANN))
    assert waiting(tables.registry) == 0


def test_an_instance_that_is_registered_later_has_its_owner_at_once(tables: Ground) -> None:
    put(tables, leaf(0, Kind.PAYMENT, ANN, ANN))
    assert waiting(tables.registry) == 0
    seen = tables.add_instance(OBJECT)
    tables.sync()
    assert owner_of(tables, seen) == format_address(ANN) and tables.differences() == []


def test_owners_are_there_again_after_the_index_was_made_anew(tables: Ground) -> None:
    seen = tables.add_instance(OBJECT)
    put(tables, leaf(0, Kind.PAYMENT, ANN, ANN), leaf(1, Kind.TRANSFER, ANN, BEN))
    tables.sync()
    emptied: list[str | None] = []

    def on_progress(*_: object) -> None:
        tables.sync()
        emptied.append(owner_of(tables, seen))

    rebuild_index(tables.registry, on_progress, page_size=1)
    assert emptied == [format_address(ANN), format_address(BEN)]
    tables.sync()
    assert owner_of(tables, seen) == format_address(BEN) and tables.differences() == []


def test_what_an_emptied_index_does_not_tell_any_more_is_gone(tables: Ground) -> None:
    seen = tables.add_instance(OBJECT)
    put(tables, leaf(0, Kind.PAYMENT, ANN, ANN))
    tables.sync()
    tables.registry.rows("TRUNCATE objects, tenures")
    tables.sync()
    assert owner_of(tables, seen) is None and tables.differences() == []


def test_an_instance_that_is_registered_while_its_owner_is_indexed_has_it(tables: Ground) -> None:
    """Neither sees the other; what waits for the graph is read when both are over."""
    with connect(tables.world.url) as connection, ThreadPoolExecutor(1) as pool:
        indexing = Registry(connection)
        with indexing.transaction():
            index(indexing, Batch([leaf(0, Kind.PAYMENT, ANN, ANN)]))
            seen = tables.add_instance(OBJECT)
            syncing = pool.submit(tables.sync)
            time.sleep(0.3)
            assert not syncing.done()
        syncing.result(20)
    assert owner_of(tables, seen) == format_address(ANN) and waiting(tables.registry) == 0


def test_exactly_the_instances_are_noted_whose_owner_changed(tables: Ground) -> None:
    """Through payments and gifts of all kinds, of strangers and owners, told as confirmed and taken back again."""
    chance = random.Random(8)
    every = happenings(11, 160, objects=12)
    for each in {one.leaf.address: one.leaf for one in every[:80]}.values():
        insert = "INSERT INTO object_instances (path, class_pointer, solana_address) VALUES (%s, %s, %s)"
        number = int.from_bytes(each.class_pointer.value, "big", signed=True)
        tables.world.ada.rows(insert, [each.path.text, number, format_address(each.address)])
    tables.sync()
    before, changes = owners(tables), 0
    while every:
        some, every = every[:8], every[8:]
        for commitment in ("confirmed", "finalized"):
            put(tables, *[one.raw() for one in some], commitment=commitment)
            if commitment == "confirmed" and chance.random() < 0.5:
                now = owners(tables)
                assert noted(tables) == {one for one in now if now[one] != before[one]}
                before = now
                tables.sync()
                for slot in {one.slot for one in some}:
                    undo_slot(tables.registry, slot)
            now = owners(tables)
            changed = {one for one in now if now[one] != before[one]}
            # of what came and was taken back before the graph was told, it is told all the same
            assert changed <= noted(tables)
            tables.sync()
            before, changes = now, changes + len(changed)
            assert all(owner_of(tables, one) == now[one] for one in now)
    assert changes > 30 and tables.differences() == []


def owners(ground: Ground) -> dict[UUID, str | None]:
    """Of each instance, by the index alone."""
    select = """
        SELECT seen.id, held.owner FROM object_instances AS seen LEFT JOIN ownership AS held
            ON held.path = seen.path AND held.class_pointer = pointer_text(seen.class_pointer)
            AND address_text(held.address) = seen.solana_address
    """
    return {row["id"]: row["owner"] and format_address(row["owner"]) for row in own(ground.registry, select)}


def noted(ground: Ground) -> set[UUID]:
    """The instances that wait for the graph."""
    select = "SELECT unnest(keys)::uuid AS key FROM graph_outbox WHERE label = 'ObjectInstance'"
    return {row["key"] for row in own(ground.registry, select)}


def test_addresses_and_keys_are_what_the_package_computes(tables: Ground) -> None:
    chance = random.Random(7)
    addresses = [bytes(zeros) + chance.randbytes(32 - zeros) for zeros in (0, 0, 0, 1, 2, 8, 9, 31, 32)]
    addresses += [b"\xff" * 32, bytes(31) + b"\1", bytes(24) + b"\x80" + bytes(7)]
    select = "SELECT address_text(%(a)s) AS text, address_bytes(%(t)s) AS bytes, object_key_of(-5, %(a)s, %(p)s) AS key"
    for address in addresses:
        (row,) = own(tables.registry, select, {"a": address, "t": format_address(address), "p": OBJECT})
        key = object_key((-5).to_bytes(8, "big", signed=True), address, OBJECT)
        assert row == {"text": format_address(address), "bytes": address, "key": UUID(bytes=key)}


@pytest.mark.parametrize("text", ["1" * 31, "1" * 33, "z" * 44, "z" * 32, "2" * 42 + "0I", "", "1" * 44, "é" * 32])
def test_what_is_no_address_is_nobody_s(tables: Ground, text: str) -> None:
    rows: list[dict[str, Any]] = own(tables.registry, "SELECT address_bytes(%s) AS bytes", [text])
    assert rows == [{"bytes": None}]

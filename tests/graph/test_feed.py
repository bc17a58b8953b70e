"""Nothing that changes is missed, whatever is killed, and whoever commits first."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest

from graph.ground import Ground, maker, pointer_of
from plings.errors import StateRefused
from plings.graph import open_graph, sync, waiting
from plings.graph.source import snapshot
from plings.identity import ClassPath, class_pointer
from plings.registry import Registry, connect
from plings.registry.classes import change_class
from plings.registry.manufacturers import set_manufacturer_status
from registry.planting import own

TESTS = Path(__file__).resolve().parents[1]


def entries(ground: Ground) -> list[dict[str, Any]]:
    return own(ground.registry, "SELECT label::text, keys, pointers, key_count, is_new FROM graph_outbox ORDER BY id")


def copy_pointers(ground: Ground, class_id: object, numbers: range, table: str = "class_pointers") -> None:
    from plings.identity import format_segment

    key = maker()
    with ground.world.ida.transaction() as connection, connection.cursor() as cursor:
        columns = "class_pointer, manufacturer_pubkey, path_to_pointer, class_id"
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
            for number in numbers:
                path = f"2.3.{format_segment(number)}"
                pointer = class_pointer(key.public_key, ClassPath(path))
                copy.write_row([int.from_bytes(pointer.value, "big", signed=True), key.node.address, path, class_id])


def test_a_load_is_noted_in_one_entry_or_in_a_few(tables: Ground) -> None:
    made = tables.add_class("BILLY")
    tables.sync()
    copy_pointers(tables, made, range(1, 501))
    (entry,) = entries(tables)
    assert (entry["label"], entry["key_count"], len(set(entry["pointers"])), entry["is_new"]) == (
        "ClassPointer",
        500,
        500,
        True,
    )
    tables.sync()
    copy_pointers(tables, made, range(501, 10_501))
    found = entries(tables)
    assert 1 < len(found) <= 4
    assert len({pointer for one in found for pointer in one["pointers"]}) == 10_000
    assert all(one["key_count"] == len(one["pointers"]) for one in found)
    tables.sync()
    assert entries(tables) == []
    assert tables.differences() == []


def test_a_load_into_a_partition_is_noted_too(tables: Ground) -> None:
    made = tables.add_class("BILLY")
    tables.sync()
    row = own(tables.registry, "SELECT shard_of(%s) AS shard", [maker().node.address])[0]
    partition = f"class_pointers_{row['shard']:02}"
    key, path = maker().node.address, "2.3.9"
    own(
        tables.world.ida,
        f"""INSERT INTO {partition} (class_pointer, manufacturer_pubkey, path_to_pointer, class_id)
            VALUES (class_pointer_of(%s, %s), %s, %s, %s)""",
        [key, path, key, path, made],
    )
    tables.sync()
    assert tables.node("ClassPointer", pointer_of("2.3.9.2.2")) is not None
    own(tables.world.ida, f"UPDATE {partition} SET status = 'migrated' WHERE path_to_pointer = %s", [path])
    assert [one["is_new"] for one in entries(tables)] == [False]
    tables.sync()
    assert tables.differences() == []


def test_what_changes_a_manufacturer_is_carried(tables: Ground) -> None:
    set_manufacturer_status(tables.world.ada, "2.3", "suspended")
    tables.sync()
    assert tables.properties("ManufacturerKey", maker().node.address)["status"] == "suspended"


def test_what_is_undone_is_not_noted(tables: Ground) -> None:
    with pytest.raises(ZeroDivisionError), tables.world.ida.transaction():
        tables.add_class("BILLY")
        raise ZeroDivisionError
    assert entries(tables) == []


def test_who_commits_late_is_not_overlooked(tables: Ground) -> None:
    """The first to be noted is the last to be seen."""
    with connect(tables.world.url) as other:
        late = Registry(other, tables.world.ida.user_id)
        with late.transaction() as connection:
            connection.execute(
                "INSERT INTO object_classes (name, manufacturer_organization_id) "
                "SELECT 'late', id FROM organizations WHERE name = 'IKEA'"
            )
            tables.add_class("early")
            assert tables.sync() == 1
            assert [one.properties["name"] for one in tables.store.page("ObjectClass", "", 10)] == ["early"]  # type: ignore[index]
    assert tables.sync() == 1
    names = {one.properties["name"] for one in tables.store.page("ObjectClass", "", 10)}  # type: ignore[index]
    assert names == {"early", "late"}
    assert tables.differences() == []


def test_versions_are_in_the_order_of_what_snapshots_see(tables: Ground) -> None:
    """Also where who began first commits last, so that transactions' own numbers say nothing."""
    url = tables.world.url
    with connect(url) as first, connect(url) as second:
        first.execute("BEGIN")
        first.execute("SELECT pg_current_xact_id()")
        second.execute("BEGIN")
        second.execute("SELECT pg_current_xact_id()")
        with snapshot(tables.registry) as now:
            before = now.version
        second.execute("COMMIT")
        with snapshot(tables.registry) as now:
            between = now.version
        first.execute("COMMIT")
        with snapshot(tables.registry) as now:
            after = now.version
        with snapshot(tables.registry) as now:
            assert now.version == after
    assert before < between < after


def test_versions_grow_with_savepoints_and_rollbacks(tables: Ground) -> None:
    with connect(tables.world.url) as other:
        seen = []
        for step in ("BEGIN", "SAVEPOINT a", "CREATE TEMP TABLE x ()", "RELEASE a", "SAVEPOINT b",
                     "CREATE TEMP TABLE y ()", "ROLLBACK TO b", "COMMIT"):  # fmt: skip
            other.execute(step.encode())
            with snapshot(tables.registry) as now:
                seen.append(now.version)
        assert seen == sorted(seen)
        assert seen[-1] > seen[0]


@pytest.mark.parametrize("step", ["before reading", "before the write", "after the write", "after it is taken off"])
def test_killed_between_any_two_steps_nothing_is_lost(ground: Ground, step: str) -> None:
    above = ground.add_class("Bookcase")
    ground.add_class("BILLY", "2.3.5", above)
    ground.add_instance("2.3.5.2.2")
    ran = dying(ground, step)
    assert ran.wait(60) == -signal.SIGKILL
    assert (waiting(ground.registry) > 0) == (step != "after it is taken off")
    ground.sync()
    assert ground.differences() == []
    assert waiting(ground.registry) == 0


def test_killed_at_any_moment_while_others_write_nothing_is_lost(ground: Ground) -> None:
    """Two who sync at once and are killed time and again, two who change the same classes."""
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    classes = [ground.add_class(f"class {number}", f"2.3.{number}") for number in range(2, 8)]
    stop = time.monotonic() + 4

    def change(number: int) -> None:
        with connect(ground.world.url) as connection:
            ida = Registry(connection, ground.world.ida.user_id)
            count = 0
            while time.monotonic() < stop:
                count += 1
                one = classes[(count * (number + 1)) % len(classes)]
                change_class(ida, one, name=f"{number} {count}")

    writers = [Thread(target=change, args=[number]) for number in range(2)]
    for writer in writers:
        writer.start()
    running = [dying(ground, "never") for _ in range(2)]
    while time.monotonic() < stop:
        time.sleep(chance.uniform(0.6, 1.4))
        victim = running.pop(0)
        victim.kill()
        victim.wait()
        running.append(dying(ground, "never"))
    for one in running:
        one.kill()
        one.wait()
    for writer in writers:
        writer.join()
    ground.sync()
    assert ground.differences() == [], f"seed {seed}"


def dying(ground: Ground, step: str) -> subprocess.Popen[bytes]:
    """A process that syncs, and ends as it is killed at that step."""
    import os

    graph = ground.store.name.removeprefix("Neo4j at ") if ground.store.name.startswith("Neo4j") else ""
    command = [sys.executable, "-m", "graph.dying", ground.world.url, graph, step]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(TESTS)})


def test_a_graph_of_another_registry_is_refused(ground: Ground) -> None:
    own(ground.registry, "UPDATE graph_feed SET graph_id = gen_random_uuid()")
    assert refusal(ground) == "other_graph"


def test_a_graph_that_lost_what_it_had_is_refused(ground: Ground) -> None:
    ground.add_class("BILLY")
    ground.sync()
    state = ground.store.state()
    assert state is not None
    ground.store.begin(state.graph_id)  # as an older copy would be: of an earlier version
    ground.store.complete(state.graph_id)
    assert refusal(ground) == "graph_behind"


def test_a_graph_that_has_what_the_registry_lacks_is_refused(ground: Ground) -> None:
    state = ground.store.state()
    assert state is not None
    ground.store.write(state.graph_id, ground.store.nodes("ManufacturerKey", [maker().node.address]), 2**60)
    assert refusal(ground) == "graph_ahead"


def test_a_graph_whose_rebuild_was_cut_short_is_refused(ground: Ground) -> None:
    state = ground.store.state()
    assert state is not None
    ground.store.begin(state.graph_id)
    assert refusal(ground) == "unfinished_graph"


def refusal(ground: Ground) -> str:
    ground.add_class(f"class {uuid4()}")
    before = waiting(ground.registry)
    with pytest.raises(StateRefused) as refused:
        ground.sync()
    assert waiting(ground.registry) == before > 0
    return refused.value.rule


def test_two_who_sync_at_once_carry_everything_once(tables: Ground) -> None:
    for number in range(2, 40):
        tables.add_class(f"class {number}")
    carried: list[int] = []

    def work() -> None:
        with connect(tables.world.url) as connection:
            registry = Registry(connection)
            with open_graph(registry) as store:
                carried.append(sync(registry, store).entries)

    workers = [Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(carried) == 38
    assert tables.differences() == []


def test_manufacturers_see_nothing_of_the_graph_and_nobody_writes_the_outbox_but_triggers(tables: Ground) -> None:
    def may(role: str, table: str, privilege: str) -> bool:
        asked = [role, f"registry.{table}", privilege]
        return bool(own(tables.registry, "SELECT has_table_privilege(%s, %s, %s) AS may", asked)[0]["may"])

    for table in ("graph_nodes", "graph_relations", "graph_outbox", "graph_state", "graph_feed", "graph_owners"):
        assert not may("plings_manufacturer", table, "SELECT")
    assert not may("plings_application", "graph_outbox", "INSERT")
    assert not may("plings_application", "graph_outbox", "UPDATE")

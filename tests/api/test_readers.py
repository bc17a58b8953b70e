"""The database as the API has it: it changes nothing, notices what is lost, and is back by itself."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from shutil import rmtree
from threading import Timer
from typing import Any

import httpx
import pytest

from api.asking import asked, refuses, serving, tells
from fixtures.fix_registry import new_folder
from plings.api.readers import Reader, Readers
from plings.errors import AccessDenied, DatabaseUnavailable, RegistryError
from plings.registry import Registry, connect, migrate
from plings.server import running_server
from server.people import kill_server


@contextmanager
def reading(conninfo: str, **others: Any) -> Iterator[Readers]:
    readers = Readers(conninfo, **{"threads": 2, "statement_seconds": 5.0, "wait_seconds": 2.0, **others})
    try:
        yield readers
    finally:
        readers.close()


WRITES = [
    "INSERT INTO users (email) VALUES ('eve@example.com')",
    "UPDATE object_classes SET name = 'x'",
    "DELETE FROM tenures",
    "TRUNCATE tenures",
    "SELECT nextval('transaction_numbers')",
    "SELECT raise_alert('X_ALERT', 'LOW', 'x', '{}')",
    "CREATE TABLE x ()",
    "SELECT insert_class_pointer_with_global_check('x', '2.3.9', gen_random_uuid())",
]


@pytest.mark.parametrize("sql", WRITES)
def test_nothing_is_changed(told_url: str, sql: str) -> None:
    with reading(told_url) as readers, pytest.raises((DatabaseUnavailable, AccessDenied)) as refused:
        asyncio.run(readers.ask(lambda reader: reader.rows(sql)))
    assert refused.value.rule in ("read_only", "privilege")


def test_it_is_the_platform_s_role_and_nobody_acts(told_url: str) -> None:
    def who(reader: Reader) -> tuple[Any, ...] | None:
        return reader.connection.execute(
            "SELECT current_user, current_setting('plings.user_id', true), current_setting('transaction_read_only')"
        ).fetchone()

    with reading(told_url) as readers:
        assert asyncio.run(readers.ask(who)) in [("plings_application", None, "on"), ("plings_application", "", "on")]


def test_what_takes_too_long_is_cut_off_and_the_connection_goes_on(told_url: str) -> None:
    def sleeps(reader: Reader) -> object:
        return reader.rows("SELECT pg_sleep(30)")

    with reading(told_url, threads=1, statement_seconds=0.2) as readers:
        began = time.monotonic()
        with pytest.raises(RegistryError):
            asyncio.run(readers.ask(sleeps))
        assert time.monotonic() - began < 10
        assert asyncio.run(readers.ask(lambda reader: reader.rows("SELECT 1 AS one"))) == [{"one": 1}]


def test_who_waits_too_long_for_a_connection_is_told(told_url: str) -> None:
    async def at_once(readers: Readers) -> list[object]:
        asks = [readers.ask(lambda reader: reader.rows("SELECT pg_sleep(0.4)")) for _ in range(3)]
        return list(await asyncio.gather(*asks, return_exceptions=True))

    with reading(told_url, threads=1, wait_seconds=0.2) as readers:
        first, *others = asyncio.run(at_once(readers))
    assert not isinstance(first, Exception)
    assert [getattr(one, "rule", None) for one in others] == ["busy", "busy"]


def test_a_database_that_hangs_keeps_no_thread(bare_url: str) -> None:
    """Who gives up leaves the one thread to the next, and the server can end."""
    hanging: list[int] = []

    async def given_up_and_asked_again(readers: Readers) -> int:
        (row,) = await readers.ask(lambda reader: reader.rows("SELECT pg_backend_pid() AS pid"))
        hanging.append(row["pid"])
        os.kill(row["pid"], signal.SIGSTOP)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await readers.ask(lambda reader: reader.rows("SELECT 1"))
        async with asyncio.timeout(5):
            (row,) = await readers.ask(lambda reader: reader.rows("SELECT pg_backend_pid() AS pid"))
        hanging.append(row["pid"])
        os.kill(row["pid"], signal.SIGSTOP)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await readers.ask(lambda reader: reader.rows("SELECT 1"))
        return len(set(hanging))

    rescue = Timer(15, lambda: [os.kill(pid, signal.SIGCONT) for pid in hanging])
    rescue.start()
    try:
        began = time.monotonic()
        with reading(bare_url, threads=1) as readers:
            assert asyncio.run(given_up_and_asked_again(readers)) == 2
        assert time.monotonic() - began < 10
    finally:
        rescue.cancel()
        for pid in hanging:
            os.kill(pid, signal.SIGCONT)


def test_all_of_one_moment(bare_url: str) -> None:
    with connect(bare_url) as connection, reading(bare_url) as readers:
        owner = Registry(connection, role=None)

        def twice(reader: Reader) -> tuple[int, int]:
            with reader.transaction():
                first = reader.rows("SELECT count(*) AS count FROM system_alerts")[0]["count"]
                owner.rows("SELECT raise_alert('TEST_ALERT', 'LOW', 'x', '{}')")
                return first, reader.rows("SELECT count(*) AS count FROM system_alerts")[0]["count"]

        assert asyncio.run(readers.ask(twice)) == (0, 0)
        assert asyncio.run(readers.ask(twice)) == (1, 1)


def test_lost_connections_are_made_again_unnoticed(told_url: str) -> None:
    with serving(told_url) as client, connect(told_url) as connection:
        for _ in range(3):
            for _ in range(8):
                tells(client, "/v1/logs")
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'plings api'"
                " AND datname = current_database()"
            )
            for _ in range(8):
                tells(client, "/v1/logs")


def test_a_database_that_dies_and_comes_back() -> None:
    folder = new_folder()
    try:
        with running_server(folder) as server, connect(server.conninfo(database="postgres")) as connection:
            connection.execute("CREATE DATABASE plings_test")
            url = server.conninfo(database="plings_test")
            with connect(url) as owner:
                migrate(owner)
            with serving(url) as client:
                assert tells(client, "/v1/logs") == {"logs": [], "next": None}
                kill_server(folder)
                for path in ("/v1/logs", "/ready", "/v1/alerts/counts", "/v1/products/11111111111"):
                    eventually_refuses(client, path)
                assert tells(client, "/health") == {"status": "ok"}
                with running_server(folder):
                    eventually_tells(client, "/v1/logs")
                    eventually_tells(client, "/ready")
                    for _ in range(20):
                        tells(client, "/v1/logs")
    finally:
        rmtree(folder)


def eventually_refuses(client: httpx.Client, path: str) -> None:
    """What was looked up a moment ago may be told once more."""
    for _ in range(100):
        response = asked(client, path)
        if response.status_code == 503:
            assert response.json()["rule"] == "database"
            assert int(response.headers["retry-after"]) >= 1
            assert "socket" not in response.text and "/" not in response.json()["detail"]
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} still answers")


def eventually_tells(client: httpx.Client, path: str) -> None:
    for _ in range(100):
        if asked(client, path).status_code == 200:
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} does not come back")


def test_while_the_tables_are_rebuilt_nothing_half_made_is_told(bare_url: str) -> None:
    with connect(bare_url) as connection, serving(bare_url) as client:
        owner = Registry(connection, role=None)
        owner.rows("INSERT INTO indexer_rebuild (done_through, last_no) VALUES (1, 10)")
        assert refuses(client, "/v1/logs", 503) == ("rebuilding", None)
        assert refuses(client, "/ready", 503) == ("rebuilding", None)
        owner.rows("DELETE FROM indexer_rebuild")
        eventually_tells(client, "/v1/logs")
        eventually_tells(client, "/ready")


def test_ready_says_no_when_the_index_lags(bare_url: str) -> None:
    with connect(bare_url) as connection, serving(bare_url, most_lag_seconds=60.0) as client:
        assert refuses(client, "/ready", 503) == ("lag", None)
        Registry(connection).rows("INSERT INTO indexer_cursors (source, position, slot) VALUES ('node', '{}', 77)")
        time.sleep(1.1)
        told = tells(client, "/ready")
        assert told["slot"] == 77 and 0 <= told["lag_seconds"] < 60

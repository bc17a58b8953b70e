"""The server while nothing goes wrong."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import psycopg
import pytest

from plings.errors import SettingsError
from plings.server import running_server
from plings.server.account import server_account
from plings.server.home import SHORT_FOLDERS, Home
from server.people import Work, eventually, note, noted, number_of, setting, start

needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def test_rows_stay_when_the_server_stops(data: Path) -> None:
    with running_server(data) as server:
        row = note(server.conninfo())
    assert number_of(data) is None
    with running_server(data) as server:
        assert row in noted(server.conninfo())


def test_what_it_promises_about_what_is_kept(data: Path) -> None:
    with running_server(data) as server:
        told = {name: setting(server.conninfo(), name) for name in ("fsync", "synchronous_commit", "full_page_writes")}
        assert told == {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
        assert setting(server.conninfo(), "data_checksums") == "on"


def test_it_listens_on_a_socket_that_only_its_user_reaches(data: Path) -> None:
    with running_server(data) as server:
        assert setting(server.conninfo(), "listen_addresses") == ""
        for folder in (server.socket_folder, server.data_folder, server.data_folder / "postgresql"):
            assert folder.stat().st_mode & 0o777 == 0o700
        assert {file.stat().st_mode & 0o077 for file in data.iterdir() if file.is_file()} == {0}


def test_its_database_is_in_utf8_and_sorts_by_bytes(data: Path) -> None:
    with running_server(data) as server, psycopg.connect(server.conninfo()) as database:
        asked = "SELECT current_database(), current_user, pg_encoding_to_char(encoding), datcollate FROM pg_database"
        rows = database.execute(f"{asked} WHERE datname = current_database()").fetchall()
    assert rows == [("plings", "plings", "UTF8", "C")]


def test_other_databases_have_urls_too(data: Path) -> None:
    with running_server(data) as server:
        with psycopg.connect(server.conninfo("postgres"), autocommit=True) as database:
            database.execute('CREATE DATABASE "odd/ näme?"')
        with psycopg.connect(server.conninfo("odd/ näme?")) as database:
            assert database.info.dbname == "odd/ näme?"


def test_the_environment_of_libpq_changes_nothing(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGHOST", "elsewhere.invalid")
    monkeypatch.setenv("PGDATA", "/nowhere")
    with running_server(data) as server:
        note(server.conninfo())


def test_a_process_can_use_it_twice(data: Path) -> None:
    with running_server(data) as outer:
        with running_server(data):
            number = number_of(data)
        note(outer.conninfo())
        assert number_of(data) == number


def test_a_setting_of_the_user_s_stays(data: Path) -> None:
    with running_server(data) as server, psycopg.connect(server.conninfo(), autocommit=True) as database:
        assert setting(server.conninfo(), "max_wal_size") == "4GB"
        database.execute("ALTER SYSTEM SET max_wal_size = '2GB'")
    with running_server(data) as server:
        assert setting(server.conninfo(), "max_wal_size") == "2GB"


def test_a_folder_whose_name_fits_no_socket_works(data: Path) -> None:
    folder = data.with_name(f"{data.name}, {'d' * 90}")
    data.rename(folder)
    try:
        with running_server(folder) as server:
            assert server.socket_folder.parent == SHORT_FOLDERS
            assert server.socket_folder.stat().st_mode & 0o777 == 0o700
            note(server.conninfo())
        assert not server.socket_folder.exists()
    finally:
        folder.rename(data)


@pytest.mark.parametrize(
    ("name", "is_short"), [("d" * 90, True), ("a,b", True), ('say "x"', True), ("\udcff", True), ("Größe 1", False)]
)
def test_sockets_are_kept_where_their_path_can_be_told(name: str, is_short: bool) -> None:
    assert Home(Path("/srv", name), server_account()).has_short_socket == is_short


@needs_proc
def test_it_gets_neither_our_locks_nor_our_environment(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_SECRET", "hunter2")
    with running_server(data):
        process = Path("/proc", str(number_of(data)))
        opened = {os.path.basename(os.readlink(file)) for file in (process / "fd").iterdir()}
        assert "server.lock" in opened
        assert not {"start.lock", "in-use.lock"} & opened
        assert b"hunter2" not in (process / "environ").read_bytes()


def test_the_last_one_out_stops_it_whoever_started_it(data: Path, work: Work) -> None:
    starter = work(data)
    conninfo = starter.conninfo()
    number = number_of(data)
    other = work(data)
    assert other.conninfo() == conninfo
    starter.leave()
    assert number_of(data) == number
    note(conninfo)
    other.leave()
    assert number_of(data) is None


def test_many_who_come_at_once_share_one(place: Path, work: Work) -> None:
    workers = [work(place) for _ in range(4)]
    assert len({worker.conninfo() for worker in workers}) == 1
    number = number_of(place)
    for worker in workers[:-1]:
        worker.leave()
        assert number_of(place) == number
    workers[-1].leave()
    assert number_of(place) is None


def test_rows_of_those_who_come_and_go_are_all_there(data: Path) -> None:
    with running_server(data) as server:
        note(server.conninfo())
        before = len(noted(server.conninfo()))
    processes = [start("busy.py", data, 4) for _ in range(4)]
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    with running_server(data) as server:
        rows = noted(server.conninfo())
    assert (len(rows), rows.count("busy")) == (before + 16, 16)


def test_our_ctrl_c_does_not_reach_it(data: Path, work: Work) -> None:
    first = work(data)
    conninfo = first.conninfo()
    second = work(data)
    second.conninfo()
    os.killpg(first.process.pid, signal.SIGINT)
    first.process.communicate(timeout=30)
    assert note(conninfo) in noted(conninfo)
    second.leave()


def test_ctrl_c_of_the_last_one_stops_it(data: Path, work: Work) -> None:
    worker = work(data)
    worker.conninfo()
    os.killpg(worker.process.pid, signal.SIGINT)
    worker.process.communicate(timeout=30)
    eventually(lambda: number_of(data) is None)


def test_windows_is_told_what_to_do(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(SettingsError, match="name a database by its URL"), running_server(data):
        pass

"""Processes that are killed, and what they leave behind."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from plings.server import patience, process, running_server
from plings.server.account import server_account
from server.people import Work, eventually, kill_server, note, noted, number_of


def test_a_killed_server_comes_back_with_its_rows(data: Path) -> None:
    with running_server(data) as server:
        row = note(server.conninfo())
        kill_server(data)
    with running_server(data) as server:
        assert row in noted(server.conninfo())


def test_who_enters_again_brings_a_killed_server_back_for_all(data: Path, work: Work) -> None:
    worker = work(data)
    conninfo = worker.conninfo()
    row = note(conninfo)
    kill_server(data)
    with running_server(data):
        assert row in noted(conninfo)
    assert row in noted(conninfo)
    worker.leave()
    assert number_of(data) is None


def test_a_killed_server_is_not_taken_for_a_running_one(data: Path) -> None:
    with running_server(data) as server:
        kill_server(data)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.conninfo())
        with running_server(data):
            note(server.conninfo())


def test_the_processes_of_a_killed_server_are_waited_for(data: Path) -> None:
    with running_server(data) as server, psycopg.connect(server.conninfo()) as database:
        backend = database.info.backend_pid
        os.kill(backend, signal.SIGSTOP)
        kill_server(data)
        later = subprocess.Popen(["/bin/sh", "-c", f"sleep 0.4; kill -CONT {backend}"])
        began = time.monotonic()
        with running_server(data):
            assert time.monotonic() - began > 0.3
            note(server.conninfo())
        later.wait()


def test_the_server_of_a_killed_user_is_joined_and_then_stopped(data: Path, work: Work) -> None:
    worker = work(data)
    row = note(worker.conninfo())
    number = number_of(data)
    worker.kill()
    assert number_of(data) == number
    with running_server(data) as server:
        assert number_of(data) == number
        assert row in noted(server.conninfo())
    assert number_of(data) is None


def test_a_user_killed_while_it_starts_the_server_leaves_nothing_that_hinders(data: Path, work: Work) -> None:
    for pause in (0.02, 0.05):
        worker = work(data)
        eventually(lambda: (data / "postgresql" / "postmaster.pid").exists())
        time.sleep(pause)
        worker.kill()
        with running_server(data) as server:
            note(server.conninfo())
        assert number_of(data) is None


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """Another process of the server's user."""
    with subprocess.Popen(["sleep", "60"], **server_account().process_options()) as other:
        yield other
        other.kill()


def test_another_process_with_its_number_does_not_hinder_it(data: Path, sleeper: subprocess.Popen[bytes]) -> None:
    row = _kill_and_renumber(data, sleeper.pid)
    with running_server(data) as server:
        assert row in noted(server.conninfo())
    assert sleeper.poll() is None


def test_a_dead_process_that_keeps_its_number_does_not_hinder_it(data: Path, sleeper: subprocess.Popen[bytes]) -> None:
    os.kill(sleeper.pid, signal.SIGKILL)  # and nobody asks for its end
    row = _kill_and_renumber(data, sleeper.pid)
    with running_server(data) as server:
        assert row in noted(server.conninfo())


def _kill_and_renumber(folder: Path, number: int) -> str:
    with running_server(folder) as server:
        row = note(server.conninfo())
        kill_server(folder)
    for file in (folder / "postgresql" / "postmaster.pid", server.socket_folder / ".s.PGSQL.5432.lock"):
        _, *rest = file.read_text().split("\n")
        file.write_text("\n".join([str(number), *rest]))
    return row


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_server_that_somebody_started_by_hand_is_left_alone(data: Path) -> None:
    with running_server(data):
        command = Path("/proc", str(number_of(data)), "cmdline").read_bytes().decode().split("\0")[:3]
    by_hand = [*command, "-c", "listen_addresses=", "-c", f"unix_socket_directories={data}/socket"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(by_hand, **quiet, **server_account().process_options()) as other:
        eventually(lambda: number_of(data) == other.pid)
        with pytest.raises(Exception, match="another postmaster"), running_server(data):
            pass
        assert other.poll() is None
        other.send_signal(signal.SIGINT)


@pytest.mark.parametrize("system", ["linux", "darwin"])
def test_a_server_is_known_by_its_command_line(data: Path, system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/proc/self").exists() and system == "linux":
        pytest.skip("there is no /proc")
    monkeypatch.setattr(process, "_look", {"linux": process._look_in_proc, "darwin": process._ask_ps}[system])
    with running_server(data):
        assert number_of(data)
    assert number_of(data) is None


def test_a_folder_whose_making_was_interrupted_is_made_again(place: Path, work: Work) -> None:
    for its_children_too in (True, False):
        worker = work(place)
        eventually(lambda: any(place.glob("postgresql.new-*/global")))
        if its_children_too:
            os.killpg(worker.process.pid, signal.SIGKILL)
        worker.kill()
        assert not (place / "postgresql").exists()
    with running_server(place) as server:
        note(server.conninfo())
    eventually(lambda: not any(place.glob("postgresql.new-*")))


def test_whoever_is_kept_waiting_is_told_why(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST_WORD", 0.05)
    answers = iter([False] * 4 + [True])
    with caplog.at_level(logging.WARNING, "plings.server"):
        patience.wait_until(lambda: next(answers), "it recovers")
    assert "it recovers" in caplog.text

"""As root, and as nobody in particular."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from plings.errors import SettingsError
from plings.server import running_server
from plings.server.account import Account, server_account
from plings.server.home import open_home
from server.people import IS_ROOT, Work, note, noted, number_of, python_for
from server.test_folder import refused

pytestmark = pytest.mark.skipif(not IS_ROOT, reason="only root can")


def test_the_server_is_no_root(data: Path) -> None:
    with running_server(data):
        number = number_of(data)
        assert number
        assert os.stat(f"/proc/{number}").st_uid == server_account().uid != 0


def test_the_named_user_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLINGS_SERVER_USER", "nobody")
    assert server_account().name == "nobody"


@pytest.mark.parametrize("name", ["root", "mr-nobody-knows"])
def test_a_named_user_who_cannot_be_taken_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLINGS_SERVER_USER", name)
    with pytest.raises(SettingsError, match="PLINGS_SERVER_USER names"):
        server_account()


def test_without_a_name_the_first_that_exists_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = pwd.struct_passwd(("nobody", "x", 65534, 65534, "", "/", ""))
    known = {"nobody": entry}
    monkeypatch.setattr(pwd, "getpwnam", lambda name: known[name])
    assert server_account() == Account("nobody", 65534, 65534, foreign=True)
    known.clear()
    with pytest.raises(SettingsError, match="set PLINGS_SERVER_USER"):
        server_account()


def test_a_folder_behind_a_closed_one_names_that(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(0o700)
    said = refused(closed / "deep" / "data")
    assert f"may not pass {str(closed)!r}" in said
    assert not any(closed.iterdir())
    assert closed.stat().st_mode & 0o777 == 0o700


def test_new_folders_are_closed_and_the_server_user_s(place: Path) -> None:
    open_home(place / "a" / "b")
    for folder in (place / "a", place / "a" / "b"):
        found = folder.stat()
        assert (found.st_uid, found.st_mode & 0o777) == (server_account().uid, 0o700)


def test_an_empty_folder_of_root_s_is_taken(place: Path) -> None:
    os.chown(place, 0, 0)
    place.chmod(0o755)
    open_home(place)
    found = place.stat()
    assert (found.st_uid, found.st_mode & 0o777) == (server_account().uid, 0o700)


def test_a_full_folder_of_root_s_is_not(data: Path) -> None:
    os.chown(data, 0, -1)
    try:
        assert "set PLINGS_SERVER_USER, or give it to that user" in refused(data)
    finally:
        os.chown(data, server_account().uid, -1)


def test_a_user_without_rights_needs_nothing_of_that(data: Path, work: Work) -> None:
    account = server_account()
    python = python_for(account)
    if python is None:
        pytest.skip("no Python of this machine is open to others")
    worker = work(data, account, python)
    row = note(worker.conninfo())
    number = number_of(data)
    with running_server(data) as server:  # root joins, and the server stays that user's
        assert number_of(data) == number
        assert row in noted(server.conninfo())
        worker.leave()
        assert number_of(data) == number
    assert number_of(data) is None
    worker = work(data, account, python)
    assert row in noted(worker.conninfo())
    worker.leave()

"""Data folders that the server cannot use, and which it uses by default."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from plings.errors import SettingsError
from plings.server import running_server
from plings.server.account import server_account
from plings.server.home import Home, default_folder, open_home
from plings.server.private import make_folder
from server.people import IS_ROOT, note, noted, number_of

needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root can")


def refused(folder: Path | None) -> str:
    with pytest.raises(SettingsError) as error, running_server(folder):
        pass
    assert "\n" not in str(error.value)
    return str(error.value)


@contextmanager
def changed(file: Path) -> Iterator[Path]:
    """The file is as before in the end."""
    before = file.with_name("before")
    subprocess.run(["cp", "-a", str(file), str(before)], check=True)
    yield file
    before.replace(file)


def test_a_folder_with_other_files_is_refused_and_left_alone(place: Path) -> None:
    (place / "thesis.txt").write_text("years of work")
    assert "it holds other files ('thesis.txt')" in refused(place)
    assert [file.name for file in place.iterdir()] == ["thesis.txt"]


def test_a_new_volume_counts_as_empty(place: Path) -> None:
    (place / "lost+found").mkdir()
    assert open_home(place).folder == place


def test_files_that_came_later_do_not_hinder(data: Path) -> None:
    notes = data / "notes.txt"
    notes.write_text("")
    try:
        assert open_home(data).folder == data
    finally:
        notes.unlink()


def test_a_database_without_its_core_is_not_made_anew(data: Path) -> None:
    with changed(data / "postgresql" / "PG_VERSION") as file:
        file.unlink()
        assert "holds no PostgreSQL database" in refused(data)
        assert (data / "postgresql" / "base").exists()


def test_a_database_of_another_version_names_both(data: Path) -> None:
    with changed(data / "postgresql" / "PG_VERSION") as file:
        file.write_text("17\n")
        assert "was made by PostgreSQL '17', and this is 18" in refused(data)


def test_a_start_that_fails_tells_the_end_of_the_log(data: Path) -> None:
    with changed(data / "postgresql" / "postgresql.conf") as file:
        file.write_text("shared_buffers = 'plenty'\n")
        assert 'invalid value for parameter "shared_buffers"' in refused(data)


def test_a_file_is_no_folder(place: Path) -> None:
    (place / "file").write_text("")
    assert "Not a directory" in refused(place / "file")
    assert str(place / "file") in refused(place / "file" / "below")


def test_a_folder_that_others_can_write_to_is_refused(data: Path) -> None:
    data.chmod(0o777)
    try:
        assert "only its owner may write to it" in refused(data)
    finally:
        data.chmod(0o700)


@needs_root
def test_a_folder_of_somebody_else_is_refused(data: Path) -> None:
    os.chown(data, 54321, -1)
    try:
        assert "belongs to '54321', and the server runs as" in refused(data)
    finally:
        os.chown(data, server_account().uid, -1)


@pytest.mark.parametrize("name", ["postgresql.log", "start.lock", "server.lock"])
def test_links_in_place_of_its_files_are_not_followed(data: Path, name: str) -> None:
    target = data.with_name(f"{data.name}-notes.txt")  # beside it: a hard link stays on its disk
    target.write_text("precious")
    for link in (os.symlink, os.link):
        (data / name).unlink(missing_ok=True)
        link(target, data / name)
        try:
            assert "is a link" in refused(data)
        finally:
            (data / name).unlink()
    assert target.read_text() == "precious"
    target.unlink()


def test_a_short_socket_folder_of_somebody_else_is_refused(place: Path) -> None:
    home = Home(place / ("d" * 90), server_account())
    home.socket_folder.symlink_to(place)
    try:
        with pytest.raises(SettingsError, match="is a link"):
            make_folder(home.socket_folder, home.account)
    finally:
        home.socket_folder.unlink()
    home.socket_folder.mkdir()
    os.chmod(home.socket_folder, 0o755)
    try:
        with pytest.raises(SettingsError, match="remove it"):
            make_folder(home.socket_folder, home.account)
    finally:
        home.socket_folder.rmdir()


@pytest.fixture
def small_disk(place: Path) -> Iterator[Path]:
    """A disk of 64 MB."""
    account = server_account()
    options = f"size=64m,mode=700,uid={account.uid},gid={account.gid}"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@needs_root
def test_a_full_disk_is_told_and_nothing_is_lost(small_disk: Path, made: Path) -> None:
    filler = small_disk / "lost+found"
    _fill(filler, leave=10)
    assert "No space left on device" in refused(small_disk)
    filler.unlink()
    subprocess.run(["cp", "-a", f"{made}/postgresql", str(small_disk)], check=True)
    with running_server(small_disk) as server:
        row = note(server.conninfo())
    _fill(filler, leave=0)
    assert "No space left on device" in refused(small_disk)
    filler.unlink()
    with running_server(small_disk) as server:
        assert row in noted(server.conninfo())


def _fill(filler: Path, leave: int) -> None:
    """Take what is left of the disk, but for `leave` MB."""
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            file.truncate(max(file.tell() - leave * 1_000_000, 0))


def test_plings_data_names_the_folder(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLINGS_DATA", str(data))
    with running_server() as server:
        assert server.data_folder == data
        assert number_of(data)


@pytest.mark.parametrize(
    ("user", "data_home", "expected"),
    [
        (0, "/x", "/var/lib/plings"),
        (1, "/x", "/x/plings"),
        (1, "", "/h/.local/share/plings"),
        (1, "x", "/h/.local/share/plings"),
    ],
)
def test_the_folder_by_default(user: int, data_home: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setenv("XDG_DATA_HOME", data_home)
    monkeypatch.setenv("HOME", "/h")
    assert default_folder() == Path(expected)

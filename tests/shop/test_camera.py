"""Pictures in a folder: each is told once, when it is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from plings.errors import SettingsError
from plings.shop.camera import CameraFolder


def _names(camera: CameraFolder) -> list[str]:
    return [file.name for file in camera.look()]


def test_a_picture_is_told_once_and_when_it_has_stopped_growing(tmp_path: Path) -> None:
    (tmp_path / "old.png").write_bytes(b"old")
    camera = CameraFolder(tmp_path)
    (tmp_path / "b.png").write_bytes(b"1")
    (tmp_path / "a.JPG").write_bytes(b"1")
    (tmp_path / "note.txt").write_bytes(b"1")
    (tmp_path / "folder.png").mkdir()
    assert _names(camera) == []
    (tmp_path / "b.png").write_bytes(b"12")
    assert _names(camera) == ["a.JPG"]
    assert _names(camera) == ["b.png"]
    assert _names(camera) == []


def test_a_name_may_come_again(tmp_path: Path) -> None:
    camera = CameraFolder(tmp_path)
    for _ in range(2):
        (tmp_path / "scan.png").write_bytes(b"1")
        assert [_names(camera), _names(camera)] == [[], ["scan.png"]]
        (tmp_path / "scan.png").unlink()
        assert _names(camera) == []


def test_an_empty_file_is_not_whole(tmp_path: Path) -> None:
    camera = CameraFolder(tmp_path)
    (tmp_path / "scan.png").touch()
    assert [_names(camera) for _ in range(3)] == [[], [], []]


def test_a_folder_that_is_away(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        CameraFolder(tmp_path / "none")
    (tmp_path / "camera").mkdir()
    camera = CameraFolder(tmp_path / "camera")
    (tmp_path / "camera").rmdir()
    assert _names(camera) == []

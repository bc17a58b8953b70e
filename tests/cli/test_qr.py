"""`plings qr write`, whose name may be left out, and `plings qr read`."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from cli.command import CODE, SIGNED, answer, json_answer, one_object, refused, run, write_keys
from pictures.photographs import photograph
from plings.pictures import write_qr


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "b.jpg").write_bytes(photograph(SIGNED.text, 1))
    (folder / "a.JPG").write_bytes(photograph(CODE.text, 0))
    (folder / "notes.txt").write_text("not a picture, and not named like one")
    (folder / "._a.jpg").write_bytes(b"what some systems put beside a picture")
    return folder


@pytest.mark.parametrize("before", [[], ["write"]])
def test_writing(tmp_path: Path, before: list[str]) -> None:
    file = tmp_path / "code.png"
    assert answer("qr", *before, CODE.text, "-o", file) == f"wrote {file}\n"
    assert answer("qr", *before, "-o", file, CODE.text) == f"wrote {file}\n"
    assert answer("qr", "read", file) == f"{CODE.text}\n"


def test_alone_it_shows_help() -> None:
    assert answer("qr").strip() == answer("qr", "--help").strip() == answer("qr", "-h").strip()


def test_wrong_usage() -> None:
    assert refused("qr", CODE.text, code=2).endswith("(see plings qr write --help)")
    assert refused("qr", "read", code=2).endswith("(see plings qr read --help)")


def test_a_folder_is_read_in_the_order_of_names(photos: Path) -> None:
    lines = answer("qr", "read", photos).splitlines()
    assert [line.rpartition(": ")[2] for line in lines] == [CODE.text, SIGNED.text]
    assert lines[0].startswith(f"{photos / 'a.JPG'} at ")
    facts = json_answer("qr", "read", photos / "b.jpg", photos / "a.JPG")
    assert [picture["codes"][0]["text"] for picture in facts["pictures"]] == [SIGNED.text, CODE.text]
    assert [len(picture["codes"][0]["corners"]) for picture in facts["pictures"]] == [4, 4]


def test_codes_are_checked_with_keys(photos: Path, tmp_path: Path) -> None:
    keys = write_keys(tmp_path)
    lines = answer("qr", "read", photos, "--keys", keys).splitlines()
    assert [line.split(": ")[1] for line in lines] == ["class genuine", "tag genuine"]
    write_qr(SIGNED.text.replace("5.3j", "5.3k"), photos / "c.png")
    result = run("qr", "read", photos, "--keys", keys, "--json")
    assert (result.exit_code, result.stderr) == (1, f"plings: {photos / 'c.png'}: not genuine: counterfeit class\n")
    pictures = one_object(result.stdout)["pictures"]
    assert [picture["codes"][0]["grade"] for picture in pictures] == [
        "class genuine",
        "tag genuine",
        "counterfeit class",
    ]
    assert run("qr", "read", photos, "--keys", write_keys(tmp_path, {})).exit_code == 1


def test_each_failure_is_a_line_that_names_its_file(photos: Path) -> None:
    Image.new("L", (50, 50), 255).save(photos / "blank.png")
    (photos / "broken.png").write_bytes(b"\x89PNG")
    result = run("qr", "read", photos, photos / "missing.png")
    assert result.exit_code == 1
    failed = [line.rpartition("[")[2] for line in result.stderr.splitlines()]
    assert failed == ["no_code]", "not_a_picture]", "not_read]"]
    names = ("blank.png", "broken.png", "missing.png")
    assert all(name in line for name, line in zip(names, result.stderr.splitlines(), strict=True))
    assert [line.rpartition(": ")[2] for line in result.stdout.splitlines()] == [CODE.text, SIGNED.text]
    facts = one_object(run("qr", "read", photos / "blank.png", "--json").stdout)
    assert (facts["pictures"][0]["rule"], facts["pictures"][0]["codes"]) == ("no_code", [])


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    assert refused("qr", "read", tmp_path).endswith("there is no picture in this folder [no_picture]")


def test_what_a_code_says_never_reaches_the_terminal_raw(tmp_path: Path) -> None:
    write_qr("\x1b[31mred\nplings: done", tmp_path / "code.png")
    assert answer("qr", "read", tmp_path / "code.png") == "\\x1b[31mred plings: done\n"

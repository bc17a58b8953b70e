"""`plings registry class picture`, and what `class show` says of it."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from cli.registry_office import ADA, IDA, Office, rows
from pictures.drawings import bookcase
from plings.pictures import product_picture


@pytest.fixture
def office(registry_url: str) -> Office:
    return Office(registry_url, {})


@pytest.fixture
def chair(office: Office) -> str:
    made: str = office.tells("class", "add", "Chair", "--organization", "IKEA", by=IDA)["id"]
    return made


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    bookcase(800, 600).save(tmp_path / "photo.jpg")
    return tmp_path / "photo.jpg"


def test_a_picture_is_given_shown_and_taken_away(office: Office, chair: str, photo: Path) -> None:
    made = product_picture(photo)
    said = f"480 × 360 pixels, {len(made.body):,} bytes, {made.digest[:12]}…"
    assert "picture" not in rows(office.says("class", "show", chair))
    assert office.tells("class", "show", chair)["picture"] is None
    assert rows(office.says("class", "picture", chair, photo, by=IDA)) == {"class": chair, "picture": said}
    assert rows(office.says("class", "show", chair))["picture"] == said
    told = office.tells("class", "show", chair)["picture"]
    assert (told["digest"], told["size_bytes"], told["width_pixels"]) == (made.digest, len(made.body), 480)
    again = office.tells("class", "picture", chair, photo, by=IDA)
    assert again["class_id"] == chair and again["picture"]["digest"] == made.digest
    assert office.tells("class", "picture", chair, "--remove", by=ADA) == {"class_id": chair, "picture": None}
    assert office.tells("class", "show", chair)["picture"] is None
    assert "no_picture" in office.refuses("class", "picture", chair, "--remove", by=IDA)


def test_who_calls_it_wrongly_is_told(office: Office, chair: str, photo: Path) -> None:
    assert "give a FILE, or --remove" in office.refuses("class", "picture", chair, by=IDA, code=2)
    assert "give a FILE, or --remove" in office.refuses("class", "picture", chair, photo, "--remove", by=IDA, code=2)


def test_a_file_that_will_not_do_is_named_with_the_rule(office: Office, chair: str, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0")
    Image.new("1", (66_000, 1)).save(tmp_path / "long.png")
    for name, rule in (
        ("missing.jpg", "not_read"),
        ("notes.txt", "not_a_picture"),
        ("phone.heic", "heic"),
        ("long.png", "too_large"),
    ):
        said = office.refuses("class", "picture", chair, tmp_path / name, by=IDA)
        assert said.startswith("picture '") and said.endswith(f"[{rule}]"), said
    assert office.tells("class", "show", chair)["picture"] is None


def test_a_refusal_tells_what_to_do_next(office: Office, chair: str, photo: Path) -> None:
    assert "see plings registry class list" in office.refuses("class", "picture", uuid4(), photo, by=IDA)
    assert "organization members" in office.refuses("class", "picture", chair, photo, by="ivo@ikea.example")
    assert "organization members" in office.refuses("class", "picture", chair, photo, by="abe@acme.example")
    assert "say who acts" in office.refuses("class", "picture", chair, photo)
    assert office.tells("class", "show", chair)["picture"] is None

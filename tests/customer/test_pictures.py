"""Pictures of classes, from the registry to the page and to wallets; of genuine codes, and of nothing else."""

from __future__ import annotations

import logging
import re
import struct
from collections.abc import Callable, Iterator
from hashlib import sha256
from uuid import UUID

import pytest

from customer.stand import PICTURES, Stand, serving
from customer.wallet import query_of, view
from plings.customer.rendering import render
from plings.customer.view import PageView, PictureView, ProductView, Shown
from plings.identity import Path, ScanUrl, make_code
from plings.registry import Registry, connect
from plings.registry.class_pictures import picture_of_class, remove_picture, set_picture
from plings.registry.pointers import register_pointer
from registry.drawn import drawn
from registry.world import World, identity

BILLY = PICTURES["2.3.2"]
NAVY, TEAL = drawn("navy"), drawn("teal", 30, 40)


@pytest.fixture(scope="module")
def world(stand: Stand) -> Iterator[World]:
    with connect(stand.database) as connection:
        yield World.of(Registry(connection), stand.database)


@pytest.fixture(scope="module")
def lack(world: World) -> UUID:
    """A class of this file's own: `2.3.7`."""
    made = world.class_id("LACK")
    register_pointer(world.ida, "2.3.7", made)
    return made


@pytest.fixture
def pictured(world: World, lack: UUID) -> Iterator[Callable[[], str]]:
    """LACK has a picture for as long; its path."""
    set_picture(world.ida, lack, NAVY)
    yield f"/v1/pictures/{NAVY.digest}.webp"
    if picture_of_class(world.ida, lack):
        remove_picture(world.ida, lack)


def page_of(stand: Stand, code: ScanUrl, language: str = "en") -> str:
    response = stand.client.get(f"/?{query_of(code)}", headers={"Accept-Language": language})
    assert response.status_code == 200
    return response.text


def image_of(html: str) -> str:
    """The picture's element."""
    (tag,) = re.findall(r'<img [^>]*src="/v1/pictures/[^>]*>', html)
    return str(tag)


def problem_of(stand: Stand, path: str) -> tuple[int, str]:
    response = stand.client.get(path)
    assert response.headers["content-type"] == "application/problem+json"
    assert "max-age" not in response.headers["cache-control"]
    return response.status_code, response.json()["rule"]


def test_a_picture_is_sent_as_it_was_given_and_kept_for_good(stand: Stand) -> None:
    told = view(stand, stand.code("2.F.2"))["product"]["picture"]
    assert told == {"url": stand.picture_url("2.3.2"), "width_pixels": 480, "height_pixels": 480}
    response = stand.client.get(told["url"])
    assert (response.status_code, response.content) == (200, BILLY.body)
    assert response.headers["content-type"] == "image/webp"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert response.headers["access-control-allow-origin"] == "*"
    assert sha256(response.content).hexdigest() in told["url"]
    again = stand.client.get(told["url"], headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "immutable" in again.headers["cache-control"]
    head = stand.client.head(told["url"])
    assert (head.status_code, head.content) == (200, b"")


def test_the_page_shows_it_with_its_room_kept(stand: Stand) -> None:
    for language, said in (("en", "Picture of BILLY bookcase, white"), ("sv", "Bild av BILLY bookcase, white")):
        tag = image_of(page_of(stand, stand.code("2.F.2"), language))
        assert f'alt="{said}"' in tag and 'width="480" height="480"' in tag and 'decoding="async"' in tag
        assert f'src="/v1/pictures/{BILLY.digest}.webp"' in tag


def test_it_is_this_server_s_whatever_the_origin_says(stand: Stand) -> None:
    """Pages let no other host's pictures in."""
    with serving(stand.database, stand.cluster, origin="https://s.plings.io") as client:
        elsewhere = Stand(client, stand.cluster, stand.database)
        code = stand.code("2.F.2")
        assert f'src="/v1/pictures/{BILLY.digest}.webp"' in image_of(page_of(elsewhere, code))
        url = f"https://s.plings.io/v1/pictures/{BILLY.digest}.webp"
        assert view(elsewhere, code)["product"]["picture"]["url"] == url
        assert client.get(f"/pay?{query_of(code)}").json()["icon"] == url


def test_a_class_without_one_keeps_its_mark_and_wallets_get_ours(stand: Stand) -> None:
    code = stand.code("4.F.2", signed=True)
    assert view(stand, code)["product"]["picture"] is None
    html = page_of(stand, code)
    assert "/v1/pictures/" not in html and '<svg viewBox="-1 -1 9 9"' in html
    for path in ("/pay", "/actions/pay"):
        assert stand.client.get(f"{path}?{query_of(code)}").json()["icon"] == f"{stand.url}/icon.svg"


def test_wallets_get_it_as_their_icon(stand: Stand) -> None:
    code = stand.code("3.F.2")
    for path in ("/pay", "/actions/pay"):
        assert stand.client.get(f"{path}?{query_of(code)}").json()["icon"] == stand.picture_url("2.3.3")


@pytest.mark.parametrize("made_up", [False, True], ids=["other pointer", "other maker"])
def test_a_code_that_is_not_genuine_shows_no_picture(stand: Stand, made_up: bool) -> None:
    code = stand.code("2.F.3")
    if made_up:  # of a real path, by whoever has another key
        forged = make_code(identity("2.4"), Path("2.4.2.F.3")).class_pointer
    else:
        forged = stand.code("3.F.3").class_pointer
    counterfeit = ScanUrl("q", code.path, forged, code.address)
    told = view(stand, counterfeit)
    assert (told["grade"], told["product"]) == ("counterfeit_class", None)
    assert "/v1/pictures/" not in page_of(stand, counterfeit)
    assert stand.client.get(f"/actions/pay?{query_of(counterfeit)}").json()["icon"] == f"{stand.url}/icon.svg"


@pytest.mark.parametrize("grade", list(Shown))
def test_the_template_shows_one_for_genuine_codes_alone(grade: Shown) -> None:
    picture = PictureView("https://s.plings.io/v1/pictures/x.webp", 8, 6)
    product = ProductView('"><script>', None, None, None, None, None, None, picture)
    known = PageView(grade, (), "devnet", code="x", path="2.3.2.2.2", class_pointer="UYtaAsvd6GL", product=product)
    html = render("page.html", "en", path="/", query="", keep="", view=known)
    assert ("/v1/pictures/" in html) == grade.is_genuine
    if grade.is_genuine:
        assert 'alt="Picture of &#34;&gt;&lt;script&gt;"' in image_of(html)


def test_another_picture_has_another_address(stand: Stand, world: World, lack: UUID, pictured: str) -> None:
    code = stand.code("7.2.2")
    assert view(stand, code)["product"]["picture"]["url"] == f"{stand.url}{pictured}"
    assert stand.client.get(pictured).content == NAVY.body
    set_picture(world.ida, lack, TEAL)
    assert stand.client.get(view(stand, code)["product"]["picture"]["url"]).content == TEAL.body
    assert problem_of(stand, pictured) == (404, "unknown_picture")
    remove_picture(world.ida, lack)
    assert view(stand, code)["product"]["picture"] is None
    assert problem_of(stand, f"/v1/pictures/{TEAL.digest}.webp") == (404, "unknown_picture")


@pytest.mark.parametrize(
    ("path", "status", "rule"),
    [
        (f"/v1/pictures/{'0' * 64}.webp", 404, "unknown_picture"),
        (f"/v1/pictures/{BILLY.digest.upper()}.webp", 400, "malformed"),
        (f"/v1/pictures/{BILLY.digest[:-1]}.webp", 400, "malformed"),
        (f"/v1/pictures/{BILLY.digest}%0A.webp", 400, "malformed"),
        ("/v1/pictures/';--.webp", 400, "malformed"),
        (f"/v1/pictures/{BILLY.digest}.webp?x=1", 400, "unknown_parameter"),
        (f"/v1/pictures/{BILLY.digest}.png", 404, "unknown_route"),
        (f"/v1/pictures/{BILLY.digest}", 404, "unknown_route"),
        ("/v1/pictures/", 404, "unknown_route"),
    ],
)
def test_an_address_is_a_digest_and_nothing_else(stand: Stand, path: str, status: int, rule: str) -> None:
    assert problem_of(stand, path) == (status, rule)


def test_nothing_is_posted_there(stand: Stand) -> None:
    assert stand.client.post(f"/v1/pictures/{BILLY.digest}.webp", json={}).status_code == 405


def test_what_a_manufacturer_writes_by_hand_is_looked_at_again(
    stand: Stand, world: World, lack: UUID, pictured: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The database knows the file's beginning and its length; a script behind the picture is for who sends it on."""
    hidden = b"JUNK" + struct.pack("<I", 26) + b"<script>alert(1)</script> "
    body = NAVY.body[:4] + struct.pack("<I", len(NAVY.body) - 8 + len(hidden)) + NAVY.body[8:] + hidden
    world.ida.rows("UPDATE class_pictures SET body = %s WHERE class_id = %s", [body, lack])
    with caplog.at_level(logging.WARNING, "plings.api"):
        assert problem_of(stand, f"/v1/pictures/{sha256(body).hexdigest()}.webp") == (404, "unknown_picture")
    assert "[more_than_a_picture]" in caplog.text
    assert view(stand, stand.code("7.2.2"))["grade"] == "class_genuine"


def test_without_a_database_there_are_none(stand: Stand) -> None:
    with serving("postgresql://127.0.0.1:9/nothing", stand.cluster) as client:
        response = client.get(f"/v1/pictures/{BILLY.digest}.webp")
        assert (response.status_code, response.json()["rule"]) == (503, "database")
        assert response.headers["cache-control"] == "no-store"
        told = view(Stand(client, stand.cluster, ""), stand.code("2.F.2"))
        assert (told["grade"], told["product"]) == ("class_genuine", None)

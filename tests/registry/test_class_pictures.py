"""Pictures of classes: their organisation's to give and take, found by their digest alone, and nothing but pictures."""

from __future__ import annotations

import struct
from uuid import UUID, uuid4

import pytest
from psycopg import errors as pg

from plings.errors import AccessDenied, NotInRegistry, RegistryError, StateRefused, ValueRefused
from plings.pictures import ProductPicture
from plings.registry.audit import audit_trail
from plings.registry.class_pictures import ClassPicture, picture_body, picture_of_class, remove_picture, set_picture
from registry.drawn import drawn
from registry.planting import own
from registry.together import at_once
from registry.world import World

NAVY, TEAL = drawn("navy"), drawn("teal", 30, 40)


@pytest.fixture
def billy(world: World) -> UUID:
    return world.class_id("BILLY")


def rows(world: World) -> list[object]:
    return list(map(str, own(world.ada, "SELECT * FROM class_pictures ORDER BY class_id")))


def test_a_class_has_the_picture_that_it_was_given(world: World, billy: UUID) -> None:
    assert picture_of_class(world.ada, billy) is None
    given = set_picture(world.ida, billy, NAVY)
    assert picture_of_class(world.ivo, billy) == given
    assert (given.class_id, given.digest) == (billy, NAVY.digest)
    assert (given.width_pixels, given.height_pixels, given.size_bytes) == (8, 6, len(NAVY.body))
    assert picture_body(world.nobody, NAVY.digest) == NAVY.body


def test_another_takes_its_place(world: World, billy: UUID) -> None:
    first = set_picture(world.ida, billy, NAVY)
    then = set_picture(world.ina, billy, TEAL)
    assert picture_of_class(world.ada, billy) == then
    assert (then.digest, then.width_pixels, then.created_at) == (TEAL.digest, 30, first.created_at)
    assert then.changed_at > first.changed_at
    assert picture_body(world.ada, TEAL.digest) == TEAL.body
    with pytest.raises(NotInRegistry, match="unknown_picture"):
        picture_body(world.ada, NAVY.digest)


def test_it_is_taken_away(world: World, billy: UUID) -> None:
    given = set_picture(world.ida, billy, NAVY)
    assert remove_picture(world.ina, billy) == given
    assert picture_of_class(world.ada, billy) is None
    with pytest.raises(NotInRegistry, match="unknown_picture"):
        picture_body(world.ada, NAVY.digest)
    with pytest.raises(NotInRegistry, match="no_picture"):
        remove_picture(world.ida, billy)


def test_two_classes_may_look_alike(world: World, billy: UUID) -> None:
    anvil = world.class_id("Anvil", organization="ACME")
    set_picture(world.ida, billy, NAVY)
    set_picture(world.abe, anvil, NAVY)
    remove_picture(world.ida, billy)
    assert picture_body(world.ada, NAVY.digest) == NAVY.body


@pytest.mark.parametrize("who", ["ivo", "abe", "nobody"])
def test_others_give_and_take_nothing(world: World, billy: UUID, who: str) -> None:
    registry = getattr(world, who)
    with pytest.raises(AccessDenied):
        set_picture(registry, billy, NAVY)
    set_picture(world.ida, billy, TEAL)
    before = rows(world)
    for work in (lambda: set_picture(registry, billy, NAVY), lambda: remove_picture(registry, billy)):
        with pytest.raises(AccessDenied):
            work()
    assert rows(world) == before


def test_a_class_that_is_not_there_has_none(world: World) -> None:
    for work in (lambda: set_picture(world.ada, uuid4(), NAVY), lambda: remove_picture(world.ada, uuid4())):
        with pytest.raises(NotInRegistry, match="unknown_class"):
            work()
    assert picture_of_class(world.ada, uuid4()) is None
    assert rows(world) == []


@pytest.mark.parametrize(
    "digest", ["", "x", NAVY.digest.upper(), NAVY.digest[:-1], NAVY.digest + "0", f"{NAVY.digest}\n", "'; --", "٣" * 64]
)
def test_a_digest_has_one_spelling(world: World, billy: UUID, digest: str) -> None:
    set_picture(world.ida, billy, NAVY)
    with pytest.raises(ValueRefused) as refused:
        picture_body(world.ada, digest)
    assert refused.value.rule == "digest" and str(refused.value).isascii()


def test_the_trail_has_each_change_and_no_bytes(world: World, billy: UUID) -> None:
    for work in (
        lambda: set_picture(world.ida, billy, NAVY),
        lambda: set_picture(world.ina, billy, TEAL),
        lambda: remove_picture(world.ada, billy),
    ):
        work()
    removed, changed, added = audit_trail(world.ada, table="class_pictures")
    assert [one.operation for one in (added, changed, removed)] == ["INSERT", "UPDATE", "DELETE"]
    assert [one.who for one in (added, changed, removed)] == [
        *("ida@ikea.example", "ina@ikea.example", "ada@plings.example")
    ]
    assert added.changes["digest"] == (None, f"\\x{NAVY.digest}")
    assert changed.changes["digest"] == (f"\\x{NAVY.digest}", f"\\x{TEAL.digest}")
    assert changed.changes["width_pixels"] == (8, 30)
    assert removed.changes["digest"] == (f"\\x{TEAL.digest}", None)
    for entry in (added, changed, removed):
        assert "body" not in (entry.before or {}) and "body" not in (entry.after or {})


def test_the_trail_of_a_manufacturer_has_its_own(world: World, billy: UUID) -> None:
    set_picture(world.ida, billy, NAVY)
    set_picture(world.abe, world.class_id("Anvil", organization="ACME"), TEAL)
    trail = [one for one in audit_trail(world.ida, manufacturer="IKEA") if one.table_name == "class_pictures"]
    assert [one.after["digest"] for one in trail if one.after] == [f"\\x{NAVY.digest}"]


def test_what_was_refused_is_not_in_the_trail(world: World, billy: UUID) -> None:
    with pytest.raises(AccessDenied):
        set_picture(world.abe, billy, NAVY)
    with pytest.raises(ValueRefused):
        set_picture(world.ida, billy, ProductPicture(b"x" * 100, 8, 6, ""))
    assert audit_trail(world.ada, table="class_pictures") == []


def changed(at: int, to: bytes, of: bytes = NAVY.body) -> bytes:
    return of[:at] + to + of[at + len(to) :]


def longer(body: bytes, by: int) -> bytes:
    return body[:4] + struct.pack("<I", len(body) - 8 + by) + body[8:] + bytes(by)


def wide(name: bytes, width: int, height: int, flags: bytes = b"\x10\0\0\0") -> bytes:
    """A file that begins as one with transparency does."""
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + name + struct.pack("<I", 10) + flags + sides
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    ("body", "sides", "rule"),
    [
        (b"", (8, 6), "picture_bytes"),
        (NAVY.body[:29], (8, 6), "picture_bytes"),
        (longer(NAVY.body, 20_001 - len(NAVY.body)), (8, 6), "picture_bytes"),
        (b"\x89PNG\r\n\x1a\n" + bytes(60), (8, 6), "picture_form"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", (8, 6), "picture_form"),
        (changed(8, b"WAVE"), (8, 6), "picture_form"),
        (changed(12, b"VP8L"), (8, 6), "picture_form"),
        (changed(4, b"\xff\xff\xff\xff"), (8, 6), "picture_form"),
        (NAVY.body + b"<script>", (8, 6), "picture_form"),
        (NAVY.body[:-2], (8, 6), "picture_form"),
        (wide(b"VP8X", 8, 6, b"\x02\0\0\0"), (8, 6), "picture_form"),
        (wide(b"VP8X", 8, 6, b"\x18\0\0\0"), (8, 6), "picture_form"),
        (NAVY.body, (6, 8), "picture_sides"),
        (NAVY.body, (0, 6), "picture_sides"),
        (NAVY.body, (8, 481), "picture_sides"),
        (changed(26, b"\xe1\x01"), (481, 6), "picture_sides"),
        (changed(26, b"\x08\x40"), (8, 6), "picture_sides"),
        (wide(b"VP8X", 8, 6), (8, 7), "picture_sides"),
        (wide(b"VP8X", 8 + 65_536, 6), (8, 6), "picture_sides"),
        (wide(b"VP8X", 481, 6), (481, 6), "picture_sides"),
        (NAVY.body, (2**31 - 1, -(2**31)), "picture_sides"),
    ],
)
def test_the_database_takes_pictures_alone(
    world: World, billy: UUID, body: bytes, sides: tuple[int, int], rule: str
) -> None:
    """Whoever writes the rows, and with what."""
    for before in (None, TEAL):
        if before:
            set_picture(world.ida, billy, before)
        kept = rows(world)
        with pytest.raises(ValueRefused) as refused:
            set_picture(world.ada, billy, ProductPicture(body, *sides, NAVY.digest))
        assert refused.value.rule == rule
        assert rows(world) == kept


def test_the_largest_is_taken(world: World, billy: UUID) -> None:
    largest = longer(changed(26, b"\xe0\x01\xe0\x01"), 20_000 - len(NAVY.body))
    assert set_picture(world.ida, billy, ProductPicture(largest, 480, 480, "")).size_bytes == 20_000


def test_its_digest_is_not_given(world: World, billy: UUID) -> None:
    set_picture(world.ida, billy, NAVY)
    with world.ida.transaction() as connection, pytest.raises(pg.GeneratedAlways), connection.transaction():
        connection.execute("UPDATE class_pictures SET digest = sha256('x')")


def test_who_gave_it_and_to_which_class_is_not_for_the_giver_to_say(world: World, billy: UUID) -> None:
    insert = """
        INSERT INTO class_pictures (class_id, body, width_pixels, height_pixels, created_by, created_at, changed_by)
        SELECT %s, %s, 8, 6, users.id, '1999-01-01', users.id FROM users WHERE email = 'ivo@ikea.example'
        RETURNING created_by, changed_by, created_at = now() AS is_now
    """
    ida = world.ida.user_id
    assert world.ida.row(insert, [billy, NAVY.body]) == {"created_by": ida, "changed_by": ida, "is_now": True}
    for change in (
        f"UPDATE class_pictures SET class_id = '{world.class_id('LACK')}'",
        "UPDATE class_pictures SET created_at = '1999-01-01'",
        "UPDATE class_pictures SET created_by = (SELECT id FROM users WHERE email = 'ivo@ikea.example')",
    ):
        with pytest.raises(StateRefused, match="immutable"):
            world.ida.rows(change)
    world.ina.rows("UPDATE class_pictures SET changed_by = created_by, changed_at = '1999-01-01'")
    now = own(world.ada, "SELECT changed_by, changed_at > created_at AS later FROM class_pictures")
    assert now == [{"changed_by": world.ina.user_id, "later": True}]


def test_they_are_not_all_taken_away_at_once(world: World, billy: UUID) -> None:
    set_picture(world.ida, billy, NAVY)
    for registry in (world.ida, world.ada):
        with pytest.raises(RegistryError):
            registry.rows("TRUNCATE class_pictures")
    with pytest.raises(StateRefused, match="never_removed"):
        own(world.ada, "TRUNCATE class_pictures")
    assert len(rows(world)) == 1


def test_of_several_at_once_one_is_last(world: World, billy: UUID) -> None:
    given = [drawn("navy", side, side) for side in range(1, 7)]
    outcome = at_once(
        world.url, ["ida@ikea.example"] * 6, lambda registry, number: set_picture(registry, billy, given[number])
    )
    assert all(isinstance(one, ClassPicture) for one in outcome)
    last = picture_of_class(world.ada, billy)
    assert last in outcome
    assert len(audit_trail(world.ada, table="class_pictures")) == 6

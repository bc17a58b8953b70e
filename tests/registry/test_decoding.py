"""Paths to words: what is known of any path, and nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path as FilePath
from unicodedata import normalize
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plings.errors import IdentityError, PathError, UrlError
from plings.identity import PATH_BYTES, SEGMENT_LIMIT, ClassPath, Path, class_pointer, format_segment, make_code
from plings.registry import Registry, connect
from plings.registry.classes import change_class
from plings.registry.decoding import decode
from plings.registry.manufacturers import register_manufacturer
from plings.registry.paths import allocate_range
from plings.registry.people import give_database_role
from plings.registry.pointers import register_pointer
from plings.registry.wallets import activate_wallet
from plings.registry.words import CLASS_LEVEL, define_level, define_value
from registry.world import World, identity

GTIN, OTHER_GTIN = "4006381333931", "96385074"


@pytest.fixture
def bookcase(world: World) -> UUID:
    """The seed's bookcase: class 2.3.5.6.3C, of category 4, subcategory 5 and class number 127."""
    for level, name in ((3, "category"), (4, "subcategory"), (CLASS_LEVEL, "class")):
        define_level(world.ida, "2.3", level, name)
    define_value(world.ida, "2.3", 3, 4, "Furniture", description="Home furniture")
    define_value(world.ida, "2.3", 4, 5, "Bookcases", sku="BOOK")
    define_value(world.ida, "2.3", CLASS_LEVEL, 127, "BILLY White 80x28x202", sku="BILLY-W", gs1_code=GTIN)
    made = world.class_id("Billy, white", sku="802.638.50")
    register_pointer(world.ida, "2.3.5.6.3C", made)
    return made


def test_an_object_is_told_whole(world: World, bookcase: UUID) -> None:
    held = allocate_range(world.ida, "2.3.5.6.3C.G", 1, 1000)
    decoded = decode(world.ida, "2.3.5.6.3C.G.3j")
    assert (decoded.wallet.number, decoded.wallet.name, decoded.wallet.status) == (1, "v1", "active")
    assert (decoded.manufacturer.name, decoded.manufacturer.index, decoded.manufacturer.prefix) == ("IKEA", 2, "2.3")
    assert [(word.level, word.level_name, word.number, word.value_name) for word in decoded.words] == [
        (3, "category", 4, "Furniture"),
        (4, "subcategory", 5, "Bookcases"),
        (999, "class", 127, "BILLY White 80x28x202"),
    ]
    assert decoded.words[0].description == "Home furniture"
    assert decoded.batch and (decoded.batch.segment, decoded.batch.number) == ("G", 15)
    assert decoded.instance and (decoded.instance.segment, decoded.instance.number) == ("3j", 158)
    key = identity("2.3").public_key
    assert decoded.class_pointer == class_pointer(key, ClassPath("2.3.5.6.3C")).text
    assert decoded.product and (decoded.product.class_id, decoded.product.name) == (bookcase, "Billy, white")
    assert (decoded.gtin, decoded.sku, decoded.missing_levels) == (GTIN, "BILLY-W", ())
    assert decoded.holder == held
    assert decoded.sentence == (
        "BILLY White 80x28x202 (Furniture, Bookcases) of IKEA, batch 15, instance 158, in wallet v1"
    )


def test_it_says_what_the_seeds_query_says(world: World, bookcase: UUID) -> None:
    query = """
        WITH path_components AS (
            SELECT 1 AS wallet_version, 2 AS manufacturer_index, 4 AS category_value, 5 AS subcategory_value,
                127 AS class_value
        )
        SELECT wanted.level, pv.value_name, pv.value_description
        FROM path_components pc
        CROSS JOIN LATERAL (
            VALUES (3, category_value), (4, subcategory_value), (999, class_value)
        ) AS wanted (level, value)
        JOIN path_level_values pv USING (wallet_version, manufacturer_index)
        WHERE pv.path_level = wanted.level AND pv.level_value = wanted.value
        ORDER BY wanted.level
    """
    said = [tuple(row.values()) for row in world.ada.rows(query)]
    words = decode(world.ada, "2.3.5.6.3C.G.3j").words
    assert said == [(word.level, word.value_name, word.description) for word in words] and len(said) == 3


def test_the_shortest_object_has_one_class_level(world: World) -> None:
    define_level(world.ida, "2.3", 3, "category")
    define_level(world.ida, "2.3", 4, "line")
    define_level(world.ida, "2.3", 5, "colour", required=False)
    define_value(world.ida, "2.3", 3, 1, "Chairs")
    decoded = decode(world.ida, "2.3.2.G.3j")
    assert [(word.level, word.number, word.value_name) for word in decoded.words] == [(3, 1, "Chairs")]
    assert decoded.missing_levels == (4,)
    assert decoded.sentence == "Chairs of IKEA, batch 15, instance 158, in wallet v1"


def test_a_class_is_told_as_one(world: World, bookcase: UUID) -> None:
    three = decode(world.ida, "2.3.5")
    assert (three.class_path, three.batch, three.instance, three.missing_levels) == ("2.3.5", None, None, (4,))
    whole = decode(world.ida, "2.3.5.6.3C", as_class=True)
    assert (whole.class_path, whole.instance, whole.sku) == ("2.3.5.6.3C", None, "BILLY-W")
    assert whole.sentence == "BILLY White 80x28x202 (Furniture, Bookcases) of IKEA, in wallet v1"
    # The same text as an object's path has a class of three segments.
    assert decode(world.ida, "2.3.5.6.3C").class_path == "2.3.5"


def test_a_manufacturer_is_told_without_words(world: World) -> None:
    decoded = decode(world.ida, "2.3")
    assert (decoded.words, decoded.instance, decoded.missing_levels) == ((), None, ())
    assert decoded.sentence == "IKEA, in wallet v1"


def test_the_last_level_goes_before_the_class_marker(world: World, bookcase: UUID) -> None:
    define_level(world.ida, "2.3", 5, "variant", gs1_mapping="01")
    assert decode(world.ida, "2.3.5.6.3C.G.3j").words[-1].level == 999
    define_value(world.ida, "2.3", 5, 127, "White", gs1_code=OTHER_GTIN)
    decoded = decode(world.ida, "2.3.5.6.3C.G.3j")
    assert (decoded.words[-1].level, decoded.words[-1].value_name, decoded.gtin) == (5, "White", OTHER_GTIN)
    assert decoded.sku == "BOOK"


def test_the_class_marker_is_for_the_last_level_alone(world: World, bookcase: UUID) -> None:
    decoded = decode(world.ida, "2.3.3C.6.2.G.3j")
    assert [word.value_name for word in decoded.words] == [None, "Bookcases", None]


def test_what_is_out_of_use_still_means_the_same(world: World, bookcase: UUID) -> None:
    define_value(world.ida, "2.3", 3, 4, "Furniture", active=False)
    word = decode(world.ida, "2.3.5.6.3C.G.3j").words[0]
    assert (word.value_name, word.active) == ("Furniture", False)


def test_gtin_and_sku_are_the_products_where_no_word_has_them(world: World) -> None:
    made = world.class_id("Lamp", sku="L-1")
    change_class(world.ida, made, gtin=OTHER_GTIN)
    register_pointer(world.ida, "2.3.7", made)
    decoded = decode(world.ida, "2.3.7.2.2")
    assert (decoded.gtin, decoded.sku, decoded.words[0].value_name) == (OTHER_GTIN, "L-1", None)
    assert decoded.sentence == "Lamp of IKEA, batch 1, instance 1, in wallet v1"


def test_a_code_of_a_level_for_places_is_no_gtin(world: World) -> None:
    define_level(world.ida, "2.3", 3, "region", gs1_mapping="414")
    define_value(world.ida, "2.3", 3, 1, "Europe", gs1_code=GTIN)
    decoded = decode(world.ida, "2.3.2.2.2")
    assert (decoded.words[0].gs1_code, decoded.gtin) == (GTIN, None)


def test_what_is_not_known_is_said_and_no_error(world: World) -> None:
    for path, sentence in (
        ("2.9.2.G.3j", "class 1 of an unknown manufacturer 2.9, batch 15, instance 158, in wallet v1"),
        ("9.9.2", "class 1 of an unknown manufacturer 9.9, in wallet 8, which does not exist"),
        ("3.3", "an unknown manufacturer 3.3, in wallet v2 (inactive)"),
        ("2.3.G", "class 15 of IKEA, in wallet v1"),
    ):
        decoded = decode(world.ada, path)
        assert decoded.sentence == sentence
        assert (decoded.product, decoded.gtin, decoded.sku, decoded.holder) == (None, None, None, None)


def test_a_scan_url_is_decoded_by_its_path(world: World, bookcase: UUID) -> None:
    code = make_code(identity("2.3"), Path("2.3.5.6.3C.G.3j"))
    decoded = decode(world.ida, code.text)
    assert decoded.path == "2.3.5.6.3C.G.3j" and decoded.claimed_pointer == decoded.class_pointer
    assert "something else" not in decoded.sentence
    other = code.text.replace(code.class_pointer.text, "11111111111")
    decoded = decode(world.ida, other)
    assert decoded.claimed_pointer == "11111111111" != decoded.class_pointer
    assert decoded.sentence.endswith("but its class pointer is that of something else")
    with pytest.raises(UrlError):
        decode(world.ida, other + "&x=1")


def test_what_is_no_path_is_refused(world: World) -> None:
    for text in ("", "2", "2.", "2.03", "A.2", "2.3.2.-3.G", "2.3'; DROP TABLE users; --", "2.3.\x00", "ü.2"):
        with pytest.raises(PathError):
            decode(world.ida, text)


NUMBERS = st.one_of(st.integers(0, 3), st.integers(0, SEGMENT_LIMIT - 1))
PATHS = (
    st.tuples(st.sampled_from([1, 1, 2, 8, 58, 255]), st.lists(NUMBERS, min_size=1, max_size=15))
    .map(lambda both: ".".join(map(format_segment, (both[0], *both[1]))))
    .filter(lambda text: len(text) <= PATH_BYTES and set(text.split(".")[0]) <= set("123456789"))
)


@pytest.fixture
def two_makers(world: World) -> World:
    """IKEA's words begin with an i, ACME's with an A, IKEA's in wallet 2 with a w; each has its place in it."""
    activate_wallet(world.ada, 2)
    register_manufacturer(world.ada, 2, "IKEA", organization="IKEA", index=2, public_key=identity("3.3").public_key)
    for prefix, form in (("2.3", "i-{}-{}"), ("2.4", "A-{}-{}"), ("3.3", "w-{}-{}")):
        for level in (3, 4, 5, CLASS_LEVEL):
            define_level(world.ada, prefix, level, form.format(level, "name"))
            for value in range(4):
                define_value(world.ada, prefix, level, value, form.format(level, value), sku=form.format(level, value))
    return world


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=PATHS, as_class=st.booleans())
def test_every_path_is_decoded_and_only_by_its_own_words(two_makers: World, text: str, as_class: bool) -> None:
    try:
        path = ClassPath(text) if as_class or text.count(".") < 3 else Path(text)
    except IdentityError:
        with pytest.raises(IdentityError):
            decode(two_makers.ada, text, as_class=as_class)
        return
    decoded = decode(two_makers.ada, text, as_class=as_class)
    ends = [one.number for one in (decoded.batch, decoded.instance) if one]
    numbers = [decoded.wallet.number, decoded.manufacturer.index, *(word.number for word in decoded.words), *ends]
    assert numbers == list(path.numbers)
    assert [word.segment for word in decoded.words] == list(path.segments[2 : len(path.segments) - len(ends)])
    initial = {"2.3": "i", "2.4": "A", "3.3": "w"}.get(path.prefix)
    for place, word in enumerate(decoded.words, 3):
        known = initial is not None and word.number < 4 and (place <= 5 or place == len(decoded.words) + 2)
        level = place if place <= 5 else 999
        assert word.value_name == (f"{initial}-{level}-{word.number}" if known else None)
        assert word.sku == word.value_name
    assert decoded.sku == next((word.sku for word in reversed(decoded.words) if word.sku), None)
    assert decoded.sentence.isprintable()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers=st.lists(st.integers(0, SEGMENT_LIMIT - 1), min_size=1, max_size=9), names=st.data())
def test_words_go_in_and_come_out(world: World, numbers: list[int], names: st.DataObject) -> None:
    # letters that are blank, which no label has
    blank = "\u115f\u1160\u3164\uffa0"
    letters = st.characters(codec="utf-8", categories=("L", "N"), exclude_characters=blank)
    text = st.text(letters, min_size=1, max_size=20)
    text = text.map(lambda one: normalize("NFC", one))
    given_names = [names.draw(text) for _ in numbers]
    for level, (number, name) in enumerate(zip(numbers, given_names, strict=True), 3):
        define_level(world.ida, "2.3", level, "level")
        define_value(world.ida, "2.3", level, number, name)
    path = ".".join(["2.3", *map(format_segment, numbers)])
    assert [word.value_name for word in decode(world.ida, path, as_class=True).words] == given_names


def test_a_manufacturers_own_role_decodes_its_own_paths_alone(two_makers: World) -> None:
    with connect(two_makers.url) as connection:
        give_database_role(Registry(connection, two_makers.ada.user_id, None), "IKEA", "ikea_decodes")
        try:
            ikea = Registry(connection, two_makers.ida.user_id, "ikea_decodes")
            assert decode(ikea, "2.3.2.2.2").words[0].value_name == "i-3-1"
            foreign = decode(ikea, "2.4.2.2.2")
            assert (foreign.manufacturer.name, foreign.words[0].value_name, foreign.sku) == (None, None, None)
        finally:
            connection.execute("DROP OWNED BY ikea_decodes")
            connection.execute("DROP ROLE ikea_decodes")


def test_decoding_takes_one_round_trip_beside_those_of_its_transaction(
    world: World, bookcase: UUID, tmp_path: FilePath
) -> None:
    def round_trips(name: str, work: Callable[[], object]) -> int:
        with (tmp_path / name).open("w+") as trace:
            world.ida.connection.pgconn.trace(trace.fileno())
            work()
            world.ida.connection.pgconn.untrace()
            trace.seek(0)
            return trace.read().count("ReadyForQuery")

    nothing = round_trips("nothing", lambda: world.ida.attempt(lambda connection: None))
    assert round_trips("decode", lambda: decode(world.ida, "2.3.5.6.3C.G.3j")) == nothing + 1

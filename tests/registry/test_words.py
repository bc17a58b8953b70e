"""Path schemas and level values: defining, redefining, and who may."""

from __future__ import annotations

import pytest

from plings.errors import AccessDenied, NotInRegistry, RegistryError, ValueRefused
from plings.registry.gs1 import gtin_of
from plings.registry.words import CLASS_LEVEL, define_level, define_value, level_values, levels
from registry.world import World

GTIN = "4006381333931"


def test_words_come_back_as_they_were_defined(world: World) -> None:
    level = define_level(
        world.ida, "2.3", 3, "category", description="What it is for", gs1_mapping="GPC", required=False, sort_order=7
    )
    value = define_value(
        world.ida, "2.3", 3, 127, "Möbel", description="All of it", gs1_code="65000000", sku="M-1", active=False
    )
    assert levels(world.ida, "2.3") == [level]
    assert level_values(world.ida, "2.3") == [value]
    assert (level.path_level, level.level_name, level.gs1_mapping, level.sort_order) == (3, "category", "GPC", 7)
    assert (value.segment, value.value_name, value.gs1_code, value.sku_reference) == ("3C", "Möbel", "65000000", "M-1")
    assert not level.is_required and not value.is_active


def test_defining_again_changes_what_is_there(world: World) -> None:
    define_level(world.ida, "2.3", 3, "category", description="old")
    define_value(world.ina, "2.3", 3, 1, "Furnture", sku="F")
    changed = define_level(world.ina, "2.3", 3, "kind")
    value = define_value(world.ida, "2.3", 3, 1, "Furniture")
    assert levels(world.ada, "2.3") == [changed] and changed.level_description is None
    assert level_values(world.ada, "2.3") == [value] and value.sku_reference is None


def test_values_are_listed_by_level_and_use(world: World) -> None:
    for level in (4, 3, CLASS_LEVEL):
        define_level(world.ida, "2.3", level, f"level {level}", sort_order=1 if level == CLASS_LEVEL else None)
        define_value(world.ida, "2.3", level, 2, "used")
        define_value(world.ida, "2.3", level, 1, "not", active=False)
    assert [one.path_level for one in levels(world.ida, "2.3")] == [CLASS_LEVEL, 3, 4]
    assert [(one.path_level, one.level_value) for one in level_values(world.ida, "2.3", level=4)] == [(4, 1), (4, 2)]
    assert [one.path_level for one in level_values(world.ida, "2.3", active=True)] == [3, 4, CLASS_LEVEL]
    assert [one.level_value for one in level_values(world.ida, "2.3", level=3, active=False)] == [1]


def test_the_seeds_schema_query_gives_the_levels_in_order(world: World) -> None:
    define_level(world.ida, "2.3", 4, "subcategory")
    define_level(world.ida, "2.3", 3, "category", description="first", gs1_mapping="(01)")
    query = """
        SELECT ps.path_level, ps.level_name, ps.level_description, ps.gs1_mapping, ps.is_required
        FROM manufacturer_path_schemas ps WHERE ps.wallet_version = 1 AND ps.manufacturer_index = 2
        ORDER BY ps.path_level
    """
    assert [tuple(row.values()) for row in world.ada.rows(query)] == [
        (3, "category", "first", "(01)", True),
        (4, "subcategory", None, None, True),
    ]


def test_the_seeds_query_finds_the_products_of_a_category(world: World) -> None:
    define_level(world.ida, "2.3", 4, "subcategory")
    for value, name in ((2, "Tables"), (1, "Bookcases"), (3, "Clocks")):
        define_value(world.ida, "2.3", 4, value, name, sku=f"S{value}", active=value != 3)
    query = """
        SELECT plv.level_value, plv.value_name, plv.value_description, plv.sku_reference, plv.gs1_code
        FROM path_level_values plv
        WHERE plv.wallet_version = 1 AND plv.manufacturer_index = 2 AND plv.path_level = 4 AND plv.is_active = true
        ORDER BY plv.value_name
    """
    assert [(row["level_value"], row["value_name"], row["sku_reference"]) for row in world.ada.rows(query)] == [
        (1, "Bookcases", "S1"),
        (2, "Tables", "S2"),
    ]


def test_only_the_organisations_admins_define_words(world: World) -> None:
    for stranger in (world.ivo, world.abe, world.nobody):
        with pytest.raises(AccessDenied):
            define_level(stranger, "2.3", 3, "category")
    define_level(world.ida, "2.3", 3, "category")
    with pytest.raises(AccessDenied):
        define_value(world.abe, "2.3", 3, 1, "Ours now")
    assert level_values(world.ada, "2.3") == []


def test_a_level_that_no_class_has_or_a_name_that_is_none_is_refused(world: World) -> None:
    for level, name in ((2, "x"), (15, "x"), (998, "x"), (2**40, "x"), (3, ""), (3, " x"), (3, "a\nb")):
        with pytest.raises(ValueRefused):
            define_level(world.ida, "2.3", level, name)
    define_level(world.ida, "2.3", 3, "category")
    for value in (-1, 2**31):
        with pytest.raises(ValueRefused):
            define_value(world.ida, "2.3", 3, value, "x")


def test_nothing_is_defined_for_nobody_or_without_its_level(world: World) -> None:
    for prefix in ("2.9", "9.9", "2", "", "'; DROP TABLE users; --"):
        with pytest.raises(NotInRegistry):
            define_level(world.ada, prefix, 3, "category")
        with pytest.raises(NotInRegistry):
            levels(world.ada, prefix)
        with pytest.raises(NotInRegistry):
            level_values(world.ada, prefix)
    with pytest.raises(NotInRegistry):
        define_value(world.ida, "2.3", 3, 1, "Furniture")


def test_hostile_words_are_only_words(world: World) -> None:
    for text in ("'; DROP TABLE users; --", "%s %(x)s", 'a" OR "1"="1', "\\x00", "{}", "$1"):
        define_level(world.ida, "2.3", 3, text, description=text)
        assert levels(world.ida, "2.3")[0].level_name == text
        made = define_value(world.ida, "2.3", 3, 1, text, description=text, sku=text)
        assert level_values(world.ida, "2.3") == [made]
        assert (made.value_name, made.value_description, made.sku_reference) == (text, text, text)


def test_what_is_no_line_of_text_is_refused_in_every_column(world: World) -> None:
    define_level(world.ida, "2.3", 3, "category")
    for text in ("a\x00b", "\ud800", "a\u202eb", "a\u200bb", "x" * 201):
        with pytest.raises(RegistryError):
            define_level(world.ida, "2.3", 3, text)
        with pytest.raises(RegistryError):
            define_level(world.ida, "2.3", 3, "x", gs1_mapping=text)
        for column in ("sku", "gs1_code"):
            with pytest.raises(RegistryError):
                define_value(world.ida, "2.3", 3, 1, "x", **{column: text})  # type: ignore[arg-type]
    assert levels(world.ida, "2.3")[0].level_name == "category" and level_values(world.ida, "2.3") == []


def test_a_level_of_gtins_takes_gtins_alone(world: World) -> None:
    define_level(world.ida, "2.3", 5, "variant", gs1_mapping="GTIN-13")
    assert define_value(world.ida, "2.3", 5, 1, "white", gs1_code=GTIN).gs1_code == GTIN
    with pytest.raises(ValueRefused, match="gtin_form"):
        define_value(world.ida, "2.3", 5, 1, "white", gs1_code="4006381333932")
    assert level_values(world.ida, "2.3")[0].gs1_code == GTIN


@pytest.mark.parametrize(
    ("code", "mapping", "gtin"),
    [
        (GTIN, None, GTIN),
        (GTIN, "(01)", GTIN),
        (GTIN, "AI 01", GTIN),
        (GTIN, "gtin-13", GTIN),
        (GTIN, "GLN", None),
        (GTIN, "414", None),
        ("(01)04006381333931", "01", "04006381333931"),
        ("4006381333932", None, None),
        ("96385074", None, "96385074"),
        ("65000000", "GPC", None),
        ("x", None, None),
        (None, "01", None),
    ],
)
def test_what_is_a_gtin_is_told_from_other_codes(code: str | None, mapping: str | None, gtin: str | None) -> None:
    assert gtin_of(code, mapping) == gtin


def test_changes_of_words_are_in_the_trail(world: World) -> None:
    define_level(world.ida, "2.3", 3, "category")
    define_level(world.ina, "2.3", 3, "kind")
    trail = world.ada.rows(
        "SELECT operation, before ->> 'level_name' AS old, after ->> 'level_name' AS new FROM audit_trail "
        "WHERE table_name = 'manufacturer_path_schemas' ORDER BY id"
    )
    assert [tuple(row.values()) for row in trail] == [("INSERT", None, "category"), ("UPDATE", "category", "kind")]

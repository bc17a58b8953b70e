"""Classes loaded from files."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plings.errors import AccessDenied, NotInRegistry, RegistryError, ValueRefused
from plings.registry.bulk import load_pointers
from plings.registry.bulk_classes import ClassLoad, load_classes
from plings.registry.classes import classes
from registry.world import World


def written(folder: Path, text: str, name: str = "classes.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def counts(done: ClassLoad) -> tuple[int, int, int]:
    return done.rows, done.added, done.there


def test_a_file_of_classes_and_one_of_their_pointers_are_loaded(world: World, tmp_path: Path) -> None:
    told: list[int] = []
    file = written(
        tmp_path,
        '\ufeffname,sku,gtin,price_amount,price_currency,weight_grams\r\n"BILLY, white",1,4006381333931,49.90,EUR,\r\n'
        '"MALM\u00e9",2,,0.10,SEK,1200\r\n',
    )
    done = load_classes(world.ida, "IKEA", file, on_progress=lambda rows, _: told.append(rows))
    assert counts(done) == (2, 2, 0) and told == [2]
    billy, malm = classes(world.ida, organization="IKEA")
    assert (billy.name, billy.gtin, billy.price_amount, billy.weight_grams) == (
        "BILLY, white",
        "4006381333931",
        Decimal("49.9"),
        None,
    )
    assert (malm.name, malm.price_amount, malm.weight_grams, malm.status) == (
        "MALM\u00e9",
        Decimal("0.1"),
        1200,
        "active",
    )
    pointers = written(tmp_path, "path_to_pointer,sku\n2.3.2,1\n2.3.3,2\n", "pointers.csv")
    assert load_pointers(world.ida, "2.3", pointers).added == 2


def test_what_has_its_sku_is_left_as_it_is(world: World, tmp_path: Path) -> None:
    world.class_id("BILLY", sku="1")
    rows: list[dict[str, Any]] = [{"name": f"C{number}", "sku": str(number)} for number in range(1, 1200)]
    assert counts(load_classes(world.ida, "IKEA", [*rows, rows[5]])) == (1200, 1198, 2)
    assert [one.name for one in classes(world.ida, sku="1")] == ["BILLY"]
    assert counts(load_classes(world.ida, "IKEA", [{"name": "no SKU"}, {"name": "no SKU"}])) == (2, 2, 0)


def test_json_lines_keep_prices_exact(world: World, tmp_path: Path) -> None:
    line = '{"name": "BILLY", "sku": null, "price_amount": 1234567890.1234, "price_currency": "EUR"}\n'
    load_classes(world.ida, "IKEA", written(tmp_path, line, "classes.jsonl"))
    (only,) = classes(world.ida)
    assert only.price_amount == Decimal("1234567890.1234")


BAD = [
    ({"name": "B", "gtin": "4006381333932"}, "gtin_check_digit"),
    ({"name": "B", "gtin": "ABC"}, "gtin_form"),
    ({"name": "B\u202e"}, "label_characters"),
    ({"name": " B"}, "label_blanks"),
    ({"name": ""}, ""),
    ({"name": "B", "price_amount": "1"}, "price_is_whole"),
    ({"name": "B", "price_amount": "one", "price_currency": "EUR"}, ""),
    ({"name": "B", "weight_grams": "-1"}, "weight_range"),
    ({"name": "B", "status": "'; DROP TABLE users"}, "class_status"),
    ({"name": "B", "parent_class_id": "x"}, ""),
    ({"name": "B\x00"}, ""),
    ({"name": ["B"]}, "value"),
    ({"name": "B", "created_by": "me"}, "columns"),
    ({"sku": "B"}, "columns"),
]


def test_a_bad_class_is_named_and_nothing_is_added(world: World, tmp_path: Path) -> None:
    good = {"name": "A"}
    for bad, rule in BAD:
        file = written(tmp_path, "".join(f"{json.dumps(one)}\n" for one in (good, good, bad, good)), "a.jsonl")
        for source in (file, [good, good, bad, good]):
            with pytest.raises(RegistryError, match=rf"^line 3: .*{rule}\]$"):
                load_classes(world.ida, "IKEA", source)
    assert classes(world.ida) == []


def test_files_that_are_none_are_refused(world: World, tmp_path: Path) -> None:
    for text, match in [
        ("name,sku\nA\n", "line 2"),
        ("", "line 1"),
        ('name\n"A\n', "csv"),
        ("name,name\nA,B\n", "twice"),
    ]:
        with pytest.raises(ValueRefused, match=match):
            load_classes(world.ida, "IKEA", written(tmp_path, text))
    (tmp_path / "latin.csv").write_bytes("name\n\xe4\n".encode("latin-1"))
    with pytest.raises(ValueRefused, match="not_utf8"):
        load_classes(world.ida, "IKEA", tmp_path / "latin.csv")
    for broken in ("[]", "{", "[" * 100_000):
        with pytest.raises(ValueRefused, match="json"):
            load_classes(world.ida, "IKEA", written(tmp_path, broken + "\n", "a.jsonl"))


def test_only_admins_load_classes(world: World) -> None:
    for person in (world.ivo, world.abe, world.nobody):
        with pytest.raises(AccessDenied):
            load_classes(person, "IKEA", [{"name": "A"}])
    with pytest.raises(NotInRegistry):
        load_classes(world.ida, "NONE", [{"name": "A"}])

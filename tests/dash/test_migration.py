"""The three phases on a real registry: what they come to, who may, what stands in the way, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dash.migrated import KEY, MOVED, OTHER_KEY, ROWS, legacy_file, migrate
from plings.dash import (
    choose_place,
    make_classes,
    moved,
    note_addresses,
    register_pointers,
    resolve,
    standing,
    take,
    undo,
)
from plings.errors import (
    AccessDenied,
    AlreadyRegistered,
    MigrationRefused,
    NotInRegistry,
    PathTaken,
    RegistryError,
    StateRefused,
    ValueRefused,
)
from plings.identity import Path as ObjectPath
from plings.identity import ScanUrl, make_code
from plings.registry import Registry
from plings.registry.classes import add_class, classes, object_class
from plings.registry.manufacturers import set_manufacturer_status
from plings.registry.paths import allocate_next, allocate_path, allocate_range, allocations
from plings.registry.pointers import find_product, register_pointer
from registry.facts import dump_of
from registry.world import World, identity


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return legacy_file(tmp_path, *ROWS)


def refused(work: Callable[..., Any], *arguments: Any) -> MigrationRefused:
    with pytest.raises(MigrationRefused) as caught:
        work(*arguments)
    assert caught.value.problems and caught.value.rule == caught.value.problems[0].rule
    assert "\n" not in str(caught.value)
    return caught.value


def test_old_codes_become_codes_of_today(world: World, file: Path) -> None:
    ida = world.ida
    assert take(ida, "2.3", file).added == 6
    made = make_classes(ida, "2.3")
    assert (made.legacy_classes, made.dropped, made.kept, made.added, made.there) == (4, 2, 2, 3, 0)
    done = register_pointers(ida, "2.3")
    assert (done.added, done.batches, done.allocated, done.objects) == (4, 4, 4, 6)
    assert {one.old_path: one.new_path for one in moved(ida, "2.3")} == MOVED
    assert note_addresses(ida, identity("2.3")) == 6
    for old, new in MOVED.items():
        found = resolve(world.nobody, old)
        assert found.url == make_code(identity("2.3"), ObjectPath(new)).text
        product = find_product(world.nobody, found.class_pointer)
        marker = next(part for part in old.split(".") if part.startswith("-"))
        assert (product.sku, product.name) == (marker, f"IKEA Product {marker}")
    stands = standing(ida, "2.3")
    assert (stands.phase, stands.placed, stands.markers, stands.addressed) == ("pointers", 4, 3, 6)


def test_a_dry_run_changes_nothing(world: World, file: Path) -> None:
    before = dump_of(world)
    assert take(world.ida, "2.3", file, dry_run=True).added == 6
    assert dump_of(world) == before
    take(world.ida, "2.3", file)
    for phase, after in ((make_classes, None), (make_classes, register_pointers), (undo, None)):
        before = dump_of(world)
        phase(world.ida, "2.3", dry_run=True)
        assert dump_of(world) == before
        if after is not None:
            phase(world.ida, "2.3")
            before = dump_of(world)
            after(world.ida, "2.3", dry_run=True)
            assert dump_of(world) == before


def test_again_changes_nothing(world: World, file: Path) -> None:
    migrate(world.ida, file)
    make = [one.new_path for one in moved(world.ida, "2.3")]
    products, held = len(classes(world.ada)), len(allocations(world.ada))
    done = take(world.ida, "2.3", file)
    assert (done.added, done.there) == (0, 6)
    assert make_classes(world.ida, "2.3").legacy_classes == 0
    assert register_pointers(world.ida, "2.3").allocated == 0
    assert (len(classes(world.ada)), len(allocations(world.ada))) == (products, held)
    assert [one.new_path for one in moved(world.ida, "2.3")] == make


def test_what_comes_later_does_not_move_what_was_there(world: World, tmp_path: Path) -> None:
    migrate(world.ida, legacy_file(tmp_path, "2.3.2.-3.2.2,", "2.3.2.-3.2.4,"))
    take(world.ida, "2.3", legacy_file(tmp_path, "2.3.2.-4.2.2,", "2.3.2.-3.2.9,"))
    assert resolve(world.nobody, "2.3.2.-3.2.2").path == "2.3.2.2.2"  # also meanwhile
    with pytest.raises(StateRefused, match="live"):
        undo(world.ida, "2.3")
    with pytest.raises(StateRefused, match="live"):
        choose_place(world.ida, "2.3.2.-3", "2.3.9")
    make_classes(world.ida, "2.3")
    register_pointers(world.ida, "2.3")
    assert resolve(world.nobody, "2.3.2.-4.2.2").path == "2.3.2.4.2.2"
    held = [str(one) for one in allocations(world.ada, below="2.3.2.2")]
    assert held == ["2.3.2.2.2 to 2.3.2.2.4", "2.3.2.2.5 to 2.3.2.2.9"]


def test_a_product_that_is_there_keeps_its_name(world: World, file: Path) -> None:
    billy = add_class(world.ida, "BILLY", organization="IKEA", sku="-3", gtin="9506000134352")
    migrate(world.ida, file)
    assert resolve(world.nobody, "2.3.6.-3.2.2").class_id == billy.id
    assert object_class(world.ada, billy.id).name == "BILLY"
    undo(world.ida, "2.3")
    undo(world.ida, "2.3")
    assert object_class(world.ada, billy.id).status == "active"


def test_nobody_is_given_a_number_that_was_printed(world: World, file: Path) -> None:
    migrate(world.ida, file)
    assert allocate_next(world.ida, "2.3.6.2", 5).first == "2.3.6.2.3"
    with pytest.raises(PathTaken):
        allocate_range(world.ida, "2.3.2.2.7P", 159, 1)


WRONG = [
    ("2.4.2.-3.2.2,", "other_manufacturer"),
    ("3.3.2.-3.2.2,", "other_wallet"),
    ("2.3.2.2.2.2,", "no_marker"),
    ("2.3.2.-3.-4.2.2,", "two_markers"),
    ("2.3.2.2.-3.2,", "marker_place"),
    ("2.3.2.-13.2.2,", "leading_one"),
    ("2.3.2.-3.2.2", "columns"),
    ("2.3.2.-3.2.2,0", "key_length"),
    (f"2.3.2.2.-3.7P.9j,{OTHER_KEY}", "two_keys"),
]


def test_one_wrong_line_refuses_the_file(world: World, tmp_path: Path) -> None:
    before = dump_of(world)
    for row, rule in WRONG:
        error = refused(lambda file: take(world.ida, "2.3", file), legacy_file(tmp_path, *ROWS, row))
        assert [(one.where, one.rule) for one in error.problems] == [("line 8", rule)]
    assert dump_of(world) == before


def test_every_wrong_line_is_named(world: World, tmp_path: Path) -> None:
    rows = [row for row, _ in WRONG[:-1]]
    error = refused(lambda: take(world.ida, "2.3", legacy_file(tmp_path, *rows)))
    assert [(one.where, one.rule) for one in error.problems] == [
        (f"line {number}", rule) for number, (_, rule) in enumerate(WRONG[:-1], 2)
    ]


def test_what_is_no_such_file_is_refused(world: World, tmp_path: Path) -> None:
    for content, rule in (
        (b"", "columns"),
        (b"old\n", "columns"),
        (b"path\n\xff\n", "not_utf8"),
        (b'path\n"2.3\n', "csv"),
        (b"path\n" + b"2" * 2000, "long_line"),
    ):
        (tmp_path / "x.csv").write_bytes(content)
        with pytest.raises(ValueRefused, match=rule):
            take(world.ida, "2.3", tmp_path / "x.csv")
    with pytest.raises(OSError):
        take(world.ida, "2.3", tmp_path / "nowhere.csv")


def test_a_key_that_is_known_later_is_noted(world: World, tmp_path: Path) -> None:
    take(world.ida, "2.3", legacy_file(tmp_path, "2.3.2.2.-3.7P.9j", header="path"))
    url = f"https://s.plings.io?t=q&i={KEY}&p=2.3.2.2.-3.7P.9j"
    done = take(world.ida, "2.3", legacy_file(tmp_path, url, header="url"))
    assert (done.added, done.keyed) == (0, 1)
    other = url.replace(KEY, OTHER_KEY)
    error = refused(lambda: take(world.ida, "2.3", legacy_file(tmp_path, other, header="url")))
    assert (error.rule, error.problems[0].old) == ("two_keys", "2.3.2.2.-3.7P.9j")


def test_a_made_up_code_does_not_resolve(world: World, file: Path) -> None:
    migrate(world.ida, file)
    url = f"https://s.plings.io?t=q&p=2.3.2.2.-3.7P.9j&i={KEY}"
    assert resolve(world.nobody, url).key_is_right is True
    assert resolve(world.nobody, "2.3.2.2.-3.7P.9j").key_is_right is None
    with pytest.raises(ValueRefused, match="other_key"):
        resolve(world.nobody, url.replace(KEY, OTHER_KEY))
    for unknown in ("2.3.2.2.-3.7P.9m", "2.3.2.2.-9.7P.9j", "2.4.2.2.-3.7P.9j"):
        with pytest.raises(NotInRegistry, match="unknown_legacy"):
            resolve(world.nobody, unknown)


def test_a_place_that_is_another_product_s_is_not_taken(world: World, tmp_path: Path) -> None:
    for path in ("2.3.2", "2.3.2.3"):
        register_pointer(world.ida, path, world.class_id(f"of {path}"))
    file = legacy_file(tmp_path, "2.3.2.-3.2.2,", "2.3.2.-4.2.2,")
    take(world.ida, "2.3", file)
    error = refused(lambda: make_classes(world.ida, "2.3"))
    assert [(one.old, one.rule) for one in error.problems] == [("2.3.2.-3", "place_taken")]
    assert standing(world.ida, "2.3").placed == 0
    choose_place(world.ida, "2.3.2.-3", "2.3.2.9")
    make_classes(world.ida, "2.3")
    with pytest.raises(AlreadyRegistered, match="dash_new_path"):
        choose_place(world.ida, "2.3.2.-4", "2.3.2.9")
    register_pointers(world.ida, "2.3")
    assert resolve(world.nobody, "2.3.2.-3.2.2").path == "2.3.2.9.2.2"


def test_a_chosen_place_is_checked(world: World, file: Path) -> None:
    take(world.ida, "2.3", file)
    register_pointer(world.ida, "2.3.8", world.class_id("other"))
    with pytest.raises(ValueRefused, match="other_manufacturer"):
        choose_place(world.ada, "2.3.6.-3", "2.4.6")
    with pytest.raises(NotInRegistry, match="unknown_legacy"):
        choose_place(world.ida, "2.3.6.-9", "2.3.6")
    choose_place(world.ida, "2.3.6.-3", "2.3.8")
    make_classes(world.ida, "2.3")
    with pytest.raises(AlreadyRegistered, match="other_class"):
        register_pointers(world.ida, "2.3")
    assert standing(world.ida, "2.3").phase == "classes"


def test_batches_that_are_held_for_something_else_are_named(world: World, file: Path) -> None:
    allocate_path(world.ida, "2.3.5.4.2.2")
    allocate_range(world.ida, "2.3.6", 1, 5)
    take(world.ida, "2.3", file)
    make_classes(world.ida, "2.3")
    error = refused(lambda: register_pointers(world.ida, "2.3"))
    assert [(one.old, one.rule) for one in error.problems] == [("2.3.5.-4.2", "path_held"), ("2.3.6.-3.2", "path_held")]
    with pytest.raises(NotInRegistry):
        find_product(world.nobody, next(iter(moved(world.ida, "2.3"))).class_pointer or "")


def test_a_batch_in_another_s_way_is_named(world: World, tmp_path: Path) -> None:
    take(world.ida, "2.3", legacy_file(tmp_path, "2.3.2.-3.5.5,", "2.3.2.5.-4.5.5,", "2.3.7.-4.2.2,"))
    make_classes(world.ida, "2.3")
    choose_place(world.ida, "2.3.2.5.-4", "2.3.2.5.5")  # below the batch 2.3.2.5, whose instance 5 it is
    error = refused(lambda: register_pointers(world.ida, "2.3"))
    assert [one.old for one in error.problems] == ["2.3.2.5.-4.5"]
    assert allocations(world.ada) == []


def test_what_is_held_as_a_whole_needs_no_more(world: World, file: Path) -> None:
    allocate_path(world.ida, "2.3")
    migrate(world.ida, file)
    assert [one.path for one in allocations(world.ada)] == ["2.3"]
    assert resolve(world.nobody, "2.3.6.-3.2.2").path == "2.3.6.2.2"


def test_back_to_nothing_and_here_again(world: World, file: Path) -> None:
    migrate(world.ida, file)
    found = {old: resolve(world.nobody, old) for old in MOVED}
    held = len(allocations(world.ada))
    assert [undo(world.ida, "2.3").undone for _ in range(3)] == ["pointers", "classes", "taken"]
    for old, was in found.items():
        with pytest.raises(NotInRegistry):
            resolve(world.nobody, old)
        assert find_product(world.nobody, was.class_pointer).pointer_status == "deprecated"
        assert object_class(world.ada, was.class_id).status == "archived"
    for table in ("dash_migrations", "dash_classes", "dash_objects"):
        assert world.ada.rows(f"SELECT * FROM {table}") == []
    assert {one.status for one in allocations(world.ada)} == {"retired"}
    with pytest.raises(NotInRegistry, match="no_migration"):
        undo(world.ida, "2.3")
    migrate(world.ida, file)
    assert {old: resolve(world.nobody, old) for old in MOVED} == found
    assert len(allocations(world.ada)) == held
    for was in found.values():
        product = find_product(world.nobody, was.class_pointer)
        assert (product.pointer_status, product.class_status) == ("active", "active")


def test_the_way_back_says_what_stays(world: World, file: Path) -> None:
    migrate(world.ida, file)
    first = undo(world.ida, "2.3")
    assert first.phase == "classes" and "4 class pointers" in first.stays[0] and "4 allocations" in first.stays[1]
    assert "printed stay printed" in first.stays[2]
    assert "3 products" in undo(world.ida, "2.3").stays[0]
    assert undo(world.ida, "2.3").stays == ()


def test_a_pointer_that_was_there_before_stays_active(world: World, file: Path) -> None:
    billy = add_class(world.ida, "BILLY", organization="IKEA", sku="-3")
    pointer = register_pointer(world.ida, "2.3.6", billy.id).class_pointer
    migrate(world.ida, file)
    undo(world.ida, "2.3")
    assert find_product(world.nobody, pointer).pointer_status == "active"


def test_phases_are_done_in_their_order(world: World, file: Path) -> None:
    with pytest.raises(NotInRegistry, match="no_migration"):
        make_classes(world.ida, "2.3")
    take(world.ida, "2.3", file)
    with pytest.raises(StateRefused, match="phase"):
        register_pointers(world.ida, "2.3")
    with pytest.raises(StateRefused, match="phase"):
        note_addresses(world.ida, identity("2.3"))


OPERATIONS: list[Callable[[Registry, Path], Any]] = [
    lambda registry, file: take(registry, "2.3", file),
    lambda registry, _: make_classes(registry, "2.3"),
    lambda registry, _: choose_place(registry, "2.3.6.-3", "2.3.6"),
    lambda registry, _: register_pointers(registry, "2.3"),
    lambda registry, _: note_addresses(registry, identity("2.3")),
    lambda registry, _: list(moved(registry, "2.3")),
    lambda registry, _: undo(registry, "2.3"),
]


def test_only_who_may_allocate_may_migrate(world: World, file: Path) -> None:
    migrate(world.ida, file)
    before = dump_of(world)
    for operation in OPERATIONS:
        for stranger in (world.ivo, world.abe, world.nobody):
            with pytest.raises(AccessDenied):
                operation(stranger, file)
    assert dump_of(world) == before
    assert undo(world.ina, "2.3").undone == "pointers"
    assert register_pointers(world.ada, "2.3").batches == 4


def test_the_tables_themselves_let_nobody_else_in(world: World, file: Path) -> None:
    migrate(world.ida, file)
    statements = [
        "DELETE FROM dash_objects",
        "UPDATE dash_objects SET address = NULL",
        "INSERT INTO dash_objects SELECT min(dash_class), 5, 5 FROM dash_objects",
        "DELETE FROM dash_migrations",
        "UPDATE dash_migrations SET phase = 'taken'",
        "UPDATE dash_classes SET new_path = '2.3.99'",
        "INSERT INTO dash_migrations (wallet_version, manufacturer_index, phase) VALUES (1, 2, 'pointers')",
        "INSERT INTO dash_classes (wallet_version, manufacturer_index, old_path) VALUES (1, 2, '2.3.9.-9')",
    ]
    for statement in statements:
        for stranger in (world.abe, world.ivo, world.nobody):
            with pytest.raises(AccessDenied):
                stranger.rows(statement)
    for broken in ("2.3.9.9", "2.3.-9.-9", "2.-3.9", "2.3.9.-13", "2.4.9.-9", "2.3.-", "2.3..-9"):
        insert = "INSERT INTO dash_classes (wallet_version, manufacturer_index, old_path) VALUES (1, 2, %s)"
        with pytest.raises(ValueRefused):
            world.ida.rows(insert, [broken])
    with pytest.raises(ValueRefused):
        world.ida.rows("UPDATE dash_classes SET new_path = '2.4.9' WHERE old_path = '2.3.6.-3'")


def test_every_phase_is_in_the_trail(world: World, file: Path) -> None:
    migrate(world.ida, file)
    undo(world.ida, "2.3")
    entries = world.ada.rows(
        "SELECT before ->> 'phase' AS before, after ->> 'phase' AS after, user_id FROM audit_trail"
        " WHERE table_name = 'dash_migrations' ORDER BY id"
    )
    moves = [(one["before"], one["after"]) for one in entries]
    assert [move for move in moves if move[0] != move[1]] == [
        (None, "taken"),
        ("taken", "classes"),
        ("classes", "pointers"),
        ("pointers", "classes"),
    ]
    assert {one["user_id"] for one in entries} == {world.ida.user_id}


def test_a_closed_manufacturer_migrates_nothing(world: World, file: Path) -> None:
    take(world.ida, "2.3", file)
    set_manufacturer_status(world.ada, "2.3", "suspended")
    for operation in OPERATIONS[:5]:
        with pytest.raises(RegistryError) as caught:
            operation(world.ida, file)
        assert caught.value.rule == "closed"


def test_another_s_seed_notes_no_address(world: World, file: Path) -> None:
    migrate(world.ida, file)
    with pytest.raises(ValueRefused, match="other_key"):
        note_addresses(world.ada, identity("2.4").__class__.from_seed(bytes(32), identity("2.3").prefix))
    assert resolve(world.nobody, "2.3.6.-3.2.2").url is None
    note_addresses(world.ida, identity("2.3"))
    assert ScanUrl.parse(resolve(world.nobody, "2.3.6.-3.2.2").url or "").path.text == "2.3.6.2.2"

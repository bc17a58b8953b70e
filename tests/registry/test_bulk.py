"""Bulk loads of class pointers: what gets in, what is told, and that nothing else is changed."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from plings.errors import (
    AccessDenied,
    AlreadyRegistered,
    DatabaseUnavailable,
    NotInRegistry,
    PointerCollision,
    RegistryError,
    ValueRefused,
)
from plings.identity import class_pointer, format_segment
from plings.registry import Registry, connect, database
from plings.registry.alerts import alerts
from plings.registry.bulk import Load, load_pointers
from plings.registry.manufacturers import set_manufacturer_status
from plings.registry.pointers import find_product, pointers_of_class, register_pointer
from registry.planting import own, plant_pointer
from registry.world import World, identity

HEADER = "path_to_pointer,class_id"


def written(folder: Path, lines: Iterable[str], name: str = "pointers.csv") -> Path:
    file = folder / name
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def paths(count: int, below: str = "2.3") -> list[str]:
    return [f"{below}.{format_segment(number // 50 + 1)}.{format_segment(number % 50)}" for number in range(count)]


def pointer_count(world: World) -> int:
    """In the partitions; the registry must have as many."""
    held, known = (
        world.ada.rows(f"SELECT count(*) FROM {table}")[0]["count"]
        for table in ("class_pointers", "global_class_pointer_registry")
    )
    assert held == known
    return int(held)


def counts(done: Load) -> tuple[int, int, int, int]:
    return done.rows, done.added, done.there, done.repeated


@pytest.fixture
def shelf(world: World) -> UUID:
    return world.class_id("BILLY", sku="00263850")


@pytest.fixture
def bed(world: World) -> UUID:
    return world.class_id("MALM", sku="bed, 90")


@pytest.mark.parametrize("streams", [1, 2, 5])
@pytest.mark.parametrize("in_chunks", [False, True])
def test_every_row_of_a_file_is_registered(
    world: World, shelf: UUID, tmp_path: Path, streams: int, in_chunks: bool
) -> None:
    file = written(tmp_path, [HEADER, *(f"{path},{shelf}" for path in paths(700))])
    told: list[int] = []
    done = load_pointers(
        world.ida,
        "2.3",
        file,
        streams=streams,
        in_chunks=in_chunks,
        rows_per_chunk=100,
        on_progress=lambda rows, _: told.append(rows),
    )
    assert counts(done) == (700, 700, 0, 0) and pointer_count(world) == 700
    assert told == sorted(told) and told[-1] == 700 and len(told) >= 7
    for path in paths(700)[::97]:
        assert find_product(world.nobody, class_pointer(identity("2.3").public_key, path).text).path_to_pointer == path


def test_what_is_loaded_is_found_as_what_is_registered_is(world: World, shelf: UUID, bed: UUID, tmp_path: Path) -> None:
    load_pointers(world.ida, "2.3", written(tmp_path, [HEADER, f"2.3.2,{shelf}"]))
    (loaded,) = pointers_of_class(world.ida, shelf)
    registered = register_pointer(world.ida, "2.3.2", shelf)
    assert not registered.added and registered.class_pointer == loaded.class_pointer
    assert find_product(world.nobody, loaded.class_pointer).name == "BILLY"


@pytest.mark.parametrize("streams", [1, 3])
def test_classes_are_named_by_sku_too(world: World, shelf: UUID, bed: UUID, tmp_path: Path, streams: int) -> None:
    file = written(tmp_path, ["sku,path_to_pointer", '00263850,2.3.2"'.replace('"', ""), '"bed, 90",2.3.3'])
    assert counts(load_pointers(world.ida, "2.3", file, streams=streams)) == (2, 2, 0, 0)
    assert [one.path_to_pointer for one in pointers_of_class(world.ida, bed)] == ["2.3.3"]


def test_json_lines_and_pairs_are_loaded(world: World, shelf: UUID, bed: UUID, tmp_path: Path) -> None:
    lines = [{"path_to_pointer": "2.3.2", "class_id": str(shelf)}, {"sku": "bed, 90", "path_to_pointer": "2.3.3"}]
    file = written(tmp_path, map(json.dumps, lines), "pointers.jsonl")
    assert counts(load_pointers(world.ida, "2.3", file)) == (2, 2, 0, 0)
    assert counts(load_pointers(world.ida, "2.3", [("2.3.4", shelf), ("2.3.5", "bed, 90")])) == (2, 2, 0, 0)
    assert {one.path_to_pointer for one in pointers_of_class(world.ida, bed)} == {"2.3.3", "2.3.5"}


def test_spreadsheets_files_are_read(world: World, shelf: UUID, tmp_path: Path) -> None:
    file = tmp_path / "excel.csv"
    rows = [HEADER, f'"2.3.2",{shelf}', f"2.3.3,{str(shelf).upper()}", "", f"2.3.4,{shelf}"]
    file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(rows).encode())
    assert counts(load_pointers(world.ida, "2.3", file)) == (3, 3, 0, 0)


def test_a_pointer_in_the_file_is_checked(world: World, shelf: UUID, tmp_path: Path) -> None:
    right = register_pointer(world.ida, "2.3.2", shelf).class_pointer
    header = "class_pointer,path_to_pointer,class_id"
    done = load_pointers(world.ida, "2.3", written(tmp_path, [header, f"{right},2.3.2,{shelf}"]))
    assert counts(done) == (1, 0, 1, 0)
    with pytest.raises(ValueRefused, match=r"line 2: class_pointer .* \[class_pointer\]"):
        load_pointers(world.ida, "2.3", written(tmp_path, [header, f"{right},2.3.3,{shelf}"]))


@pytest.mark.parametrize("streams", [1, 2])
def test_the_same_again_is_counted_and_changes_nothing(world: World, shelf: UUID, tmp_path: Path, streams: int) -> None:
    rows = [f"{path},{shelf}" for path in paths(300)]
    load_pointers(world.ida, "2.3", written(tmp_path, [HEADER, *rows[:100]]))
    file = written(tmp_path, [HEADER, *rows, *rows[200:]])
    assert counts(load_pointers(world.ida, "2.3", file, streams=streams)) == (400, 200, 100, 100)
    # a row that is repeated in another chunk is there by then
    again = load_pointers(world.ida, "2.3", file, streams=streams, rows_per_chunk=50)
    assert again.added == 0 and again.there + again.repeated == 400
    assert pointer_count(world) == 300


def refused(world: World, file: Path | list[tuple[str, UUID | str]], error: type[RegistryError], match: str) -> None:
    """By any way to load, changing nothing."""
    before, trail = pointer_count(world), world.ada.rows("SELECT count(*) FROM audit_trail")
    for streams in (1, 2):
        with pytest.raises(error, match=match):
            load_pointers(world.ida, "2.3", file, streams=streams, rows_per_chunk=2)
    assert pointer_count(world) == before and world.ada.rows("SELECT count(*) FROM audit_trail") == trail


BAD_LINES = [
    ("2.3.-3,{shelf}", ValueRefused, "dash_marker"),
    ("2.3.13,{shelf}", ValueRefused, "leading_one"),
    ("2.3.0,{shelf}", ValueRefused, "alphabet"),
    ("2.3.4GmR59,{shelf}", ValueRefused, "too_large"),
    ("2.3.2.2.2.2.2.2.2.2.2.2.2.2.2,{shelf}", ValueRefused, "too_many_segments"),
    ("2.3..2,{shelf}", ValueRefused, "empty"),
    ("2.4.2,{shelf}", ValueRefused, "below_prefix"),
    ("2.33.2,{shelf}", ValueRefused, "below_prefix"),
    ("2.3.'; DROP TABLE users; --,{shelf}", ValueRefused, "too_large"),
    ("2.3.2", ValueRefused, "columns"),
    ("2.3.2,{shelf},2", ValueRefused, "columns"),
    ("2.3.2,{anvil}", NotInRegistry, "unknown_class"),
    ("2.3.2," + str(uuid4()), NotInRegistry, "unknown_class"),
    ("2.3.2,{{{shelf}}}", ValueRefused, "class_id_form"),
    ("2.3.2,", ValueRefused, "class_id_form"),
    ("2.3.2,\0", ValueRefused, "class_id_form"),
    ('2.3.2,"{shelf}', ValueRefused, "csv"),
]


def test_a_bad_line_is_named_and_nothing_is_changed(world: World, shelf: UUID, tmp_path: Path) -> None:
    anvil = world.class_id("Anvil", organization="ACME")
    good = [f"{path},{shelf}" for path in paths(9)]
    for line, error, rule in BAD_LINES:
        bad = line.format(shelf=shelf, anvil=anvil)
        refused(world, written(tmp_path, [HEADER, *good[:5], bad, *good[5:]]), error, rf"^line 7: .*\[{rule}\]$")


def test_a_bad_line_is_named_in_every_form(world: World, shelf: UUID, tmp_path: Path) -> None:
    good = json.dumps({"path_to_pointer": "2.3.2", "class_id": str(shelf)})
    for bad, rule in [
        ("[1]", "json"),
        ("{", "json"),
        ('{"sku": 3, "path_to_pointer": "2.3.3"}', "json"),
        ('{"path_to_pointer": "2.3.3"}', "columns"),
        ('{"path_to_pointer": "2.3.3", "sku": "\\ud800"}', "sku_form"),
        ('{"path_to_pointer": "2.3.3", "sku": ""}', "sku_form"),
    ]:
        refused(world, written(tmp_path, [good, bad], "a.jsonl"), ValueRefused, rf"^line 2: .*\[{rule}\]$")
    refused(world, written(tmp_path, ["path_to_pointer,sku", "2.3.2,none"]), NotInRegistry, "line 2: .*unknown_sku")
    pairs: list[tuple[str, UUID | str]] = [("2.3.2", shelf), ("2.3.3", uuid4())]
    refused(world, pairs, NotInRegistry, "line 2: .*unknown_class")
    with pytest.raises(ValueRefused, match=r"line 1: .*columns"):
        load_pointers(world.ida, "2.3", ["2.3.2"])  # type: ignore[list-item]


@pytest.mark.parametrize(
    "header", ["", "path_to_pointer", "path_to_pointer;class_id", "class_id,sku,path_to_pointer", "path,class_id"]
)
def test_a_file_with_other_columns_is_refused(world: World, shelf: UUID, tmp_path: Path, header: str) -> None:
    refused(world, written(tmp_path, [header, f"2.3.2,{shelf}"]), ValueRefused, r"line 1.*\[columns\]")


def test_what_is_no_text_is_refused(world: World, shelf: UUID, tmp_path: Path) -> None:
    file = tmp_path / "latin.csv"
    file.write_bytes(f"{HEADER}\n2.3.2,{shelf}\n2.3.3,\xe4\n".encode("latin-1"))
    refused(world, file, ValueRefused, r"line 3.*\[not_utf8\]")
    file.write_bytes(f"{HEADER}\n".encode() + b"2" * 1_000_000)
    refused(world, file, ValueRefused, r"\[long_line\]")
    with pytest.raises(FileNotFoundError):
        load_pointers(world.ida, "2.3", tmp_path / "none.csv")


def test_an_empty_file_changes_nothing(world: World, tmp_path: Path) -> None:
    assert counts(load_pointers(world.ida, "2.3", written(tmp_path, [HEADER]))) == (0, 0, 0, 0)
    assert counts(load_pointers(world.ida, "2.3", [])) == (0, 0, 0, 0)


def test_two_classes_of_one_path_are_refused(world: World, shelf: UUID, bed: UUID, tmp_path: Path) -> None:
    rows = [HEADER, f"2.3.2,{shelf}", f"2.3.3,{shelf}", f"2.3.2,{bed}"]
    with pytest.raises(AlreadyRegistered, match=r"line 4: 2\.3\.2 is there for another class in line 2"):
        load_pointers(world.ida, "2.3", written(tmp_path, rows))
    refused(world, written(tmp_path, rows), AlreadyRegistered, r"line 4: 2\.3\.2 .*\[other_class\]")
    register_pointer(world.ida, "2.3.2", bed)
    refused(world, written(tmp_path, rows[:3]), AlreadyRegistered, r"line 2: 2\.3\.2 is registered for another class")


@pytest.mark.parametrize("streams", [1, 2])
def test_a_collision_is_named_and_its_alert_stays(world: World, shelf: UUID, tmp_path: Path, streams: int) -> None:
    plant_pointer(world.ada, "2.3.3", "2.4", world.class_id("Anvil", organization="ACME"))
    file = written(tmp_path, [HEADER, f"2.3.2,{shelf}", f"2.3.3,{shelf}"])
    for _ in range(2):
        with pytest.raises(PointerCollision, match=r"line 3: 2\.3\.3"):
            load_pointers(world.ida, "2.3", file, streams=streams)
    assert pointers_of_class(world.ida, shelf) == []
    (alert,) = alerts(world.ida)
    assert (alert.alert_type, alert.details["attempted_path"]) == ("CLASS_POINTER_COLLISION_PREVENTED", "2.3.3")


def test_chunks_before_a_bad_line_stay_and_are_skipped_the_next_time(world: World, shelf: UUID, tmp_path: Path) -> None:
    rows = [f"{path},{shelf}" for path in paths(20)]
    with pytest.raises(ValueRefused, match="line 12"):
        load_pointers(
            world.ida, "2.3", written(tmp_path, [HEADER, *rows[:10], "2.3.x.,"]), in_chunks=True, rows_per_chunk=4
        )
    kept = pointer_count(world)
    assert kept in (0, 4, 8)
    done = load_pointers(world.ida, "2.3", written(tmp_path, [HEADER, *rows]), in_chunks=True, rows_per_chunk=4)
    assert (done.added, done.there) == (20 - kept, kept)


@pytest.mark.parametrize("streams", [1, 2])
def test_who_may_not_loads_nothing(world: World, shelf: UUID, tmp_path: Path, streams: int) -> None:
    file = written(tmp_path, [HEADER, f"2.3.2,{shelf}"])
    for person in (world.ivo, world.abe, world.nobody):
        with pytest.raises(AccessDenied):
            load_pointers(person, "2.3", file, streams=streams)
    set_manufacturer_status(world.ada, "2.3", "suspended")
    refused(world, file, ValueRefused, r"manufacturer 2\.3 is suspended \[unregistrable\]")
    with pytest.raises(NotInRegistry):
        load_pointers(world.ida, "2.9", file)
    assert pointer_count(world) == 0


def test_the_quick_check_of_paths_says_what_is_path_says(world: World) -> None:
    (rule,) = own(
        world.ada,
        "SELECT pg_get_expr(conbin, conrelid) AS text FROM pg_constraint WHERE conname = 'class_path'"
        " AND conrelid = 'class_pointers'::regclass",
    )
    chance = random.Random(7)
    texts = {
        "2",
        "2.3",
        "61.2",
        "51.2",
        "59.2",
        "2.3.",
        ".2.3",
        "2..3",
        "2.3\n",
        "2.13",
        "2.1",
        "1.2",
        "2.4GmR58",
        "2.4GmR59",
    }
    for _ in range(20_000):
        numbers = (
            chance.choice(["1", "2", "G", "3j", "13", "zzzzz", "4GmR58", "zzzzzz", "O", "-3", "", "\u00e9"])
            for _ in range(chance.randint(1, 15))
        )
        texts.add(".".join([chance.choice(["2", "3", "51", "61", "1", "A"]), *numbers]))
    differ = f"""
        SELECT path_to_pointer FROM unnest(%s::text[]) AS given (path_to_pointer)
        WHERE ({rule["text"].replace("%", "%%")}) IS DISTINCT FROM is_path(path_to_pointer, 2, 14, 92)
    """
    assert own(world.ada, differ, [list(texts)]) == []


def test_a_load_is_one_audit_entry_for_each_chunk(world: World, shelf: UUID, tmp_path: Path) -> None:
    load_pointers(world.ina, "2.3", written(tmp_path, [HEADER, *(f"{path},{shelf}" for path in paths(50))]))
    (entry,) = world.ada.rows("SELECT user_id, after FROM audit_trail WHERE operation = 'LOAD'")
    assert entry["user_id"] == world.ina.user_id
    assert (entry["after"]["count"], entry["after"]["first_path"]) == (50, paths(50)[0])


def test_a_load_in_a_transaction_goes_with_it(world: World, shelf: UUID, tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    with pytest.raises(Enough), world.ida.transaction():
        load_pointers(world.ida, "2.3", written(tmp_path, [HEADER, f"2.3.2,{shelf}"]))
        raise Enough
    assert pointer_count(world) == 0


def test_loads_at_the_same_time_each_get_in_whole(world: World, shelf: UUID, tmp_path: Path) -> None:
    file = written(tmp_path, [HEADER, *(f"{path},{shelf}" for path in paths(400))])
    done: list[Load | RegistryError] = []

    def load() -> None:
        with connect(world.url) as connection:
            try:
                mine = Registry(connection, world.ida.user_id)
                done.append(load_pointers(mine, "2.3", file, streams=2, rows_per_chunk=50))
            except DatabaseUnavailable as error:
                done.append(error)

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    loads = [one for one in done if isinstance(one, Load)]
    assert len(loads) == 4 and sum(one.added for one in loads) == 400 and pointer_count(world) == 400


def test_what_breaks_while_reading_leaves_nothing_behind(world: World, shelf: UUID) -> None:
    class Broken(Exception):
        pass

    def pairs() -> Iterable[tuple[str, UUID]]:
        yield from ((path, shelf) for path in paths(2000))
        raise Broken

    for streams in (1, 3):
        with pytest.raises(Broken):
            load_pointers(world.ida, "2.3", pairs(), streams=streams, rows_per_chunk=200)
    assert pointer_count(world) == 0
    assert counts(load_pointers(world.ida, "2.3", [("2.3.2", shelf)])) == (1, 1, 0, 0)


@pytest.mark.parametrize("in_chunks", [False, True])
@pytest.mark.parametrize("streams", [1, 2])
def test_a_load_may_take_longer_than_a_session_may_do_nothing(
    world: World, shelf: UUID, monkeypatch: pytest.MonkeyPatch, streams: int, in_chunks: bool
) -> None:
    """Who holds the lock of a load by several streams says nothing as long as they are at work."""
    monkeypatch.setattr(database, "IDLE_SECONDS", 0.2)

    def slowly() -> Iterable[tuple[str, UUID]]:
        for number, path in enumerate(paths(600)):
            if number % 200 == 199:
                time.sleep(0.4)
            yield path, shelf

    done = load_pointers(world.ida, "2.3", slowly(), streams=streams, in_chunks=in_chunks, rows_per_chunk=100)
    assert counts(done) == (600, 600, 0, 0) and pointer_count(world) == 600


@pytest.mark.parametrize("streams", [1, 2])
def test_a_lost_connection_is_told_and_leaves_nothing_behind(world: World, shelf: UUID, streams: int) -> None:
    def cut(_rows: int, _rows_per_second: float) -> None:
        own(
            world.ada,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND application_name = 'plings'",
        )

    rows = [(path, shelf) for path in paths(2000)]
    with connect(world.url) as connection:
        mine = Registry(connection, world.ida.user_id)
        with pytest.raises(DatabaseUnavailable):
            load_pointers(mine, "2.3", rows, streams=streams, rows_per_chunk=100, on_progress=cut)
    assert pointer_count(world) == 0

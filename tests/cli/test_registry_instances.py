"""Objects that were noted leave the registry as a file, and a manufacturer finds those that are not its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command import MAKER, SEED, answer, json_answer, refusal, run
from cli.registry_office import Office, rows
from plings.identity import ClassPath, Identity, ScanUrl, make_code
from plings.identity import Path as ObjectPath
from plings.registry import instances as module
from registry.world import World

STRANGER = Identity.from_seed(bytes(range(1, 33)), ClassPath("2.3"))


def note(world: World, codes: list[ScanUrl]) -> None:
    for code in codes:
        pointer = int.from_bytes(code.class_pointer.value, "big", signed=True)
        address = code.text.partition("&i=")[2]
        world.ada.rows(
            "INSERT INTO object_instances (path, class_pointer, solana_address) VALUES (%s, %s, %s)",
            [code.path.text, pointer, address],
        )


def test_noted_objects_are_audited(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    office, file = Office(world.url, {}), tmp_path / "seen.csv"
    paths = [ObjectPath(f"2.3.2.G.{instance}") for instance in "23456"]
    own = [make_code(MAKER, path) for path in paths]
    forged = make_code(STRANGER, paths[0])
    note(world, [*own, forged])
    told = office.tells("instances", "2.3", "-o", file)
    assert told == {"prefix": "2.3", "file": str(file), "objects": 6}
    lines = file.read_text().splitlines()
    assert lines[0] == "path,class_pointer,address"
    texts = [f"{code.path},{code.class_pointer},{code.text.partition('&i=')[2]}" for code in [*own, forged]]
    assert sorted(lines[1:]) == sorted(texts)
    result = run("print", "audit", "2.3", file, "--seed", SEED.hex(), "--json")
    assert refusal(result).startswith("1 of 6 codes")
    assert json.loads(result.stdout)["rules"] == {"counterfeit_class": 1}


def test_only_what_is_below_the_prefix_is_written(world: World, tmp_path: Path) -> None:
    codes = []
    for prefix, path in (("2.3", "2.3.2.G.3j"), ("2.4", "2.4.2.G.3j")):
        codes.append(make_code(Identity.from_seed(SEED, ClassPath(prefix)), ObjectPath(path)))
    note(world, codes)
    office, file = Office(world.url, {}), tmp_path / "seen.csv"
    assert rows(office.says("instances", "2.4", "-o", file)) == {"file": str(file), "objects": "1"}
    assert office.tells("instances", "2.5", "-o", file)["objects"] == 0
    assert "[too_few_segments]" in office.refuses("instances", "2", "-o", file)
    assert file.read_text() == "path,class_pointer,address\n"
    assert json_answer("print", "audit", "2.5", file, "--seed", SEED.hex())["found"] == 0
    assert answer("print", "audit", "2.5", file, "--seed", SEED.hex()) == "0 codes, all its own\n"

"""`plings graph …` as people and programs call it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from cli.command import ENVIRONMENT, one_object, refusal
from graph.ground import Ground, pointer_of
from plings.cli import graph as command
from plings.cli.app import show_help
from plings.registry.classes import change_class

PATH = "2.3.5.6.3C"
POINTER = pointer_of(f"{PATH}.G.3j")

app = typer.Typer(pretty_exceptions_enable=False)
app.callback(invoke_without_command=True)(show_help)
command.add_to(app)


def run(ground: Ground, *arguments: object) -> Result:
    graph = ["--graph", ground.store.name.removeprefix("Neo4j at ")] if ground.store.name.startswith("Neo4j") else []
    texts = ["graph", *map(str, arguments), "--database", ground.world.url, *graph]
    # the store's own user and password are in the environment, as the fixture put them there
    environment = {name: None for name in ENVIRONMENT if name not in ("PLINGS_GRAPH_USER", "PLINGS_GRAPH_PASSWORD")}
    return CliRunner(env=environment).invoke(app, texts, prog_name="plings", catch_exceptions=False)


def says(ground: Ground, *arguments: object) -> str:
    result = run(ground, *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def tells(ground: Ground, *arguments: object) -> dict[str, Any]:
    return one_object(says(ground, *arguments, "--json"))


def test_a_day_with_the_graph(ground: Ground) -> None:
    parent = ground.add_class("Bookcase")
    made = ground.add_class("BILLY", PATH, parent)
    seen = ground.add_instance(f"{PATH}.G.3j", made)
    assert tells(ground, "sync") == {"graph": ground.store.name, "entries": 5, "nodes": 4}
    assert tells(ground, "hierarchy", POINTER)["hierarchy"] == [
        {"depth": 0, "class_id": str(made), "name": "BILLY"},
        {"depth": 1, "class_id": str(parent), "name": "Bookcase"},
    ]
    assert "Bookcase" in says(ground, "hierarchy", POINTER)
    (instance,) = tells(ground, "instances", POINTER)["instances"]
    assert (instance["id"], instance["path"]) == (str(seen), f"{PATH}.G.3j")
    assert str(seen) in says(ground, "instances", POINTER)
    assert "no object" in says(ground, "instances", POINTER, "--after", seen)
    change_class(ground.world.ida, made, name="BILLY 2")
    assert says(ground, "sync", "--class", made).startswith(f"class {made} is in ")
    assert tells(ground, "rebuild") == {"graph": ground.store.name, "nodes": 7}
    assert tells(ground, "check") == {
        "graph": ground.store.name,
        "fixed": False,
        "nodes": 7,
        "differences": [],
        "waiting": 0,
    }


def test_differences_are_named_one_a_line_with_exit_code_1(tables: Ground) -> None:
    made = tables.add_class("BILLY", PATH)
    tables.sync()
    tables.set_property("ObjectClass", made, "name", "evil\nplings: \x1b[31m")
    tables.drop_node("ClassPointer", POINTER)
    result = run(tables, "check")
    assert refusal(result) == "the graph differs from the registry in 2 places: plings graph check --fix"
    lines = result.stdout.splitlines()
    assert lines[0].startswith(f"different property ObjectClass {made} name: registry 'BILLY', graph 'evil")
    assert lines[0].isprintable()
    assert lines[1] == f"missing node ClassPointer {POINTER}"
    told = run(tables, "check", "--json")
    assert told.exit_code == 1
    assert [one["what"] for one in json.loads(told.stdout)["differences"]] == ["different property", "missing node"]
    assert "fixed" in says(tables, "check", "--fix")
    assert tells(tables, "check")["differences"] == []


def test_keeping_on_tells_each_batch(tables: Ground) -> None:
    tables.add_class("BILLY")
    assert json.loads(says(tables, "sync", "--keep", "--seconds", "0", "--json")) == {"entries": 1, "nodes": 1}


@pytest.mark.parametrize(
    "arguments", [["hierarchy", "nonsense"], ["sync", "--class", "0190a5d0-0000-7000-8000-000000000000"]]
)
def test_what_cannot_be_is_one_line(tables: Ground, arguments: list[str]) -> None:
    assert refusal(run(tables, *arguments))


def test_a_graph_that_cannot_be_reached_is_one_line(tables: Ground) -> None:
    result = run(tables, "sync", "--graph", "bolt://127.0.0.1:1")
    assert "gives no answer" in refusal(result)

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from plings.cli.app import show_help
from plings.cli.output import one_line
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import Limit, PointerText
from plings.cli.registry_page import facts, lines, plain, table

if TYPE_CHECKING:
    from plings.graph import Difference, GraphStore

Graph = Annotated[
    str | None,
    typer.Option(
        "--graph",
        metavar="URL",
        envvar="PLINGS_GRAPH_URL",
        show_default=False,
        help="A Neo4j, such as bolt://localhost:7687; its user and password are in PLINGS_GRAPH_USER and "
        "PLINGS_GRAPH_PASSWORD. Without it: tables in the registry's database.",
    ),
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Keep the graph of classes, objects, pointers and keys, which is made from the registry.")
    group.callback(invoke_without_command=True)(show_help)
    commands = {
        sync: "sync --keep --graph bolt://localhost:7687",
        rebuild: "rebuild",
        check: "check --fix",
        hierarchy: "hierarchy UYtaAsvd6GL",
        instances: "instances UYtaAsvd6GL",
    }
    for command, example in commands.items():
        group.command(name=example.split()[0], epilog=f"Example:  plings graph {example}")(command)
    app.add_typer(group, name="graph")


@asking
def sync(
    desk: Desk,
    graph: Graph = None,
    class_id: Annotated[
        UUID | None, typer.Option("--class", metavar="CLASS", help="Only this class, whatever else waits.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Go on until interrupted.")] = False,
    seconds: Annotated[
        float | None, typer.Option("--seconds", min=0, metavar="NUMBER", help="With --keep: only for so long.")
    ] = None,
) -> None:
    """Carry into the graph what changed in the registry. With --keep and --json, one object a line."""
    from plings.graph import sync as carry
    from plings.graph import sync_class

    with _opened(desk, graph) as store:
        if class_id is not None:
            sync_class(desk.registry, store, class_id)
            desk.give({"graph": store.name, "class_id": str(class_id)}, f"class {class_id} is in {store.name}")
        elif keep:
            _keep_carrying(desk, store, seconds)
        else:
            done = carry(desk.registry, store)
            rows = [("graph", store.name), ("changes carried", done.entries), ("nodes written", done.nodes)]
            desk.give({"graph": store.name, **facts(done)}, lines(rows))


@asking
def rebuild(desk: Desk, graph: Graph = None) -> None:
    """Make the whole graph anew from the registry, which feeds this graph from then on and no other.

    In a Neo4j, nodes and relations of other kinds stay. Cut short, it is to be begun again.
    """
    from plings.graph import rebuild as make

    with _opened(desk, graph) as store:
        count = make(desk.registry, store)
        desk.give({"graph": store.name, "nodes": count}, lines([("graph", store.name), ("nodes", count)]))


@asking
def check(
    desk: Desk,
    graph: Graph = None,
    fix: Annotated[bool, typer.Option("--fix", help="Put right what differs.")] = False,
) -> None:
    """Compare the graph with the registry and name every difference; exit code 1 if there is one that was not fixed.

    What still waits to be carried is no difference: see plings graph sync.
    """
    from plings.graph import check as compare

    def told(one: Difference) -> None:
        if not desk.answer.as_json:
            print(_line(one))

    with _opened(desk, graph) as store:
        found = compare(desk.registry, store, fix=fix, on_difference=told)
    count = len(found.differences)
    counted = [
        ("graph", store.name),
        ("nodes compared", found.nodes),
        ("differences", count),
        ("fixed", count if fix else None),
        ("waiting", found.waiting or None),
    ]
    desk.give({"graph": store.name, "fixed": fix, **facts(found)}, lines(counted))
    if count and not fix:
        desk.answer.fail(f"the graph differs from the registry in {count:,} places: plings graph check --fix")


@asking
def hierarchy(desk: Desk, pointer: PointerText, graph: Graph = None) -> None:
    """Show the class of a product and what it is a kind of, at most five steps up."""
    from plings.graph import hierarchy as ask

    with _opened(desk, graph) as store:
        found = ask(store, pointer)
    rows = [(one.depth, one.name, one.class_id) for one in found]
    shown = table(["up", "class", "id"], rows, numbers=["up"], empty="the graph knows no class of that pointer")
    desk.give({"class_pointer": pointer, "hierarchy": [facts(one) for one in found]}, shown)


@asking
def instances(
    desk: Desk,
    pointer: PointerText,
    graph: Graph = None,
    after: Annotated[str, typer.Option("--after", metavar="ID", help="The last one of the page before.")] = "",
    limit: Limit = 1000,
) -> None:
    """List the objects of a class by its pointer."""
    from plings.graph import instances_of_pointer

    with _opened(desk, graph) as store:
        found = instances_of_pointer(store, pointer, after=after, limit=limit)
    nodes = [dict(one.properties or {}) for one in found]
    rows = [(one.get("path"), one.get("solana_address"), one.get("owner"), one.get("id")) for one in nodes]
    shown = table(["path", "address", "owner", "id"], rows, empty="the graph knows no object of that pointer")
    desk.give({"class_pointer": pointer, "instances": [plain(one) for one in nodes]}, shown)


def _keep_carrying(desk: Desk, store: GraphStore, seconds: float | None) -> None:
    from time import monotonic, sleep

    from plings.graph import Synced
    from plings.graph import sync as carry

    def told(one: Synced) -> None:
        text = f"{one.entries:,} changes, {one.nodes:,} nodes"
        print(json.dumps(facts(one)) if desk.answer.as_json else text, flush=True)

    end = None if seconds is None else monotonic() + seconds
    while True:
        carry(desk.registry, store, on_batch=told)
        if end is not None and monotonic() >= end:
            return
        sleep(PAUSE_SECONDS if end is None else max(0.0, min(PAUSE_SECONDS, end - monotonic())))


PAUSE_SECONDS = 0.5


def _line(one: Difference) -> str:
    where = " ".join(filter(None, (one.what, f"{one.label} {one.key}", one.name)))
    if one.in_registry is None and one.in_graph is None:
        return one_line(where)
    return one_line(f"{where}: registry {plain(one.in_registry)!a}, graph {plain(one.in_graph)!a}")


@contextmanager
def _opened(desk: Desk, url: str | None) -> Iterator[GraphStore]:
    from plings.graph import open_graph

    with open_graph(desk.registry, url) as store:
        yield store

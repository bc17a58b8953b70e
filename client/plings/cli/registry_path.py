from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from plings.cli.app import show_help
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import AnyPath, Limit
from plings.cli.registry_page import facts, lines, table, when
from plings.cli.registry_path_allocate import allocate, allocation_facts, allocation_lines, following, give_allocation
from plings.cli.registry_path_transfer import AllocationId, transfer, transfers, verify


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Who holds which paths. An allocation holds all that is below it, and nobody else does.")
    group.callback(invoke_without_command=True)(show_help)
    some, acting = "01890a5d-ac96-774b-bcce-b302099a8057", "--as ida@ikea.example"
    commands = {
        allocate: f"allocate 2.3.2.G --first 1 --quantity 1000 {acting}",
        following: f"next 2.3.2.G --quantity 1000 {acting}",
        listing: "list --below 2.3",
        show: "show 2.3.2.G.3j",
        free: "free 2.3.2.G",
        transfer: f"transfer {some} --to v2 {acting}",
        transfers: "transfers --from v1",
        verify: f"verify 2.3.2.G --to v2 {acting}",
        exhaust: f"exhaust {some} {acting}",
        retire: f"retire {some} {acting}",
    }
    for command, example in commands.items():
        group.command(name=example.split()[0], epilog=f"Example:  plings registry path {example}")(command)
    app.add_typer(group, name="path")


@asking
def listing(
    desk: Desk,
    below: Annotated[str | None, typer.Option(metavar="PATH", help="Only what holds paths at or below this.")] = None,
    status: Annotated[
        str | None, typer.Option(metavar="STATUS", help="Only active, exhausted, transferred or retired.")
    ] = None,
    limit: Limit = 1000,
) -> None:
    """List allocations, in the order of their paths."""
    from plings.registry.paths import allocations

    found = allocations(desk.registry, below=below, status=status, limit=limit)
    rows = [
        (one.first, one.last, one.quantity, one.allocation_type, one.status, when(one.allocated_at), one.id)
        for one in found
    ]
    columns = ["first", "last", "quantity", "kind", "status", "allocated", "allocation"]
    shown = table(columns, rows, numbers=["quantity"], empty="nobody holds any")
    desk.give({"allocations": [allocation_facts(one) for one in found]}, shown)


@asking
def show(desk: Desk, path: AnyPath) -> None:
    """Show who holds a path."""
    from plings.registry.manufacturers import manufacturer
    from plings.registry.paths import holder

    held = holder(desk.registry, path)
    if held is None:
        desk.give({"path": path, "allocation": None}, f"nobody holds {path}")
        return
    maker = manufacturer(desk.registry, ".".join(held.path.split(".")[:2]))
    rows = [("path", path), ("held by", f"{maker.manufacturer_name}, {maker.prefix}"), *allocation_lines(held)]
    desk.give({"path": path, "manufacturer": facts(maker), "allocation": allocation_facts(held)}, lines(rows))


@asking
def free(
    desk: Desk,
    path: AnyPath,
    first: Annotated[int | None, typer.Option(min=0, metavar="NUMBER", help="Only its children from here on,")] = None,
    last: Annotated[int | None, typer.Option(min=0, metavar="NUMBER", help="to here.")] = None,
) -> None:
    """Tell whether nobody holds a path or anything below it. Exit code 1 when somebody does."""
    if (first is None) != (last is None):
        raise typer.BadParameter("both or none of them", param_hint="--first, --last")
    from plings.registry.paths import is_free, next_free

    is_so, number = is_free(desk.registry, path, first, last), next_free(desk.registry, path)
    rows = [("free", is_so), ("next free child", "none" if number is None else number)]
    desk.give({"path": path, "free": is_so, "next_free_child": number}, lines(rows))
    if not is_so:
        desk.answer.fail(f"not free: somebody holds a path at or below {path}")


@asking
def exhaust(desk: Desk, allocation: AllocationId) -> None:
    """Note that all codes of an allocation are made."""
    _set_status(desk, allocation, "exhausted")


@asking
def retire(desk: Desk, allocation: AllocationId) -> None:
    """Put an allocation out of use. Its paths stay taken, as codes with them may be out there."""
    _set_status(desk, allocation, "retired")


def _set_status(desk: Desk, allocation: UUID, status: str) -> None:
    from plings.registry.paths import set_allocation_status

    give_allocation(desk, set_allocation_status(desk.registry, allocation, status))

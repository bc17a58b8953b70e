from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import AnyPath
from plings.cli.registry_page import facts, lines, when

if TYPE_CHECKING:
    from plings.registry.paths import Allocation

Kind = Annotated[str, typer.Option("--kind", metavar="KIND", help="production, test, development or reserved.")]

Purpose = Annotated[str | None, typer.Option("--purpose", metavar="TEXT", help="What for, for people.")]


@asking
def allocate(
    desk: Desk,
    path: AnyPath,
    first: Annotated[
        int | None, typer.Option(min=0, metavar="NUMBER", help="Only its children from this number on,")
    ] = None,
    quantity: Annotated[int | None, typer.Option(min=1, metavar="NUMBER", help="so many of them.")] = None,
    kind: Kind = "production",
    purpose: Purpose = None,
) -> None:
    """Allocate a path and everything below it or, with --first and --quantity, a range of its children.

    By an owner or admin of the manufacturer's organisation. What somebody holds is refused, whoever asks first.
    """
    if (first is None) != (quantity is None):
        raise typer.BadParameter("both, or none of them for all of the path", param_hint="--first, --quantity")
    from plings.registry.paths import allocate_path, allocate_range

    if first is None or quantity is None:
        give_allocation(desk, allocate_path(desk.registry, path, kind=kind, purpose=purpose))
    else:
        give_allocation(desk, allocate_range(desk.registry, path, first, quantity, kind=kind, purpose=purpose))


@asking
def following(
    desk: Desk,
    path: AnyPath,
    quantity: Annotated[int, typer.Option(min=1, metavar="NUMBER", help="How many children of the path.")],
    kind: Kind = "production",
    purpose: Purpose = None,
) -> None:
    """Allocate the next children of a path after all that are held, such as a batch's next objects."""
    from plings.registry.paths import allocate_next

    give_allocation(desk, allocate_next(desk.registry, path, quantity, kind=kind, purpose=purpose))


def allocation_facts(one: Allocation) -> dict[str, Any]:
    """For JSON."""
    return {**facts(one), "first": one.first, "last": one.last}


def allocation_lines(one: Allocation) -> list[tuple[str, object]]:
    """For people."""
    moved = None if one.transferred_at is None else f"to wallet {one.transferred_to_wallet}, {when(one.transferred_at)}"
    return [
        ("allocation", one.id),
        ("holds", f"{one}, and all below"),
        ("quantity", one.quantity),
        ("kind", one.allocation_type),
        ("purpose", one.purpose),
        ("status", one.status),
        ("key path", one.hd_derivation_prefix),
        ("allocated", when(one.allocated_at)),
        ("completed", when(one.completed_at) if one.completed_at else None),
        ("transferred", moved),
    ]


def give_allocation(desk: Desk, one: Allocation) -> None:
    """The answer of every command that makes or changes one."""
    desk.give(allocation_facts(one), lines(allocation_lines(one)))

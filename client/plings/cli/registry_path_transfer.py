from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import AnyPath, Limit
from plings.cli.registry_page import facts, lines, table, when
from plings.cli.registry_path_allocate import give_allocation
from plings.cli.registry_transfer import ToWallet

AllocationId = Annotated[UUID, typer.Argument(metavar="ALLOCATION", help="The id: plings registry path list.")]


@asking
def transfer(desk: Desk, allocation: AllocationId, to: ToWallet) -> None:
    """Move one allocation to where its manufacturer stands in another wallet. What it held here is free then."""
    from plings.registry.transfers import transfer_allocation

    give_allocation(desk, transfer_allocation(desk.registry, allocation, to))


@asking
def transfers(
    desk: Desk,
    source: Annotated[str | None, typer.Option("--from", metavar="WALLET", help="Only out of this wallet.")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="WALLET", help="Only into this wallet.")] = None,
    below: Annotated[str | None, typer.Option(metavar="PATH", help="Only what held paths at or below this.")] = None,
    limit: Limit = 1000,
) -> None:
    """List the allocations that were transferred, newest first, with what holds their like now."""
    from plings.registry.transfers import path_transfers

    found = path_transfers(desk.registry, from_wallet=source, to_wallet=to, below=below, limit=limit)
    rows = [
        (
            when(one.transferred_at),
            one.path,
            _range(one.allocated_range_start, one.allocated_range_end),
            one.target_path,
            one.target_status,
            one.target_id,
        )
        for one in found
    ]
    columns = ["when", "path", "numbers", "is now", "status", "allocation"]
    desk.give({"transfers": [facts(one) for one in found]}, table(columns, rows, empty="nothing was transferred"))


@asking
def verify(desk: Desk, path: AnyPath, to: ToWallet) -> None:
    """Tell whether what was held at a path is held in another wallet now, by the same organisation.

    Exit code 1 when it is not. That it was asked is noted.
    """
    from plings.registry.transfers import verify_across_wallets

    held = verify_across_wallets(desk.registry, path, to)
    desk.give(
        {"path": path, "wallet": to, "verified": held}, lines([("path", path), ("in wallet", to), ("held", held)])
    )
    if not held:
        desk.answer.fail(f"not verified: nothing of {path} is held in wallet {to}")


def _range(first: int | None, last: int | None) -> str:
    return "all" if first is None else f"{first:,} to {last:,}"

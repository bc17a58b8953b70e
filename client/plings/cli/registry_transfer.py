from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.options import Prefix, Quiet
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_manufacturer_key import FromVault, PublicKey, refuse_both, vault_keys
from plings.cli.registry_page import facts, lines, table, when
from plings.cli.registry_progress import progress
from plings.cli.vault import Folder, Module
from plings.identity import format_segment, parse_address

if TYPE_CHECKING:
    from pathlib import Path

    from plings.registry.transfers import Transfer

ToWallet = Annotated[str, typer.Option("--to", metavar="WALLET", help="The wallet that it goes to.")]


def add_to(app: typer.Typer) -> None:
    app.command(
        name="transfer-manufacturer",
        epilog="Example:  plings registry transfer-manufacturer 2.3 --to v2 --from-vault --as ada@plings.example",
    )(transfer_manufacturer)


@asking
def transfer_manufacturer(
    desk: Desk,
    prefix: Prefix,
    to: ToWallet,
    public_key: PublicKey = None,
    from_vault: FromVault = False,
    index: Annotated[
        int | None, typer.Option(min=1, metavar="NUMBER", help="Its number there; without it the same, if it is free.")
    ] = None,
    reason: Annotated[
        str, typer.Option(metavar="NAME", help="security_upgrade, environment_separation or key_compromise.")
    ] = "security_upgrade",
    folder: Folder = None,
    module: Module = None,
    quiet: Quiet = False,
) -> None:
    """Move a manufacturer to another wallet: its words, allocations and class pointers, under the key it has there.

    What is printed stays genuine. Interrupted, or where something could not move, the same command goes on.
    """
    refuse_both(public_key, from_vault)
    if public_key is None and not from_vault:
        raise typer.BadParameter("one of --public-key and --from-vault is needed", param_hint="--public-key")
    from plings.registry.transfers import transfer_manufacturer as transfer

    key = parse_address(public_key) if public_key is not None else _derived(desk, prefix, to, index, folder, module)
    desk.answer.quiet = quiet
    with progress(desk.answer, f"moving {prefix} to {to}", 100) as tell:
        done = transfer(desk.registry, prefix, to, public_key=key, index=index, reason=reason, progress=tell)
    _give(desk, done)
    if not done.complete:
        why = done.refused[0].text if done.refused else "run it again"
        desk.answer.fail(f"not all moved: {why}")


@asking
def lineage(desk: Desk, name: Annotated[str, typer.Argument(metavar="NAME", help="The manufacturer's name.")]) -> None:
    """Show which wallets a manufacturer came from and went to, oldest first."""
    from plings.registry.transfers import lineage as lineage_of

    found = lineage_of(desk.registry, name)
    rows = [
        (
            when(one.assignment_date),
            one.from_wallet or "",
            one.to_wallet,
            one.current_manufacturer_index,
            one.assignment_reason,
            one.status,
            f"{one.completion_percentage} %",
        )
        for one in found
    ]
    columns = ["when", "from", "to", "index", "why", "status", "moved"]
    drawn = table(columns, rows, numbers=["index", "moved"], empty=f"nothing is known of {name!a}")
    desk.give({"manufacturer": name, "lineage": [facts(one) for one in found]}, drawn)


def _derived(desk: Desk, prefix: str, to: str, index: int | None, folder: Path | None, module: Path | None) -> bytes:
    """The key that the manufacturer has in the other wallet, from that one's vault."""
    from plings.registry.transfers import planned_prefix
    from plings.registry.wallets import wallet as wallet_of

    place = wallet_of(desk.registry, to)
    there = planned_prefix(desk.registry, prefix, place.version_id)
    if index is not None:
        there = f"{place.segment}.{format_segment(index)}"
    return vault_keys(place, folder, module)(there)


def _give(desk: Desk, done: Transfer) -> None:
    left = f"{done.allocations_left:,} allocations, {done.pointers_left:,} class pointers"
    rows = [
        ("manufacturer", f"{done.source.manufacturer_name}: {done.source.prefix} -> {done.target.prefix}"),
        ("reason", done.reason),
        ("moved", f"{done.allocations_moved:,} allocations, {done.pointers_moved:,} class pointers"),
        ("left", None if done.complete else left),
        ("complete", f"{done.completion_percentage} %"),
        ("old prefix", done.source.status),
        *(("refused", one.text) for one in done.refused),
    ]
    desk.give({**facts(done), "complete": done.complete}, lines(rows))

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.app import show_help
from plings.cli.registry_advice import by_agreement
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import WalletName
from plings.cli.registry_page import table, when, yes
from plings.cli.registry_wallet_create import create, give_wallet, wallet_facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from plings.registry import Registry
    from plings.registry.wallets import Wallet


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Wallet versions: one master key each, of which only a reference is kept.")
    group.callback(invoke_without_command=True)(show_help)
    acting = "--as ada@plings.example"
    commands = {
        create: f"create v1 --master-key file:wallet-v1 --template production {acting}",
        templates: "templates",
        listing: "list --environment production",
        show: "show v1",
        activate: f"activate v1 {acting}",
        deactivate: f"deactivate v1 {acting}",
        deprecate: f"deprecate v1 {acting}",
        retire: f"retire v1 {acting}",
        default: f"default v1 {acting}",
        limit: f"limit v1 2000000 {acting}",
    }
    for command, example in commands.items():
        group.command(name=example.split()[0], epilog=f"Example:  plings registry wallet {example}")(command)
    app.add_typer(group, name="wallet")


@asking
def templates(desk: Desk) -> None:
    """List what new wallets can be made like."""
    from plings.cli.registry_page import facts
    from plings.registry.wallets import wallet_templates

    found = wallet_templates(desk.registry)
    rows = [
        (one.name, one.environment, one.security_level, one.daily_allocation_limit, one.description) for one in found
    ]
    shown = table(["template", "environment", "security", "a day", "what for"], rows, numbers=["a day"])
    desk.give({"templates": [facts(one) for one in found]}, shown)


@asking
def listing(
    desk: Desk,
    environment: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only production, testing or development.")
    ] = None,
) -> None:
    """List the wallets. Paths begin with their segment."""
    from plings.registry.wallets import wallets

    found = wallets(desk.registry, environment=environment)
    rows = [
        (
            one.version_name,
            one.version_id,
            one.segment,
            one.environment,
            one.status,
            yes(one.is_default),
            one.master_key_id,
            when(one.created_at),
        )
        for one in found
    ]
    columns = ["wallet", "number", "segment", "environment", "status", "default", "master key", "created"]
    desk.give({"wallets": [wallet_facts(one) for one in found]}, table(columns, rows, numbers=["number", "segment"]))


@asking
def show(desk: Desk, wallet: WalletName) -> None:
    """Show a wallet."""
    from plings.registry.wallets import wallet as wallet_of

    give_wallet(desk, wallet_of(desk.registry, wallet))


@asking
def activate(desk: Desk, wallet: WalletName) -> None:
    """Open a wallet for manufacturers and allocations."""
    from plings.registry.wallets import activate_wallet

    _change(desk, wallet, activate_wallet)


@asking
def deactivate(desk: Desk, wallet: WalletName) -> None:
    """Close a wallet for now: no new manufacturers, no allocations. Its codes stay genuine."""
    from plings.registry.wallets import deactivate_wallet

    _change(desk, wallet, deactivate_wallet)


@asking
def deprecate(desk: Desk, wallet: WalletName) -> None:
    """Close a wallet so that what is in it can be transferred to another. Its codes stay genuine."""
    from plings.registry.wallets import deprecate_wallet

    _change(desk, wallet, deprecate_wallet)


@asking
def retire(desk: Desk, wallet: WalletName) -> None:
    """Put away a wallet that is out of use. There is no way back."""
    from plings.registry.wallets import retire_wallet

    _change(desk, wallet, retire_wallet)


@asking
def default(desk: Desk, wallet: WalletName) -> None:
    """Make a wallet the one that new manufacturers go to. It takes approval."""
    from plings.registry.wallets import set_default_wallet
    from plings.registry.wallets import wallet as wallet_of

    number = wallet_of(desk.registry, wallet).version_id
    with by_agreement(desk.registry, "change_default_wallet", {"version_id": number}):
        give_wallet(desk, set_default_wallet(desk.registry, number))


@asking
def limit(
    desk: Desk,
    wallet: WalletName,
    allocations: Annotated[int, typer.Argument(min=0, max=2**31 - 1, metavar="NUMBER", help="Allocations a day.")],
) -> None:
    """Set how many allocations a wallet gives in a day (UTC)."""
    from plings.registry.wallets import set_daily_allocation_limit

    give_wallet(desk, set_daily_allocation_limit(desk.registry, wallet, allocations))


def _change(desk: Desk, wallet: str, change: Callable[[Registry, str], Wallet]) -> None:
    give_wallet(desk, change(desk.registry, wallet))

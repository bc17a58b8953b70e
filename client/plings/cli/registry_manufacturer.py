from __future__ import annotations

from typing import Annotated

import typer

from plings.cli.app import show_help
from plings.cli.options import Prefix
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_manufacturer_key import give_manufacturer, key, register
from plings.cli.registry_options import MaybeOfWallet
from plings.cli.registry_page import facts, table


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Who prints below which prefix, WALLET.MANUFACTURER, and with which key.")
    group.callback(invoke_without_command=True)(show_help)
    acting = "--as ada@plings.example"
    commands = {
        register: f"register IKEA --organization IKEA --wallet v1 --from-vault {acting}",
        listing: "list --wallet v1",
        show: "show 2.3",
        key: f"key 2.3 --from-vault {acting}",
        delegate: f"delegate 2.3 full {acting}",
        suspend: f"suspend 2.3 {acting}",
        resume: f"resume 2.3 {acting}",
        retire: f"retire 2.3 {acting}",
    }
    for command, example in commands.items():
        group.command(name=example.split()[0], epilog=f"Example:  plings registry manufacturer {example}")(command)
    app.add_typer(group, name="manufacturer")


@asking
def listing(
    desk: Desk,
    wallet: MaybeOfWallet = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Only this one, in all its wallets.")] = None,
) -> None:
    """List manufacturers, by wallet and index."""
    from plings.registry.manufacturers import manufacturers

    found = manufacturers(desk.registry, wallet=wallet, name=name)
    rows = [
        (
            one.prefix,
            one.manufacturer_name,
            one.wallet_version,
            one.manufacturer_index,
            one.status,
            one.key_delegation_level,
            one.ed25519_public_key,
        )
        for one in found
    ]
    columns = ["prefix", "manufacturer", "wallet", "index", "status", "delegated", "identity key"]
    shown = table(columns, rows, numbers=["wallet", "index"])
    desk.give({"manufacturers": [facts(one) for one in found]}, shown)


@asking
def show(desk: Desk, prefix: Prefix) -> None:
    """Show a manufacturer in one wallet."""
    from plings.registry.manufacturers import manufacturer

    give_manufacturer(desk, manufacturer(desk.registry, prefix))


@asking
def delegate(
    desk: Desk,
    prefix: Prefix,
    level: Annotated[
        str, typer.Argument(metavar="LEVEL", help="none, verification (the public key) or full (its node: it prints).")
    ],
) -> None:
    """Note what of its key a manufacturer has been given."""
    from plings.registry.manufacturers import set_delegation

    give_manufacturer(desk, set_delegation(desk.registry, prefix, level))


@asking
def suspend(desk: Desk, prefix: Prefix) -> None:
    """Let a manufacturer allocate nothing and register no classes for now. Its codes stay genuine."""
    _set_status(desk, prefix, "suspended")


@asking
def resume(desk: Desk, prefix: Prefix) -> None:
    """Let a suspended manufacturer go on."""
    _set_status(desk, prefix, "active")


@asking
def retire(desk: Desk, prefix: Prefix) -> None:
    """Put away a manufacturer that prints no more. There is no way back."""
    _set_status(desk, prefix, "retired")


def _set_status(desk: Desk, prefix: str, status: str) -> None:
    from plings.registry.manufacturers import set_manufacturer_status

    give_manufacturer(desk, set_manufacturer_status(desk.registry, prefix, status))

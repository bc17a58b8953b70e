from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.registry_advice import by_agreement
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_page import facts, lines, when

if TYPE_CHECKING:
    from plings.registry.wallets import Wallet


@asking
def create(
    desk: Desk,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The version's name, such as v1.")],
    master_key: Annotated[
        str,
        typer.Option(metavar="REFERENCE", help="Where its master key is, never the key: file:NAME or pkcs11:…"),
    ],
    template: Annotated[str, typer.Option(metavar="NAME", help="What it is like, where nothing else is said.")] = (
        "production"
    ),
    number: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="What paths begin with; without it the lowest free one.")
    ] = None,
    environment: Annotated[str | None, typer.Option(metavar="NAME", help="production, testing or development.")] = None,
    security_level: Annotated[str | None, typer.Option(metavar="NAME", help="standard, high or experimental.")] = None,
    limit: Annotated[int | None, typer.Option(metavar="NUMBER", help="Allocations a day.")] = None,
    description: Annotated[str | None, typer.Option(metavar="TEXT", help="For people.")] = None,
) -> None:
    """Create a wallet, inactive. It takes approval of its number, name, key and kind.

    The first try is refused and tells how to ask for approval; once there is enough of it, the same command goes
    through. The seed goes into its vault apart: `plings vault create`.
    """
    from plings.registry.wallets import create_wallet, next_wallet_number, wallet_template

    like = wallet_template(desk.registry, template)
    approved: dict[str, Any] = {
        "version_id": next_wallet_number(desk.registry) if number is None else number,
        "version_name": name,
        "master_key_id": master_key,
        "environment": environment or like.environment,
        "security_level": security_level or like.security_level,
    }
    with by_agreement(desk.registry, "create_wallet", approved):
        made = create_wallet(
            desk.registry,
            **approved,
            description=description,
            daily_allocation_limit=like.daily_allocation_limit if limit is None else limit,
        )
    give_wallet(desk, made)


def wallet_facts(wallet: Wallet) -> dict[str, Any]:
    """For JSON."""
    return {**facts(wallet), "segment": wallet.segment}


def give_wallet(desk: Desk, wallet: Wallet) -> None:
    """The answer of every command that changes or shows one."""
    today = f"{wallet.current_daily_allocations:,} of {wallet.daily_allocation_limit:,}, as of the last one"
    rows = [
        ("wallet", f"{wallet.version_name}, number {wallet.version_id}: its paths begin with {wallet.segment}."),
        ("status", wallet.status + ", the default" * wallet.is_default),
        ("environment", f"{wallet.environment}, security {wallet.security_level}"),
        ("master key", wallet.master_key_id),
        ("description", wallet.description),
        ("allocations", today),
        ("created", when(wallet.created_at)),
        ("closed", when(wallet.deactivated_at) if wallet.deactivated_at else None),
        ("retired", when(wallet.retired_at) if wallet.retired_at else None),
        ("compromised", when(wallet.compromised_at) if wallet.compromised_at else None),
    ]
    desk.give(wallet_facts(wallet), lines(rows))

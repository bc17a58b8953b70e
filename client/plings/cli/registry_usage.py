from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_page import facts, table, when

if TYPE_CHECKING:
    from rich.text import Text


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings registry usage v1 --days 7")(usage)


@asking
def usage(
    desk: Desk,
    wallet: Annotated[str | None, typer.Argument(metavar="WALLET", help="Only this one, with its days.")] = None,
    manufacturer: Annotated[
        str | None, typer.Option(metavar="PREFIX", help="Only this manufacturer's allocations, by kind.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, metavar="NUMBER", help="How many days of the wallet.")] = 30,
) -> None:
    """Show how much of each wallet is used: active allocations, identifiers, manufacturers; and how a wallet fares."""
    from plings.registry.usage import allocation_statistics, wallet_health, wallet_usage

    number = None if wallet is None else _number(desk, wallet)
    used = [one for one in wallet_usage(desk.registry) if number in (None, one.version_id)]
    kinds = allocation_statistics(desk.registry, wallet=number, prefix=manufacturer)
    health = [] if number is None else wallet_health(desk.registry, number, days=days)
    told = {
        "wallets": [facts(one) for one in used],
        "allocations": [facts(one) for one in kinds],
        "days": [{**facts(one), "error_rate": one.error_rate} for one in health],
    }
    by_wallet = table(
        ["wallet", "environment", "status", "allocations", "identifiers", "manufacturers", "last allocation"],
        [
            (
                one.version_name,
                one.environment,
                one.status,
                one.total_paths,
                one.total_identifiers,
                one.active_manufacturers,
                when(one.last_allocation),
            )
            for one in used
        ],
        numbers=["allocations", "identifiers", "manufacturers"],
    )
    by_kind = table(
        ["wallet", "kind", "status", "allocations", "identifiers"],
        [(one.wallet_version, one.allocation_type, one.status, one.allocations, one.total_instances) for one in kinds],
        numbers=["wallet", "allocations", "identifiers"],
        empty="no allocations",
    )
    by_day = table(
        ["day", "allocations", "verifications", "errors", "answer"],
        [
            (
                one.metric_date,
                one.allocations_count,
                one.verifications_count,
                f"{one.error_rate:.1%}",
                None if one.average_response_time_ms is None else f"{one.average_response_time_ms:,} ms",
            )
            for one in health
        ],
        numbers=["allocations", "verifications", "errors", "answer"],
        empty=f"nothing happened in the last {days} days",
    )
    tables = [by_wallet, by_kind] + ([] if number is None else [by_day])
    desk.give(told, lambda: _below_each_other([drawn() for drawn in tables]))


def _number(desk: Desk, wallet: str) -> int:
    from plings.registry.wallets import wallet as wallet_of

    return wallet_of(desk.registry, wallet).version_id


def _below_each_other(parts: list[Text]) -> Text:
    from rich.text import Text

    return Text("\n\n").join(parts)

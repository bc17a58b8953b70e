from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli import clusters
from plings.cli.app import show_help
from plings.cli.keeper_page import outcome_line, round_facts, round_line, summary
from plings.cli.keyfile import read_keypair
from plings.cli.options import DEFAULT_CLUSTER, ClusterName, Json, check_lamports
from plings.cli.output import Answer, answering
from plings.cli.registry_desk import advised, check_place, opened_place
from plings.cli.registry_options import Data, Database

if TYPE_CHECKING:
    from solders.keypair import Keypair

    from plings.keeper import Outcome, Round, Rules
    from plings.registry.sessions import Place

BUDGET_LAMPORTS = 100_000_000
"""0.1 SOL: some 59 checkpoints."""


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Make what is due on chain and nobody has to make: checkpoints, which receipts rest on.")
    group.callback(invoke_without_command=True)(show_help)
    group.command(epilog="Example:  plings keeper run --fee-payer key.json --cluster devnet")(run)
    app.add_typer(group, name="keeper")


def run(
    fee_payer: Annotated[
        Path | None,
        typer.Option("--fee-payer", metavar="FILE", help="Key file of who pays (64 numbers, as solana-keygen writes)."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Look once, do what is due, and end.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what is due and what it would cost, once.")] = False,
    every: Annotated[float, typer.Option("--every", min=1, metavar="SECONDS", help="Between two looks.")] = 30.0,
    budget: Annotated[
        int,
        typer.Option(
            "--most-lamports-per-day",
            metavar="LAMPORTS",
            callback=check_lamports,
            help="What the key may spend in 24 hours, whichever keepers of this database use it.",
        ),
    ] = BUDGET_LAMPORTS,
    least_leaves: Annotated[
        int,
        typer.Option(
            "--least-leaves",
            min=1,
            metavar="NUMBER",
            help="Leave a log alone that has fewer new leaves, also when its time is up.",
        ),
    ] = 1,
    sweep: Annotated[
        int | None,
        typer.Option(
            "--sweep", metavar="LAMPORTS", callback=check_lamports, help="Pay out logs, too, that owe so much."
        ),
    ] = None,
    maker: Annotated[
        list[str] | None,
        typer.Option(
            "--maker",
            metavar="PREFIX",
            help="Keep the logs of this manufacturer, such as 2.3; may be repeated. Without it: all logs that the "
            "index knows.",
        ),
    ] = None,
    cluster: ClusterName = DEFAULT_CLUSTER,
    database: Database = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Make the checkpoints that are due, look again, and go on until interrupted.

    A checkpoint is due after every 1,000 payments of a log, or after a day with any (the platform may set other
    figures). Its rent, 1,670,400 lamports, is not given back. Several keepers at once do no harm. Out of money, out of
    budget, or with nobody to ask, it says so and waits. It also puts what is indexed into tiles of hashes, which make
    proofs quick, and compares it with the program's roots. With --json, one object for each look.
    """
    check_place(database, data)
    if fee_payer is None and not dry_run:
        raise typer.BadParameter("somebody must pay, but for --dry-run", param_hint="--fee-payer")
    with answering(as_json, cluster=cluster) as answer, advised():
        from plings.keeper import Rules

        rules = Rules(budget, least_leaves, sweep, tuple(maker or ()), dry_run)
        payer = None if fee_payer is None else read_keypair(fee_payer)
        with opened_place(database, data) as place:
            _keep_by(answer, place, cluster, payer, rules, once or dry_run, every)


def _keep_by(
    answer: Answer, place: Place, cluster: str, payer: Keypair | None, rules: Rules, once: bool, every: float
) -> None:
    import asyncio

    if once:
        _once(answer, asyncio.run(_look(place, cluster, payer, rules)))
    else:
        asyncio.run(_keep(answer, place, cluster, payer, rules, every))


async def _look(place: Place, cluster: str, payer: Keypair | None, rules: Rules) -> Round:
    from plings.keeper import keep_once

    async with clusters.open_cluster(cluster) as chain:
        with place.another() as registry:
            return await keep_once(registry, chain, payer, rules)


def _once(answer: Answer, done: Round) -> None:
    lines = [*map(outcome_line, done.outcomes), round_line(done)]
    answer.give(round_facts(done), "\n".join(lines))
    if (failed := summary(done)) is not None:
        answer.fail(failed)


async def _keep(answer: Answer, place: Place, cluster: str, payer: Keypair | None, rules: Rules, every: float) -> None:
    from plings.keeper import keep

    said: list[str] = []

    def told(outcome: Outcome) -> None:
        if not answer.as_json:
            print(outcome_line(outcome), flush=True)

    def looked(done: Round) -> None:
        if answer.as_json:
            print(json.dumps(round_facts(done)), flush=True)
            return
        line = round_line(done)
        if said[-1:] != [line]:  # nothing new is not told again and again
            print(line, flush=True)
            said[:] = [line]

    async with clusters.open_cluster(cluster) as chain:
        await keep(place, chain, payer, rules, every_seconds=every, on_outcome=told, on_round=looked)

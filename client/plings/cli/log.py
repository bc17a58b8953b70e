from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.amounts import both
from plings.cli.app import show_help
from plings.cli.clusters import on_cluster
from plings.cli.confirmed import confirmed_facts, confirmed_lines
from plings.cli.keyfile import read_keypair
from plings.cli.log_owner import owner
from plings.cli.log_page import look_up, shown_facts, shown_lines
from plings.cli.options import DEFAULT_CLUSTER, MOST_SHARDS, ClusterName, Json, PayerFile, Prefix, Quiet, Shard
from plings.cli.output import answering, labelled

if TYPE_CHECKING:
    from solders.pubkey import Pubkey

    from plings.chain import Cluster

MaybeShard = Annotated[
    int | None, typer.Option("--shard", min=0, max=MOST_SHARDS - 1, help="Only this one of the manufacturer's logs.")
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Look after payment logs, which micro-payments are kept in.")
    group.callback(invoke_without_command=True)(show_help)
    group.command(name="open", epilog="Example:  plings log open 2.3 --payer key.json")(opening)
    group.command(epilog="Example:  plings log show 2.3 --cluster devnet")(show)
    group.command(epilog="Example:  plings log owner 'https://s.plings.io?t=q&p=…' --cluster devnet")(owner)
    group.command(epilog="Example:  plings log sweep 2.3 --payer key.json")(sweep)
    group.command(epilog="Example:  plings log checkpoint 2.3 --payer key.json")(checkpoint)
    app.add_typer(group, name="log")


def opening(
    prefix: Prefix,
    payer: PayerFile,
    shard: MaybeShard = None,
    cluster: ClusterName = DEFAULT_CLUSTER,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Open a manufacturer's payment logs, so that micro-payments can be taken. Anyone may, and pays the rent.

    Without --shard, all that are not open yet.
    """
    with answering(as_json, cluster=cluster, quiet=quiet) as answer:
        key = read_keypair(payer)
        from plings.logs import OpenedLog, open_payment_log, open_payment_logs

        async def opened(chain: Cluster) -> list[OpenedLog]:
            if shard is None:
                return await open_payment_logs(chain, key, prefix, on_signed=answer.sending)
            return [await open_payment_log(chain, key, prefix, shard, on_signed=answer.sending)]

        logs = on_cluster(cluster, opened)
        facts = [
            {"shard": log.shard, "payment_log": str(log.address), "signature": str(log.confirmed.signature)}
            for log in logs
        ]
        lines = [(f"opened log {log.shard}", log.address) for log in logs]
        answer.give({"prefix": prefix, "opened": facts}, labelled(lines or [("opened", "none: all are open")]))


def show(
    prefix: Prefix,
    shard: MaybeShard = None,
    cluster: ClusterName = DEFAULT_CLUSTER,
    as_json: Json = False,
) -> None:
    """Show a manufacturer's payment logs: leaves, what is owed, checkpoints, and when the next one is due."""
    with answering(as_json, cluster=cluster) as answer:
        shown = on_cluster(cluster, lambda chain: look_up(chain, prefix, shard))
        answer.give({"prefix": prefix, "logs": shown_facts(shown)}, shown_lines(shown))


def sweep(
    prefix: Prefix,
    payer: PayerFile,
    shard: Shard = 0,
    cluster: ClusterName = DEFAULT_CLUSTER,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Pay the manufacturer and the platform what a payment log owes them. Anyone may, for the network's fee."""
    with answering(as_json, cluster=cluster, quiet=quiet) as answer:
        key = read_keypair(payer)
        from plings.logs import Sweep
        from plings.logs import sweep as sweep_log

        async def swept(chain: Cluster) -> Sweep:
            return await sweep_log(chain, key, await _address(chain, prefix, shard), on_signed=answer.sending)

        done = on_cluster(cluster, swept)
        facts = {"payment_log": str(done.payment_log), "shares_lamports": done.shares}
        lines = [(f"to {who}", both(lamports)) for who, lamports in done.shares.items()]
        answer.give(
            {"prefix": prefix, "shard": shard, **facts, **confirmed_facts(done.confirmed)},
            labelled([("payment log", done.payment_log), *lines, *confirmed_lines(done.confirmed)]),
        )


def checkpoint(
    prefix: Prefix,
    payer: PayerFile,
    shard: Shard = 0,
    cluster: ClusterName = DEFAULT_CLUSTER,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Write a payment log's root and count down, for proofs against them. Anyone may, and pays the rent."""
    with answering(as_json, cluster=cluster, quiet=quiet) as answer:
        key = read_keypair(payer)
        from plings.logs import NewCheckpoint, create_checkpoint

        async def made(chain: Cluster) -> NewCheckpoint:
            return await create_checkpoint(chain, key, await _address(chain, prefix, shard), on_signed=answer.sending)

        done = on_cluster(cluster, made)
        facts = {"checkpoint": str(done.address), "checkpoint_id": done.checkpoint_id}
        answer.give(
            {"prefix": prefix, "shard": shard, **facts, **confirmed_facts(done.confirmed)},
            labelled([(f"checkpoint {done.checkpoint_id}", done.address), *confirmed_lines(done.confirmed)]),
        )


async def _address(cluster: Cluster, prefix: str, shard: int) -> Pubkey:
    from plings.logs import find_maker, log_address

    return log_address(await find_maker(cluster, prefix), shard)

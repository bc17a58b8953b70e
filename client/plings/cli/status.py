from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.clusters import on_cluster
from plings.cli.confirmed import confirmed_facts, confirmed_lines, event_facts
from plings.cli.options import DEFAULT_CLUSTER, ClusterName, Json
from plings.cli.output import answering, labelled
from plings.errors import SettingsError, TransactionExpired, TransactionFailed, shown

if TYPE_CHECKING:
    from solders.signature import Signature

    from plings.chain import Cluster


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings status SIGNATURE --until 312456789 --cluster devnet")(status)


def status(
    signature: Annotated[str, typer.Argument(metavar="SIGNATURE", help="The transaction's signature, in base58.")],
    until: Annotated[
        int | None,
        typer.Option(metavar="HEIGHT", help="Block height until which it was valid; tells expired from unknown."),
    ] = None,
    cluster: ClusterName = DEFAULT_CLUSTER,
    as_json: Json = False,
) -> None:
    """Tell what became of a transaction: confirmed, failed, expired, or unknown.

    Exit code 0 for confirmed alone. After `expired` it can not take effect any more; after `unknown` it still may.
    """
    with answering(as_json, cluster=cluster) as answer:
        key = _parse(signature)
        found = on_cluster(cluster, lambda chain: _find(chain, key, until))
        told = found.get("message")
        lines = [("status", found["status"] + (f": {told}" if told else "")), *found.pop("lines")]
        answer.give({"signature": signature, **found}, labelled(lines))
        if found["status"] != "confirmed":
            answer.fail(f"transaction {signature} is {found['status']}" + (f": {told}" if told else ""))


def _parse(text: str) -> Signature:
    from solders.signature import Signature

    try:
        return Signature.from_string(text)
    except ValueError:
        raise SettingsError(f"{shown(text)} is no signature: it is 64 bytes in base58") from None


async def _find(cluster: Cluster, signature: Signature, until: int | None) -> dict[str, Any]:
    from plings.program.events import decode_events

    try:
        confirmed = await cluster.outcome(signature, last_valid_block_height=until)
    except TransactionFailed as error:
        return {"status": "failed", "error": type(error).__name__, "message": str(error), "lines": []}
    except TransactionExpired:
        return {
            "status": "expired",
            "message": "it was not taken up in time and cannot take effect any more",
            "lines": [],
        }
    if confirmed is None:
        return {"status": "unknown", "message": "the cluster has not decided it, or never heard of it", "lines": []}
    facts = {**confirmed_facts(confirmed), "events": event_facts(decode_events(confirmed.logs))}
    return {"status": "confirmed", **facts, "lines": confirmed_lines(confirmed)}

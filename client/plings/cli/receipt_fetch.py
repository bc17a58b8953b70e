"""Receipts and checkpoints from the chain, as files."""

from __future__ import annotations

from pathlib import Path as File
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.clusters import on_cluster
from plings.cli.options import DEFAULT_CLUSTER, ClusterName, Host, Json, Prefix, Shard, Url
from plings.cli.output import PUBLIC_CLUSTERS, Answer, answering
from plings.identity import DEFAULT_HOST, ScanUrl, format_address
from plings.proofs.document import U64

if TYPE_CHECKING:
    from plings.chain import Cluster
    from plings.proofs import Checkpoint

Output = Annotated[
    File | None, typer.Option("--output", "-o", metavar="FILE", help="Write it there; replaced if there.")
]


def fetch(
    url: Url,
    number: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=U64, help="This leaf, not the object's first payment.")
    ] = None,
    output: Output = None,
    cluster: ClusterName = DEFAULT_CLUSTER,
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Make the receipt of an object's first payment, once a checkpoint covers it; print it, or write it to a file."""
    with answering(as_json, cluster=cluster) as answer:
        code = ScanUrl.parse(url, host)
        from plings.logs import make_receipt

        name = cluster if cluster in PUBLIC_CLUSTERS else None
        receipt = on_cluster(cluster, lambda chain: make_receipt(chain, code, number, cluster_name=name))
        facts = {
            "path": code.path.text,
            "payment_log": format_address(receipt.log.payment_log),
            "number": receipt.leaf.number,
            "checkpoint_id": receipt.checkpoint.checkpoint_id,
        }
        _hand_out(answer, receipt.text, output, facts)


def checkpoint(
    prefix: Prefix,
    number: Annotated[int, typer.Option("--id", metavar="N", min=0, max=U64, help="Which one of the log's.")],
    shard: Shard = 0,
    output: Output = None,
    cluster: ClusterName = DEFAULT_CLUSTER,
    as_json: Json = False,
) -> None:
    """Copy a payment log's checkpoint from a cluster that you trust, to verify receipts against later, offline."""
    with answering(as_json, cluster=cluster) as answer:
        from plings.logs import fetch_checkpoint, find_maker, log_address

        async def fetched(chain: Cluster) -> Checkpoint:
            return await fetch_checkpoint(chain, log_address(await find_maker(chain, prefix), shard), number)

        found = on_cluster(cluster, fetched)
        log = format_address(found.payment_log)
        facts = {"payment_log": log, "checkpoint_id": found.checkpoint_id, "count": found.head.count}
        _hand_out(answer, found.text, output, facts)


def _hand_out(answer: Answer, text: str, output: File | None, facts: dict[str, Any]) -> None:
    """Into a file, about which `facts` tell, or else as the answer itself: the text is one JSON object already."""
    if output is None:
        print(text, end="")
        return
    output.write_text(text, "ascii")
    answer.give({"file": str(output), **facts}, f"wrote {output}")

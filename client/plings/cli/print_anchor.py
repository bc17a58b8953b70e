from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.amounts import both
from plings.cli.clusters import on_cluster
from plings.cli.keyfile import read_keypair
from plings.cli.options import DEFAULT_CLUSTER, AuthorityFile, ClusterName, Json, Quiet
from plings.cli.output import answering, labelled

if TYPE_CHECKING:
    from plings.anchors import Anchored
    from plings.chain import Cluster
    from plings.commitments import BatchCommitment

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Where a job was printed.")]


def anchor(
    folder: Folder,
    authority: AuthorityFile,
    payer: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Key file of who pays the rent; the authority unless said."),
    ] = None,
    cluster: ClusterName = DEFAULT_CLUSTER,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Anchor a job's batches on the chain, once and for ever, so that payments can demand that a code was printed.

    Each takes a small account: 10,000 codes, 0.0104 SOL of rent that does not come back. A batch has at most 81,024.
    What is anchored already is left as it is: do it again if it was interrupted.
    """
    with answering(as_json, cluster=cluster, quiet=quiet) as answer:
        key, payer_key = read_keypair(authority), read_keypair(payer) if payer else None
        from plings.anchors import anchor_batch
        from plings.printing import finished

        commitments = [batch.commitment for batch in finished(folder).batches]

        async def anchor_all(chain: Cluster) -> list[Anchored]:
            return [
                await anchor_batch(chain, key, each, payer=payer_key, on_signed=answer.sending) for each in commitments
            ]

        anchored = on_cluster(cluster, anchor_all)
        pairs = list(zip(commitments, anchored, strict=True))
        answer.give({"anchored": [_facts(*pair) for pair in pairs]}, labelled([_line(*pair) for pair in pairs]))


def _facts(commitment: BatchCommitment, anchored: Anchored) -> dict[str, Any]:
    confirmed = anchored.confirmed
    return {
        "batch": commitment.batch,
        "item_count": commitment.item_count,
        "root": commitment.root.hex(),
        "printed_batch": str(anchored.address),
        "rent_lamports": anchored.rent_lamports,
        "signature": str(confirmed.signature) if confirmed else None,
    }


def _line(commitment: BatchCommitment, anchored: Anchored) -> tuple[str, object]:
    how = f"rent {both(anchored.rent_lamports)}" if anchored.confirmed else "was anchored already"
    return f"{commitment.batch}, {commitment.item_count:,} codes", f"{anchored.address}, {how}"

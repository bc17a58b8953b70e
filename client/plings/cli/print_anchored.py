from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plings.cli.clusters import on_cluster
from plings.cli.options import DEFAULT_CLUSTER, ClusterName, Json
from plings.cli.output import answering, labelled
from plings.cli.print_anchor import Folder

if TYPE_CHECKING:
    from plings.anchors import FoundBatch
    from plings.chain import Cluster
    from plings.commitments import BatchCommitment


def anchored(
    folder: Folder,
    cluster: ClusterName = DEFAULT_CLUSTER,
    as_json: Json = False,
) -> None:
    """Show which of a job's batches are anchored on the chain, and how many of their codes were paid for."""
    with answering(as_json, cluster=cluster) as answer:
        from plings.anchors import find_printed_batch
        from plings.errors import NotRegistered
        from plings.printing import finished

        commitments = [batch.commitment for batch in finished(folder).batches]

        async def find_all(chain: Cluster) -> list[FoundBatch | None]:
            found: list[FoundBatch | None] = []
            for each in commitments:
                try:
                    found.append(await find_printed_batch(chain, each))
                except NotRegistered:
                    found.append(None)
            return found

        pairs = list(zip(commitments, on_cluster(cluster, find_all), strict=True))
        answer.give({"batches": [_facts(*pair) for pair in pairs]}, labelled([_line(*pair) for pair in pairs]))


def _facts(commitment: BatchCommitment, found: FoundBatch | None) -> dict[str, Any]:
    return {
        "batch": commitment.batch,
        "item_count": commitment.item_count,
        "is_anchored": found is not None and found.holds(commitment),
        "printed_batch": str(found.address) if found else None,
        "claimed_count": found.batch.claimed_count if found else None,
    }


def _line(commitment: BatchCommitment, found: FoundBatch | None) -> tuple[str, object]:
    if found is None:
        return commitment.batch, "not anchored"
    if not found.holds(commitment):
        return commitment.batch, f"ANOTHER ROOT is anchored: {found.batch.root.hex()}"
    return commitment.batch, f"anchored, {found.batch.claimed_count:,} of {commitment.item_count:,} codes were paid for"

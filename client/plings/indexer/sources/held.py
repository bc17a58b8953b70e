"""A source that is held to one cluster: what another did is never written into the same tables."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace

from plings.chain.node import Node
from plings.errors import ClusterError, SettingsError
from plings.indexer.cluster import first_slot, genesis_hash, has_program
from plings.indexer.cursor import Cursor
from plings.indexer.sources.source import Source
from plings.indexer.store import Batch
from plings.program import PROGRAM_ID


class HeldSource:
    """What `source` tells, as long as its node is of the cluster that the cursor is of, and of `genesis` if given.

    `needs_program`: a cluster without the program is refused, rather than followed until it has one. `accepts_loss`: it
    goes on also where the node has forgotten what came after the cursor. Raises SettingsError for another cluster,
    ClusterError for a forgetful node.
    """

    def __init__(
        self,
        source: Source,
        node: Node,
        genesis: str | None = None,
        *,
        needs_program: bool = False,
        accepts_loss: bool = False,
    ) -> None:
        self._source = source
        self._node = node
        self._genesis = genesis
        self._needs_program = needs_program
        self._accepts_loss = accepts_loss
        self.name = source.name
        self.is_patient = source.is_patient

    async def batches(self, cursor: Cursor | None) -> AsyncIterator[Batch]:
        genesis = await genesis_hash(self._node)
        check_genesis(self._node, genesis, self._genesis, "that name")
        check_genesis(self._node, genesis, cursor.position.get("genesis") if cursor else None, "the tables")
        if self._needs_program and not await has_program(self._node):
            raise SettingsError(f"{self._node.name} is of a cluster without the program {PROGRAM_ID}")
        if cursor and cursor.slot and not self._accepts_loss:
            await _check_memory(self._node, cursor.slot)
        batches = self._source.batches(cursor)
        try:
            async for batch in batches:
                if batch.cursor is not None:
                    of_cluster = replace(batch.cursor, position={**batch.cursor.position, "genesis": genesis})
                    batch = replace(batch, cursor=of_cluster)
                yield batch
        finally:
            if isinstance(batches, AsyncGenerator):
                await batches.aclose()


def check_genesis(node: Node, genesis: str, wanted: str | None, whose: str) -> None:
    """Raises SettingsError where a node is of another cluster than is wanted."""
    if wanted is not None and genesis != wanted:
        raise SettingsError(
            f"{node.name} is of another cluster than {whose}: its genesis is {genesis}, not {wanted}; "
            "name that cluster, or another database"
        )


async def _check_memory(node: Node, slot: int) -> None:
    first = await first_slot(node)
    if first is not None and first > slot + 1:
        raise ClusterError(
            f"{node.name} has forgotten what was before slot {first}, and slot {slot} is where it would go on: "
            "name a node that remembers, or accept the loss"
        )

"""A payment log that was read whole: who owns by it, and a proof of any of its leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from solders.pubkey import Pubkey

from plings.chain import Cluster
from plings.errors import LogError
from plings.identity import ScanUrl
from plings.logs.lookup import FoundLog, find_checkpoints, find_log
from plings.logs.read import LogEntry, read_entries
from plings.program.accounts import OwnershipCheckpoint
from plings.proofs import Leaf, ObjectKey, Ownership, Tree


@dataclass(frozen=True)
class FoundProof:
    """A leaf, the first checkpoint that it is under, and the way from one to the other.

    `inclusion` leads from the leaf to the checkpoint's root; `consistency` shows that the checkpoint's leaves are the
    first of the `log_count` with `log_root` that the log has now.
    """

    payment_log: Pubkey
    entry: LogEntry
    checkpoint: OwnershipCheckpoint
    inclusion: tuple[bytes, ...]
    consistency: tuple[bytes, ...]
    log_count: int
    log_root: bytes

    @property
    def leaf(self) -> Leaf:
        return self.entry.leaf


@dataclass(frozen=True)
class WholeLog:
    """All leaves of a log by their numbers, which have the log's root, and its checkpoints in their order."""

    found: FoundLog
    entries: Sequence[LogEntry]
    checkpoints: Sequence[OwnershipCheckpoint]

    @cached_property
    def tree(self) -> Tree:
        return Tree(entry.leaf.hash for entry in self.entries)

    @cached_property
    def ownership(self) -> Ownership:
        ownership = Ownership(bytes(self.found.address))
        for entry in self.entries:
            ownership.append(entry.leaf)
        return ownership

    def entries_of(self, code: ScanUrl) -> list[LogEntry]:
        """The leaves of the code's object."""
        return [entry for entry in self.entries if entry.leaf.object_key == key_of(code)]

    def is_covered(self, leaf: Leaf) -> bool:
        """Whether a checkpoint covers the leaf, so that it can be proved."""
        return any(leaf.number < checkpoint.leaf_count for checkpoint in self.checkpoints)

    def prove(self, number: int) -> FoundProof:
        """The proof of leaf `number`. Raises LogError when no checkpoint covers it yet, or one is not of this log."""
        checkpoint = self._first_over(number)
        if checkpoint.leaf_count > len(self.tree) or self.tree.root(checkpoint.leaf_count) != checkpoint.root:
            raise LogError(
                f"checkpoint {checkpoint.checkpoint_id} of payment log {self.found.address} is not one of its leaves"
            )
        return FoundProof(
            payment_log=self.found.address,
            entry=self.entries[number],
            checkpoint=checkpoint,
            inclusion=tuple(self.tree.inclusion_proof(number, checkpoint.leaf_count)),
            consistency=tuple(self.tree.consistency_proof(checkpoint.leaf_count)),
            log_count=len(self.tree),
            log_root=self.tree.root(),
        )

    def _first_over(self, number: int) -> OwnershipCheckpoint:
        for checkpoint in self.checkpoints:
            if number < checkpoint.leaf_count:
                return checkpoint
        raise LogError(f"leaf {number} is under no checkpoint yet: plings log checkpoint makes one when it is due")


async def read_whole(cluster: Cluster, log: Pubkey) -> WholeLog:
    """The log at `log` with its checkpoints. Raises NotRegistered, and as `read_entries` does."""
    found = await find_log(cluster, log)
    return WholeLog(found, await read_entries(cluster, found), await find_checkpoints(cluster, found))


def key_of(code: ScanUrl) -> ObjectKey:
    """The code's object, as leaves tell it from others."""
    return code.path.text, code.class_pointer.value, code.address

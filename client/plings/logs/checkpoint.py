"""Checkpoints: when the next is due, and making it. Anyone may, and pays its rent."""

from __future__ import annotations

from dataclasses import dataclass

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Cluster, Confirmed, OnSigned
from plings.logs.lookup import find_log
from plings.program import instructions
from plings.program.accounts import Config, PaymentLog
from plings.program.pda import checkpoint_address


@dataclass(frozen=True)
class Due:
    """What is missing until a checkpoint can be made: so many leaves, or (after one new leaf) so many seconds."""

    new_leaves: int
    missing_leaves: int
    missing_seconds: int

    @property
    def now(self) -> bool:
        return self.new_leaves > 0 and not (self.missing_leaves and self.missing_seconds)


@dataclass(frozen=True)
class NewCheckpoint:
    address: Pubkey
    checkpoint_id: int
    confirmed: Confirmed


def due(log: PaymentLog, config: Config, now_unix: int) -> Due:
    """Whether a log's next checkpoint can be made at `now_unix`, the cluster's time in unix seconds."""
    new = log.leaf_count - log.checkpointed_leaf_count
    seconds = now_unix - log.checkpointed_at_unix
    return Due(new, max(config.checkpoint_payments - new, 0), max(config.checkpoint_seconds - seconds, 0))


async def create_checkpoint(
    cluster: Cluster, payer: Keypair, log: Pubkey, *, on_signed: OnSigned | None = None
) -> NewCheckpoint:
    """Writes the log's root and count down, for proofs against them; `payer` pays the rent.

    Raises CheckpointTooEarly (see `due`), WrongCheckpoint (somebody else was faster), NotRegistered (no such log) and
    the cluster's errors.
    """
    number = (await find_log(cluster, log)).log.checkpoint_count
    note = instructions.create_checkpoint(payer=payer.pubkey(), payment_log=log, checkpoint_id=number)
    confirmed = await cluster.send([note], [payer], on_signed=on_signed)
    return NewCheckpoint(checkpoint_address(log, number), number, confirmed)

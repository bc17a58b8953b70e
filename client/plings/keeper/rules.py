"""What a keeper does, and how much it may cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from plings.program.rent import rent_lamports

CHECKPOINT_BYTES: Final = 112
"""An OwnershipCheckpoint account, discriminator and all."""
MOST_FEE_LAMPORTS: Final = 15_000
"""For one signature and the priority that the SDK pays at most."""


@dataclass(frozen=True)
class Rules:
    """`most_lamports_per_day` bounds what the paying key spends in 24 hours, whichever keepers it is given to.

    A checkpoint is left until `least_leaves` are new, whatever time says: each costs the same rent.
    `sweep_from_lamports` is from how much owed a log is paid out, None never. `makers` (prefixes) are whose logs are
    kept; none: all of which the index knows.
    """

    most_lamports_per_day: int
    least_leaves: int = 1
    sweep_from_lamports: int | None = None
    makers: tuple[str, ...] = ()
    is_dry_run: bool = False


def checkpoint_cost_lamports() -> int:
    """What a checkpoint takes: its rent, which nobody gets back, and at most so much for fees."""
    return rent_lamports(CHECKPOINT_BYTES) + MOST_FEE_LAMPORTS

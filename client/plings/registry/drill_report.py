"""What a compromise drill found, did, and left to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plings.registry.approvals import ApprovalRequest
from plings.registry.transfers import Refusal


@dataclass(frozen=True)
class Step:
    """One thing that a drill does, and how it came out.

    `name` is `mark_wallet`, `mark_manufacturer`, `raise_alerts`, `tell_chain`, `request_approval`, `create_wallet`,
    `activate_wallet`, `make_default` or `transfer`; `after` in a dry run is what it would come to.
    """

    name: str
    subject: str
    before: str
    after: str
    state: str
    """`done`, `already`, `planned` (a dry run), `waiting` (for people), `skipped` or `failed`."""
    text: str
    """Why, or what to do, for people; else empty."""
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """What became of one manufacturer of the wallet.

    `status_before` is its status before it was marked compromised; one that was suspended or retired then, or had
    moved, does not move. Of allocations and class pointers it counts what this run moved, or a dry run would, and what
    is left.
    """

    prefix: str
    name: str
    organization: str
    public_key: str | None
    status_before: str
    status: str
    moves: bool
    successor: str | None
    successor_key: str | None
    allocations_moved: int
    allocations_left: int
    pointers_moved: int
    pointers_left: int
    refused: tuple[Refusal, ...]
    chain_before: str | None
    chain_after: str | None


@dataclass(frozen=True)
class DrillReport:
    """The whole drill. Running the same again goes on. `remains` is what people must do, one line each.

    `status` is `done`, `off_chain` where all is done but that the chain was not told, `waiting` for approvals,
    `incomplete` where something failed or is left, or `planned` for a dry run."""

    wallet: str
    wallet_version: int
    replacement: str
    replacement_version: int
    dry_run: bool
    status: str
    steps: tuple[Step, ...]
    manufacturers: tuple[Outcome, ...]
    approvals: tuple[ApprovalRequest, ...]
    """What people must approve before it can go on."""
    remains: tuple[str, ...]
    started_at: datetime
    seconds: float

    @property
    def allocations_moved(self) -> int:
        return sum(one.allocations_moved for one in self.manufacturers)

    @property
    def pointers_moved(self) -> int:
        return sum(one.pointers_moved for one in self.manufacturers)

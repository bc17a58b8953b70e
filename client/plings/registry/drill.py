"""The compromise drill: a wallet's master key is in wrong hands, and everybody moves to another wallet.

One command, run until its report says `done`. It marks the wallet and its manufacturers compromised and raises the
alerts, at once and by one super-admin; asks for the approvals that the replacement takes; tells the chain; makes,
activates and chooses the replacement; registers each manufacturer there under its new key, and moves what it has.
Every step is its own transaction or more, and looks first whether it was done: killed anywhere, the same command
goes on. What one step cannot do stops no other that does not need it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic

from plings.identity import ClassPath
from plings.registry.compromise import Affected, Marked, affected_manufacturers, alerts_missing, mark_compromised
from plings.registry.database import Registry
from plings.registry.drill_chain import ChainStatus, note_unregistered, tell_chain
from plings.registry.drill_moves import MOVING, Moved, move_manufacturers
from plings.registry.drill_report import DrillReport, Outcome, Step
from plings.registry.drill_steps import Recorder
from plings.registry.drill_wallet import file_requests, make_wallet, open_requests
from plings.registry.replacement import Replacement, wanted_replacement
from plings.registry.wallets import Wallet
from plings.registry.wallets import wallet as wallet_of

__all__ = ["ChainStatus", "DrillPlan", "DrillReport", "Outcome", "Replacement", "Step", "plan_drill", "run_drill"]

DrillPlan = DrillReport
"""A dry run's report: the same, with `dry_run` set and every step that would be taken `planned`."""


def plan_drill(
    registry: Registry, compromised: int | str, replacement: Replacement, *, chain: ChainStatus | None = None
) -> DrillPlan:
    """What `run_drill` would do now. Changes nothing; asks the chain, if there is one, and no vault.

    Raises as `run_drill` does for what cannot be meant.
    """
    return _drill(registry, compromised, replacement, Recorder(dry_run=True), None, chain)


def run_drill(
    registry: Registry,
    compromised: int | str,
    replacement: Replacement,
    *,
    key_of: Callable[[ClassPath], bytes],
    chain: ChainStatus | None = None,
    progress: Callable[[Step], None] | None = None,
) -> DrillReport:
    """Runs the drill for a wallet, or goes on with it. By a super-admin; others approve what takes approval.

    `key_of` gives the 32-byte identity key of a prefix in the replacement, such as its vault's `public_key`. Without
    `chain` the report says what to send. `progress` is told each step when it is over. Raises, before anything is done:
    AccessDenied, NotInRegistry, VaultError, ValueRefused, AlreadyRegistered and StateRefused for a replacement that
    cannot be meant (see `wanted_replacement`); and at any time DatabaseUnavailable.
    """
    return _drill(registry, compromised, replacement, Recorder(False, progress), key_of, chain)


def _drill(
    registry: Registry,
    compromised: int | str,
    replacement: Replacement,
    recorder: Recorder,
    key_of: Callable[[ClassPath], bytes] | None,
    chain: ChainStatus | None,
) -> DrillReport:
    started_at, since = datetime.now(UTC), monotonic()
    registry.rows("SELECT require_super_admin()")
    source = wallet_of(registry, compromised)
    wanted = wanted_replacement(registry, source, replacement)
    affected = _mark(registry, recorder, source)
    file_requests(registry, recorder, source, wanted)
    told = tell_chain(recorder, affected, chain)
    active = make_wallet(registry, recorder, source, wanted)
    moved = move_manufacturers(registry, recorder, affected, wanted, active, key_of)
    successors = {one.successor: one.successor_key for one in moved.values() if one.successor and one.successor_key}
    note_unregistered(recorder, successors, chain)
    now = {one.prefix: one for one in affected_manufacturers(registry, source.version_id)}
    waiting = open_requests(registry, recorder, wanted_replacement(registry, source, replacement))
    return DrillReport(
        wallet=source.version_name,
        wallet_version=source.version_id,
        replacement=wanted.name,
        replacement_version=wanted.version_id,
        dry_run=recorder.dry_run,
        status=recorder.status,
        steps=tuple(recorder.steps),
        manufacturers=tuple(
            _outcome(now[one.prefix], moved.get(one.prefix, Moved()), told[one.prefix]) for one in affected
        ),
        approvals=waiting,
        remains=tuple(recorder.remains),
        started_at=started_at,
        seconds=monotonic() - since,
    )


def _mark(registry: Registry, recorder: Recorder, source: Wallet) -> list[Affected]:
    since = monotonic()
    affected = affected_manufacturers(registry, source.version_id)
    missing = alerts_missing(registry, source.version_id)
    if not recorder.dry_run:
        marked = mark_compromised(registry, source.version_id)
    else:
        open_ones = frozenset(one.prefix for one in affected if one.status != "compromised")
        marked = Marked(source.status != "compromised", open_ones, missing)
    did = "planned" if recorder.dry_run else "done"
    before = source.status + (", default" if source.is_default else "")
    recorder.note(
        "mark_wallet",
        source.version_name,
        before,
        "compromised",
        did if marked.wallet else "already",
        since=since,
    )
    for one in affected:
        state = did if one.prefix in marked.manufacturers else "already"
        recorder.note("mark_manufacturer", one.prefix, one.status, "compromised", state, one.name)
    text = f"{marked.alerts} alerts"
    recorder.note(
        "raise_alerts", source.version_name, f"{missing} missing", "0 missing", did if missing else "already", text
    )
    return affected


def _outcome(one: Affected, moved: Moved, told: tuple[str | None, str | None]) -> Outcome:
    return Outcome(
        prefix=one.prefix,
        name=one.name,
        organization=one.organization,
        public_key=one.public_key,
        status_before=one.status_before,
        status=one.status,
        moves=one.status_before in MOVING,
        successor=moved.successor,
        successor_key=moved.successor_key,
        allocations_moved=moved.allocations_moved,
        allocations_left=moved.allocations_left,
        pointers_moved=moved.pointers_moved,
        pointers_left=moved.pointers_left,
        refused=moved.refused,
        chain_before=told[0],
        chain_after=told[1],
    )

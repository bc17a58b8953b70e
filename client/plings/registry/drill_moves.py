"""The manufacturers' part of a drill: each is registered in the replacement under its key there, and moved to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from plings.errors import DatabaseUnavailable, PlingsError
from plings.identity import ClassPath, format_segment
from plings.registry.compromise import Affected
from plings.registry.database import Registry
from plings.registry.drill_steps import Recorder
from plings.registry.replacement import Wanted
from plings.registry.transfer_load import live_of_wallet
from plings.registry.transfers import Refusal, Transfer, planned_prefix, transfer_manufacturer

REASON = "key_compromise"
MOVING = ("active", "transferring")
"""What a manufacturer was when the wallet was compromised, so that it prints on in another."""


@dataclass(frozen=True)
class Moved:
    """Where one manufacturer is, or would be, and what of it moved and did not."""

    successor: str | None = None
    successor_key: str | None = None
    allocations_moved: int = 0
    allocations_left: int = 0
    pointers_moved: int = 0
    pointers_left: int = 0
    refused: tuple[Refusal, ...] = ()


def move_manufacturers(
    registry: Registry,
    recorder: Recorder,
    affected: list[Affected],
    wanted: Wanted,
    active: bool,
    key_of: Callable[[ClassPath], bytes] | None,
) -> dict[str, Moved]:
    """Moves those who were active. What fails for one stops no other."""
    moving = [one for one in affected if one.status_before in MOVING]
    for one in affected:
        if one.status_before == "suspended":
            recorder.remains.append(
                f"{one.prefix} {one.name} was suspended and does not move: transfer it when it may print again"
            )
    if recorder.dry_run:
        return _planned(registry, recorder, moving, wanted)
    if not active or key_of is None:
        for one in moving:
            text = f"wallet {wanted.name} is not active yet"
            recorder.note("transfer", one.prefix, one.prefix, one.prefix, "waiting", text)
        return {}
    done = _finished(registry, wanted)
    return {one.prefix: _move(registry, recorder, one, wanted, key_of, one.prefix in done) for one in moving}


def _move(
    registry: Registry,
    recorder: Recorder,
    one: Affected,
    wanted: Wanted,
    key_of: Callable[[ClassPath], bytes],
    was_done: bool,
) -> Moved:
    since = monotonic()
    try:
        prefix = planned_prefix(registry, one.prefix, wanted.version_id)
        transfer = transfer_manufacturer(
            registry, one.prefix, wanted.version_id, public_key=key_of(ClassPath(prefix)), reason=REASON
        )
    except DatabaseUnavailable:
        raise
    except PlingsError as error:
        text = f"{one.prefix} {one.name} did not move, run the drill again: {error}"
        recorder.note("transfer", one.prefix, one.prefix, one.prefix, "failed", text, since=since, remains=True)
        return Moved()
    _note(recorder, one, transfer, was_done, since)
    if one.key_delegation_level != "none" == transfer.target.key_delegation_level:
        new = transfer.target.prefix
        recorder.remains.append(f"{one.prefix} {one.name} had its key ({one.key_delegation_level}): hand over {new}'s")
    return Moved(
        transfer.target.prefix,
        transfer.target.ed25519_public_key,
        transfer.allocations_moved,
        transfer.allocations_left,
        transfer.pointers_moved,
        transfer.pointers_left,
        transfer.refused,
    )


def _note(recorder: Recorder, one: Affected, transfer: Transfer, was_done: bool, since: float) -> None:
    target = transfer.target.prefix
    before = target if was_done else one.prefix
    if transfer.complete:
        state = "already" if was_done and not transfer.allocations_moved + transfer.pointers_moved else "done"
        text = f"{transfer.allocations_moved} allocations and {transfer.pointers_moved} class pointers moved"
        recorder.note("transfer", one.prefix, before, target, state, text, since=since)
        return
    why = "; ".join(refusal.text for refusal in transfer.refused[:5])
    more = f"; and {len(transfer.refused) - 5} more" if len(transfer.refused) > 5 else ""
    text = f"{one.prefix} {one.name} moved in part, {transfer.completion_percentage} %: {why}{more}"
    recorder.note("transfer", one.prefix, before, target, "failed", text, since=since, remains=True)


def _planned(registry: Registry, recorder: Recorder, moving: list[Affected], wanted: Wanted) -> dict[str, Moved]:
    live = live_of_wallet(registry, wanted.source_id)
    done = _finished(registry, wanted)
    plan: dict[str, Moved] = {}
    taken: set[str] = set()
    for one in moving:
        target = planned_prefix(registry, one.prefix, wanted.version_id)
        while target in taken:
            target = f"{ClassPath(target).segments[0]}.{format_segment(ClassPath(target).manufacturer + 1)}"
        taken.add(target)
        allocations, pointers = live[one.prefix]
        finished = one.prefix in done and allocations + pointers == 0
        text = f"{allocations} allocations and {pointers} class pointers"
        before = target if finished else one.prefix
        recorder.note("transfer", one.prefix, before, target, "already" if finished else "planned", text)
        plan[one.prefix] = Moved(target, None, allocations, 0, pointers, 0)
    return plan


def _finished(registry: Registry, wanted: Wanted) -> set[str]:
    """Those whose transfer there is over."""
    select = """
        SELECT segment_text(predecessor_wallet) || '.' || segment_text(predecessor_index) AS prefix
        FROM manufacturer_lineage
        WHERE predecessor_wallet = %s AND current_wallet_version = %s AND status = 'completed'
    """
    return {row["prefix"] for row in registry.rows(select, [wanted.source_id, wanted.version_id])}

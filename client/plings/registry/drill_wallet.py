"""The wallet's part of a drill: asking for approval, then making, opening and choosing the replacement."""

from __future__ import annotations

from functools import partial

from plings.registry.approvals import ApprovalRequest, request_approval
from plings.registry.database import Registry
from plings.registry.drill_steps import Recorder
from plings.registry.replacement import Wanted, request_of, who_may_approve
from plings.registry.transfer_load import live_allocations
from plings.registry.wallets import Wallet, activate_wallet, create_wallet, set_default_wallet


def file_requests(registry: Registry, recorder: Recorder, source: Wallet, wanted: Wanted) -> None:
    """Asks for all that takes approval, at once, so that people have to come once."""
    for action, facts, done in wanted.actions:
        before = "asked for" if done or request_of(registry, action, facts) else "not asked for"
        reason = f"wallet {source.version_name} is compromised, {wanted.name} takes its place"
        ask = partial(request_approval, registry, action, facts, reason=reason)
        recorder.do("request_approval", action, before, "asked for", ask)


def open_requests(registry: Registry, recorder: Recorder, wanted: Wanted) -> tuple[ApprovalRequest, ...]:
    """The requests that still wait for people; what they must do goes to what remains."""
    found = [request_of(registry, action, facts) for action, facts, done in wanted.actions if not done]
    waiting = tuple(one for one in found if one is not None and one.status == "open")
    for one in waiting:
        people = ", ".join(who_may_approve(registry, one))
        facts = ", ".join(f"{name} {value}" for name, value in sorted(one.facts.items()))
        recorder.remains.append(
            f"approve request {one.id}, {one.action} ({facts}): it has {one.approvals} of {one.needed} approvals, "
            f"and {people} may give one; then run the drill again"
        )
    return waiting


def make_wallet(registry: Registry, recorder: Recorder, source: Wallet, wanted: Wanted) -> bool:
    """Makes, activates and chooses the replacement, as far as it was approved. Whether it is active."""
    name, there = wanted.name, wanted.there
    create = partial(_create, registry, source, wanted)
    made = recorder.do("create_wallet", name, "there" if there else "not there", "there", create)
    active = False
    if made or recorder.dry_run:
        activate = partial(activate_wallet, registry, wanted.version_id)
        active = recorder.do("activate_wallet", name, there.status if there else "inactive", "active", activate)
    else:
        recorder.note("activate_wallet", name, "not there", "not there", "waiting", f"wallet {name} is not made yet")
    if not wanted.default:
        recorder.note("make_default", name, "not default", "not default", "skipped", "it is not to be the default")
    elif active or recorder.dry_run:
        choose = partial(set_default_wallet, registry, wanted.version_id)
        recorder.do("make_default", name, "default" if wanted.is_default else "not default", "default", choose)
    else:
        recorder.note("make_default", name, "not default", "not default", "waiting", f"wallet {name} is not active yet")
    return active


def _create(registry: Registry, source: Wallet, wanted: Wanted) -> None:
    # What moves into it must not be held up by a day's limit.
    limit = max(source.daily_allocation_limit, 2 * live_allocations(registry, source.version_id))
    description = f"Takes the place of {source.version_name}, which is compromised"
    create_wallet(registry, **wanted.facts, description=description, daily_allocation_limit=limit)

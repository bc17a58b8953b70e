"""What to do about a refusal of the registry, where that is more than to try something else."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from plings.errors import ApprovalNeeded, RegistryError

if TYPE_CHECKING:
    from plings.registry import Registry

_BY_RULE: Final = {
    "nobody_acts": "say who acts: --as EMAIL, or PLINGS_USER",
    "super_admin": "act as one of them: --as EMAIL (plings registry user list tells who they are)",
    "organization_admin": "act as one of them: --as EMAIL (plings registry organization members tells who they are)",
    "organization_owner": "act as one: --as EMAIL (plings registry organization members tells who they are)",
    "unknown_user": "see plings registry user list (the very first is added without --as)",
    "unknown_organization": "see plings registry organization list",
    "unknown_member": "see plings registry organization members",
    "unknown_request": "see plings registry approval list",
    "unknown_wallet": "see plings registry wallet list",
    "no_default_wallet": "name one with --wallet, or see plings registry wallet default --help",
    "wallet_closed": "see plings registry wallet list, and plings registry wallet activate --help",
    "unknown_manufacturer": "see plings registry manufacturer list",
    "manufacturer_closed": "see plings registry manufacturer show",
    "no_key": "note it: plings registry manufacturer key --help",
    "delegated_key_is_known": "note the key first: plings registry manufacturer key --help",
    "path_taken": "see plings registry path show, or let plings registry path next find free ones",
    "unknown_allocation": "see plings registry path list",
    "daily_limit": "wait until tomorrow (UTC), or see plings registry wallet limit --help",
    "list_changed": "somebody wrote or changed its rows by hand: who runs the database can put them right",
    "not_printed": "see plings registry printed list",
    "address_unknown": "give the code instead of its path",
    "key_compromised": "see plings registry manufacturer show",
    "unknown_class": "see plings registry class list",
    "collision": "see plings registry pointer guidance --help",
    **dict.fromkeys(
        ("no_graph", "other_graph", "unfinished_graph", "graph_behind", "graph_ahead"),
        "make it anew: plings graph rebuild",
    ),
    "unknown_threshold": "see plings monitor patterns",
    "no_successor": "see plings registry transfer-manufacturer --help",
}


def advice(error: RegistryError) -> str | None:
    """What to do about `error`, if that is known."""
    return _BY_RULE.get(error.rule)


@contextmanager
def by_agreement(registry: Registry, action: str, facts: Mapping[str, object]) -> Iterator[None]:
    """What takes approval. Where that is missing, the commands that get it are told."""
    try:
        yield
    except ApprovalNeeded as error:
        if error.rule == "approvals":
            error.add_note(_way_to_approval(registry, action, dict(facts)))
        raise


def _way_to_approval(registry: Registry, action: str, facts: dict[str, object]) -> str:
    from plings.registry.approvals import approval_requests

    waiting = [one for one in approval_requests(registry) if (one.action, one.facts) == (action, facts)]
    for one in waiting:
        if one.status == "open":
            have = f"{one.approvals} of {one.needed}" + (f", of {', '.join(one.approved_by)}" * bool(one.approved_by))
            return f"{have} have approved; another super-admin runs: plings registry approval approve {one.id}"
    named = " ".join(shlex.quote(f"{name}={value}") for name, value in facts.items())
    return f"ask for it: plings registry approval request {action} {named} --reason TEXT"

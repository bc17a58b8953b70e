"""What takes several people: an action with its exact facts is requested, approved, and then simply done.

Doing it spends the approval. Changing a fact after it was approved makes it another action, which nobody approved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from plings.errors import NotInRegistry, ValueRefused, shown
from plings.registry.database import Registry

FACTS: Final[dict[str, frozenset[str]]] = {
    "create_wallet": frozenset({"version_id", "version_name", "master_key_id", "environment", "security_level"}),
    "change_default_wallet": frozenset({"version_id"}),
    "grant_super_admin": frozenset({"email"}),
}
"""The actions that take approval, and the facts that each is approved by."""


@dataclass(frozen=True)
class ApprovalRequest:
    """`approvals` counts those who approved and still are super-admins, of the `needed`."""

    id: UUID
    action: str
    facts: dict[str, Any]
    reason: str
    requested_by: str
    requested_at: datetime
    approved_by: list[str]
    approvals: int
    needed: int
    status: str
    """`open`, `approved`, `expired`, `carried out` or `withdrawn`."""


def request_approval(registry: Registry, action: str, facts: dict[str, Any], *, reason: str) -> ApprovalRequest:
    """Asks for an action. Requesting is not approving; the requester may do that too, as one of several.

    Raises AccessDenied; ValueRefused with rule `approval_action` or `approval_facts`.
    """
    if action not in FACTS:
        raise ValueRefused(f"{shown(action)} takes no approval: {', '.join(FACTS)} do", "approval_action")
    if facts.keys() != FACTS[action]:
        raise ValueRefused(f"{action} is approved by {', '.join(sorted(FACTS[action]))}", "approval_facts")
    insert = "INSERT INTO approval_requests (action, facts, reason) VALUES (%s, %s, %s) RETURNING id"
    return approval_request(registry, registry.rows(insert, [action, Jsonb(facts), reason])[0]["id"])


def approve(registry: Registry, request_id: UUID) -> ApprovalRequest:
    """Approves as the acting user. Raises AccessDenied, ApprovalNeeded (`closed`); AlreadyRegistered a second time."""
    registry.rows("INSERT INTO approvals (request_id) VALUES (%s)", [request_id])
    return approval_request(registry, request_id)


def withdraw_request(registry: Registry, request_id: UUID) -> ApprovalRequest:
    """Closes a request, which cannot be carried out any more. Raises AccessDenied, ApprovalNeeded, NotInRegistry."""
    registry.rows("UPDATE approval_requests SET withdrawn_at = now() WHERE id = %s", [request_id])
    return approval_request(registry, request_id)


def approval_request(registry: Registry, request_id: UUID) -> ApprovalRequest:
    """The request of an id. Raises NotInRegistry."""
    found = registry.record(ApprovalRequest, f"{_REQUESTS} WHERE request.id = %s", [request_id])
    if found is None:
        raise NotInRegistry(f"there is no request {request_id}", "unknown_request")
    return found


def approval_requests(registry: Registry, *, closed: bool = False) -> list[ApprovalRequest]:
    """The open requests, or all of them, oldest first."""
    which = "" if closed else "WHERE carried_out_at IS NULL AND withdrawn_at IS NULL"
    return registry.records(ApprovalRequest, f"{_REQUESTS} {which} ORDER BY requested_at, request.id")


def approved(registry: Registry, action: str, facts: dict[str, Any]) -> bool:
    """Whether an action could be done now."""
    requests = [one for one in approval_requests(registry) if (one.action, one.facts) == (action, facts)]
    return any(one.status == "approved" for one in requests)


_REQUESTS: Final = """
    SELECT request.id, action, facts, reason::text AS reason, asker.email AS requested_by, requested_at,
        ARRAY(
            SELECT email FROM approvals JOIN users ON users.id = user_id
            WHERE request_id = request.id ORDER BY approved_at
        ) AS approved_by,
        standing_approvals(request.id) AS approvals, settings.approvals_needed::integer AS needed,
        CASE
            WHEN carried_out_at IS NOT NULL THEN 'carried out'
            WHEN withdrawn_at IS NOT NULL THEN 'withdrawn'
            WHEN requested_at <= now() - make_interval(hours => settings.approval_valid_hours) THEN 'expired'
            WHEN standing_approvals(request.id) >= settings.approvals_needed THEN 'approved'
            ELSE 'open'
        END AS status
    FROM approval_requests AS request JOIN users AS asker ON asker.id = requested_by CROSS JOIN settings
"""

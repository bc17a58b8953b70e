from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.output import one_line
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import Limit
from plings.cli.registry_page import facts, table, when

if TYPE_CHECKING:
    from plings.registry.audit import AuditEntry

FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings registry audit --manufacturer 2.3 --since 2026-01-01 --as ada@plings.example")(
        audit
    )


@asking
def audit(
    desk: Desk,
    name: Annotated[str | None, typer.Option("--table", metavar="NAME", help="Only of this table.")] = None,
    user: Annotated[str | None, typer.Option(metavar="EMAIL", help="Only what this user did.")] = None,
    manufacturer: Annotated[
        str | None, typer.Option(metavar="PREFIX|NAME", help="Only what is this manufacturer's.")
    ] = None,
    since: Annotated[datetime | None, typer.Option(formats=FORMATS, metavar="TIME", help="From here on (UTC),")] = None,
    until: Annotated[datetime | None, typer.Option(formats=FORMATS, metavar="TIME", help="before here (UTC).")] = None,
    limit: Limit = 100,
) -> None:
    """Show the audit trail, newest first: who changed what, from what to what. Nobody can rewrite it.

    Super-admins see all of it, an organisation's owners and admins their manufacturer's.
    """
    from plings.registry.audit import audit_trail

    found = audit_trail(
        desk.registry,
        table=name,
        user=user,
        manufacturer=manufacturer,
        since=_in_utc(since),
        until=_in_utc(until),
        limit=limit,
    )
    told = "\n\n".join(map(_told, found)) or "nothing was changed"
    desk.give({"entries": [facts(one) for one in found]}, told)


@asking
def operations(
    desk: Desk,
    manufacturer: Annotated[str, typer.Argument(metavar="NAME", help="The manufacturer's name.")],
    limit: Limit = 1000,
) -> None:
    """List what was registered, allocated and transferred for a manufacturer, in all wallets, and by whom."""
    from plings.registry.audit import operations as operations_of

    found = operations_of(desk.registry, manufacturer, limit=limit)
    rows = [
        (when(one.timestamp), one.operation, one.version_name, one.path, one.operator, one.details) for one in found
    ]
    columns = ["when", "what", "wallet", "where", "by", "details"]
    desk.give({"manufacturer": manufacturer, "operations": [facts(one) for one in found]}, table(columns, rows))


def _in_utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


def _told(entry: AuditEntry) -> str:
    who = entry.who or f"the database role {entry.database_user}"
    head = f"{when(entry.at)}  {who}  {entry.operation} {entry.table_name}  (entry {entry.id})"
    changed = {name: pair for name, pair in entry.changes.items() if pair != (None, None)}
    width = max(map(len, changed), default=0)
    is_update = entry.before is not None and entry.after is not None
    rows = [
        f"    {name:<{width}}  {f'{_text(old)} -> {_text(new)}' if is_update else _text(new if entry.after else old)}"
        for name, (old, new) in changed.items()
    ]
    return "\n".join([head, *rows])


def _text(value: Any) -> str:
    return one_line("nothing" if value is None else str(value))

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from plings.cli.options import Json
from plings.cli.output import answering
from plings.cli.registry_desk import advised, check_place
from plings.cli.registry_options import Data, Database
from plings.cli.registry_page import facts, lines
from plings.cli.registry_wallet_create import wallet_facts

if TYPE_CHECKING:
    from plings.registry.status import RegistryStatus
    from plings.registry.wallets import Wallet

NAMES = {
    "users": "users",
    "organizations": "organisations",
    "manufacturer_registry": "manufacturers",
    "path_registry": "allocations",
    "object_classes": "classes",
    "class_pointers": "class pointers",
}


@dataclass(frozen=True)
class Found:
    """`folder` is None where the server is somebody else's."""

    status: RegistryStatus
    wallets: list[Wallet]
    folder: Path | None


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings registry status --data /var/lib/plings")(status)


def status(database: Database = None, data: Data = None, as_json: Json = False) -> None:
    """Show the registry: its server, migrations, wallets, and how much is in it. Changes nothing."""
    check_place(database, data)
    with answering(as_json) as answer, advised():
        found = _look(database, data)
        answer.give(_facts(found), lines(_rows(found)))


def _look(database: str | None, data: Path | None) -> Found:
    from plings.registry import Registry, open_database
    from plings.registry.status import registry_status
    from plings.registry.wallets import wallets

    with open_database(database, data_folder=data) as (connection, embedded):
        there = registry_status(connection)
        listed = [] if there.pending_migrations else wallets(Registry(connection))
        row = connection.execute("SHOW data_directory").fetchone() if embedded else None
        return Found(there, listed, Path(row[0]).parent if row else None)


def _facts(found: Found) -> dict[str, Any]:
    folder = None if found.folder is None else str(found.folder)
    return {**facts(found.status), "wallets": [wallet_facts(one) for one in found.wallets], "data_folder": folder}


def _rows(found: Found) -> list[tuple[str, object]]:
    status = found.status
    missing = status.pending_migrations
    counts = [
        (name, f"about {status.counts[table]:,}" if table in status.estimated else status.counts[table])
        for table, name in NAMES.items()
        if table in status.counts
    ]
    wallets = [(f"wallet {one.version_name}", _wallet(one)) for one in found.wallets]
    return [
        ("server", f"PostgreSQL {status.server_version}" + (", our own" if found.folder else f", {status.host}")),
        ("data folder", found.folder),
        ("database", f"{status.database}, {status.size_bytes / 1e6:,.1f} MB"),
        ("migrations", f"{status.applied_migrations} applied"),
        ("missing", f"{', '.join(missing)}: run plings registry migrate" if missing else None),
        ("approvals", None if status.approvals_needed is None else f"{status.approvals_needed} people's"),
        *(wallets or [("wallets", "none yet")]),
        *counts,
        ("open alerts", status.open_alerts),
    ]


def _wallet(one: Wallet) -> str:
    return f"{one.status}{', the default' * one.is_default}, {one.environment}, {one.master_key_id}"

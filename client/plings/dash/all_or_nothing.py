"""Each phase is one transaction: all of it, or nothing, or what it would be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from plings.errors import StateRefused
from plings.registry import Registry
from plings.registry.database import fetch
from plings.registry.manufacturers import Manufacturer


@contextmanager
def all_or_nothing(registry: Registry, maker: Manufacturer, dry_run: bool) -> Iterator[psycopg.Connection[Any]]:
    """A transaction for one manufacturer, who is active and stays so until its end; of a dry run nothing is kept.

    Two for the same manufacturer are one after the other. Raises AccessDenied, StateRefused (`closed`).
    """
    with registry.transaction() as connection:
        fetch(connection, "SELECT require_organization_admin(%s)", [maker.organization_id])
        fetch(connection, "SELECT line_up(%s)", [maker.wallet_version])
        row = fetch(connection, _OPEN, [maker.id])[0]
        if not row["is_open"]:
            raise StateRefused(f"manufacturer {maker.prefix} or its wallet is not active", "closed")
        yield connection
        if dry_run:
            raise psycopg.Rollback()


_OPEN = """
    SELECT maker.status = 'active' AND wallet.status = 'active' AS is_open FROM manufacturer_registry AS maker
    JOIN wallet_versions AS wallet ON wallet.version_id = maker.wallet_version WHERE maker.id = %s FOR SHARE OF maker
"""

"""What a key may spend in a day, noted before anything is sent: so a keeper that is killed has spent it, too."""

from __future__ import annotations

from typing import Any, Final

import psycopg
from solders.pubkey import Pubkey

from plings.keeper.duties import Duty
from plings.registry import Registry
from plings.registry.database import fetch


def reserve(registry: Registry, payer: Pubkey, duty: Duty, most_lamports_per_day: int) -> int | None:
    """Sets aside what a duty can cost. Returns the entry's number, None where the day's budget does not allow it.

    Keepers that share a key wait for each other here. Raises RegistryErrors.
    """

    def work(connection: psycopg.Connection[Any]) -> int | None:
        key = bytes(payer)
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('plings keeper'), hashtext(%s))", [str(payer)])
        connection.execute(_FORGET, [key])
        if _spent(connection, key) + duty.most_lamports > most_lamports_per_day:
            return None
        (row,) = fetch(
            connection,
            """INSERT INTO keeper_spending (payer, lamports, payment_log, what) VALUES (%s, %s, %s, %s)
            RETURNING spending_id""",
            [key, duty.most_lamports, bytes(duty.payment_log), duty.what.value],
        )
        return int(row["spending_id"])

    return registry.attempt(work)


def settle(registry: Registry, spending_id: int, lamports: int) -> None:
    """Notes what it cost in the end; nothing where it is 0."""
    if lamports:
        registry.rows("UPDATE keeper_spending SET lamports = %s WHERE spending_id = %s", [lamports, spending_id])
    else:
        registry.rows("DELETE FROM keeper_spending WHERE spending_id = %s", [spending_id])


def spent_lamports(registry: Registry, payer: Pubkey) -> int:
    """What the key spent, or may have spent, in the last 24 hours."""
    return registry.attempt(lambda connection: _spent(connection, bytes(payer)))


def _spent(connection: psycopg.Connection[Any], payer: bytes) -> int:
    (row,) = fetch(
        connection,
        """SELECT coalesce(sum(lamports), 0)::bigint AS spent FROM keeper_spending
        WHERE payer = %s AND spent_at > now() - interval '1 day'""",
        [payer],
    )
    return int(row["spent"])


_FORGET: Final = b"DELETE FROM keeper_spending WHERE payer = %s AND spent_at < now() - interval '30 days'"

"""Each change has one entry in the trail, with the row before and after and who did it; what was refused has none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fixtures.fix_registry import copied_database
from plings.errors import PathTaken, RegistryError
from plings.registry import Registry, connect
from plings.registry.approvals import approve, request_approval
from plings.registry.paths import Wish, allocate_path, allocate_together
from plings.registry.wallets import set_default_wallet
from plings.server import EmbeddedServer
from registry.actions import ACTIONS, ACTORS, Action, derived, furnish, undone
from registry.planting import own
from registry.world import World

UNAUDITED = {
    "audit_trail": "it is the trail",
    "migrations": "what was applied, by whom owns the tables",
    "wallet_templates": "a migration's",
    "cache_secret": "a migration's",
    "wallet_health_metrics": "counts of what is in the trail",
    "cross_wallet_verifications": "a log itself, only added to",
    "global_class_pointer_registry": "rows of class_pointers again",
}


@pytest.fixture(scope="module")
def office(postgresql: EmbeddedServer, templates: dict[str, str]) -> Iterator[World]:
    with copied_database(postgresql, templates["settled"]) as url, connect(url) as connection:
        world = World.of(Registry(connection), url)
        furnish(world)
        yield world


def _trail(world: World, *, after: int) -> list[dict[str, Any]]:
    return world.ada.rows("SELECT * FROM audit_trail WHERE id > %s ORDER BY id", [after])


def _last(world: World) -> int:
    return int(world.ada.rows("SELECT coalesce(max(id), 0) AS last FROM audit_trail")[0]["last"])


ALLOWED = [(action, actor) for action in ACTIONS for actor in ACTORS if actor in action.allowed]


@pytest.mark.parametrize(("action", "actor"), ALLOWED, ids=lambda one: str(one))
def test_a_change_has_one_entry(office: World, action: Action, actor: str) -> None:
    registry: Registry = getattr(office, actor)
    all_before = _snapshot(office, action.table)
    with undone(registry):
        last = _last(office)
        registry.rows(action.sql)
        (entry,) = _trail(office, after=last)
        all_after = _snapshot(office, action.table)
        facts = office.ada.row("SELECT session_user AS login, pg_current_xact_id() AS transaction, now() AS began")
    assert facts is not None
    operation = action.audited_as or action.operation
    assert (entry["table_name"], entry["operation"]) == (action.table, operation)
    assert (entry["user_id"], entry["database_role"]) == (registry.user_id, "plings_application")
    assert (entry["database_user"], entry["transaction_id"]) == (facts["login"], facts["transaction"])
    assert entry["at"] >= facts["began"]
    if operation == "LOAD":
        assert (entry["before"], entry["after"]["count"]) == (None, 1)
        assert entry["after"]["first_path"] == entry["after"]["last_path"] == "2.3.5"
        return
    gone = [row for row in all_before if row not in all_after]
    come = [row for row in all_after if row not in all_before]
    assert [entry["before"]] == (gone or [None])
    assert [entry["after"]] == (come or [None])


def _snapshot(world: World, table: str) -> list[dict[str, Any]]:
    """A picture's bytes and a run's leaves are not in the trail: digest and root stand for them."""
    select = f"SELECT to_jsonb(t) - 'body' - 'leaves' AS row FROM {table} AS t"
    return [row["row"] for row in world.ada.rows(select)]


def test_every_table_is_in_the_trail_or_has_a_reason(office: World) -> None:
    select = """
        SELECT relname AS name FROM pg_class
        WHERE relnamespace = 'registry'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    """
    tables = {row["name"] for row in own(office.ada, select)} - derived()
    traced = {action.table for action in ACTIONS} | {"settings", "collision_resolutions"}
    assert tables == traced | set(UNAUDITED)
    triggers = """
        SELECT DISTINCT relname AS name FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE tgfoid IN (
            'note_change()'::regprocedure, 'note_pointer_changes()'::regprocedure,
            'note_picture_change()'::regprocedure, 'note_printed_run()'::regprocedure
        ) AND NOT relispartition
    """
    of_dash_migrations = {"dash_migrations", "dash_classes"}  # see tests/dash
    assert {row["name"] for row in own(office.ada, triggers)} == traced | of_dash_migrations


def test_what_the_owner_changes_is_in_the_trail_too(office: World) -> None:
    with office.nobody.connection.transaction(force_rollback=True):
        last = _last(office)
        own(office.nobody, "UPDATE settings SET approvals_needed = 3")
        (entry,) = _trail(office, after=last)
    assert (entry["table_name"], entry["user_id"], entry["database_role"]) == ("settings", None, "plings")
    assert (entry["before"]["approvals_needed"], entry["after"]["approvals_needed"]) == (2, 3)


def test_what_was_refused_is_not_in_the_trail(office: World) -> None:
    last = _last(office)
    for action in ACTIONS:
        for actor in ACTORS:
            if actor not in action.allowed:
                with pytest.raises(RegistryError):
                    getattr(office, actor).rows(action.sql)
    for work in (
        lambda: allocate_path(office.ida, "2.3.2.4"),
        lambda: allocate_together(office.ida, [Wish("2.3.8"), Wish("2.3.2.4")]),
    ):
        with pytest.raises(PathTaken):
            work()
    assert _trail(office, after=last) == []


def test_a_new_default_wallet_has_an_entry_for_each_row_that_it_changes(office: World) -> None:
    with undone(office.ada):
        office.ada.rows("UPDATE wallet_versions SET status = 'active' WHERE version_id = 2")
        request = request_approval(office.ada, "change_default_wallet", {"version_id": 2}, reason="it is full")
        approve(office.ada, request.id)
        approve(office.bea, request.id)
        last = _last(office)
        set_default_wallet(office.ada, 2)
        entries = [(one["table_name"], (one["after"] or {}).get("version_id")) for one in _trail(office, after=last)]
    assert entries == [("wallet_versions", 1), ("approval_requests", None), ("wallet_versions", 2)]


def test_counting_allocations_is_no_change_of_the_wallet(office: World) -> None:
    with undone(office.ida):
        last = _last(office)
        allocate_path(office.ida, "2.3.9")
        assert [one["table_name"] for one in _trail(office, after=last)] == ["path_registry"]

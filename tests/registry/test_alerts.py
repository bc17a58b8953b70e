"""Alerts: who sees and resolves them, and that who listens hears every one once."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from shutil import rmtree
from uuid import UUID, uuid4

import psycopg
import pytest

from fixtures.fix_registry import new_folder
from plings.errors import AccessDenied, NotInRegistry, RegistryError, StateRefused
from plings.registry import Registry, connect, migrate
from plings.registry.alerts import Alert, alerts, listen, resolve_alert
from plings.registry.people import add_user, organization
from plings.server import running_server
from registry.planting import own, raise_alert
from registry.world import World


@pytest.fixture
def ikea(world: World) -> UUID:
    return organization(world.ada, "IKEA").id


def messages(registry: Registry, **which: object) -> list[str]:
    return [one.message for one in alerts(registry, **which)]  # type: ignore[arg-type]


def test_super_admins_see_all_alerts_and_others_their_organisation_s(world: World, ikea: UUID) -> None:
    raise_alert(world.ada, "of IKEA", organization=ikea)
    raise_alert(world.ada, "of the platform")
    assert messages(world.ada) == ["of the platform", "of IKEA"]
    assert messages(world.ida) == messages(world.ivo) == ["of IKEA"]
    assert messages(world.abe) == []
    with pytest.raises(AccessDenied, match="nobody_acts"):
        alerts(world.nobody)


def test_alerts_of_one_key_are_one_until_it_is_resolved(world: World) -> None:
    call = "SELECT raise_alert('LATE', 'LOW', 'it is late', '{}', 'a train')"
    for _ in range(3):
        world.ada.rows(call)
    (only,) = alerts(world.ada)
    resolve_alert(world.ada, only.id)
    world.ada.rows(call)
    assert len(alerts(world.ada)) == 1 and len(alerts(world.ada, open_only=False)) == 2


def test_alerts_are_asked_for_by_severity_and_type(world: World) -> None:
    for kind, severity in (("FIRE", "CRITICAL"), ("SMOKE", "HIGH"), ("FOG", "LOW")):
        world.ada.rows("SELECT raise_alert(%s, %s, %s, '{}')", [kind, severity, kind.lower()])
    assert messages(world.ada, severity="HIGH") == ["smoke"]
    assert messages(world.ada, alert_type="FIRE") == ["fire"]
    assert messages(world.ada, limit=2) == ["fog", "smoke"]


def test_an_alert_is_resolved_once_and_it_is_said_by_whom(world: World, ikea: UUID) -> None:
    raise_alert(world.ada, organization=ikea)
    (alert,) = alerts(world.ida)
    resolved = resolve_alert(world.ina, alert.id)
    assert (resolved.resolved_by, resolved.resolved_at is not None) == (world.ina.user_id, True)
    assert messages(world.ida) == [] and messages(world.ida, open_only=False) == ["look"]
    with pytest.raises(StateRefused, match="resolved"):
        resolve_alert(world.ada, alert.id)
    with pytest.raises(NotInRegistry):
        resolve_alert(world.ada, uuid4())
    noted = own(world.ada, "SELECT user_id FROM audit_trail WHERE table_name = 'system_alerts'")
    assert [one["user_id"] for one in noted] == [world.ina.user_id]


def test_only_who_looks_after_it_resolves_an_alert(world: World, ikea: UUID) -> None:
    raise_alert(world.ada, organization=ikea)
    (of_ikea,) = alerts(world.ida)
    raise_alert(world.ada, "of the platform")
    of_platform = alerts(world.ada)[0]
    for who, alert in ((world.ivo, of_ikea), (world.abe, of_ikea), (world.nobody, of_ikea), (world.ida, of_platform)):
        with pytest.raises(AccessDenied):
            resolve_alert(who, alert.id)
    assert len(alerts(world.ada)) == 2


def test_what_an_alert_says_and_who_resolved_it_stays(world: World) -> None:
    raise_alert(world.ada)
    resolve_alert(world.ada, alerts(world.ada)[0].id)
    before = own(world.ada, "SELECT * FROM system_alerts")
    for change in (
        "UPDATE system_alerts SET resolved_by = (SELECT id FROM users WHERE email = 'bea@plings.example')",
        "UPDATE system_alerts SET resolved_at = NULL",
        "UPDATE system_alerts SET message = 'nothing'",
        "UPDATE system_alerts SET severity = 'LOW'",
        "DELETE FROM system_alerts",
        "TRUNCATE system_alerts",
        "INSERT INTO system_alerts (alert_type, severity, message) VALUES ('A_B', 'LOW', 'made up')",
    ):
        with suppress(RegistryError):
            world.bea.rows(change)
        if not change.startswith("INSERT"):  # the owner of the tables raises what alerts it likes
            with suppress(RegistryError):
                own(world.bea, change)
    assert own(world.ada, "SELECT * FROM system_alerts") == before


def test_what_is_told_to_all_listeners_of_the_database_is_no_more_than_that_there_is_an_alert(world: World) -> None:
    with psycopg.connect(world.url, autocommit=True) as stranger:
        stranger.execute("LISTEN plings_alerts")
        raise_alert(world.ada, "a secret", details={"key": "a secret"})
        (told,) = stranger.notifies(timeout=5, stop_after=1)
    assert told.payload == str(alerts(world.ada)[0].id)


@contextmanager
def heard(registry: Registry) -> Iterator[queue.Queue[Alert]]:
    """What somebody hears who listens in a thread."""
    stop: threading.Event = threading.Event()
    got: queue.Queue[Alert] = queue.Queue()
    news = listen(registry, stop=stop)
    thread = threading.Thread(target=lambda: [got.put(alert) for alert in news])
    thread.start()
    try:
        yield got
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


def cut_off(registry: Registry) -> None:
    """Ends all connections to the database but the registry's own."""
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    while own(registry, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"):
        pass


def test_who_listens_hears_each_alert_that_it_may_see(world: World, ikea: UUID) -> None:
    raise_alert(world.ada, "long ago", organization=ikea)
    with heard(world.ivo) as got:
        raise_alert(world.ada, "of the platform")
        raise_alert(world.ada, "first", organization=ikea)
        raise_alert(world.ada, "second", organization=ikea)
        assert [got.get(timeout=10).message for _ in range(2)] == ["first", "second"]
        assert got.empty()


def test_who_listens_can_begin_with_what_is_open(world: World) -> None:
    raise_alert(world.ada, "resolved")
    resolve_alert(world.ada, alerts(world.ada)[0].id)
    raise_alert(world.ada, "open")
    stop = threading.Event()
    news = listen(world.ada, stop=stop, open_first=True)
    assert next(news).message == "open"
    raise_alert(world.ada, "new")
    assert next(news).message == "new"
    stop.set()
    assert list(news) == []


def test_an_alert_that_commits_late_is_heard_too(world: World) -> None:
    with connect(world.url) as other, heard(world.ada) as got:
        with Registry(other, world.bea.user_id).transaction() as transaction:
            transaction.execute("SELECT raise_alert('LATE', 'LOW', 'began first', '{}')")
            raise_alert(world.ada, "committed first")
            assert got.get(timeout=10).message == "committed first"
        assert got.get(timeout=10).message == "began first"
        assert got.empty()


def test_what_was_raised_while_the_connection_was_lost_is_heard_once(world: World) -> None:
    with heard(world.ada) as got:
        raise_alert(world.ada, "before")
        assert got.get(timeout=10).message == "before"
        cut_off(world.ada)
        raise_alert(world.ada, "meanwhile")
        assert got.get(timeout=10).message == "meanwhile"
        raise_alert(world.ada, "after")
        assert got.get(timeout=10).message == "after"
        assert got.empty()


def test_who_listens_outlives_the_server() -> None:
    folder = new_folder()
    try:
        with ExitStack() as until_the_end:
            with running_server(folder) as server, connect(url := server.conninfo(database="postgres")) as connection:
                migrate(connection)
                add_user(Registry(connection), "ada@plings.example", super_admin=True)
                ada = Registry(connection).acting("ada@plings.example")
                got = until_the_end.enter_context(heard(ada))
                raise_alert(ada, "before")
                assert got.get(timeout=10).message == "before"
            with running_server(folder), connect(url) as connection:
                raise_alert(Registry(connection, ada.user_id), "after")
                assert got.get(timeout=20).message == "after"
    finally:
        rmtree(folder)


def test_nobody_cannot_listen(world: World) -> None:
    with pytest.raises(AccessDenied):
        listen(world.nobody)

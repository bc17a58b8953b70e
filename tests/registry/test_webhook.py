"""Alerts to a webhook, over real HTTP: every one arrives, signed, whatever the other side does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from plings.errors import AccessDenied, SettingsError
from plings.registry import Registry, connect
from plings.registry.alerts import alerts, deliver_alerts, keep_delivering
from plings.registry.webhook import Delivery, Patience, Webhook, is_signed_by, signature
from registry.planting import own, own_role, raise_alert
from registry.receiver import Receiver, Request, receiver
from registry.world import World

SECRET = "a secret of this test"
QUICK = Patience(answer=2, first_wait=30)


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


def deliver(world: World, hook: Receiver) -> list[Delivery]:
    return deliver_alerts(world.ada, hook.url, secret=SECRET, patience=QUICK)


def make_due(world: World) -> None:
    """The wait is over."""
    own(world.ada, "UPDATE system_alerts SET next_attempt_at = now() - interval '1 second'")


def test_each_alert_is_told_once_as_signed_json(world: World, hook: Receiver) -> None:
    raise_alert(world.ada, "Ünïcode \u2028 of all kinds", details={"path": "2.3.2"})
    assert [one.failure for one in deliver(world, hook)] == [None]
    assert deliver(world, hook) == []
    (request,) = hook.requests
    alert = alerts(world.ada)[0]
    assert alert.delivered_at is not None and alert.delivery_attempts == 1
    assert request.alert == {
        "id": str(alert.id),
        "alert_type": alert.alert_type,
        "severity": "HIGH",
        "message": "Ünïcode \u2028 of all kinds",
        "details": {"details": {"path": "2.3.2"}},
        "organization_id": None,
        "created_at": alert.created_at.isoformat(),
        "resolved_at": None,
        "withdrawn_at": None,
        "attempt": 1,
    }
    assert request.headers["Plings-Alert"] == str(alert.id)
    header = request.headers["Plings-Signature"]
    assert is_signed_by(SECRET, header, request.body)
    assert not is_signed_by(SECRET, header, request.body + b" ")
    assert not is_signed_by(SECRET + "!", header, request.body)
    assert not is_signed_by(SECRET, header, request.body, now=time.time() + 301)


@pytest.mark.parametrize("header", ["", "t=,v1=", "t=x,v1=00", "v1=00", "t=1" + 99 * "0" + ",v1=0", "t=1,v1=é"])
def test_a_malformed_signature_is_none(header: str) -> None:
    assert not is_signed_by(SECRET, header, b"{}", now=1)


def test_a_signature_is_the_hmac_that_others_compute() -> None:
    # openssl dgst -sha256 -hmac 'a secret of this test' <<< of '1700000000.{"a":1}'
    made = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", SECRET], input=b'1700000000.{"a":1}', capture_output=True, check=True
    )
    assert signature(b'{"a":1}', SECRET, 1_700_000_000) == f"t=1700000000,v1={made.stdout.split()[-1].decode()}"


def test_without_a_secret_nothing_is_signed(world: World, hook: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLINGS_WEBHOOK_SECRET", raising=False)
    raise_alert(world.ada)
    deliver_alerts(world.ada, hook.url)
    monkeypatch.setenv("PLINGS_WEBHOOK_SECRET", SECRET)
    raise_alert(world.ada)
    deliver_alerts(world.ada, hook.url)
    assert ["Plings-Signature" in request.headers for request in hook.requests] == [False, True]


def test_what_was_not_accepted_is_told_again_after_a_wait(world: World, hook: Receiver) -> None:
    statuses = [500, 503, 404, 301, 307, 308]
    hook.answer = lambda request: statuses[request.order] if request.order < len(statuses) else 200
    for _ in statuses:
        raise_alert(world.ada)
    failed = deliver(world, hook)
    assert sorted(str(one.failure) for one in failed) == sorted(f"127.0.0.1 answered HTTP {one}" for one in statuses)
    assert {one.delivery_error for one in alerts(world.ada)} == {one.failure for one in failed}
    assert deliver(world, hook) == []  # not at once
    make_due(world)
    assert [(one.attempt, one.failure) for one in deliver(world, hook)] == 6 * [(2, None)]
    assert {request.path for request in hook.requests} == {"/"}  # and nowhere that it was redirected to
    assert all(one.delivered_at and one.delivery_error is None for one in alerts(world.ada))


def test_waits_double_up_to_the_longest(world: World, hook: Receiver) -> None:
    hook.answer = lambda _: 500
    raise_alert(world.ada)
    patience = Patience(answer=1, first_wait=30, longest_wait=3600)
    waits = []
    for _ in range(9):
        deliver_alerts(world.ada, hook.url, patience=patience)
        row = own(world.ada, "SELECT extract(epoch FROM next_attempt_at - now())::float AS wait FROM system_alerts")[0]
        waits.append(round(row["wait"], -1))
        make_due(world)
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    own(world.ada, "UPDATE system_alerts SET delivery_attempts = 2147483000")
    (delivery,) = deliver_alerts(world.ada, hook.url, patience=patience)
    assert delivery.attempt == 2147483001


def test_one_that_fails_or_hangs_holds_up_no_other(world: World, hook: Receiver) -> None:
    hook.answer = lambda request: {"hangs": None, "fails": 500}.get(request.alert["message"], 200)
    for message in ("hangs", "fails", *(f"good {number}" for number in range(20))):
        raise_alert(world.ada, message)
    began = time.monotonic()
    outcome = {one.alert_id: one.failure for one in deliver(world, hook)}
    assert time.monotonic() - began < 10
    failures = {one.message: outcome[one.id] for one in alerts(world.ada)}
    assert failures.pop("hangs").startswith("127.0.0.1 gave no answer (")
    assert failures.pop("fails") == "127.0.0.1 answered HTTP 500"
    assert set(failures.values()) == {None} and len(failures) == 20


def test_an_alert_can_be_resolved_while_its_delivery_hangs(world: World, hook: Receiver) -> None:
    hook.answer = lambda _: None
    raise_alert(world.ada)
    with connect(world.url) as connection:
        other = Registry(connection).acting("ada@plings.example")
        call = {"secret": SECRET, "patience": Patience(answer=3, first_wait=3)}
        sender = threading.Thread(target=deliver_alerts, args=(other, hook.url), kwargs=call)
        sender.start()
        hook.wait_for(1)
        began = time.monotonic()
        world.ada.rows("UPDATE system_alerts SET resolved_at = now()")
        assert time.monotonic() - began < 1
        hook.closing.set()
        sender.join(10)


def test_nobody_there_is_a_failure_like_others(world: World) -> None:
    raise_alert(world.ada)
    with receiver() as gone:
        pass
    (failed,) = deliver_alerts(world.ada, gone.url + "/token-in-the-path", secret=SECRET, patience=QUICK)
    assert failed.failure == "127.0.0.1 gave no answer (ConnectError)"


def test_those_who_deliver_at_once_do_not_double(world: World, hook: Receiver) -> None:
    for number in range(60):
        raise_alert(world.ada, str(number))
    hook.answer = lambda _: time.sleep(0.02) or 200

    def work() -> None:
        with connect(world.url) as connection:
            deliver_alerts(Registry(connection), hook.url, secret=SECRET)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(hook.messages, key=int) == [str(number) for number in range(60)]


def test_an_alert_whose_sender_is_killed_before_it_notes_that_comes_again(world: World, hook: Receiver) -> None:
    raise_alert(world.ada, "important")
    script = (
        "import sys; from plings.registry import *; from plings.registry.alerts import *\n"
        "with connect(sys.argv[1]) as c: deliver_alerts(Registry(c), sys.argv[2], patience=Patience(20, 30))"
    )
    sender = subprocess.Popen([sys.executable, "-c", script, world.url, hook.url])

    def kill(request: Request) -> int:
        if request.order == 0:
            os.kill(sender.pid, signal.SIGKILL)
            sender.wait()
        return 200

    hook.answer = kill
    hook.wait_for(1, 60)
    sender.wait(30)
    alert = alerts(world.ada)[0]
    assert sender.returncode == -signal.SIGKILL
    assert (alert.delivered_at, alert.delivery_attempts) == (None, 1)
    assert deliver(world, hook) == []  # it may be on its way still
    make_due(world)
    assert [one.attempt for one in deliver(world, hook)] == [2]
    assert [request.headers["Plings-Alert"] for request in hook.requests] == 2 * [str(alert.id)]


def test_what_is_raised_later_is_delivered_too_and_over_a_lost_connection(world: World, hook: Receiver) -> None:
    stop, outcome = threading.Event(), []
    with connect(world.url) as connection:
        keeper = threading.Thread(
            target=keep_delivering,
            args=(Registry(connection), hook.url, stop),
            kwargs={"every_seconds": 0.05, "secret": SECRET, "on_delivery": outcome.append},
        )
        keeper.start()
        raise_alert(world.ada, "first")
        hook.wait_for(1)
        own(
            world.ada,
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """,
        )
        raise_alert(world.ada, "second")
        hook.wait_for(2)
        stop.set()
        keeper.join(20)
    assert hook.messages == ["first", "second"] and not keeper.is_alive()
    assert all(one.failure is None for one in outcome)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hook",
        "http://127.0.0.1.example.org/",
        "http://localhost.example.org/",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "ftp://localhost/",
        "localhost",
        "https://",
        "https://[::1",
        "//example.org",
        "",
        "file:///etc/passwd",
        "https://exa\nmple.org/",
    ],
)
def test_alerts_go_nowhere_in_the_clear(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Webhook(url, SECRET)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["https://example.org/hook?key=1", "http://localhost:8080/", "http://127.0.0.1/", "http://[::1]:80/"]
)
def test_alerts_go_over_https_or_to_this_machine(url: str) -> None:
    assert "key" not in Webhook(url, SECRET).name


def test_a_weak_secret_and_a_wait_too_short_are_refused() -> None:
    with pytest.raises(SettingsError, match="16 bytes"):
        Webhook("https://example.org", "short")
    with pytest.raises(SettingsError, match="again"):
        Webhook("https://example.org", SECRET, Patience(answer=10, first_wait=5))


def test_a_manufacturer_s_own_role_delivers_nothing(world: World, hook: Receiver) -> None:
    raise_alert(world.ada)
    with own_role(world.ada, "IKEA") as role, pytest.raises(AccessDenied):
        deliver_alerts(Registry(world.ada.connection, world.ida.user_id, role), hook.url, secret=SECRET)
    assert hook.requests == []

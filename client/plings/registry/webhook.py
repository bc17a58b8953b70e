"""Alerts to a webhook: JSON by POST, at least once each, signed.

A receiver answers 2xx when it has an alert, and knows one that came twice by its `Plings-Alert` header. With a secret,
`Plings-Signature: t={unix seconds},v1={hex}` is the HMAC-SHA256 of `{t}.{body}`: see `is_signed_by`.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from threading import Event
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from plings.errors import DatabaseUnavailable, SettingsError
from plings.registry.database import Registry, Row
from plings.registry.sessions import Sessions

SECRET_VARIABLE: Final = "PLINGS_WEBHOOK_SECRET"
SHORTEST_SECRET_BYTES: Final = 16
AT_ONCE: Final = 8
"""Alerts that are under way to a webhook at the same time."""

log = logging.getLogger("plings.registry")


@dataclass(frozen=True)
class Patience:
    """In seconds: how long a webhook has for its answer, and the wait between attempts, which doubles each time.

    The first wait is also how long an alert is out of reach when the process that sends it is killed.
    """

    answer: float = 10.0
    first_wait: float = 30.0
    longest_wait: float = 3600.0


@dataclass(frozen=True)
class Delivery:
    """One attempt, the `attempt`-th of this alert. `failure` is why it failed, in one line, or None."""

    alert_id: UUID
    alert_type: str
    attempt: int
    failure: str | None


class Webhook:
    """Where alerts go. Raises SettingsError for an address that is not https, but for this machine's own, or for a
    secret under 16 bytes. Its `name` is fit to show; the address may hold a key."""

    def __init__(self, url: str, secret: str | None = None, patience: Patience | None = None) -> None:
        self._url = _checked(url)
        self.name = self._url.host
        self.patience = patience or Patience()
        if self.patience.first_wait < self.patience.answer:
            raise SettingsError("an alert must not be sent again while an answer to it may come")
        chosen = os.environ.get(SECRET_VARIABLE) if secret is None else secret
        if chosen and len(chosen.encode()) < SHORTEST_SECRET_BYTES:
            raise SettingsError(f"the webhook's secret ({SECRET_VARIABLE}) has under {SHORTEST_SECRET_BYTES} bytes")
        self._secret = chosen or None

    async def send(self, alerts: list[Row]) -> list[Delivery]:
        """Tells of all of them at once; none waits for another."""
        async with httpx.AsyncClient(
            timeout=self.patience.answer, follow_redirects=False, trust_env=not _is_local(self.name)
        ) as client:
            return list(await asyncio.gather(*(self._send_one(client, alert) for alert in alerts)))

    async def _send_one(self, client: httpx.AsyncClient, alert: Row) -> Delivery:
        body = json.dumps(_told(alert), separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "plings", "Plings-Alert": str(alert["id"])}
        if self._secret:
            headers["Plings-Signature"] = signature(body, self._secret, int(time.time()))
        failure: str | None = None
        try:
            # the answer's text is of no interest, and may never end
            async with (
                asyncio.timeout(self.patience.answer),
                client.stream("POST", self._url, content=body, headers=headers) as response,
            ):
                if not response.is_success:
                    failure = f"{self.name} answered HTTP {response.status_code}"
        except (httpx.HTTPError, TimeoutError, UnicodeError, OSError) as error:
            failure = f"{self.name} gave no answer ({type(error).__name__})"
        return Delivery(alert["id"], alert["alert_type"], alert["delivery_attempts"], failure)


def deliver_alerts(
    registry: Registry, url: str, *, secret: str | None = None, patience: Patience | None = None
) -> list[Delivery]:
    """Sends all alerts that are due, each once, and notes what became of it. What failed is due again later.

    Several may do this at once. The secret is that of PLINGS_WEBHOOK_SECRET if none is given; without any nothing is
    signed. Not for inside an event loop. Raises SettingsError; AccessDenied for a manufacturer's own role.
    """
    webhook = Webhook(url, secret, patience)
    deliveries: list[Delivery] = []
    while claimed := _claim(registry, webhook.patience):
        for delivery in asyncio.run(webhook.send(claimed)):
            registry.rows("SELECT note_delivery(%s, %s)", [delivery.alert_id, delivery.failure])
            deliveries.append(delivery)
    return deliveries


def keep_delivering(
    registry: Registry,
    url: str,
    stop: Event,
    *,
    every_seconds: float = 2.0,
    secret: str | None = None,
    patience: Patience | None = None,
    on_delivery: Callable[[Delivery], None] = lambda _: None,
) -> None:
    """Delivers until `stop` is set, over connections of its own, also across restarts of the database.

    Raises as `deliver_alerts` does.
    """
    sessions = Sessions.like(registry)
    while not stop.is_set():
        try:
            with sessions.another() as own:
                while not stop.is_set():
                    for delivery in deliver_alerts(own, url, secret=secret, patience=patience):
                        on_delivery(delivery)
                    stop.wait(every_seconds)
        except DatabaseUnavailable as error:
            log.warning("delivering alerts: %s", error)
            stop.wait(every_seconds)


def signature(body: bytes, secret: str, at: int) -> str:
    """The signature header of a body, made at a time in unix seconds."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, sha256).hexdigest()
    return f"t={at},v1={digest}"


def is_signed_by(secret: str, header: str, body: bytes, *, now: float | None = None, within_seconds: int = 300) -> bool:
    """Whether a signature header is that of a body, and was made lately: for receivers."""
    at = header.partition(",")[0].removeprefix("t=")
    if not (at.isascii() and at.isdigit() and len(at) < 12):
        return False
    recent = abs((time.time() if now is None else now) - int(at)) <= within_seconds
    return hmac.compare_digest(signature(body, secret, int(at)).encode(), header.encode()) and recent


def _claim(registry: Registry, patience: Patience) -> list[Row]:
    select = "SELECT * FROM claim_alerts(%s, make_interval(secs => %s), make_interval(secs => %s))"
    return registry.rows(select, [AT_ONCE, patience.first_wait, patience.longest_wait])


def _told(alert: Row) -> Row:
    """What a receiver is told. Times are ISO 8601 in UTC."""
    return {
        "id": str(alert["id"]),
        "alert_type": alert["alert_type"],
        "severity": alert["severity"],
        "message": alert["message"],
        "details": alert["details"],
        "organization_id": alert["organization_id"] and str(alert["organization_id"]),
        "created_at": alert["created_at"].isoformat(),
        "resolved_at": alert["resolved_at"] and alert["resolved_at"].isoformat(),
        "withdrawn_at": alert["withdrawn_at"] and alert["withdrawn_at"].isoformat(),
        "attempt": alert["delivery_attempts"],
    }


def _checked(text: str) -> httpx.URL:
    try:
        urlsplit(text)  # sees brackets out of place, which httpx does not
        url = httpx.URL(text)
        fit = bool(url.host)
    except (ValueError, TypeError, httpx.InvalidURL) as error:
        raise SettingsError("the webhook's address is malformed") from error
    if not fit or not (url.scheme == "https" or (url.scheme == "http" and _is_local(url.host))):
        raise SettingsError("the webhook's address starts with https:// and names a host")
    return url


def _is_local(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

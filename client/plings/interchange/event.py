"""EPCIS 2.0 events (JSON-LD): that objects came to be, and that one was sold (GS1 EPCIS 2.0, 7.4.2; CBV 2.0).

Only what we know is said. An event's id is the hash of all that it says, so the same event made again is the same one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from plings.errors import EventError
from plings.interchange.event_hash import event_hash

EPCIS_CONTEXT: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
PREFIX: Final = "plings"
NAMESPACE: Final = "https://s.plings.io/ns/"
"""Of our own members in events. Nothing has to answer there: it is a name."""

PAYMENT: Final = f"{NAMESPACE}payment"
"""The type of our business transactions: CBV has orders and invoices, and none for what was paid."""

MOST_EPCS: Final = 1_000
"""Of one event, if the caller says nothing else: about 60 kB. Stores take events as a whole."""

LATEST_UNIX: Final = 253_402_300_799
"""The last second of the year 9999."""


@dataclass(frozen=True, slots=True)
class ObjectEvent:
    """What happened to the objects named by `epcs`, at `at_unix` (unix seconds).

    `payment` is a URI. `ilmd` are master data of objects that came to be, `more` our other members:
    names without the prefix, texts or whole numbers. Raises EventError with rule `no_epcs`, `repeated_epc`, `time` or
    `numeric_text`.
    """

    action: str
    business_step: str
    disposition: str
    epcs: tuple[str, ...]
    at_unix: int
    payment: str | None = None
    ilmd: dict[str, str] = field(default_factory=dict)
    more: dict[str, str | int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.epcs:
            raise EventError(self.business_step, "no_epcs", "it is of no object")
        if len(set(self.epcs)) < len(self.epcs):
            raise EventError(self.business_step, "repeated_epc", "an object is in it twice")
        if not 0 <= self.at_unix <= LATEST_UNIX:
            raise EventError(self.at_unix, "time", "it is at no second from 1970 to 9999")
        for text in (*self.ilmd.values(), *self.more.values()):
            if isinstance(text, str) and _reads_as_number(text):  # whoever hashes would take it for one
                raise EventError(text, "numeric_text", "a text of an event must not read as a number")

    @property
    def id(self) -> str:
        """`ni:///sha-256;…?ver=CBV2.0` (CBV 2.0, 8.9; RFC 6920)."""
        return event_hash(self.body, {PREFIX: NAMESPACE})

    @property
    def body(self) -> dict[str, Any]:
        """The event without its id, members as in JSON."""
        body: dict[str, Any] = {
            "type": "ObjectEvent",
            "eventTime": iso(self.at_unix),
            "eventTimeZoneOffset": "+00:00",
            "epcList": list(self.epcs),
            "action": self.action,
            "bizStep": self.business_step,
            "disposition": self.disposition,
        }
        if self.payment is not None:
            body["bizTransactionList"] = [{"type": PAYMENT, "bizTransaction": self.payment}]
        if self.ilmd:
            body["ilmd"] = _prefixed(self.ilmd)
        return {**body, **_prefixed(self.more)}

    @property
    def members(self) -> dict[str, Any]:
        """The event as in JSON."""
        body = self.body
        return {"type": body.pop("type"), "eventID": self.id, **body}


def iso(unix: int) -> str:
    """A moment as an event has it: UTC, to the millisecond."""
    return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _prefixed(facts: dict[str, Any]) -> dict[str, Any]:
    return {f"{PREFIX}:{name}": value for name, value in facts.items()}


def _reads_as_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True

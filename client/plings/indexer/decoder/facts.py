"""What a transaction did, in the form in which it is stored: one fact for each leaf and each other event."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Content(NamedTuple):
    """What a leaf says, without what only the log knows: event and instruction tell it alike."""

    kind: int
    payment_log: bytes
    actor: bytes
    owner: bytes | None
    """None for a payment, whose owner is its actor"""
    amount: int
    pointer: bytes
    address: bytes
    path: str


class LeafFact(NamedTuple):
    """A leaf that an instruction put into a payment log. None is what nobody told."""

    top: int
    inner: int
    content: Content
    number: int | None
    timestamp: int
    platform: int | None
    slot_rent: int | None


class EventFact(NamedTuple):
    """Any other event. `ordinal` counts those of one instruction; `body` is fit for JSON."""

    top: int
    inner: int
    ordinal: int
    name: str
    subject: bytes
    is_partial: bool
    """whether it is the instruction's, which does not tell all fields"""
    identity: tuple[bytes, bytes, str] | None
    """pointer, address and path of the object, where it names one"""
    owner: bytes | None
    """who owns the object from then on, or was seen to"""
    body: dict[str, Any]


@dataclass(slots=True)
class Decoded:
    """All facts of a transaction, and where its logs and its instructions disagree."""

    leaves: list[LeafFact] = field(default_factory=list)
    events: list[EventFact] = field(default_factory=list)
    disagreements: list[str] = field(default_factory=list)

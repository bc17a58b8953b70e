"""What an event leaves behind: into which table its facts go, and what must be worked out again because of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from solders.pubkey import Pubkey

from plings.program import pda
from plings.proofs import Kind

Subject = Callable[[Mapping[str, Any]], bytes]
"""From an event's fields to the account whose state it changes."""

IDENTITY: Final = ("path", "class_pointer", "solana_address")
"""The fields that say which object an event is of."""


@dataclass(frozen=True)
class LeafProjector:
    """For an event that is a leaf of a payment log: a row of `payment_leaves`, which touches its log and its object.

    The names are those of the event's fields; None where it has no such field.
    """

    event: str
    kind: Kind
    actor: str
    owner: str | None = None
    amount: str | None = None
    platform: str | None = None
    slot_rent: str | None = None


@dataclass(frozen=True)
class EventProjector:
    """For any other event: a row of `chain_events`, which touches the account that is its subject."""

    event: str
    subject: Subject
    owner: str | None = None
    """the field that says who owns the object from then on, or was seen to"""


def account(field: str) -> Subject:
    """The subject is the account that a field names."""
    return lambda fields: bytes(fields[field])


def platform(_: Mapping[str, Any]) -> bytes:
    """The subject is the platform's Config."""
    return bytes(pda.config_address())


def sponsor_pool(fields: Mapping[str, Any]) -> bytes:
    """The subject is the pool of the manufacturer that a field names."""
    return _pool_of(bytes(fields["manufacturer"]))


@lru_cache(maxsize=4096)
def _pool_of(manufacturer: bytes) -> bytes:
    return bytes(pda.sponsor_pool_address(Pubkey(manufacturer)))

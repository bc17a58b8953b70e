"""The id of an event: the hash of its canonical text, by which two parties know the same event (GS1 CBV 2.0, 8.9).

Of the standard's canonical order this holds the members that our events have, and refuses every other, so that no id
leaves something out. Two other implementations make the same ids of the same events (tests/interchange).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from plings.errors import EventError

VOCABULARY: Final = "https://ref.gs1.org/cbv/"

_ORDER: Final = (
    "eventTime",
    "eventTimeZoneOffset",
    "epcList",
    "action",
    "bizStep",
    "disposition",
    "bizTransactionList",
    "ilmd",
)


def event_hash(event: Mapping[str, Any], namespaces: Mapping[str, str]) -> str:
    """`ni:///sha-256;{hex}?ver=CBV2.0` of an event as in JSON; `namespaces` are those of prefixed members.

    Raises EventError with rule `unknown_member`.
    """
    return f"ni:///sha-256;{sha256(canonical_text(event, namespaces).encode()).hexdigest()}?ver=CBV2.0"


def canonical_text(event: Mapping[str, Any], namespaces: Mapping[str, str]) -> str:
    """What an event's id hashes."""
    own = {name: value for name, value in event.items() if ":" in name}
    strange = set(event) - set(own) - {"type", "eventID", *_ORDER}
    if strange:
        raise EventError(min(strange), "unknown_member", "no rule says where an event's id has it")
    parts = [f"eventType={event['type']}"]
    parts += [_member(name, event[name], namespaces) for name in _ORDER if name in event]
    return "".join((*parts, *_own_members(own, namespaces)))


def _member(name: str, value: Any, namespaces: Mapping[str, str]) -> str:
    match name:
        case "epcList":
            return name + "".join(sorted(f"epc={epc}" for epc in value))
        case "bizStep":
            return f"{name}={VOCABULARY}BizStep-{value}"
        case "disposition":
            return f"{name}={VOCABULARY}Disp-{value}"
        case "bizTransactionList":
            (one,) = value  # of several, other implementations make different ids
            return f"{name}type={one['type']}bizTransaction={one['bizTransaction']}"
        case "ilmd":
            return name + "".join(_own_members(value, namespaces))
        case _:
            return f"{name}={value}"


def _own_members(members: Mapping[str, Any], namespaces: Mapping[str, str]) -> Iterator[str]:
    """`{namespace}name=value`, in the order of these texts."""
    texts = []
    for name, value in members.items():
        prefix, _, local = name.partition(":")
        texts.append(f"{{{namespaces[prefix]}}}{local}={value}")
    return iter(sorted(texts))

"""EPCIS documents: events in a file that any EPCIS 2.0 repository captures, written one event at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from plings.interchange.event import EPCIS_CONTEXT, NAMESPACE, PREFIX, ObjectEvent, iso


def epcis_document(events: Iterable[ObjectEvent], created_at_unix: int) -> dict[str, Any]:
    """The document as in JSON."""
    document = _head(created_at_unix)
    document["epcisBody"]["eventList"] = [event.members for event in events]
    return document


def epcis_document_lines(events: Iterable[ObjectEvent], created_at_unix: int) -> Iterator[str]:
    """The document's text, one event to a line, each made when it is asked for."""
    head = json.dumps(_head(created_at_unix), separators=(",", ":"))
    yield head.removesuffix("]}}") + "\n"
    mark = ""
    for event in events:
        yield mark + json.dumps(event.members, separators=(",", ":"))
        mark = ",\n"
    yield "\n]}}\n"


def _head(created_at_unix: int) -> dict[str, Any]:
    return {
        "@context": [EPCIS_CONTEXT, {PREFIX: NAMESPACE}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": iso(created_at_unix),
        "epcisBody": {"eventList": []},
    }

"""The program's events from their bytes, without construct: what `plings.program.events` reads, many times as fast."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from plings.indexer.decoder.borsh import Reader, Values, fields_of, struct_reader
from plings.program.interface import IDL


@dataclass(frozen=True, slots=True)
class EventLayout:
    """An event of the IDL: its name, its fields in order, and what reads them."""

    name: str
    fields: tuple[str, ...]
    read: Reader

    def named(self, values: Values) -> dict[str, Any]:
        return dict(zip(self.fields, values, strict=True))


LAYOUTS: Final = {
    each["name"]: EventLayout(each["name"], fields_of(each["name"]), struct_reader(each["name"]))
    for each in IDL["events"]
}
_BY_DISCRIMINATOR: Final = {bytes(each["discriminator"]): LAYOUTS[each["name"]] for each in IDL["events"]}


class Told(NamedTuple):
    """An event as the logs tell it."""

    layout: EventLayout
    values: Values


def read_event(data: bytes) -> Told | None:
    """One event from its bytes. None if the program writes no such event."""
    layout = _BY_DISCRIMINATOR.get(data[:8])
    if layout is None:
        return None
    try:
        return Told(layout, layout.read(data, 8)[0])
    except (struct.error, ValueError):
        return None

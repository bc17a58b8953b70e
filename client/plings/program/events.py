"""The program's events, from the logs of a transaction.

Anyone can write a line that looks like an event. Ours are the `Program data:` lines written while our program itself
was running, which only the runtime's own invoke and success lines can tell.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, is_dataclass
from typing import Any

from construct import ConstructError
from solders.pubkey import Pubkey

from plings.program.interface import PROGRAM_ID, coder

DATA = "Program data: "
_INVOKED = re.compile(r"Program ([1-9A-HJ-NP-Za-km-z]{32,44}) invoke \[(\d+)\]")
_ENDED = re.compile(r"Program ([1-9A-HJ-NP-Za-km-z]{32,44}) (success|failed: .*)")
DISCRIMINATOR_BYTES = 8


@dataclass(frozen=True)
class Event:
    """One event: its name in the IDL and its fields, with a struct as a dict.

    Amounts are in lamports, `timestamp` in unix seconds.
    """

    name: str
    fields: dict[str, Any]


def decode_events(logs: Iterable[str]) -> list[Event]:
    """The events of our program in `logs`, in their order; lines of other programs are passed over."""
    return [event for data in _own_data(logs) if (event := decode_event(data)) is not None]


def decode_event(data: bytes) -> Event | None:
    """One event from its bytes: discriminator and borsh fields. None if the program writes no such event."""
    layout = coder().events.discriminator_to_layout.get(data[:DISCRIMINATOR_BYTES])
    if layout is None:
        return None
    name = coder().events.discriminators[data[:DISCRIMINATOR_BYTES]]
    body = data[DISCRIMINATOR_BYTES:]
    try:
        parsed = layout.parse(body)
    except (ConstructError, ValueError):  # a node made it up; whoever paid must not be told of an error for it
        return None
    return Event(name, _by_name(parsed))


def _by_name(parsed: Any) -> dict[str, Any]:
    """The fields of an object of the coder's own, and of those in it."""
    fields = {key: value for key, value in vars(parsed).items() if not key.startswith("_")}
    return {key: _by_name(value) if is_dataclass(value) else value for key, value in fields.items()}


def _own_data(logs: Iterable[str]) -> Iterator[bytes]:
    stack: list[str] = []
    for line in logs:
        if invoked := _INVOKED.fullmatch(line):
            del stack[int(invoked[2]) - 1 :]
            stack.append(invoked[1])
        elif (ended := _ENDED.fullmatch(line)) and stack and stack[-1] == ended[1]:
            stack.pop()
        elif line.startswith(DATA) and stack and stack[-1] == str(PROGRAM_ID):
            yield from _fields(line[len(DATA) :])


def _fields(text: str) -> Iterator[bytes]:
    try:
        yield b64decode(text, validate=True)
    except binascii.Error:
        return


def jsonable(value: Any) -> Any:
    """A field for JSON: keys as base58, also within, the rest as it is."""
    if isinstance(value, dict):
        return {name: jsonable(each) for name, each in value.items()}
    return str(value) if isinstance(value, Pubkey) else value

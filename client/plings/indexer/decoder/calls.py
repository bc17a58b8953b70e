"""The program's instructions from their bytes: name, arguments, and the places of their accounts."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from plings.indexer.decoder.borsh import Reader, compile_fields
from plings.indexer.transaction import Call
from plings.program.interface import IDL


@dataclass(frozen=True, slots=True)
class CallLayout:
    """An instruction of the IDL."""

    name: str
    accounts: Mapping[str, int]
    arguments: tuple[str, ...]
    read: Reader | None
    """None where it takes no arguments"""


@dataclass(frozen=True, slots=True)
class Given:
    """An instruction that the program was given: its accounts and arguments by name."""

    name: str
    accounts: dict[str, bytes]
    arguments: dict[str, Any]


def _layout(each: dict[str, Any]) -> CallLayout:
    accounts = {account["name"]: place for place, account in enumerate(each["accounts"])}
    names = tuple(argument["name"] for argument in each["args"])
    return CallLayout(each["name"], accounts, names, compile_fields(each["args"]) if names else None)


LAYOUTS: Final = {each["name"]: _layout(each) for each in IDL["instructions"]}
DISCRIMINATORS: Final = {each["name"]: bytes(each["discriminator"]) for each in IDL["instructions"]}
_BY_DISCRIMINATOR: Final = {DISCRIMINATORS[name]: layout for name, layout in LAYOUTS.items()}


def read_call(keys: Sequence[bytes], call: Call) -> Given | None:
    """What an instruction of the program says; None for bytes that the program would have refused."""
    layout = _BY_DISCRIMINATOR.get(call.data[:8])
    if layout is None or len(call.accounts) < len(layout.accounts):
        return None
    try:
        values = layout.read(call.data, 8)[0] if layout.read else ()
    except (struct.error, ValueError):
        return None
    accounts = {name: keys[call.accounts[place]] for name, place in layout.accounts.items()}
    return Given(layout.name, accounts, dict(zip(layout.arguments, values, strict=True)))

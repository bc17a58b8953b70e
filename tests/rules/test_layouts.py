"""The frozen layouts of the program's accounts, against its IDL and against what the coders make of it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from identity.frozen import FOLDER
from plings.program import accounts
from plings.program.interface import IDL, coder

LAYOUTS: dict[str, dict[str, Any]] = json.loads((FOLDER / "layouts.json").read_text(encoding="ascii"))
TYPES = {entry["name"]: entry for entry in IDL["types"]}
DISCRIMINATOR_BYTES = 8
SIZES = {"pubkey": 32, "u64": 8, "i64": 8, "u32": 4, "u16": 2, "u8": 1}


def size_of(kind: Any) -> int:
    if isinstance(kind, dict):
        element, number = kind["array"]
        return size_of(element) * int(number)
    return SIZES[kind]


def test_every_account_is_frozen() -> None:
    assert {account["name"] for account in IDL["accounts"]} == LAYOUTS.keys()


@pytest.mark.parametrize("name", LAYOUTS)
def test_fields_are_those_of_the_idl(name: str) -> None:
    layout, entry = LAYOUTS[name], TYPES[name]
    assert (entry["serialization"], entry["repr"]) == ("bytemuck", {"kind": "c"})
    at, fields = DISCRIMINATOR_BYTES, {}
    for field in entry["type"]["fields"]:
        fields[field["name"]] = [at, size_of(field["type"])]
        at += size_of(field["type"])
    assert list(layout["fields"].items()) == list(fields.items())
    assert layout["size"] == at


@pytest.mark.parametrize("name", LAYOUTS)
def test_discriminator(name: str) -> None:
    frozen = bytes.fromhex(LAYOUTS[name]["discriminator"])
    assert frozen == coder().accounts.acc_name_to_discriminator[name]
    assert frozen == hashlib.sha256(f"account:{name}".encode()).digest()[:DISCRIMINATOR_BYTES]


@pytest.mark.parametrize("name", LAYOUTS)
def test_fields_are_read_from_their_places(name: str) -> None:
    """Each field's bytes change that field alone."""
    layout = LAYOUTS[name]
    blank = bytearray(layout["size"])
    blank[:DISCRIMINATOR_BYTES] = bytes.fromhex(layout["discriminator"])
    before = decoded(bytes(blank))
    assert before.keys() == layout["fields"].keys()
    for field, (at, size) in layout["fields"].items():
        for changed in (at, at + size - 1):
            data = blank.copy()
            data[changed] = 0x7F
            after = decoded(bytes(data))
            assert {key for key in after if after[key] != before[key]} == {field}


def decoded(data: bytes) -> dict[str, Any]:
    fields = vars(coder().accounts.decode(data))
    return {key: value for key, value in fields.items() if not key.startswith("_")}


def test_objects_path_follows_the_fixed_part() -> None:
    size = LAYOUTS["ObjectInstance"]["size"]
    assert accounts.object_space("") == size
    assert accounts.object_space("2.3.4.5") == size + 7

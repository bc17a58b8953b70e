"""Readers of borsh, compiled from the IDL: neighbouring fields of fixed size are read by one struct.

A reader takes bytes and a place, and returns the values in the order of the fields with the place after them. Keys are
32 bytes, a struct is a dict. Raises struct.error, UnicodeDecodeError or ValueError for what is too short or malformed.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from plings.program.interface import IDL

Values = tuple[Any, ...]
Reader = Callable[[bytes, int], tuple[Values, int]]

_FIXED: Final = {
    "pubkey": "32s", "u8": "B", "u16": "H", "u32": "I", "u64": "Q", "i64": "q", "i32": "i", "bool": "?"
}  # fmt: skip
_TYPES: Final = {each["name"]: each["type"] for each in IDL["types"]}
_LENGTH: Final = struct.Struct("<I")

Field = Mapping[str, Any]


def fields_of(type_name: str) -> tuple[str, ...]:
    """The names of a struct's fields, in order."""
    return tuple(field["name"] for field in _TYPES[type_name]["fields"])


@cache
def struct_reader(type_name: str) -> Reader:
    """The reader of a struct of the IDL."""
    return compile_fields(_TYPES[type_name]["fields"])


def compile_fields(fields: Sequence[Field]) -> Reader:
    """The reader of some fields."""
    parts: list[Reader] = []
    run = ""
    for field in fields:
        if code := _fixed(field["type"]):
            run += code
            continue
        if run:
            parts.append(_run_reader(run))
            run = ""
        parts.append(_one_reader(field["type"]))
    if run:
        parts.append(_run_reader(run))
    return parts[0] if len(parts) == 1 else _sequence_reader(tuple(parts))


def _fixed(kind: Any) -> str | None:
    """The struct code of a type that always has one size."""
    if isinstance(kind, str):
        return _FIXED.get(kind)
    if "array" in kind and kind["array"][0] == "u8":
        return f"{kind['array'][1]}s"
    return None


def _run_reader(codes: str) -> Reader:
    layout = struct.Struct("<" + codes)
    unpack, size = layout.unpack_from, layout.size
    return lambda data, at: (unpack(data, at), at + size)


def _sequence_reader(parts: tuple[Reader, ...]) -> Reader:
    def read(data: bytes, at: int) -> tuple[Values, int]:
        values: list[Any] = []
        for part in parts:
            found, at = part(data, at)
            values += found
        return tuple(values), at

    return read


def _one_reader(kind: Any) -> Reader:
    if kind == "string":
        return _read_text
    if "option" in kind:
        return _option_reader(compile_fields([{"name": "", "type": kind["option"]}]))
    if "vec" in kind:
        return _list_reader(compile_fields([{"name": "", "type": kind["vec"]}]))
    name = kind["defined"]["name"]
    return _named_reader(fields_of(name), struct_reader(name))


def _read_text(data: bytes, at: int) -> tuple[Values, int]:
    (size,) = _LENGTH.unpack_from(data, at)
    end = at + 4 + size
    if end > len(data):
        raise ValueError("a text is cut")
    return (data[at + 4 : end].decode(),), end


def _option_reader(inner: Reader) -> Reader:
    def read(data: bytes, at: int) -> tuple[Values, int]:
        if data[at : at + 1] not in (b"\0", b"\1"):
            raise ValueError("an option is 0 or 1")
        return inner(data, at + 1) if data[at] else ((None,), at + 1)

    return read


def _list_reader(inner: Reader) -> Reader:
    def read(data: bytes, at: int) -> tuple[Values, int]:
        (count,) = _LENGTH.unpack_from(data, at)
        at += 4
        if count > len(data):
            raise ValueError("a list is cut")
        values: list[Any] = []
        for _ in range(count):
            found, at = inner(data, at)
            values += found
        return (values,), at

    return read


def _named_reader(names: tuple[str, ...], inner: Reader) -> Reader:
    def read(data: bytes, at: int) -> tuple[Values, int]:
        values, at = inner(data, at)
        return (dict(zip(names, values, strict=True)),), at

    return read

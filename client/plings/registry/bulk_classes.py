"""Classes by the thousand, from a file: all of it or nothing of it.

load_classes(registry, "IKEA", Path("classes.csv"))
"""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from plings.errors import RegistryError, ValueRefused, shown
from plings.registry.classes import CHANGEABLE, checked_facts
from plings.registry.database import Connection, Registry, fetch
from plings.registry.failures import translated
from plings.registry.people import organization as organization_named

AT_ONCE: Final = 500


@dataclass(frozen=True)
class ClassLoad:
    """What a load came to. `there` have an SKU that the organisation has already; they are left as they are."""

    rows: int
    added: int
    there: int
    seconds: float

    @property
    def rows_per_second(self) -> float:
        return self.rows / self.seconds if self.seconds else 0.0


@dataclass(frozen=True)
class _Row:
    line: int
    facts: dict[str, Any]


def load_classes(
    registry: Registry,
    organization: str,
    source: Path | Iterable[Mapping[str, Any]],
    *,
    on_progress: Callable[[int, float], None] = lambda _rows, _rows_per_second: None,
) -> ClassLoad:
    """Adds classes to an organisation, by an owner or admin of it or a super-admin.

    `source` is a CSV file with a header, or a file of JSON objects, one a line (`.jsonl`), of ObjectClass's fields, of
    which `name` must be there; or such mappings. An empty cell is none. Raises OSError, NotInRegistry for the
    organisation, AccessDenied, and with the line at fault what `add_class` raises, or ValueRefused with rule `columns`,
    `csv` or `json`.
    """
    owner = organization_named(registry, organization).id
    rows = iter(_read(source) if isinstance(source, Path) else _given(source))
    started, count, added = time.monotonic(), 0, 0
    with registry.transaction() as connection:
        while some := list(islice(rows, AT_ONCE)):
            added += _add(connection, owner, some)
            count += len(some)
            on_progress(count, count / max(time.monotonic() - started, 1e-9))
    return ClassLoad(count, added, count - added, time.monotonic() - started)


def _add(connection: Connection, owner: UUID, rows: list[_Row]) -> int:
    try:
        with connection.transaction():
            return len(fetch(connection, _ADD, [owner, Jsonb([row.facts for row in rows])]))
    except psycopg.Error as error:
        if len(rows) > 1:  # one at a time, to tell which
            return sum(_add(connection, owner, [row]) for row in rows)
        refused = translated(error)
        raise type(refused)(f"line {rows[0].line}: {_text(refused)}", refused.rule) from error


def _text(error: RegistryError) -> str:
    return str(error).removesuffix(f" [{error.rule}]")


def _read(file: Path) -> Iterator[_Row]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        try:
            if file.suffix.lower() in (".jsonl", ".ndjson"):
                yield from (_checked(line, _object(line, text)) for line, text in enumerate(opened, 1) if text.strip())
            else:
                yield from _read_csv(opened)
        except UnicodeDecodeError as error:
            raise ValueRefused("the file is not UTF-8", "not_utf8") from error


def _read_csv(lines: Iterable[str]) -> Iterator[_Row]:
    reader = csv.reader(lines, strict=True)
    try:
        names = next(reader, [])
        _check_names(1, names)
        for values in reader:
            if values and len(values) != len(names):
                told = f"it has {len(values)} columns and not {len(names)}"
                raise ValueRefused(f"line {reader.line_num}: {told}", "columns")
            if values:
                yield _checked(reader.line_num, dict(zip(names, values, strict=True)))
    except csv.Error as error:
        raise ValueRefused(f"line {reader.line_num}: {error}", "csv") from error


def _given(source: Iterable[Mapping[str, Any]]) -> Iterator[_Row]:
    return (_checked(line, dict(facts)) for line, facts in enumerate(source, 1))


def _object(line: int, text: str) -> dict[str, Any]:
    try:
        value = json.loads(text, parse_float=str)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ValueRefused(f"line {line}: it is no JSON object", "json")
    return value


def _checked(line: int, facts: dict[str, Any]) -> _Row:
    _check_names(line, list(facts))
    try:
        known = checked_facts({name: value for name, value in facts.items() if value not in ("", None)})
    except ValueRefused as error:
        raise ValueRefused(f"line {line}: {_text(error)}", error.rule) from error
    plain = {name: value if isinstance(value, str) else _plain(line, name, value) for name, value in known.items()}
    return _Row(line, plain)


def _plain(line: int, name: str, value: object) -> str:
    """Text, which the database reads as what the column is; exactly, a number is no float on the way."""
    if isinstance(value, dict | list | tuple | bool | bytes | float):
        raise ValueRefused(f"line {line}: {name} is no text and no number: {shown(value)}", "value")
    return str(value)


def _check_names(line: int, names: list[str]) -> None:
    strange = next((name for name in names if name not in CHANGEABLE), None)
    if strange is not None or "name" not in names or len({*names}) < len(names):
        told = f"{shown(strange)} is none" if strange is not None else "name is not there, or one is there twice"
        raise ValueRefused(f"line {line}: columns are of {', '.join(CHANGEABLE)}: {told}", "columns")


_TYPES: Final = {
    "parent_class_id": "uuid",
    "price_amount": "numeric",
    "weight_grams": "integer",
}
_COLUMNS: Final = ", ".join(CHANGEABLE)
_VALUES: Final = ", ".join(
    f"coalesce(given.{name}, 'active')" if name == "status" else f"given.{name}" for name in CHANGEABLE
)
_GIVEN: Final = ", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in CHANGEABLE)
_ADD: Final = f"""
    INSERT INTO object_classes (manufacturer_organization_id, {_COLUMNS})
    SELECT %s, {_VALUES} FROM jsonb_to_recordset(%s) AS given ({_GIVEN})
    ON CONFLICT (manufacturer_organization_id, sku) WHERE sku IS NOT NULL DO NOTHING
    RETURNING id
"""

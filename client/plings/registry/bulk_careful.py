"""A chunk that cannot just be copied in: some of it is there, stands twice in the file, is wrong, or names SKUs.

It is put beside the table, compared with what is registered, and what is new of it is added; or the first line at fault
is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from psycopg import errors as pg

from plings.errors import AlreadyRegistered, NotInRegistry
from plings.registry.bulk_chunks import COPY_HEADER, COPY_TRAILER, Chunk
from plings.registry.database import ATTEMPTS, Connection, fetch


@dataclass
class Counts:
    """Of the rows of a chunk, or of a load so far."""

    rows: int = 0
    added: int = 0
    there: int = 0
    repeated: int = 0

    def add(self, other: Counts) -> None:
        self.rows += other.rows
        self.added += other.added
        self.there += other.there
        self.repeated += other.repeated


class Collision(Exception):
    """A path of the load whose pointer another class has. An alert tells of it once this transaction is over."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        super().__init__(text)


def add_carefully(connection: Connection, chunk: Chunk) -> Counts:
    """Adds what is new of a chunk. Raises Collision, AlreadyRegistered, NotInRegistry, ValueRefused, with the line."""
    for attempt in range(ATTEMPTS):
        try:
            with connection.transaction():
                return _add(connection, chunk)
        except pg.UniqueViolation:  # somebody registered one since we looked
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _add(connection: Connection, chunk: Chunk) -> Counts:
    maker = chunk.maker
    facts = {"key": maker.public_key, "number": maker.number, "owner": maker.organization_id}
    connection.execute(_TABLE)
    _fill(connection, chunk)
    if chunk.by_sku:
        connection.execute(_FIND_CLASSES, facts)
    _refuse_unknown_class(connection, chunk, facts)
    _refuse_contradiction(connection)
    repeated = connection.execute(_FORGET_REPEATED).rowcount
    connection.execute(_KNOWN)
    _refuse_taken(connection, facts)
    there = connection.execute(_FORGET_THERE).rowcount
    added = connection.execute(_ADD.format(partition=maker.partition).encode(), facts).rowcount
    connection.execute("DROP TABLE pg_temp.loaded, pg_temp.known")
    return Counts(chunk.row_count, added, there, repeated)


def _fill(connection: Connection, chunk: Chunk) -> None:
    statement = "COPY pg_temp.loaded (line, pointer, path, class_id, sku) FROM STDIN (FORMAT binary)"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(COPY_HEADER)
        for row in chunk.decoded():
            sku = None if row.sku is None else row.sku.encode()
            fields = (row.line.to_bytes(8, "big"), row.pointer, row.path.encode(), row.class_id, sku)
            copy.write(b"\0\5" + b"".join(map(_field, fields)))
        copy.write(COPY_TRAILER)
    connection.execute("ANALYZE pg_temp.loaded")


def _field(value: bytes | None) -> bytes:
    return b"\xff\xff\xff\xff" if value is None else len(value).to_bytes(4, "big") + value


def _refuse_unknown_class(connection: Connection, chunk: Chunk, facts: dict[str, Any]) -> None:
    for row in fetch(connection, _UNKNOWN, facts):
        named = f"SKU {row['sku']!a}" if chunk.by_sku else f"id {row['class_id']}"
        told = f"line {row['line']}: {row['path']}: {chunk.maker.prefix} has no class of {named}"
        raise NotInRegistry(told, "unknown_sku" if chunk.by_sku else "unknown_class")


def _refuse_contradiction(connection: Connection) -> None:
    for row in fetch(connection, _CONTRADICTION):
        told = f"line {row['line']}: {row['path']}"
        if row["path"] != row["other_path"]:
            raise Collision(
                f"{told} has the class pointer of {row['other_path']} in line {row['other_line']}", row["path"]
            )
        raise AlreadyRegistered(f"{told} is there for another class in line {row['other_line']}", "other_class")


def _refuse_taken(connection: Connection, facts: dict[str, Any]) -> None:
    for row in fetch(connection, _TAKEN, facts):
        told = f"line {row['line']}: {row['path']}"
        if not row["same_path"]:
            raise Collision(f"{told}: its class pointer is another class's", row["path"])
        raise AlreadyRegistered(f"{told} is registered for another class", "other_class")


_TABLE: Final = """
    CREATE TEMPORARY TABLE loaded (
        line bigint NOT NULL, pointer bigint NOT NULL, path text COLLATE "C" NOT NULL, class_id uuid, sku text
    ) ON COMMIT DROP
"""
_FIND_CLASSES: Final = """
    UPDATE pg_temp.loaded SET class_id = class.id
    FROM object_classes AS class
    WHERE class.manufacturer_organization_id = %(owner)s AND class.sku = loaded.sku
"""
_UNKNOWN: Final = """
    SELECT line, path, loaded.class_id, loaded.sku
    FROM pg_temp.loaded LEFT JOIN object_classes AS class
        ON class.id = loaded.class_id AND class.manufacturer_organization_id = %(owner)s
    WHERE class.id IS NULL ORDER BY line LIMIT 1
"""
_CONTRADICTION: Final = """
    SELECT one.line, one.path, other.line AS other_line, other.path AS other_path
    FROM pg_temp.loaded AS one JOIN pg_temp.loaded AS other ON other.pointer = one.pointer AND other.line < one.line
    WHERE (other.path, other.class_id) IS DISTINCT FROM (one.path, one.class_id)
    ORDER BY one.line, other.line LIMIT 1
"""
_FORGET_REPEATED: Final = """
    DELETE FROM pg_temp.loaded AS one USING pg_temp.loaded AS other
    WHERE other.pointer = one.pointer AND other.line < one.line
"""
_KNOWN: Final = """
    CREATE TEMPORARY TABLE known ON COMMIT DROP AS
    SELECT class_pointer, class_id, manufacturer_number, path_to_pointer
    FROM known_pointers(ARRAY(SELECT pointer FROM pg_temp.loaded))
"""
_TAKEN: Final = """
    SELECT line, path,
        (known.manufacturer_number, known.path_to_pointer) IS NOT DISTINCT FROM (%(number)s, path) AS same_path
    FROM pg_temp.loaded JOIN pg_temp.known ON known.class_pointer = pointer
    WHERE (known.manufacturer_number, known.class_id, known.path_to_pointer)
        IS DISTINCT FROM (%(number)s, loaded.class_id, path)
    ORDER BY line LIMIT 1
"""
_FORGET_THERE: Final = """
    DELETE FROM pg_temp.loaded USING pg_temp.known WHERE known.class_pointer = pointer
"""
_ADD: Final = """
    INSERT INTO {partition} (class_pointer, manufacturer_pubkey, path_to_pointer, class_id)
    SELECT pointer, %(key)s, path, class_id FROM pg_temp.loaded ORDER BY line
"""

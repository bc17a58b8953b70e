"""What the registry's benchmark loads: manufacturers, their classes, and files of their class pointers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count as count_from
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg

from plings.identity import format_segment
from plings.registry import Registry, connect, migrate
from plings.registry.bulk_chunks import COPY_HEADER, COPY_TRAILER
from plings.registry.bulk_maker import Maker, maker_of
from plings.registry.bulk_rows import chunks
from plings.registry.manufacturers import register_manufacturer
from plings.registry.people import add_organization
from registry.world import identity, settle

MAKERS = 16
"""One to each partition."""
HALVES = 2
ADA = "ada@plings.example"


@dataclass
class Data:
    """Files of `rows` rows: for each manufacturer what is loaded, and in two halves what a bare COPY takes."""

    url: str
    rows: int
    makers: list[Maker]
    loads: list[Path]
    csv_halves: list[Path]
    binary_halves: list[Path]
    sample: list[str] = field(default_factory=list)
    """Texts of pointers, at random."""


def make_data(url: str, folder: Path, rows: int, sample: int, pointers_per_class: int = 1) -> Data:
    """An empty registry with the classes of so many pointers, and the files."""
    with connect(url) as connection:
        migrate(connection)
        settle(Registry(connection))
        makers = list(_makers(Registry(connection).acting(ADA)))
        each = [rows // MAKERS + (number < rows % MAKERS) for number in range(MAKERS)]
        _make_classes(connection, makers, [-(-count // pointers_per_class) for count in each])
        loads = [
            _write_load(connection, folder, maker, count, pointers_per_class)
            for maker, count in zip(makers, each, strict=True)
        ]
    data = Data(url, rows, makers, loads, *_names(folder))
    _write_bare(data, sample)
    return data


def _makers(ada: Registry) -> Iterator[Maker]:
    taken: set[str] = set()
    for index in range(4, 1000):
        prefix = f"2.{format_segment(index)}"
        key = identity(prefix).public_key
        shard = ada.rows("SELECT shard_of(%s) AS shard", [_text(key)])[0]["shard"]
        if shard in taken:
            continue
        taken.add(shard)
        add_organization(ada, f"Maker {index}")
        register_manufacturer(ada, 1, f"Maker {index}", organization=f"Maker {index}", index=index, public_key=key)
        yield maker_of(ada, prefix)
        if len(taken) == MAKERS:
            return


def _text(key: bytes) -> str:
    from plings.identity import format_address

    return format_address(key)


def _make_classes(connection: psycopg.Connection[Any], makers: list[Maker], each: list[int]) -> None:
    """Made by the owner of the tables, past triggers; indexes are built at the end."""
    connection.execute("SET search_path = registry")
    connection.execute("SET session_replication_role = replica")
    indexes = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes"
        " WHERE schemaname = 'registry' AND tablename = 'object_classes' AND indexname LIKE 'idx%'"
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}".encode())
    for maker, count in zip(makers, each, strict=True):
        connection.execute(
            """
            INSERT INTO object_classes (name, sku, gtin, manufacturer_organization_id, created_by, category,
                price_currency, price_amount)
            SELECT 'Class ' || number, 'SKU-' || number, '4006381333931', %s, (SELECT id FROM users LIMIT 1),
                'Furniture', 'EUR', 49.90
            FROM generate_series(1, %s) AS number
            """,
            [maker.organization_id, count],
        )
    for _, definition in indexes:
        connection.execute(definition.encode())
    connection.execute("SET session_replication_role = origin")
    connection.execute("VACUUM ANALYZE object_classes")


def _write_load(
    connection: psycopg.Connection[Any], folder: Path, maker: Maker, count: int, pointers_per_class: int
) -> Path:
    """`path_to_pointer,class_id`, in the order in which the classes were made."""
    file = folder / f"pointers-{maker.number}.csv"
    which = f"manufacturer_organization_id = '{maker.organization_id}'"
    select = f"COPY (SELECT id FROM object_classes WHERE {which} ORDER BY id)"
    with file.open("wb", 1 << 20) as output, connection.cursor() as cursor:
        output.write(b"path_to_pointer,class_id\n")
        paths = islice(_paths(maker.prefix), count)
        with cursor.copy(f"{select} TO STDOUT".encode()) as copy:
            for read in copy:
                for class_id in bytes(read).split():
                    for path in islice(paths, pointers_per_class):
                        output.write(path.encode() + b"," + class_id + b"\n")
    return file


def _paths(prefix: str) -> Iterator[str]:
    levels = [format_segment(number) for number in range(1, 101)]
    for first in count_from(1):
        for second in levels:
            above = f"{prefix}.{format_segment(first)}.{second}"
            yield from (f"{above}.{third}" for third in levels)


def _names(folder: Path) -> tuple[list[Path], list[Path]]:
    return (
        [folder / f"bare-{half}.csv" for half in range(HALVES)],
        [folder / f"bare-{half}.bin" for half in range(HALVES)],
    )


def _write_bare(data: Data, sample: int) -> None:
    """The same rows as they are stored: computed before any clock runs."""
    chance = random.Random(1)
    wanted = sample / max(data.rows, 1) * 1.05
    kept: list[bytes] = []
    for half in range(HALVES):
        makers = list(zip(data.makers, data.loads, strict=True))[half::HALVES]
        with data.csv_halves[half].open("wb", 1 << 20) as text, data.binary_halves[half].open("wb", 1 << 20) as binary:
            binary.write(COPY_HEADER)
            for maker, load in makers:
                key = maker.public_key.encode()
                for _, chunk in chunks(load, maker, 1, 10_000):
                    for piece in chunk.pieces:
                        binary.write(piece.rows)
                    for row in chunk.decoded():
                        number, class_id = int.from_bytes(row.pointer, "big", signed=True), row.class_id or b""
                        text.write(b"%d,%b,%b,%b\n" % (number, key, row.path.encode(), class_id.hex().encode()))
                        if chance.random() < wanted:
                            kept.append(row.pointer)
            binary.write(COPY_TRAILER)
    chance.shuffle(kept)
    data.sample = [_pointer(one) for one in kept[:sample]]


def _pointer(value: bytes) -> str:
    from plings.identity import ClassPointer

    return ClassPointer(value).text

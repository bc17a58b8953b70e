"""Loads, each timed from the first byte to the commit: a bare COPY, one table, and the registry itself."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg

from plings.errors import DatabaseUnavailable
from plings.registry import Registry, connect
from plings.registry.bulk import load_pointers
from registry_clock import Taken, timed
from registry_data import ADA, Data

COLUMNS = "(class_pointer, manufacturer_pubkey, path_to_pointer, class_id)"
BLOCK_BYTES = 1 << 20

BARE = """
    DROP TABLE IF EXISTS bare;
    CREATE TABLE bare (
        class_pointer bigint NOT NULL, manufacturer_pubkey text NOT NULL, path_to_pointer text NOT NULL,
        class_id uuid NOT NULL, status pointer_status NOT NULL DEFAULT 'active',
        created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz, verified_at timestamptz
    )
"""

SINGLE = """
    CREATE TABLE single (LIKE class_pointers INCLUDING DEFAULTS INCLUDING CONSTRAINTS, PRIMARY KEY (class_pointer));
    CREATE INDEX ON single (class_id, class_pointer);
    CREATE FUNCTION check_single() RETURNS trigger LANGUAGE plpgsql SET search_path = registry AS $$
    DECLARE
        right_ones bigint;
        lowest uuid := (SELECT class_id FROM added ORDER BY class_id LIMIT 1);
        highest uuid := (SELECT class_id FROM added ORDER BY class_id DESC LIMIT 1);
    BEGIN
        EXECUTE format($sql$
            SELECT count(*) FROM added
            JOIN manufacturer_registry AS maker ON maker.ed25519_public_key = added.manufacturer_pubkey
            JOIN wallet_versions AS wallet ON wallet.version_id = maker.wallet_version
            JOIN object_classes AS class ON class.id = added.class_id
                AND class.manufacturer_organization_id = maker.organization_id AND class.id BETWEEN %L AND %L
        $sql$, lowest, highest) INTO right_ones;
        IF right_ones <> (
            SELECT count(*) FROM added
            JOIN manufacturer_registry AS maker ON maker.ed25519_public_key = added.manufacturer_pubkey
            WHERE starts_with(path_to_pointer, maker.prefix || '.') AND maker.status = 'active'
        ) OR right_ones <> (SELECT count(*) FROM added) THEN
            RAISE EXCEPTION 'a row is wrong';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER checked AFTER INSERT ON single REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION check_single();
"""
"""The registry without partitions and without a table of its own for the pointers: the same columns and checks."""


class Loads:
    """What each way takes. Tables are made anew for each; `single` and the registry stay as they are."""

    def __init__(self, data: Data, data_folder: Path) -> None:
        self.data = data
        self._folder = data_folder

    def bare(self, files: Sequence[Path], binary: bool, streams: int) -> Taken:
        """Into a table with the same columns, no index and no check."""
        taken = _again(lambda: self._copied("bare", BARE, files, binary, streams))
        with _owner(self.data.url) as connection:
            connection.execute("DROP TABLE bare")
        return taken

    def single(self) -> Taken:
        """Into one table with the same columns, checks and indexes."""
        return self._copied("single", SINGLE, self.data.csv_halves, False, 1)

    def registry(self, streams: int) -> Taken:
        """Through `load_pointers`, one manufacturer after the other."""

        def load() -> Taken:
            self.empty_registry()
            taken = timed(lambda: self._load(streams), self._folder)
            self._count("class_pointers")
            self._count("global_class_pointer_registry")
            return taken

        return _again(load)

    def empty_registry(self) -> None:
        with _owner(self.data.url) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("TRUNCATE class_pointers, global_class_pointer_registry, graph_outbox")
            connection.execute("CHECKPOINT")

    def _copied(self, table: str, made: str, files: Sequence[Path], binary: bool, streams: int) -> Taken:
        with _owner(self.data.url) as connection:
            connection.execute(made.encode())
            connection.execute("CHECKPOINT")  # nothing that was before is written out on the clock
        taken = timed(lambda: self._copy(table, files, binary, streams), self._folder)
        self._count(table)
        return taken

    def _load(self, streams: int) -> None:
        with connect(self.data.url) as connection:
            ada = Registry(connection).acting(ADA)
            for maker, file in zip(self.data.makers, self.data.loads, strict=True):
                load_pointers(ada, maker.prefix, file, streams=streams)

    def _copy(self, table: str, files: Sequence[Path], binary: bool, streams: int) -> None:
        statement = f"COPY {table} {COLUMNS} FROM STDIN (FORMAT {'binary' if binary else 'csv'})"
        groups = [files] if streams == 1 and not binary else [[file] for file in files]
        with ThreadPoolExecutor(streams) as pool:
            list(pool.map(lambda group: copy_files(self.data.url, statement, group), groups))

    def _count(self, table: str) -> None:
        with _owner(self.data.url) as connection:
            row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
        if row != (self.data.rows,):
            raise AssertionError(f"{table} has {row} rows and not {self.data.rows}")


def _again(work: Callable[[], Taken]) -> Taken:
    """Once more if the server finds a file longer than its system says: seen on one kernel, no contender's fault."""
    try:
        return work()
    except (psycopg.errors.InternalError, DatabaseUnavailable) as error:
        print(f"once more: {error}", file=sys.stderr)
        return work()


def copy_files(url: str, statement: str, files: Sequence[Path]) -> None:
    """Files into one COPY, as fast as the server takes them."""
    with _owner(url) as connection, connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for file in files:
            with file.open("rb") as opened:
                while block := opened.read(BLOCK_BYTES):
                    copy.write(block)


def _owner(url: str) -> psycopg.Connection[Any]:
    connection = connect(url)
    connection.execute("SET search_path = registry")
    return connection

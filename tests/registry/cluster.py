"""A cluster to distribute a registry over: 4 more embedded servers, reached by postgres_fdw on their Unix sockets."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir
from uuid import uuid4

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from plings.identity import format_segment
from plings.registry import connect
from plings.server import EmbeddedServer, running_server
from registry.planting import own
from registry.world import World

WORKERS = 4
STAND_IN = Path(__file__).with_name("stand_in.sql")

_names = count(1)


@contextmanager
def running_workers(folder: Path | None = None) -> Iterator[list[EmbeddedServer]]:
    """The servers, in folders beside each other that are removed."""
    memory = Path("/dev/shm")
    parent = folder or (memory if memory.is_dir() else Path(gettempdir()))
    folders = [parent / f"plings-worker-{uuid4().hex[:12]}" for _ in range(WORKERS)]
    with ExitStack() as stack:
        for one in folders:
            stack.callback(rmtree, one, ignore_errors=True)
        with ThreadPoolExecutor(WORKERS) as pool:
            starts = [running_server(one) for one in folders]
            servers = list(pool.map(lambda start: start.__enter__(), starts))
        for start in starts:
            stack.push(start)
        yield servers


@contextmanager
def databases_on(workers: list[EmbeddedServer], template: str = "template1") -> Iterator[list[str]]:
    """A database on each worker, as a connection string; dropped at the end."""
    name = f"shards_{next(_names)}"
    try:
        with ThreadPoolExecutor(len(workers)) as pool:
            list(pool.map(lambda one: _in_postgres(one, f"CREATE DATABASE {name} TEMPLATE {template}"), workers))
        yield [one.conninfo(database=name) for one in workers]
    finally:
        for one in workers:
            _in_postgres(one, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _in_postgres(server: EmbeddedServer, statement: str) -> None:
    with psycopg.connect(server.conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute(statement.encode())


def stand_in(url: str, workers: list[str]) -> None:
    """Makes of a registry's database one that can be distributed over the workers' databases.

    As with Citus, a worker is asked in the name of who is in effect: of the owner, or of the application's role. For
    nobody else is there a way to it.
    """
    with connect(url) as router:
        router.execute("CREATE EXTENSION postgres_fdw SCHEMA public; CREATE EXTENSION dblink SCHEMA public")
        router.execute("SET search_path = registry, public")
        router.execute(STAND_IN.read_bytes())
        for place, worker in enumerate(workers):
            router.execute("INSERT INTO stand_in_workers VALUES (%s, %s)", [place, _key_value(worker)])
            facts = conninfo_to_dict(worker)
            router.execute(
                f"""
                CREATE SERVER worker_{place} FOREIGN DATA WRAPPER postgres_fdw OPTIONS (
                    host '{facts["host"]}', port '{facts["port"]}', dbname '{facts["dbname"]}',
                    batch_size '2000', fetch_size '10000'
                );
                CREATE USER MAPPING FOR plings SERVER worker_{place} OPTIONS (user 'plings', password_required 'false');
                CREATE USER MAPPING FOR plings_application SERVER worker_{place}
                    OPTIONS (user 'plings_application', password_required 'false')
                """.encode()
            )


def point_to(url: str, workers: list[str]) -> None:
    """After a copy of a distributed database and of its workers': the copy's servers are the workers' copies."""
    with connect(url) as router:
        for place, worker in enumerate(workers):
            name = conninfo_to_dict(worker)["dbname"]
            router.execute(f"ALTER SERVER worker_{place} OPTIONS (SET dbname '{name}')".encode())
            change = "UPDATE registry.stand_in_workers SET conninfo = %s WHERE place = %s"
            router.execute(change, [_key_value(worker), place])


def _key_value(url: str) -> str:
    return make_conninfo(**conninfo_to_dict(url))  # type: ignore[arg-type]


def paths(prefix: str, count: int) -> Iterator[str]:
    """Paths of classes below a prefix, of three levels, beginning with `.2.2.2`."""
    levels = [format_segment(number) for number in range(1, 58)]
    for number in range(count):
        yield f"{prefix}.{levels[number // 3249]}.{levels[number // 57 % 57]}.{levels[number % 57]}"


def total(world: World, table: str) -> int:
    """How many rows a table has."""
    return int(own(world.ada, f"SELECT count(*) AS total FROM {table}")[0]["total"])

"""How many allocations a registry gives when many ask at once for paths of the same few classes, and that none overlap.

    benchmarks/allocations.py [--requests 100000] [--allocators 50] [--wallets 3] [--spread 20000] [--filled 0]
                              [--url URL] [--json FILE]

Without --url it is the embedded server. With --url it is a database of that server that is made and dropped. Those who
ask in one wallet are lined up, so more wallets give more. --filled puts so many allocations there first, to see whether
the constraint that keeps them apart stays fast.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import psycopg

from plings.registry import Registry, connect, migrate
from plings.registry.manufacturers import register_manufacturer
from plings.registry.wallets import activate_wallet, set_daily_allocation_limit
from plings.server import running_server
from registry.allocators import Day, day_of, gaps_in_series, overlaps_among
from registry.world import World, open_wallet, settle

NAME = "plings_allocations"
PEOPLE = ("ida@ikea.example", "ina@ikea.example", "ada@plings.example")
FILLING = """
    INSERT INTO registry.path_registry (wallet_version, path, organization_id, allocation_type,
        allocated_range_start, allocated_range_end, allocated_by)
    SELECT 1, '2.3.Z.' || registry.segment_text(%(from)s + place / 200), organization_id, 'production',
        place %% 200 * 50, place %% 200 * 50 + 49, registered_by
    FROM generate_series(0, %(count)s - 1) AS place, registry.manufacturer_registry WHERE prefix = '2.3'
"""
"""Of 10,000 numbers in each of many batches: not by way of the guards, which would count them."""
AT_ONCE = 20_000


def main() -> None:
    options = _options()
    if options.url:
        _measure(options, options.url)
        return
    with TemporaryDirectory(prefix="plings-allocations-") as folder:
        Path(folder).chmod(0o755)
        with running_server(Path(folder) / "server") as server:
            _measure(options, server.conninfo(database="postgres"))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--allocators", type=int, default=50)
    parser.add_argument("--wallets", type=int, default=3, choices=range(1, 9))
    parser.add_argument("--spread", type=int, default=20_000, help="how many numbers of a class they choose from")
    parser.add_argument("--filled", type=int, default=0, help="how many allocations are there before")
    parser.add_argument("--url", help="of a PostgreSQL whose role may make databases")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _measure(options: argparse.Namespace, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {NAME}".encode())
    try:
        database = psycopg.conninfo.make_conninfo(url, dbname=NAME)
        prefixes = _prepare(database, options.wallets)
        filling = _fill(database, options.filled)
        day = day_of(
            database,
            prefixes,
            emails=PEOPLE,
            allocators=options.allocators,
            requests=options.requests,
            spread=options.spread,
        )
        _tell(options, day, filling, database, prefixes)
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {NAME} WITH (FORCE)".encode())


def _prepare(url: str, wallets: int) -> list[str]:
    """The prefixes of one manufacturer in so many wallets."""
    with connect(url) as connection:
        migrate(connection)
        settle(Registry(connection))
        ada = World.of(Registry(connection), url).ada
        for wallet in range(1, wallets + 1):
            if wallet > 2:
                open_wallet(ada, wallet)
            if wallet > 1:
                activate_wallet(ada, wallet)
                register_manufacturer(ada, wallet, "IKEA", organization="IKEA", index=2)
            set_daily_allocation_limit(ada, wallet, 1_000_000_000)
    return [f"{'23456789'[wallet]}.3" for wallet in range(wallets)]


def _fill(url: str, count: int) -> float:
    """Seconds for the last thousand rows of `count`, each."""
    last = 0.0
    with connect(url) as connection:
        connection.execute("ALTER TABLE registry.path_registry DISABLE TRIGGER USER")
        for done in range(0, count, AT_ONCE):
            now = min(AT_ONCE, count - done)
            began = time.perf_counter()
            connection.execute(FILLING, {"from": done // 200, "count": now})
            last = (time.perf_counter() - began) / now
            print(f"  {done + now:,} there, {last * 1000:.3f} ms each", file=sys.stderr, flush=True)
        connection.execute("ALTER TABLE registry.path_registry ENABLE TRIGGER USER")
        connection.execute("VACUUM ANALYZE registry.path_registry")
    return last


def _tell(options: argparse.Namespace, day: Day, filling: float, url: str, prefixes: list[str]) -> None:
    held, shared = overlaps_among(url)
    gaps = sum(len(gaps_in_series(url, prefix)) for prefix in prefixes)
    times = quantiles([one.seconds * 1000 for one in day.answers], n=100, method="inclusive")
    figures = {
        "requests": len(day.answers),
        "allocators": options.allocators,
        "wallets": options.wallets,
        "there_before": options.filled,
        "filling_ms_each": round(filling * 1000, 3),
        "seconds": round(day.seconds, 1),
        "requests_per_second": round(len(day.answers) / day.seconds),
        "p50_ms": round(times[49], 1),
        "p99_ms": round(times[98], 1),
        "allocations": day.made,
        "outcomes": dict(day.outcomes),
        "overlaps": len(shared),
        "gaps_in_series": gaps,
    }
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):<20} {value:,}" if isinstance(value, int) else f"{name:<20} {value}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    if shared or gaps or held != day.made + options.filled or set(day.outcomes) - {"done", "path_taken"}:
        sys.exit(f"{held} are held of {day.made}; overlaps: {shared[:5]}; gaps: {gaps}; {dict(day.outcomes)}")


if __name__ == "__main__":
    main()

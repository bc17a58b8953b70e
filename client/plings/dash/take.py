"""The first phase: a manufacturer's legacy codes are taken in, all of a file or nothing of it.

take(registry, "2.G", Path("legacy.csv"))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from plings.dash.all_or_nothing import all_or_nothing
from plings.dash.legacy_file import Line, read_lines
from plings.dash.problems import MOST, Problem, refuse_for
from plings.dash.standing import TAKEN
from plings.identity import DEFAULT_HOST
from plings.registry import Registry
from plings.registry.database import Connection, fetch
from plings.registry.manufacturers import Manufacturer, manufacturer

AT_ONCE: Final = 10_000
"""Lines between two words of progress."""


@dataclass(frozen=True)
class Taken:
    """What a file came to. `there` were taken in before, or stand in the file twice; `keyed` got their key now."""

    lines: int
    added: int
    there: int
    keyed: int
    legacy_classes: int


def take(
    registry: Registry,
    prefix: str,
    file: Path,
    *,
    host: str = DEFAULT_HOST,
    dry_run: bool = False,
    on_progress: Callable[[int], object] = lambda _lines: None,
) -> Taken:
    """Takes in the legacy codes of a manufacturer, by an owner or admin of its organisation or a super-admin.

    The same file again adds nothing; more may come at any phase, and goes through the next ones. A file is described
    in `plings.dash.legacy_file`. Raises OSError, AccessDenied, NotInRegistry (`unknown_manufacturer`), StateRefused
    (`closed`), ValueRefused for what is no such file, and MigrationRefused for lines that are wrong: `two_keys` for an
    object with two instance keys, `other_wallet`, `other_manufacturer`, or the rule of the code.
    """
    maker = manufacturer(registry, prefix)
    problems: list[Problem] = []
    with all_or_nothing(registry, maker, dry_run) as connection:
        fetch(connection, _BEGIN, [maker.wallet_version, maker.manufacturer_index, TAKEN])
        fetch(connection, _STAGE)
        lines = _copy(connection, read_lines(file, prefix, host), problems, on_progress)
        refuse_for(problems)
        return _settle(connection, maker, lines)


def _copy(
    connection: Connection,
    found: Iterator[Line | Problem],
    problems: list[Problem],
    on_progress: Callable[[int], object],
) -> int:
    """Into the staging table, as the lines come; what is wrong is kept, up to MOST."""
    count = 0
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        while some := list(islice(found, AT_ONCE)):
            for one in some:
                if isinstance(one, Problem):
                    problems.append(one)
                    continue
                path = one.code.path
                copy.write_row(
                    (one.number, path.class_path, path.path.batch, path.path.instance, one.code.instance_key)
                )
            if len(problems) >= MOST:
                refuse_for(problems)
            count += len(some)
            on_progress(count)
    return count


def _settle(connection: Connection, maker: Manufacturer, lines: int) -> Taken:
    place = [maker.wallet_version, maker.manufacturer_index]
    fetch(connection, "ANALYZE pg_temp.dash_lines")
    classes = fetch(connection, _CLASSES, place)
    refuse_for(
        Problem(f"line {row['line']}", row["old"], "two_keys", "the object has another instance key already")
        for row in fetch(connection, _TWO_KEYS, [MOST])
    )
    keyed = fetch(connection, _KEYED)[0]["count"]
    added = fetch(connection, _OBJECTS)[0]["count"]
    fetch(connection, _COUNT, [added, *place])
    return Taken(lines, added, lines - added, keyed, len(classes))


_BEGIN: Final = """
    INSERT INTO dash_migrations (wallet_version, manufacturer_index, phase) VALUES (%s, %s, %s)
    ON CONFLICT (wallet_version, manufacturer_index) DO UPDATE SET phase = EXCLUDED.phase
"""
_STAGE: Final = """
    CREATE TEMPORARY TABLE dash_lines (
        line bigint, old_path text COLLATE "C", batch integer, instance integer, instance_key text COLLATE "C"
    ) ON COMMIT DROP
"""
_COPY: Final = "COPY pg_temp.dash_lines FROM STDIN"
_CLASSES: Final = """
    INSERT INTO dash_classes (wallet_version, manufacturer_index, old_path)
    SELECT %s, %s, old_path FROM (SELECT DISTINCT old_path FROM pg_temp.dash_lines) AS one ORDER BY old_path
    ON CONFLICT (old_path) DO NOTHING RETURNING id
"""
_TWO_KEYS: Final = """
    SELECT max(line) AS line, old_path || '.' || segment_text(batch) || '.' || segment_text(instance) AS old FROM (
        SELECT line, old_path, batch, instance, instance_key FROM pg_temp.dash_lines WHERE instance_key IS NOT NULL
        UNION ALL
        SELECT 0, class.old_path, batch, instance, object.instance_key FROM dash_objects AS object
        JOIN dash_classes AS class ON class.id = object.dash_class
        WHERE object.instance_key IS NOT NULL
            AND class.old_path IN (SELECT old_path FROM pg_temp.dash_lines WHERE instance_key IS NOT NULL)
    ) AS known
    GROUP BY old_path, batch, instance HAVING min(instance_key) <> max(instance_key) ORDER BY 1 LIMIT %s
"""
_KEYED: Final = """
    WITH keyed AS (
        UPDATE dash_objects AS object SET instance_key = line.instance_key
        FROM pg_temp.dash_lines AS line JOIN dash_classes AS class USING (old_path)
        WHERE (object.dash_class, object.batch, object.instance) = (class.id, line.batch, line.instance)
            AND line.instance_key IS NOT NULL AND object.instance_key IS NULL
        RETURNING object.batch
    ) SELECT count(*) FROM keyed
"""
_OBJECTS: Final = """
    WITH added AS (
        INSERT INTO dash_objects (dash_class, batch, instance, instance_key)
        SELECT class.id, line.batch, line.instance, max(line.instance_key)
        FROM pg_temp.dash_lines AS line JOIN dash_classes AS class USING (old_path)
        GROUP BY class.id, line.batch, line.instance ORDER BY 1, 2, 3
        ON CONFLICT DO NOTHING RETURNING batch
    ) SELECT count(*) FROM added
"""
_COUNT: Final = """
    UPDATE dash_migrations SET objects = objects + %s WHERE (wallet_version, manufacturer_index) = (%s, %s)
"""

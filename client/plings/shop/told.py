"""What a network told about classes that a bundle has not: kept between runs, bounded, and never taken for signed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

from plings.errors import BundleInvalid
from plings.shop.keys import pointer_record_key
from plings.shop.records import ID_BYTES, MANUFACTURER_STATUSES, POINTER_STATUSES, Product

MOST_TOLD: Final = 10_000
"""Classes. The ones that were told longest ago are forgotten first."""
RETRY_SECONDS: Final = 3600
"""For so long the answer that nobody knows a class holds."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: the product of a class by `source`, an address, at `told_at_unix`; `product` None: nobody knows it.

    `pointer_status` and `manufacturer_status` are the source's words, too.
    """

    source: str
    told_at_unix: int
    product: Product | None = None
    product_id: bytes = b""
    pointer_status: str = "active"
    manufacturer_status: str = "active"

    def is_fresh(self, now_unix: float) -> bool:
        """Whether nobody has to ask again: a product's answer stays until a bundle has the class."""
        return self.product is not None or self.told_at_unix <= now_unix < self.told_at_unix + RETRY_SECONDS

    @property
    def encoded(self) -> bytes:
        product = None if self.product is None else self.product.encoded.decode("utf-8")
        status = [self.pointer_status, self.manufacturer_status]
        return json.dumps([self.source, self.told_at_unix, product, self.product_id.hex(), *status]).encode("ascii")

    @classmethod
    def read(cls, record: bytes) -> Told | None:
        """None for what is damaged: it is asked for again."""
        try:
            members: list[Any] = json.loads(record)
            source, at, product, product_id, pointer_status, manufacturer_status = members
            told = cls(
                source,
                at,
                None if product is None else Product.read(product.encode("utf-8")),
                bytes.fromhex(product_id),
                pointer_status,
                manufacturer_status,
            )
        except (ValueError, TypeError, AttributeError, RecursionError, BundleInvalid):
            return None
        is_right = isinstance(source, str) and type(at) is int and len(told.product_id) in (0, ID_BYTES)
        is_known = pointer_status in POINTER_STATUSES and manufacturer_status in MANUFACTURER_STATUSES
        return told if is_right and is_known else None


class ToldStore:
    """Answers by manufacturer's key and path, in a file. One that is damaged is begun anew: it can be asked for again.

    What fails here fails silently, as a shop grades without it.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = Lock()

    def find(self, manufacturer_key: bytes, path_to_pointer: str) -> Told | None:
        """What was told about a class, or None."""
        with self._opened(write=False) as database:
            if database is None:
                return None
            key = pointer_record_key(manufacturer_key, path_to_pointer)
            row = database.execute("SELECT record FROM told WHERE key = ?", [key]).fetchone()
            return Told.read(row[0]) if row and isinstance(row[0], bytes) else None

    def keep(self, manufacturer_key: bytes, path_to_pointer: str, told: Told) -> None:
        """Instead of what was told before."""
        with self._opened(write=True) as database:
            if database is None:
                return
            key = pointer_record_key(manufacturer_key, path_to_pointer)
            database.execute("INSERT OR REPLACE INTO told VALUES (?, ?, ?)", [key, told.told_at_unix, told.encoded])
            database.execute(
                "DELETE FROM told WHERE key IN (SELECT key FROM told ORDER BY at DESC LIMIT -1 OFFSET ?)", [MOST_TOLD]
            )

    @contextmanager
    def _opened(self, *, write: bool) -> Iterator[sqlite3.Connection | None]:
        """The database for one use, by one thread; None where it is not there or cannot be opened."""
        with self._lock:
            database = self._connected() if write or self._file.exists() else None
            try:
                with suppress(sqlite3.Error):
                    yield database
                    if database is not None:
                        database.commit()
            finally:
                if database is not None:
                    database.close()

    def _connected(self) -> sqlite3.Connection | None:
        for attempt in range(2):
            try:
                database = sqlite3.connect(self._file, timeout=0.2)
            except sqlite3.Error:
                return None
            try:
                database.execute(
                    "CREATE TABLE IF NOT EXISTS told (key BLOB PRIMARY KEY, at INTEGER NOT NULL, record BLOB NOT NULL)"
                )
                return database
            except sqlite3.OperationalError:  # somebody else holds it, or the disk is full
                database.close()
                return None
            except sqlite3.DatabaseError:
                database.close()
                if attempt == 0:
                    with suppress(OSError):
                        self._file.unlink()
        return None

"""A till: the counter that goes on from scan to scan, and takes up a new bundle as soon as one was imported."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from plings.commitments import ItemProof
from plings.errors import ShopError
from plings.shop.answer import Answer
from plings.shop.counter import Counter
from plings.shop.folder import ShopFolder
from plings.shop.told import ToldStore


class Till:
    """Scans by a shop's current bundle. `clock` gives unix seconds. Close it, or use it in `with`."""

    def __init__(self, shop: ShopFolder, clock: Callable[[], float] = time.time) -> None:
        self.told = ToldStore(shop.told_file)
        self._shop = shop
        self._clock = clock
        self._stamp: tuple[int, int, int] | None = None
        self._counter: Counter | None = None

    def __enter__(self) -> Till:
        return self

    def __exit__(self, *_: object) -> None:
        if self._counter is not None:
            self._counter.bundle.close()

    @property
    def counter(self) -> Counter:
        """By the bundle that was imported last. Raises ShopError when there is none, or it is not what was imported."""
        stamp = self._current_stamp()
        if self._counter is None or stamp != self._stamp:
            bundle = self._shop.open_bundle()
            if self._counter is not None:
                self._counter.bundle.close()
            self._counter, self._stamp = Counter(bundle, self.told), stamp
        return self._counter

    def scan(self, text: str, proof: ItemProof | None = None) -> Answer:
        """The answer to a scanned text now. Raises ShopError."""
        try:
            counter = self.counter
        except ShopError as error:
            if error.rule != "not_read":
                raise
            counter = self.counter  # an import has just replaced the file
        return counter.check(text, self._clock(), proof)

    def _current_stamp(self) -> tuple[int, int, int] | None:
        try:
            found = os.stat(self._shop.state_file)
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

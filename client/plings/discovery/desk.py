"""The desk where unknown classes are handed in: each is asked for once, in the background, and kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Event, Lock, Thread
from typing import Final

from plings.discovery.api_client import ApiClient, NoAnswer
from plings.identity import ClassPointer
from plings.shop import Told, ToldStore

MOST_WAITING: Final = 64
"""Questions; more are dropped, and come again with the next scan."""
PAUSE_SECONDS: Final = 30
"""After a failure nobody is asked for so long: no network is the usual state of some shops."""


@dataclass(frozen=True, slots=True)
class Question:
    """A class by its manufacturer's 32-byte key and its path, and the pointer that hashes them."""

    manufacturer_key: bytes
    path_to_pointer: str
    pointer: ClassPointer


class Discovery:
    """Asks one API, in a thread of its own. `learned` is called there with each answer that names a product."""

    def __init__(
        self,
        client: ApiClient,
        store: ToldStore,
        learned: Callable[[Question, Told], object] = lambda *_: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._store = store
        self._learned = learned
        self._clock = clock
        self._waiting: Queue[Question] = Queue(MOST_WAITING)
        self._handed_in: set[Question] = set()
        self._lock = Lock()
        self._stop = Event()
        self._silent_until = 0.0
        self._thread = Thread(target=self._work, name="plings-discovery", daemon=True)
        self._thread.start()

    def hand_in(self, question: Question) -> bool:
        """Whether it will be asked: not when it waits, was answered freshly, or nobody answers at the moment.

        Never waits.
        """
        told = self._store.find(question.manufacturer_key, question.path_to_pointer)
        if time.monotonic() < self._silent_until or (told is not None and told.is_fresh(self._clock())):
            return False
        with self._lock:
            if question in self._handed_in:
                return False
            try:
                self._waiting.put_nowait(question)
            except Full:
                return False
            self._handed_in.add(question)
            return True

    def close(self) -> None:
        """Ask nothing any more. An answer that is on its way is not waited for."""
        self._stop.set()

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                question = self._waiting.get(timeout=0.2)
            except Empty:
                continue
            try:
                if time.monotonic() >= self._silent_until:
                    self._answer(question)
            finally:
                with self._lock:
                    self._handed_in.discard(question)
        self._client.close()

    def _answer(self, question: Question) -> None:
        key, path = question.manufacturer_key, question.path_to_pointer
        try:
            told = self._client.ask(key, path, question.pointer, self._clock())
        except NoAnswer:
            self._silent_until = time.monotonic() + PAUSE_SECONDS
            return
        self._store.keep(key, path, told)
        if told.product is not None and not self._stop.is_set():
            with suppress(OSError):  # whoever is told may be gone
                self._learned(question, told)

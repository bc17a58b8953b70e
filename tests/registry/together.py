"""Doing things at once, each over a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from plings.errors import RegistryError
from plings.registry import Registry, connect

Result = TypeVar("Result")


def at_once(
    url: str, emails: Sequence[str | None], work: Callable[[Registry, int], Result]
) -> list[Result | RegistryError]:
    """What `work(registry, number)` came to for each user (None for nobody), all of whom begin together."""
    ready = threading.Barrier(len(emails))

    def run(number: int) -> Result | RegistryError:
        with connect(url) as connection:
            nobody, email = Registry(connection), emails[number]
            registry = nobody if email is None else nobody.acting(email)
            ready.wait(30)
            try:
                return work(registry, number)
            except RegistryError as error:
                return error

    with ThreadPoolExecutor(len(emails)) as pool:
        return list(pool.map(run, range(len(emails))))

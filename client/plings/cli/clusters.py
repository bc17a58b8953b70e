"""Asking the cluster that the user named."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from plings.chain import Cluster

Found = TypeVar("Found")

READING_SECONDS = 10.0
"""How long a question is repeated while nobody answers: somebody sits in front of it."""


def open_cluster(name: str, *, commitment: str = "confirmed") -> Cluster:
    """The cluster called `name`. Asks nothing yet. Raises SettingsError."""
    from plings.chain import Patience, connect

    return connect(name, commitment=commitment, patience=Patience(reading=READING_SECONDS))


def on_cluster(name: str, question: Callable[[Cluster], Awaitable[Found]]) -> Found:
    """What `question` finds on the cluster called `name`."""
    import asyncio

    async def ask() -> Found:
        async with open_cluster(name) as cluster:
            return await question(cluster)

    return asyncio.run(ask())

"""Which store keeps the graph."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from plings.graph.model import GraphStore
from plings.graph.tables import Tables
from plings.registry import Registry

URL_VARIABLE: Final = "PLINGS_GRAPH_URL"


@contextmanager
def open_graph(registry: Registry, url: str | None = None) -> Iterator[GraphStore]:
    """The graph at `url` or PLINGS_GRAPH_URL (`bolt://…`, `neo4j://…`), or else in tables of the registry's database.

    Raises SettingsError, and DatabaseUnavailable when it gives no answer.
    """
    url = url or os.environ.get(URL_VARIABLE)
    if not url:
        yield Tables(registry)
        return
    from plings.graph.bolt import open_bolt

    with open_bolt(url) as store:
        yield store

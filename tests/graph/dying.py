"""A process that carries what waits into the graph, and kills itself at a step.

python -m graph.dying DATABASE GRAPH STEP
"""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

from plings.graph import feed as feeding
from plings.graph import open_graph, sync
from plings.registry import Registry, connect


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def run(database: str, graph: str, step: str) -> None:
    with connect(database) as connection:
        registry = Registry(connection)
        with open_graph(registry, graph or None) as store:
            if step == "before reading":
                feeding._carry = die  # type: ignore[assignment]
            elif step == "before the write":
                store.write = die  # type: ignore[method-assign]
            elif step == "after the write":
                feeding._confirm = die  # type: ignore[assignment]
            while True:
                sync(registry, store, on_batch=die if step == "after it is taken off" else lambda _: None)
                time.sleep(0.01)


if __name__ == "__main__":
    run(*sys.argv[1:])

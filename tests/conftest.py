"""What all tests share, and which of them one worker does where several are at it (`pytest -n 2`)."""

from __future__ import annotations

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["fixtures.fix_node", "fixtures.fix_program", "fixtures.fix_registry", "fixtures.fix_validator"]

TOGETHER = {"rules": "sbf", "toolchain": "sbf", "graph": "graph", "server": "server", "vaults": "vaults"}
"""Folders whose tests share what is slow to start or one at a time: cargo's target folder, Neo4j, a token."""

# An example may have to wait for a processor: how long it took says nothing.
hypothesis.settings.register_profile("patient", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Validators last, and the one that many tests share after those that tests have of their own: one that is up keeps
    a core busy, also while others are tested."""
    items.sort(key=lambda item: (item.get_closest_marker("validator") is not None) + ("validator" in fixtures_of(item)))


def fixtures_of(item: pytest.Item) -> list[str]:
    """The names of the fixtures that a test has."""
    return item.fixturenames if isinstance(item, pytest.Function) else []


class ByFile(LoadScopeScheduling):
    """A file's tests go to one worker, and so do those of some folders; fixtures of a session are each worker's own."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = file.removeprefix("tests/").partition("/")[0]
        return TOGETHER.get(folder, file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    return ByFile(config, log)

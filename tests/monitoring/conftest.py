"""A registry with people and manufacturers, into which payments are indexed."""

from __future__ import annotations

import pytest

from indexer.conftest import journey  # noqa: F401
from monitoring.ledger import Ledger
from registry.world import World


@pytest.fixture
def ledger(registry_world: World) -> Ledger:
    return Ledger(registry_world)

"""The registry's commands are tried in its world, not in the program's."""

from __future__ import annotations

import pytest

from registry.world import World


@pytest.fixture
def world(registry_world: World) -> World:
    """The registry's, of the two worlds that tests have."""
    return registry_world

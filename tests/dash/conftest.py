"""The world of the registry's tests."""

import pytest

from registry.world import World


@pytest.fixture
def world(registry_world: World) -> World:
    return registry_world

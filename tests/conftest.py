"""What all tests share."""

import pytest

pytest_plugins = ["fixtures.fix_node", "fixtures.fix_program", "fixtures.fix_registry", "fixtures.fix_validator"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Validators last: one that is up keeps a core busy, also while others are tested."""
    items.sort(key=lambda item: item.get_closest_marker("validator") is not None)

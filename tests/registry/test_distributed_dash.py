"""A migration of dash markers on a registry whose pointers are on other machines."""

from __future__ import annotations

from pathlib import Path

import pytest

from dash.migrated import MOVED, ROWS, legacy_file, migrate
from plings.dash import moved, resolve, undo
from plings.errors import AccessDenied
from plings.registry.pointers import find_product
from registry.world import World


def test_old_codes_resolve_there_too(distributed_world: World, tmp_path: Path) -> None:
    world = distributed_world
    file = legacy_file(tmp_path, *ROWS)
    migrate(world.ida, file)
    assert {one.old_path: one.new_path for one in moved(world.ida, "2.3")} == MOVED
    found = resolve(world.nobody, "2.3.6.-3.2.2")
    assert find_product(world.nobody, found.class_pointer).path_to_pointer == "2.3.6"
    migrate(world.ida, file)  # again: nothing is new
    with pytest.raises(AccessDenied, match="privilege"):  # pointers change there by transfers alone
        undo(world.ida, "2.3")
    assert resolve(world.nobody, "2.3.6.-3.2.2") == found

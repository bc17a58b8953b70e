"""What is tested of the registry on one machine, on a cluster: the very same tests. Takes minutes: PLINGS_SLOW=1.

Left out is what names partitions, updates rows past the functions, or has no class pointers in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from registry import test_bulk, test_collisions, test_drill, test_pointers, test_transfers
from registry.world import World

pytestmark = pytest.mark.skipif("PLINGS_SLOW" not in os.environ, reason="takes minutes: set PLINGS_SLOW=1")

PAST_THE_FUNCTIONS = {
    "test_a_row_past_the_function_is_checked_all_the_same",
    "test_a_class_is_registered_below_its_own_manufacturer_s_prefix",
    "test_what_a_pointer_is_stays",
    "test_a_change_by_another_organisation_changes_nothing_of_anybody",
    "test_of_each_pointer_that_changed_the_trail_tells_what_was_before_and_after",
    "test_many_change_as_quickly_after_a_few_did",
    # they look at, or take away, a check of class_pointers to plant what contradicts
    "test_the_quick_check_of_paths_says_what_is_path_says",
    "test_guidance_tells_of_the_other_what_everybody_can_look_up",
    "test_every_contradiction_is_found",
    "test_each_finding_is_alerted_of_once_while_its_alert_is_open",
    "test_the_watch_looks_again_and_again_until_it_is_stopped",
}
"""Of these, test_distributed has its own."""


@pytest.fixture
def registry_url(distributed_url: str) -> str:
    return distributed_url


@pytest.fixture
def world(distributed_world: World) -> Iterator[World]:
    yield distributed_world


for _module in (test_pointers, test_collisions, test_bulk, test_transfers, test_drill):
    for _name, _thing in vars(_module).items():
        is_fixture = type(_thing).__name__ == "FixtureFunctionDefinition"
        if _name not in PAST_THE_FUNCTIONS and (_name.startswith("test_") or is_fixture):
            assert _name not in globals(), f"{_name} is there twice"
            globals()[_name] = _thing

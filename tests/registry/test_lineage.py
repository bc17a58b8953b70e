"""A manufacturer's and its paths' way through the wallets."""

from __future__ import annotations

import pytest

from plings.errors import AccessDenied, AlreadyRegistered, NotInRegistry, PathError
from plings.registry.lineage import lineage, path_transfers, verify_across_wallets
from plings.registry.manufacturers import current_manufacturer, register_manufacturer
from plings.registry.paths import allocate_path, allocate_range, set_allocation_status
from plings.registry.transfers import transfer_allocation, transfer_manufacturer
from plings.registry.wallets import activate_wallet
from registry.world import World, identity, open_wallet


@pytest.fixture
def moved(world: World) -> World:
    """IKEA has moved from wallet 1 to 2, with a path and a range."""
    activate_wallet(world.ada, 2)
    allocate_path(world.ida, "2.3.2")
    allocate_range(world.ida, "2.3.3.G", 1, 10)
    transfer_manufacturer(world.ada, "2.3", 2, public_key=identity("3.3").public_key)
    return world


def test_the_first_wallet_of_a_manufacturer_is_its_setup(world: World) -> None:
    (entry,) = lineage(world.ida, "ikea")
    assert (entry.canonical_name, entry.from_wallet, entry.to_wallet) == ("IKEA", None, "v1")
    assert (entry.assignment_reason, entry.status, entry.completion_percentage) == ("initial_setup", "active", 100)
    assert lineage(world.ida, "Nobody") == [] == lineage(world.ida, "'; DROP TABLE users; --")


def test_the_seeds_history_query_tells_every_move_with_its_reason(moved: World) -> None:
    open_wallet(moved.ada, 3)
    activate_wallet(moved.ada, 3)
    transfer_manufacturer(moved.ada, "3.3", 3, public_key=identity("2.9").public_key, reason="key_compromise")
    query = """
        SELECT ml.canonical_name, ml.predecessor_wallet, ml.current_wallet_version, ml.assignment_reason,
            ml.assignment_date, w1.version_name AS from_wallet, w2.version_name AS to_wallet
        FROM manufacturer_lineage ml
        LEFT JOIN wallet_versions w1 ON ml.predecessor_wallet = w1.version_id
        JOIN wallet_versions w2 ON ml.current_wallet_version = w2.version_id
        WHERE ml.canonical_name = 'IKEA' ORDER BY ml.assignment_date
    """
    history = lineage(moved.ida, "IKEA")
    assert [(one.from_wallet, one.to_wallet, one.assignment_reason) for one in history] == [
        (None, "v1", "initial_setup"),
        ("v1", "v2", "security_upgrade"),
        ("v2", "v3", "key_compromise"),
    ]
    assert [row["assignment_date"] for row in moved.ada.rows(query)] == [one.assignment_date for one in history]
    assert current_manufacturer(moved.ida, "IKEA").prefix == "4.3"


def test_the_seeds_tracking_query_tells_where_paths_are_now(moved: World) -> None:
    query = """
        SELECT p1.path, p1.wallet_version AS from_wallet, p1.transferred_to_wallet AS to_wallet, p1.transferred_at,
            p2.status AS target_status
        FROM path_registry p1 LEFT JOIN path_registry p2 ON p2.id = p1.transferred_to
        WHERE p1.status = 'transferred' ORDER BY p1.transferred_at DESC, p1.path
    """
    tracked = path_transfers(moved.ida)
    assert [(one.path, one.from_wallet, one.to_wallet, one.target_path, one.target_status) for one in tracked] == [
        ("2.3.2", 1, 2, "3.3.2", "active"),
        ("2.3.3.G", 1, 2, "3.3.3.G", "active"),
    ]
    assert [tuple(row.values()) for row in moved.ada.rows(query)] == [
        (one.path, one.from_wallet, one.to_wallet, one.transferred_at, one.target_status) for one in tracked
    ]


def test_transfers_are_found_by_wallet_and_path(moved: World) -> None:
    def found(**asked: object) -> list[str]:
        return [one.path for one in path_transfers(moved.ida, **asked)]  # type: ignore[arg-type]

    assert found(from_wallet=1) == found(to_wallet="v2") == ["2.3.2", "2.3.3.G"]
    assert found(from_wallet=2) == found(to_wallet=1) == found(below="2.4") == []
    assert found(below="2.3.3") == found(below="2.3.3.G.5") == ["2.3.3.G"] and found(below="2.3.3.G.z") == []
    assert found(limit=1) == ["2.3.2"]
    with pytest.raises(NotInRegistry):
        found(to_wallet=7)
    with pytest.raises(PathError):
        found(below="2.3'")


def test_who_comes_from_two_wallets_has_a_row_for_each(moved: World) -> None:
    open_wallet(moved.ada, 3)
    activate_wallet(moved.ada, 3)
    register_manufacturer(moved.ada, 3, "ACME", organization="ACME", index=3, public_key=identity("2.9").public_key)
    for prefix in ("2.4", "3.4"):
        if prefix == "3.4":
            key = identity("3.4").public_key
            register_manufacturer(moved.ada, 2, "ACME", organization="ACME", index=3, public_key=key)
        transfer_manufacturer(moved.ada, prefix, 3, public_key=identity("2.9").public_key)
    came = {(one.from_wallet, one.to_wallet) for one in lineage(moved.ada, "ACME") if one.to_wallet == "v3"}
    assert came == {(None, "v3"), ("v1", "v3"), ("v2", "v3")}
    with pytest.raises(AlreadyRegistered):
        moved.ada.rows(
            """
            INSERT INTO manufacturer_lineage (canonical_name, current_wallet_version, current_manufacturer_index,
                predecessor_wallet, predecessor_index, assignment_reason)
            VALUES ('ACME', 3, 3, 1, 3, 'key_compromise')
            """
        )


def test_what_moved_is_verified_in_the_other_wallet_and_noted(moved: World) -> None:
    for path in ("2.3.2", "2.3.2.G.3j", "2.3.3.G.B"):
        assert verify_across_wallets(moved.ida, path, 2)
    for path, wallet in (("2.3.9", 2), ("2.3.3.G.z", 2), ("2.3.2", 1), ("3.3.2", 1), ("2.4.2", 2)):
        assert not verify_across_wallets(moved.ida, path, wallet)
    noted = moved.ada.rows("SELECT path, verification_result FROM cross_wallet_verifications ORDER BY id")
    assert len(noted) == 8 and sum(row["verification_result"] for row in noted) == 3
    (health,) = moved.ada.rows(
        "SELECT verifications_count, error_count FROM wallet_health_metrics WHERE wallet_version = 2"
    )
    assert tuple(health.values()) == (6, 3)
    with pytest.raises(AccessDenied):
        verify_across_wallets(moved.nobody, "2.3.2", 2)
    with pytest.raises(PathError):
        verify_across_wallets(moved.ida, "2.3.", 2)
    with pytest.raises(NotInRegistry):
        verify_across_wallets(moved.ida, "9.3.2", 2)


def test_what_moved_on_is_verified_where_it_is_now(moved: World) -> None:
    open_wallet(moved.ada, 3)
    activate_wallet(moved.ada, 3)
    register_manufacturer(moved.ada, 3, "IKEA", organization="IKEA", index=2)
    (one, _) = path_transfers(moved.ida)
    there = transfer_allocation(moved.ida, one.target_id, 3)
    assert verify_across_wallets(moved.ida, "2.3.2", 3) and not verify_across_wallets(moved.ida, "2.3.2", 2)
    set_allocation_status(moved.ida, there.id, "retired")
    assert not verify_across_wallets(moved.ida, "2.3.2", 3)


def test_verifications_are_never_rewritten(moved: World) -> None:
    verify_across_wallets(moved.ida, "2.3.2", 2)
    with pytest.raises(AccessDenied):
        moved.ada.rows("UPDATE cross_wallet_verifications SET verification_result = false")

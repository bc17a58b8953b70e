"""Wallets: new ones and the default take several people; a status moves one way or the other, or not at all."""

from __future__ import annotations

import pytest

from plings.errors import (
    AccessDenied,
    AlreadyRegistered,
    ApprovalNeeded,
    LimitReached,
    NotInRegistry,
    PlingsError,
    RegistryError,
    StateRefused,
    ValueRefused,
)
from plings.identity import Path
from plings.registry.manufacturers import register_manufacturer
from plings.registry.paths import allocate_path
from plings.registry.people import change_user
from plings.registry.wallets import (
    WALLET_NUMBERS,
    activate_wallet,
    create_wallet,
    deactivate_wallet,
    default_wallet,
    deprecate_wallet,
    mark_wallet_compromised,
    next_wallet_number,
    retire_wallet,
    set_daily_allocation_limit,
    set_default_wallet,
    wallet,
    wallet_template,
    wallet_templates,
    wallets,
)
from registry.planting import own
from registry.together import at_once
from registry.world import World, agreed, make_default, open_wallet

FACTS = {
    "version_id": 3,
    "version_name": "v3",
    "master_key_id": "file:wallet-v3",
    "environment": "production",
    "security_level": "standard",
}
MOVES = {
    "active": activate_wallet,
    "inactive": deactivate_wallet,
    "deprecated": deprecate_wallet,
    "retired": retire_wallet,
    "compromised": mark_wallet_compromised,
}


def test_wallets_are_the_numbers_that_paths_begin_with(world: World) -> None:
    assert len(WALLET_NUMBERS) == 44 and WALLET_NUMBERS[:9] == (1, 2, 3, 4, 5, 6, 7, 8, 58)
    for number in WALLET_NUMBERS:
        segment = own(world.ada, "SELECT segment_text(%s) AS segment", [number])[0]["segment"]
        assert Path(f"{segment}.3.2.2").wallet == number
    assert next_wallet_number(world.ada) == 3


def test_other_numbers_are_refused_also_by_the_database(world: World) -> None:
    for number in (0, 9, 57, 67, 125, 256, -1):
        facts = FACTS | {"version_id": number}
        agreed(world.ada, "create_wallet", facts)
        with pytest.raises(ValueRefused, match="wallet_number"):
            create_wallet(world.ada, **facts)
        with pytest.raises(ValueRefused):
            world.ada.rows(
                "INSERT INTO wallet_versions (version_id, version_name, master_key_id) VALUES (%s, 'v3', %s)",
                [number, FACTS["master_key_id"]],
            )


def test_a_new_wallet_takes_approval_of_each_of_its_facts(world: World) -> None:
    agreed(world.ada, "create_wallet", FACTS)
    for change in (
        {"version_id": 4},
        {"version_name": "v4"},
        {"master_key_id": "file:wallet-of-a-thief"},
        {"environment": "testing"},
        {"security_level": "high"},
    ):
        with pytest.raises(ApprovalNeeded):
            create_wallet(world.ada, **FACTS | change)
    made = create_wallet(world.bea, **FACTS)
    assert (made.status, made.is_default, made.segment) == ("inactive", False, "4")


def test_one_approval_makes_one_wallet(world: World) -> None:
    agreed(world.ada, "create_wallet", FACTS)
    outcome = at_once(world.url, ["ada@plings.example"] * 4, lambda registry, _: create_wallet(registry, **FACTS))
    assert sum(not isinstance(one, RegistryError) for one in outcome) == 1
    with pytest.raises(ApprovalNeeded):
        create_wallet(world.ada, **FACTS | {"version_id": 4, "version_name": "v4", "master_key_id": "file:v4"})


def test_a_new_wallet_is_inactive_and_not_the_default_whatever_is_said(world: World) -> None:
    agreed(world.ada, "create_wallet", FACTS)
    for column, value in (("status", "'active'"), ("is_default", "true"), ("status", "'compromised'")):
        with pytest.raises(RegistryError):
            world.ada.rows(
                f"INSERT INTO wallet_versions (version_id, version_name, master_key_id, {column}) "
                f"VALUES (3, 'v3', 'file:wallet-v3', {value})"
            )
    assert len(wallets(world.ada)) == 2


def test_a_master_key_itself_is_never_taken(world: World) -> None:
    for key in (
        "5Kd3NBUoD3fCRJcyPbTWTBf2n8Z4Vt9u2K7s6Jh5G3f2A",
        "file:5Kd3NBUoD3fCRJcyPbTWTBf2n8Z4Vt9u2K7s6Jh5G3f2A",
        "file:" + "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
        "file:",
        "file:a b",
        "file:a\nb",
        "",
        "https://example.org/key",
    ):
        facts = FACTS | {"master_key_id": key}
        agreed(world.ada, "create_wallet", facts)
        with pytest.raises(PlingsError):
            create_wallet(world.ada, **facts)
        with pytest.raises(ValueRefused):
            world.ada.rows(
                "INSERT INTO wallet_versions (version_id, version_name, master_key_id) VALUES (3, 'v3', %s)", [key]
            )
    assert len(wallets(world.ada)) == 2


def test_a_number_a_name_and_a_key_are_one_wallet_s(world: World) -> None:
    for same in ({"version_id": 1}, {"version_name": "v1"}, {"master_key_id": "file:wallet-v1"}):
        facts = FACTS | same
        agreed(world.ada, "create_wallet", facts)
        with pytest.raises(AlreadyRegistered):
            create_wallet(world.ada, **facts)


def test_a_new_default_takes_approval_of_just_that(world: World) -> None:
    activate_wallet(world.ada, 2)
    with pytest.raises(ApprovalNeeded):
        set_default_wallet(world.ada, 2)
    with pytest.raises(ApprovalNeeded):
        world.ada.rows("UPDATE wallet_versions SET is_default = (version_id = 2)")
    agreed(world.ada, "change_default_wallet", {"version_id": 1})
    with pytest.raises(ApprovalNeeded):
        set_default_wallet(world.ada, 2)
    assert default_wallet(world.ada).version_id == 1
    make_default(world.ada, 2)
    assert [(one.version_id, one.is_default) for one in wallets(world.ada)] == [(1, False), (2, True)]
    with pytest.raises(ApprovalNeeded):  # there is a request of it yet, but it takes both who approved
        change_user(world.ada, "bea@plings.example", super_admin=False)
        set_default_wallet(world.ada, 1)


def test_only_an_active_wallet_is_the_default(world: World) -> None:
    agreed(world.ada, "change_default_wallet", {"version_id": 2})
    with pytest.raises(ValueRefused, match="default_is_active"):
        set_default_wallet(world.ada, 2)
    assert default_wallet(world.ada).version_id == 1
    with pytest.raises(ValueRefused, match="default_is_active"):
        world.ada.rows("UPDATE wallet_versions SET status = 'inactive' WHERE version_id = 1")
    deactivate_wallet(world.ada, 1)
    with pytest.raises(NotInRegistry):
        default_wallet(world.ada)


def test_there_is_one_default_however_many_are_made_it_at_once(world: World) -> None:
    for number in (2, 3, 4, 5):
        if number > 2:
            open_wallet(world.ada, number)
        activate_wallet(world.ada, number)
        agreed(world.ada, "change_default_wallet", {"version_id": number})
    outcome = at_once(
        world.url, ["ada@plings.example"] * 4, lambda registry, n: set_default_wallet(registry, n + 2).version_id
    )
    made = [one for one in outcome if isinstance(one, int)]
    assert made and default_wallet(world.ada).version_id in made
    assert sum(one.is_default for one in wallets(world.ada)) == 1


def test_a_status_moves_as_it_may(world: World) -> None:
    ways = {
        "inactive": {"active", "deprecated", "retired", "compromised"},
        "active": {"inactive", "deprecated", "compromised"},
        "deprecated": {"active", "retired", "compromised"},
        "retired": {"compromised"},
        "compromised": set(),
    }
    for number, (status, ends) in zip((3, 4, 5, 6, 7), ways.items(), strict=True):
        open_wallet(world.ada, number)
        if status in ("active", "deprecated"):
            activate_wallet(world.ada, number)
        if status != "inactive":
            MOVES[status](world.ada, number)
        for end, move in MOVES.items():
            if end in ends or end == status:
                continue
            with pytest.raises(StateRefused, match="status"):
                move(world.ada, number)
        assert wallet(world.ada, number).status == status
    open_wallet(world.ada, 8)
    for step in ("active", "inactive", "active", "deprecated", "active", "deprecated", "retired", "compromised"):
        assert MOVES[step](world.ada, 8).status == step


def test_when_a_status_changed_is_noted(world: World) -> None:
    made = wallet(world.ada, 1)
    assert (made.deactivated_at, made.retired_at, made.compromised_at) == (None, None, None)
    deprecated = deprecate_wallet(world.ada, 1)
    assert deprecated.deactivated_at and not deprecated.is_default
    retired = retire_wallet(world.ada, 1)
    assert retired.retired_at and retired.deactivated_at == deprecated.deactivated_at
    assert mark_wallet_compromised(world.ada, 1).compromised_at
    reopened = activate_wallet(world.ada, 2)
    assert reopened.deactivated_at is None


def test_one_super_admin_alone_says_that_a_key_was_stolen(world: World) -> None:
    assert mark_wallet_compromised(world.bea, "v1").status == "compromised"
    with pytest.raises(NotInRegistry):
        default_wallet(world.ada)


def test_only_super_admins_change_wallets(world: World) -> None:
    for who in (world.ida, world.abe, world.nobody):
        for status, move in MOVES.items():
            with pytest.raises(AccessDenied):
                move(who, 2 if status == "active" else 1)
        with pytest.raises(AccessDenied):
            set_default_wallet(who, 2)
        with pytest.raises(AccessDenied):
            set_daily_allocation_limit(who, 1, 5)
        with pytest.raises(AccessDenied):
            create_wallet(who, **FACTS)


def test_a_wallet_that_is_not_active_takes_nothing_new(world: World) -> None:
    with pytest.raises(StateRefused, match="wallet_closed"):
        register_manufacturer(world.ada, 2, "IKEA", organization="IKEA")
    deprecate_wallet(world.ada, 1)
    with pytest.raises(StateRefused, match="wallet_closed"):
        register_manufacturer(world.ada, 1, "Bakery", organization="ACME")
    with pytest.raises(StateRefused, match="wallet_closed"):
        allocate_path(world.ida, "2.3.5")


def test_what_a_wallet_is_stays(world: World) -> None:
    for change in (
        "version_name = 'v9'",
        "master_key_id = 'file:other'",
        "environment = 'testing'",
        "version_id = 8",
        "created_at = now()",
        "current_daily_allocations = 0",
        "last_reset_date = '2000-01-01'",
    ):
        with pytest.raises(AccessDenied):
            world.ada.rows(f"UPDATE wallet_versions SET {change} WHERE version_id = 1")
    for removal in ("DELETE FROM wallet_versions WHERE version_id = 2", "TRUNCATE wallet_versions CASCADE"):
        with pytest.raises(RegistryError):
            own(world.ada, removal)


def test_a_day_s_allocations_end_at_the_limit(world: World) -> None:
    assert set_daily_allocation_limit(world.ada, 1, 2).daily_allocation_limit == 2
    allocate_path(world.ida, "2.3.5")
    allocate_path(world.abe, "2.4.5")
    with pytest.raises(LimitReached, match="daily_limit"):
        allocate_path(world.ida, "2.3.6")
    own(world.ada, "UPDATE wallet_versions SET last_reset_date = last_reset_date - 1")
    allocate_path(world.ida, "2.3.6")
    assert wallet(world.ada, 1).current_daily_allocations == 1


def test_wallets_are_found_by_number_and_name_and_nothing_else(world: World) -> None:
    assert wallet(world.ada, "v1") == wallet(world.ada, 1) == wallet(world.ada, "1")
    for strange in ("v9", "", "1 OR true", "'", 9, -1, 10**12, "¹", "v1\x00"[:2] + "v"):
        with pytest.raises(NotInRegistry):
            wallet(world.ada, strange)
    assert [one.version_id for one in wallets(world.ada, environment="production")] == [1, 2]
    assert wallets(world.ada, environment="testing") == []


def test_templates_tell_what_a_wallet_of_their_kind_is_like(world: World) -> None:
    assert {one.name: one.environment for one in wallet_templates(world.ada)} == {
        "production": "production",
        "testing": "testing",
        "development": "development",
    }
    assert wallet_template(world.ada, "production").security_level == "high"
    with pytest.raises(NotInRegistry):
        wallet_template(world.ada, "none")

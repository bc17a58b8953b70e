"""Manufacturers: whose index, name and key is whose, in every wallet."""

from __future__ import annotations

import pytest

from plings.errors import (
    AccessDenied,
    AddressError,
    AlreadyRegistered,
    NotInRegistry,
    RegistryError,
    StateRefused,
    ValueRefused,
)
from plings.identity import format_address
from plings.registry.manufacturers import (
    Manufacturer,
    current_manufacturer,
    manufacturer,
    manufacturers,
    register_manufacturer,
    set_delegation,
    set_manufacturer_status,
    set_public_key,
)
from plings.registry.people import add_organization
from plings.registry.wallets import activate_wallet
from registry.planting import own
from registry.together import at_once
from registry.world import World, identity


def register(world: World, name: str, organization: str = "ACME", **others: object) -> Manufacturer:
    return register_manufacturer(world.ada, 1, name, organization=organization, **others)  # type: ignore[arg-type]


def test_plings_is_the_first_in_every_wallet(world: World) -> None:
    activate_wallet(world.ada, 2)
    first = register_manufacturer(world.ada, 2, "IKEA", organization="IKEA")
    assert first.prefix == "3.3"  # 3.2 stays Plings's
    assert register_manufacturer(world.ada, 2, "plings", organization="Plings").prefix == "3.2"


def test_nobody_else_is_the_first_and_plings_is_no_other(world: World) -> None:
    activate_wallet(world.ada, 2)
    for name, organization, index in (("Bakery", "ACME", 1), ("Plings", "Plings", 7), ("PLINGS", "ACME", 9)):
        with pytest.raises(RegistryError):
            register_manufacturer(world.ada, 2, name, organization=organization, index=index)
    assert manufacturers(world.ada, wallet=2) == []


def test_an_index_is_one_manufacturer_s_in_a_wallet(world: World) -> None:
    with pytest.raises(AlreadyRegistered, match="unique_manufacturer_per_wallet"):
        register(world, "Bakery", index=2)
    for index in (0, -1):
        with pytest.raises(ValueRefused):
            register(world, "Bakery", index=index)
    last = register(world, "Bakery", index=2**31 - 1)
    assert last.prefix == "2.4GmR58"
    with pytest.raises(RegistryError):
        register(world, "Brewery")  # after the last there is none


def test_a_name_is_one_organisation_s_in_all_wallets_whatever_its_case(world: World) -> None:
    activate_wallet(world.ada, 2)
    for name in ("IKEA", "ikea", "Ikea"):
        with pytest.raises(AlreadyRegistered, match="name_taken"):
            register_manufacturer(world.ada, 2, name, organization="ACME")
        with pytest.raises(AlreadyRegistered):
            register(world, name, "IKEA")
    assert register_manufacturer(world.ada, 2, "IKEA", organization="IKEA").prefix == "3.3"
    assert [one.prefix for one in manufacturers(world.ada, name="ikea")] == ["2.3", "3.3"]
    assert current_manufacturer(world.ada, "Ikea").prefix == "3.3"
    with pytest.raises(AlreadyRegistered):
        world.ada.rows("UPDATE manufacturer_registry SET manufacturer_name = 'IKEA' WHERE prefix = '2.4'")


def test_a_name_that_two_take_at_once_is_one_s(world: World) -> None:
    add_organization(world.ada, "Bakery")
    add_organization(world.ada, "Brewery")
    activate_wallet(world.ada, 2)
    takers = [(1, "Bakery"), (2, "Brewery")] * 3

    def take(registry: object, number: int) -> str:
        wallet, organization = takers[number]
        return register_manufacturer(registry, wallet, "Moon", organization=organization).prefix  # type: ignore[arg-type]

    at_once(world.url, ["ada@plings.example"] * 6, take)
    assert len({one.organization_id for one in manufacturers(world.ada, name="moon")}) == 1


def test_those_who_are_registered_at_once_get_an_index_each(world: World) -> None:
    def work(registry: object, number: int) -> list[int]:
        names = [f"maker {number}.{one}" for one in range(5)]
        return [
            register_manufacturer(registry, 1, name, organization="ACME").manufacturer_index  # type: ignore[arg-type]
            for name in names
        ]

    outcome = at_once(world.url, ["ada@plings.example", "bea@plings.example"] * 4, work)
    assert not [one for one in outcome if isinstance(one, RegistryError)]
    assert sorted(index for one in outcome if isinstance(one, list) for index in one) == list(range(4, 44))


def test_an_identity_key_is_noted_once_and_never_changes(world: World) -> None:
    maker = register(world, "Bakery")
    assert maker.ed25519_public_key is None
    known = set_public_key(world.ada, maker.prefix, identity("2.5").public_key)
    assert known.ed25519_public_key == format_address(identity("2.5").public_key)
    with pytest.raises(StateRefused, match="immutable"):
        set_public_key(world.ada, maker.prefix, identity("2.6").public_key)
    for update in ("ed25519_public_key = NULL", "shard_id = 0 - shard_id - 1", "wallet_version = 2", "number = 9"):
        with pytest.raises(RegistryError):
            world.ada.rows(f"UPDATE manufacturer_registry SET {update} WHERE prefix = '{maker.prefix}'")
    assert manufacturer(world.ada, maker.prefix) == known


def test_a_key_is_one_manufacturer_s(world: World) -> None:
    with pytest.raises(AlreadyRegistered):
        register(world, "Bakery", public_key=identity("2.3").public_key)
    assert len(manufacturers(world.ada)) == 3


def test_keys_that_are_none_are_refused(world: World) -> None:
    # points of small order, under which anybody can sign
    for weak in (bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f"):
        with pytest.raises(AddressError, match="small_order"):
            register(world, "Bakery", public_key=weak)
        with pytest.raises(AddressError):
            set_public_key(world.ada, "2.3", weak)
    for size in (0, 31, 33):
        with pytest.raises(AddressError):
            register(world, "Bakery", public_key=bytes(size))
    for text in ("", "0" * 44, "l" * 44, "x", "5Kd3' OR true --", "1" * 45):
        with pytest.raises(ValueRefused):
            world.ada.rows(
                "INSERT INTO manufacturer_registry (wallet_version, manufacturer_index, manufacturer_name, "
                "organization_id, ed25519_public_key) SELECT 1, 9, 'Bakery', id, %s FROM organizations LIMIT 1",
                [text],
            )


def test_a_key_is_delegated_when_it_is_known(world: World) -> None:
    maker = register(world, "Bakery")
    for level in ("verification", "full"):
        with pytest.raises(ValueRefused, match="delegated_key_is_known"):
            set_delegation(world.ada, maker.prefix, level)
    assert set_delegation(world.ada, "2.3", "full").key_delegation_level == "full"
    with pytest.raises(ValueRefused):
        set_delegation(world.ada, "2.3", "everything")


def test_a_private_key_itself_is_never_taken(world: World) -> None:
    secret = "5Kd3NBUoD3fCRJcyPbTWTBf2n8Z4Vt9u2K7s6Jh5G3f2A"
    for reference in (secret, f"file:{secret}", "file:", "vault", "file:a b"):
        with pytest.raises(ValueRefused) as refused:
            register(world, "Bakery", private_key_reference=reference)
        assert secret not in str(refused.value)
    assert register(world, "Bakery", private_key_reference="file:bakery").ed25519_private_key_reference == "file:bakery"


def test_only_super_admins_register_and_change(world: World) -> None:
    for who in (world.ida, world.abe, world.nobody):
        with pytest.raises(AccessDenied):
            register_manufacturer(who, 1, "Bakery", organization="ACME")
        with pytest.raises(AccessDenied):
            set_manufacturer_status(who, "2.3", "suspended")
        with pytest.raises(AccessDenied):
            set_delegation(who, "2.3", "full")


def test_it_stays_its_organisation_s(world: World) -> None:
    update = "UPDATE manufacturer_registry SET organization_id = (SELECT id FROM organizations WHERE name = 'ACME')"
    with pytest.raises(RegistryError):
        world.ada.rows(f"{update} WHERE prefix = '2.3'")
    for removal in ("DELETE FROM manufacturer_registry", "TRUNCATE manufacturer_registry CASCADE"):
        with pytest.raises(RegistryError):
            own(world.ada, removal)


def test_a_status_moves_as_it_may(world: World) -> None:
    moved = [set_manufacturer_status(world.ada, "2.3", one).status for one in ("suspended", "active", "suspended")]
    assert moved == ["suspended", "active", "suspended"]
    retired = set_manufacturer_status(world.ada, "2.3", "retired")
    assert retired.compromised_at is None
    with pytest.raises(StateRefused):
        set_manufacturer_status(world.ada, "2.3", "active")
    compromised = set_manufacturer_status(world.ada, "2.3", "compromised")
    assert compromised.compromised_at is not None
    for status in ("active", "suspended", "retired"):
        with pytest.raises(StateRefused):
            set_manufacturer_status(world.ada, "2.3", status)
    with pytest.raises(RegistryError):
        set_manufacturer_status(world.ada, "2.4", "lost")


def test_a_registration_begins_its_lineage(world: World) -> None:
    register(world, "Bakery")
    (row,) = world.ada.rows("SELECT * FROM manufacturer_lineage WHERE canonical_name = 'Bakery'")
    assert (row["current_wallet_version"], row["current_manufacturer_index"]) == (1, 4)
    assert (row["predecessor_wallet"], row["assignment_reason"]) == (None, "initial_setup")


def test_what_is_not_there_is_said_not_to_be(world: World) -> None:
    for prefix in ("2.9", "", "2", "2.3.2", "2.3' --", "%", "2._"):
        with pytest.raises(NotInRegistry):
            manufacturer(world.ada, prefix)
    with pytest.raises(NotInRegistry):
        current_manufacturer(world.ada, "Bakery")
    with pytest.raises(NotInRegistry):
        register(world, "Bakery", "nobody")
    set_manufacturer_status(world.ada, "2.3", "suspended")
    with pytest.raises(NotInRegistry):
        current_manufacturer(world.ada, "IKEA")

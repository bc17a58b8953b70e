"""Bundles from a registry: one state of it, complete, in order, and no more than whoever exports may see."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from plings.errors import BundleInvalid, CommitmentInvalid, NotInRegistry, SettingsError
from plings.identity import Grade
from plings.proofs import Head
from plings.publishing import Export, Exported, export_bundle
from plings.registry import Registry, open_registry
from plings.registry.classes import add_class, change_class
from plings.registry.manufacturers import set_manufacturer_status
from plings.registry.pointers import register_pointer
from plings.registry.wallets import mark_wallet_compromised
from plings.shop import Advice, Answer, Bundle, Counter, Price, check_whole
from proofs.made import RECEIPT
from registry.planting import own, own_role
from registry.world import World
from shop.made import DAY, IKEA, NOW, PUBLISHER, PUBLISHER_KEY, code, printed_batch

EXPORT = Export("Corner Shops", PUBLISHER_KEY, 1, NOW, NOW + DAY)


@pytest.fixture
def world(registry_world: World) -> World:
    """Its IKEA sells a bookcase under two pointers and a sofa; its ACME sells an anvil."""
    ida, abe = registry_world.ida, registry_world.abe
    euros = {"price_currency": "EUR", "price_amount": Decimal("49.95")}
    billy = add_class(ida, "BILLY", organization="IKEA", sku="B-1", category="Furniture", **euros)
    sofa = add_class(ida, "KLIPPAN", organization="IKEA", sku="K-1")
    anvil = add_class(abe, "Anvil", organization="ACME", sku="B-1", price_currency="JPY", price_amount=Decimal(1200))
    register_pointer(ida, "2.3.2", billy.id)
    register_pointer(ida, "2.3.5.2", billy.id)
    register_pointer(ida, "2.3.7", sofa.id)
    register_pointer(abe, "2.4.2", anvil.id)
    return registry_world


def exported(registry: Registry, folder: Path, export: Export = EXPORT) -> tuple[Exported, Bundle]:
    done = export_bundle(registry, folder / "new.bundle", export, PUBLISHER.sign)
    bundle = Bundle.open(folder / "new.bundle", PUBLISHER_KEY)
    check_whole(bundle)
    return done, bundle


def scan(bundle: Bundle, path: str = "2.3.2.G.3j") -> Answer:
    return Counter(bundle).check(code(path).text, NOW)


def records(bundle: Bundle) -> list[int]:
    return [extent.records for extent in bundle.header.sections.values()]


def test_all_of_the_registry(world: World, tmp_path: Path) -> None:
    done, bundle = exported(world.ada, tmp_path)
    assert records(bundle) == [3, 4, 3, 0, 0] and done.unpriced == 0
    answer = scan(bundle)
    assert (answer.verdict.grade, answer.advice) == (Grade.TAG_GENUINE, Advice.SELL)
    assert answer.product is not None and answer.price == Price("EUR", 4995, 2)
    assert (answer.product.name, answer.product.sku, answer.product.category) == ("BILLY", "B-1", "Furniture")
    assert scan(bundle, "2.3.5.2.H.2k").product == answer.product
    assert scan(bundle, "2.3.7.2.2").price is None
    assert sorted(file.name for file in tmp_path.iterdir()) == ["new.bundle"]


def test_one_manufacturer_alone(world: World, tmp_path: Path) -> None:
    _, bundle = exported(world.ada, tmp_path, replace(EXPORT, prefixes=frozenset(["2.3"])))
    assert records(bundle) == [1, 3, 2, 0, 0]
    with pytest.raises(NotInRegistry, match=r"\[unknown_manufacturer\]"):
        exported(world.ada, tmp_path, replace(EXPORT, prefixes=frozenset(["2.3", "2.Z"])))


def test_a_manufacturer_s_own_login_exports_what_it_sees(world: World, tmp_path: Path) -> None:
    with own_role(world.ada, "IKEA") as role:
        try:
            with open_registry(make_conninfo(world.url, user=role), as_user="ida@ikea.example") as ida:
                _, bundle = exported(ida, tmp_path)
        finally:
            own(world.ada, f"DROP OWNED BY {role}")
    assert records(bundle) == [1, 3, 2, 0, 0]


def test_a_price_list_counts_where_it_holds(world: World, tmp_path: Path) -> None:
    prices = {("2.3", "B-1"): [Price("EUR", 3995, 2, NOW + 5)], ("2.4", "B-1"): [Price("USD", 1, 2)]}
    _, bundle = exported(world.ada, tmp_path, replace(EXPORT, prices=prices))
    counter = Counter(bundle)
    seen = [counter.check(code().text, at).price for at in (NOW, NOW + 5)]
    assert seen == [Price("EUR", 4995, 2), Price("EUR", 3995, 2, NOW + 5)]


def test_a_price_of_what_is_not_sold_is_refused(world: World, tmp_path: Path) -> None:
    (tmp_path / "new.bundle").write_bytes(b"the one before")
    with pytest.raises(NotInRegistry, match=r"'B-2' \[no_sku\]"):
        exported(world.ada, tmp_path, replace(EXPORT, prices={("2.3", "B-2"): [Price("EUR", 1, 2)]}))
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"the one before"]


def test_a_price_in_fractions_of_a_cent_is_left_out_and_counted(world: World, tmp_path: Path) -> None:
    (sofa,) = world.ida.rows("SELECT id FROM object_classes WHERE sku = 'K-1'")
    change_class(world.ida, sofa["id"], price_currency="EUR", price_amount=Decimal("0.0125"))
    done, bundle = exported(world.ada, tmp_path)
    assert done.unpriced == 1 and scan(bundle, "2.3.7.2.2").price is None


def test_a_stolen_key_is_told(world: World, tmp_path: Path) -> None:
    set_manufacturer_status(world.ada, "2.3", "compromised")
    _, bundle = exported(world.ada, tmp_path)
    answer = scan(bundle)
    assert (answer.verdict.grade, answer.advice) == (Grade.UNKNOWN_MANUFACTURER, Advice.REFUSE)
    assert answer.manufacturer is not None and answer.manufacturer.valid_until_unix is not None


def test_of_a_wallet_whose_master_key_was_stolen_every_key_is(world: World, tmp_path: Path) -> None:
    mark_wallet_compromised(world.ada, 1)
    _, bundle = exported(world.ada, tmp_path)
    assert scan(bundle).advice is Advice.REFUSE


def test_batches_and_checkpoints_come_along(world: World, tmp_path: Path) -> None:
    commitment, _ = printed_batch()
    other, _ = printed_batch(first=500, count=3)
    what = replace(EXPORT, commitments=[commitment, other, commitment], checkpoints=[RECEIPT.checkpoint] * 2)
    _, bundle = exported(world.ada, tmp_path, what)
    assert records(bundle) == [3, 4, 3, 1, 1]
    assert "number 158 of batch 2.3.2.G was printed" in scan(bundle).reasons


def test_a_batch_that_its_manufacturer_did_not_sign_is_refused(world: World, tmp_path: Path) -> None:
    commitment, _ = printed_batch()
    for wrong in (replace(commitment, signature=bytes(64)), replace(commitment, created_at_unix=1)):
        with pytest.raises(CommitmentInvalid, match=r"\[signature\]"):
            exported(world.ada, tmp_path, replace(EXPORT, commitments=[wrong]))
    with pytest.raises(CommitmentInvalid, match=r"\[unknown_manufacturer\]"):
        exported(world.ada, tmp_path, replace(EXPORT, commitments=[commitment], prefixes=frozenset(["2.4"])))
    assert list(tmp_path.iterdir()) == []


def test_two_checkpoints_of_one_number_cannot_both_be(world: World, tmp_path: Path) -> None:
    other = replace(RECEIPT.checkpoint, head=Head(bytes(32), 3))
    with pytest.raises(SettingsError, match="differ"):
        exported(world.ada, tmp_path, replace(EXPORT, checkpoints=[RECEIPT.checkpoint, other]))


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"host": "S.plings.io"}, "host"),
        ({"publisher_name": ""}, "length"),
        ({"publisher_name": "x" * 201}, "length"),
        ({"expires_at_unix": NOW}, "order"),
        ({"sequence": -1}, "range"),
        ({"publisher_key": IKEA.public_key}, "signature"),
    ],
)
def test_what_no_shop_would_take_is_not_published(
    world: World, tmp_path: Path, changes: dict[str, object], rule: str
) -> None:
    with pytest.raises(BundleInvalid) as caught:
        exported(world.ada, tmp_path, replace(EXPORT, **changes))  # type: ignore[arg-type]
    assert caught.value.rule == rule
    assert list(tmp_path.iterdir()) == []


def test_too_many_prices_of_one_product_are_refused(world: World, tmp_path: Path) -> None:
    prices = {("2.3", "B-1"): [Price("EUR", number, 2) for number in range(100)]}
    with pytest.raises(SettingsError, match="more than 99 prices"):
        exported(world.ada, tmp_path, replace(EXPORT, prices=prices))


def test_it_is_one_state_of_the_registry(world: World, tmp_path: Path) -> None:
    """What is registered while it is written is in the next one."""
    told: list[int] = []

    def meanwhile(message: bytes) -> bytes:
        lamp = add_class(world.ida, "Lamp", organization="IKEA")
        register_pointer(world.ida, "2.3.8", lamp.id)
        return PUBLISHER.sign(message)

    with open_registry(world.url, as_user="ada@plings.example") as ada:
        export_bundle(ada, tmp_path / "new.bundle", EXPORT, meanwhile, told.append)
    with Bundle.open(tmp_path / "new.bundle", PUBLISHER_KEY) as bundle:
        assert records(bundle) == [3, 4, 3, 0, 0]
    assert told == [10]

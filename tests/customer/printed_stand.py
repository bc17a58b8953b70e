"""A class on the stand that demands proofs: what of it is listed in the registry, what is anchored, what is not."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from solders.keypair import Keypair

from customer.stand import ACTORS, FLOOR, Stand
from plings.anchors import anchor_batch
from plings.batches import open_batch_account
from plings.identity import Path
from plings.program import instructions as ix
from plings.program.accounts import PrintedDemand, TagDemand
from plings.registry import Registry, connect
from plings.registry.pointers import register_pointer
from plings.registry.printed import add_batch
from registry.printed_lists import PrintedList
from registry.world import World

CLASS = "2.3.6"
SIGNED_CLASS = "2.3.7"
FREE_CLASS = "2.3.3"
"""Demands nothing."""


def listed(batch: str, instances: str = "0-39", real: frozenset[int] | None = None) -> PrintedList:
    return PrintedList(ACTORS.identity, batch, instances, real)


SOLD = listed(f"{CLASS}.2")
"""Anchored and listed, as all are below that have nothing else to them."""
NOT_ANCHORED = listed(f"{CLASS}.3", "0-9")
ANOTHER = listed(f"{CLASS}.4", "0-9")
ANCHORED_INSTEAD = listed(f"{CLASS}.4", "0-10")
NOT_LISTED = listed(f"{CLASS}.5", "0-9")
TAMPERED = listed(f"{CLASS}.6", "0-9")
SLOTTED = listed(f"{CLASS}.8", "0-9")
"""Has a batch account."""
LARGE = listed(f"{CLASS}.7", "0-16383", frozenset(range(8)))
"""Fourteen hashes."""
FREE = listed(f"{FREE_CLASS}.P", "0-9")
SIGNED = listed(f"{SIGNED_CLASS}.2", "0-9")


@dataclass(frozen=True)
class PrintedStand:
    stand: Stand

    def add(self, *lists: PrintedList) -> None:
        with connect(self.stand.database) as connection:
            ida = World.of(Registry(connection), self.stand.database).ida
            for one in lists:
                add_batch(ida, one.commitment, one.runs)

    def anchor(self, *lists: PrintedList) -> None:
        for one in lists:
            asyncio.run(anchor_batch(self.stand.cluster, ACTORS.manufacturer, one.commitment))


def open_printed_stand(stand: Stand) -> PrintedStand:
    maker = ACTORS.manufacturer.pubkey()
    key = Keypair.from_seed(ACTORS.identity.node.key).pubkey()
    for path, tag in ((CLASS, TagDemand.AS_MANUFACTURER), (SIGNED_CLASS, TagDemand.DEMANDED)):
        terms = ix.set_class_terms(
            payer=maker,
            authority=maker,
            identity_key=key,
            path_to_pointer=path,
            price_floor_lamports=FLOOR,
            tag_demand=tag,
            printed_demand=PrintedDemand.DEMANDED,
        )
        asyncio.run(stand.cluster.send([terms], [ACTORS.manufacturer]))
    with connect(stand.database) as connection:
        world = World.of(Registry(connection), stand.database)
        register_pointer(world.ida, CLASS, world.class_id("IVAR shelf, pine"))
    made = PrintedStand(stand)
    made.add(SOLD, NOT_ANCHORED, ANOTHER, TAMPERED, LARGE, SLOTTED, FREE, SIGNED)
    made.anchor(SOLD, ANCHORED_INSTEAD, NOT_LISTED, TAMPERED, LARGE, SLOTTED, SIGNED)
    asyncio.run(open_batch_account(stand.cluster, ACTORS.manufacturer, Path(f"{SLOTTED.batch}.2")))
    return made

"""A customer's server over a database and a cluster in this process, with a product in every tier.

    python -m customer.stand        # from tests/: runs one until it is interrupted, and prints where it is

Classes of IKEA, `2.3`: BILLY (`2.3.2`, by value), POÄNG (`2.3.3`, priced in SOL), KALLAX (`2.3.4`, signed tags). The
first two have pictures: a photograph, and one that was cut out.
Instances of batch 5 below 2.3.2 have a batch account; a sponsor pool pays rent from PRICE to twice as much.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path as Folder
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import httpx
from solders.instruction import Instruction
from solders.keypair import Keypair

from api.asking import TOKEN
from pictures.drawings import armchair, as_product, bookcase
from plings.api import Server, Settings, address_of, listen
from plings.batches import open_batch_account
from plings.chain import Cluster, EmbeddedCluster
from plings.customer import CustomerSettings, make_application
from plings.demo import Actors, known_actors
from plings.demo.platform import open_platform, register
from plings.identity import Path, ScanUrl, make_code
from plings.indexer import index
from plings.indexer.sources.embedded import EmbeddedSource
from plings.logs import open_payment_log
from plings.pictures import ProductPicture
from plings.program import PROGRAM_ID, program_binary
from plings.program import instructions as ix
from plings.program.accounts import TagDemand
from plings.registry import Registry, connect
from plings.registry.class_pictures import set_picture
from plings.registry.classes import change_class
from plings.registry.pointers import register_pointer
from plings.sponsors import PoolTerms, fund_pool, open_pool
from registry.world import World, identity

PURSE = 10_000_000_000
FLOOR = 1_000_000
PRICE = 60_000_000
"""Enough for an account of its own."""
SLOT_PRICE = 20_000_000
MICRO_PRICE = 2_000_000
SPONSORED = 90_000_000
POOL = PoolTerms(per_item_lamports=20_000_000, minimum_value_lamports=SPONSORED, maximum_value_lamports=2 * SPONSORED)

PICTURES: dict[str, ProductPicture] = {"2.3.2": as_product(bookcase()), "2.3.3": as_product(armchair())}
"""By the class's path."""

ACTORS = replace(known_actors(), identity=identity("2.3"))


@dataclass(frozen=True)
class Stand:
    """A running server, as whoever tests it sees it. `alice` and `bob` have money."""

    client: httpx.Client
    cluster: EmbeddedCluster
    database: str
    alice: Keypair = ACTORS.first_buyer
    bob: Keypair = ACTORS.second_buyer

    @property
    def url(self) -> str:
        return str(self.client.base_url).rstrip("/")

    def code(self, below: str = "2.5.2", *, signed: bool = False) -> ScanUrl:
        return make_code(ACTORS.identity, Path(f"2.3.{below}"), signed=signed)

    def picture_url(self, class_path: str) -> str:
        """Where the picture is that `stock` gave a class."""
        return f"{self.url}/v1/pictures/{PICTURES[class_path].digest}.webp"

    def index(self) -> None:
        """All that was done on the cluster is indexed."""
        with connect(self.database) as connection:
            asyncio.run(follow(self.cluster, Registry(connection)))


async def follow(cluster: Cluster, registry: Registry) -> None:
    """From where it was."""
    from plings.indexer.cursor import load_cursor

    async for batch in EmbeddedSource(cluster).batches(load_cursor(registry, EmbeddedSource.name)):
        index(registry, batch)


async def open_cluster(cluster: Cluster, actors: Actors = ACTORS) -> None:
    """Everything on chain that the products need."""
    people = [actors.platform, actors.platform_treasury, actors.manufacturer, actors.manufacturer_treasury]
    for person in [*people, actors.first_buyer, actors.second_buyer]:
        await cluster.airdrop(person.pubkey(), PURSE)
    await open_platform(cluster, actors)
    await register(cluster, actors)
    await open_payment_log(cluster, actors.manufacturer, "2.3")
    await open_batch_account(cluster, actors.manufacturer, Path("2.3.2.5.2"))
    await open_pool(cluster, actors.manufacturer, "2.3", POOL)
    await fund_pool(cluster, actors.manufacturer, "2.3", PURSE // 10)
    terms = [_terms(actors, "2.3.2", TagDemand.AS_MANUFACTURER), _terms(actors, "2.3.4", TagDemand.DEMANDED)]
    await cluster.send(terms, [actors.manufacturer])


def _terms(actors: Actors, path_to_pointer: str, tag_demand: TagDemand) -> Instruction:
    """Where some classes have terms, pools pay for those alone."""
    maker = actors.manufacturer.pubkey()
    return ix.set_class_terms(
        payer=maker,
        authority=maker,
        identity_key=Keypair.from_seed(actors.identity.node.key).pubkey(),
        path_to_pointer=path_to_pointer,
        price_floor_lamports=FLOOR,
        tag_demand=tag_demand,
    )


def stock(url: str) -> None:
    """The products, in a database that has a World."""
    with connect(url) as connection:
        world = World.of(Registry(connection), url)
        priced = {"2.3.2": ("BILLY bookcase, white", "49.90", "EUR"), "2.3.3": ("POÄNG", "0.06", "SOL")}
        for path, (name, amount, currency) in {**priced, "2.3.4": ("KALLAX", "79.00", "EUR")}.items():
            made = world.class_id(name)
            change_class(world.ida, made, price_amount=Decimal(amount), price_currency=currency)
            register_pointer(world.ida, path, made)
            if path in PICTURES:
                set_picture(world.ida, made, PICTURES[path])


def new_cluster() -> EmbeddedCluster:
    cluster = EmbeddedCluster()
    cluster.deploy(PROGRAM_ID, program_binary(), upgrade_authority=ACTORS.platform.pubkey())
    asyncio.run(open_cluster(cluster))
    return cluster


@contextmanager
def serving(
    database: str, cluster: Any, *, port: int = 0, gate: dict[str, Any] | None = None, **settings: Any
) -> Iterator[httpx.Client]:
    """A client of a server that runs for so long, with no limit of requests unless one is set.

    `cluster` is one, or opens one.
    """
    ready = Event()
    with listen("127.0.0.1", port) as listener:
        wanted = Settings(**{"requests_per_second": 0.0, "token": TOKEN, **(gate or {})})
        chosen = CustomerSettings(wanted, **{"origin": address_of(listener), "most_lag_seconds": None, **settings})
        opens = cluster if callable(cluster) else lambda: cluster
        server = Server(make_application(database, opens, chosen), ready.set)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert ready.wait(10)
            with httpx.Client(base_url=address_of(listener), timeout=30) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


def main(port: int = 8080) -> None:
    """Until it is interrupted."""
    from plings.registry import migrate
    from plings.server import running_server
    from registry.world import settle

    with TemporaryDirectory() as folder, running_server(Folder(folder)) as server:
        url = server.conninfo(database="postgres")
        with connect(url) as connection:
            migrate(connection)
            settle(Registry(connection))
        stock(url)
        cluster = new_cluster()
        with serving(url, cluster, port=port) as client:
            stand = Stand(client, cluster, url)
            stand.index()
            for below in ("2.5.2", "3.5.2", "4.5.2"):
                code = stand.code(below, signed=below.startswith("4"))
                print(f"{stand.url}/?{code.text.partition('?')[2]}", flush=True)
            while True:
                stand.index()
                Event().wait(1)


if __name__ == "__main__":
    main()

"""Every state of the page at a URL of its own: the real application, over views instead of a database and a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from customer.browser.views import BODIES, query_of, view_of
from plings.api import Server, Settings, address_of, listen
from plings.api.gate import Gate
from plings.api.meters import Meters
from plings.api.rate_limit import RateLimit
from plings.api.readers import Readers
from plings.api.standing import Standings
from plings.chain import EmbeddedCluster
from plings.customer import CustomerSettings
from plings.customer.application import make_routes
from plings.customer.counter import Counter
from plings.customer.policy import CustomerPolicy
from plings.customer.view import PageView
from plings.identity import ScanUrl

NO_DATABASE = "postgresql://nobody@127.0.0.1:1/nothing"


class Gallery(Counter):
    """Knows of each code what views.py says."""

    async def view(self, code: ScanUrl) -> PageView:
        return view_of(code)

    async def picture(self, digest: str) -> bytes:
        return BODIES[digest]


def path_of(name: str, language: str = "en") -> str:
    """The page of a view, or of what has no code: `start`, `verify`, `operator`, `malformed`."""
    pages = {"start": "/?", "verify": "/verify?", "operator": "/operator?", "malformed": "/?t=q&p=2.3&"}
    return f"{pages[name] if name in pages else f'/?{query_of(name)}&'}lang={language}"


@contextmanager
def open_gallery() -> Iterator[str]:
    """Its address, for so long."""
    gate = Settings(requests_per_second=0.0, most_in_flight=1000)
    readers = Readers(NO_DATABASE, threads=1, statement_seconds=1, wait_seconds=0.2)
    ready = Event()
    with listen("127.0.0.1", 0) as listener:
        settings = CustomerSettings(gate, origin=address_of(listener))
        counter = Gallery(gate, readers, Meters(), Standings(readers), settings, EmbeddedCluster)
        policy = CustomerPolicy("localnet", is_https=False)
        application = Gate(make_routes(counter), gate, counter.meters, RateLimit(0.0, 1, most_clients=1), policy)
        server = Server(application, ready.set)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert ready.wait(10)
            yield address_of(listener)
        finally:
            server.should_exit = True
            thread.join()

"""The customer's application: routes, their errors, and the gate around them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI

from plings.api import problems as api_problems
from plings.api.application import gated, readers_of
from plings.api.gate import App
from plings.api.meters import Meters
from plings.api.parameters import StrictRoute
from plings.api.routes import standing
from plings.api.standing import Standings
from plings.chain import Cluster
from plings.customer import document, problems
from plings.customer.counter import Counter
from plings.customer.policy import CustomerPolicy
from plings.customer.routes import (
    actions,
    operator,
    pages,
    payments,
    pictures,
    preflight,
    qr,
    receipts,
    solana_pay,
    static,
    transactions,
    view,
)
from plings.customer.settings import CustomerSettings


def make_application(conninfo: str, open_cluster: Callable[[], Cluster], settings: CustomerSettings) -> App:
    """What an ASGI server runs. Nothing is connected yet."""
    gate = settings.gate
    readers = readers_of(conninfo, gate)
    counter = Counter(gate, readers, Meters(), Standings(readers), settings, open_cluster)
    policy = CustomerPolicy(settings.cluster_name, is_https=settings.origin.startswith("https:"))
    return gated(make_routes(counter), gate, counter.meters, policy)


def make_routes(counter: Counter | None = None) -> FastAPI:
    """The routes alone; without a counter only to be described."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        if counter is not None:
            await counter.close()
            counter.readers.close()

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.desk = counter
    for page in (pages, static, preflight):
        page.add_to(app.router)
    app.router.route_class = StrictRoute
    for one in (view, solana_pay, actions, transactions, payments, pictures, qr, receipts, operator, standing):
        one.add_to(app.router)
    document.add_to(app)
    api_problems.add_to(app)
    problems.add_to(app)
    return app

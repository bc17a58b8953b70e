"""The application: routes, their errors, and the gate around them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from plings.api import document, problems
from plings.api.answering import Desk
from plings.api.deadline import Deadline
from plings.api.gate import App, Gate
from plings.api.meters import Meters
from plings.api.parameters import StrictRoute
from plings.api.policy import Policy, ReadOnly
from plings.api.rate_limit import RateLimit
from plings.api.readers import Readers
from plings.api.routes import alerts, logs, objects, products, proofs, standing
from plings.api.settings import Settings
from plings.api.standing import Standings


def make_application(conninfo: str, settings: Settings) -> App:
    """What an ASGI server runs, for the database of a libpq connection string or URL. Nothing is connected yet."""
    readers = readers_of(conninfo, settings)
    desk = Desk(settings, readers, Meters(), Standings(readers))
    return gated(make_routes(desk), settings, desk.meters, ReadOnly())


def readers_of(conninfo: str, settings: Settings) -> Readers:
    """What reads the database, as the settings say."""
    return Readers(
        conninfo,
        threads=settings.connections,
        statement_seconds=settings.statement_seconds,
        wait_seconds=settings.wait_seconds,
    )


def gated(application: App, settings: Settings, meters: Meters, policy: Policy) -> App:
    """An application behind its limits: of each client, of all requests at once, and of how long one takes."""
    limit = RateLimit(settings.requests_per_second, settings.burst, most_clients=settings.most_clients)
    return Gate(Deadline(application, settings.request_seconds, policy), settings, meters, limit, policy)


def make_routes(desk: Desk | None = None) -> FastAPI:
    """The routes alone; without a desk only to be described."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        if desk is not None:
            desk.readers.close()

    # no pages that load scripts from elsewhere, and one address for one answer
    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.desk = desk
    app.router.route_class = StrictRoute
    for one in (objects, logs, proofs, products, alerts, standing):
        one.add_to(app.router)
    document.add_to(app)
    problems.add_to(app)
    return app

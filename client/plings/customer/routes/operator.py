"""What the operator sees: sales, tiers, how far the index is, alerts, sponsor pools. It takes the token."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from plings.api.answering import Keep, tagged
from plings.api.answers.base import Answer, Lamports, Slot, Unix
from plings.api.operator import OPERATOR, require_operator
from plings.api.parameters import Whole
from plings.chain import Account
from plings.customer.counter import Counter, counter_of
from plings.customer.names import shown_name
from plings.customer.plotting import Plot, Unit, stacked_bars
from plings.customer.routes.errors import customer_refusals
from plings.customer.sales import DAY_SECONDS, Sale, sales, sponsors
from plings.errors import ClusterError
from plings.objects import is_ours
from plings.objects.quote import LAMPORTS_PER_SOL
from plings.program.accounts import SPONSOR_POOL_BYTES, SponsorPool
from plings.program.pda import sponsor_pool_address
from plings.program.rent import rent_lamports

DaysOf = Annotated[int, Query(description="how many days back", ge=1, le=366), Whole]


class SaleAnswer(Answer):
    """One day, manufacturer and tier."""

    prefix: str
    name: str | None
    day_unix: Unix
    tier: str = Field(description="micro, batch, object, resale")
    count: int
    amount_lamports: Lamports


class PlotAnswer(Answer):
    """A picture, with the same in words."""

    title: str
    text: str
    svg: str


class PoolAnswer(Answer):
    """A manufacturer's sponsor pool as it is on chain."""

    prefix: str
    name: str | None
    available_lamports: Lamports
    per_item_lamports: Lamports
    minimum_value_lamports: Lamports
    maximum_value_lamports: Lamports
    sponsored_lamports: Lamports
    sponsored_count: int


class AlertCount(Answer):
    """Open alerts of one type."""

    type: str
    severity: str
    count: int


class OperatorView(Answer):
    """`pools` is null where the cluster gives no answer."""

    since_unix: Unix
    slot: Slot | None
    lag_seconds: float | None
    gaps: int
    missing_leaves: int
    sales: list[SaleAnswer]
    alerts: list[AlertCount]
    pools: list[PoolAnswer] | None
    plots: list[PlotAnswer]


def add_to(router: APIRouter) -> None:
    router.get(
        "/v1/operator",
        response_model=OperatorView,
        responses=customer_refusals(401),
        summary="Sales, lag, alerts and pools, for the operator",
        openapi_extra={"security": [{OPERATOR: []}]},
    )(operator)


async def operator(request: Request, days: DaysOf = 30) -> Response:
    """Sums only: no buyers."""
    require_operator(request)
    counter = counter_of(request)
    since = (int(time.time()) // DAY_SECONDS - days + 1) * DAY_SECONDS
    sold = await counter.readers.ask(lambda reader: sales(reader, since))
    standing = await counter.standings.get()
    told = OperatorView(
        since_unix=since,
        slot=standing.slot,
        lag_seconds=standing.lag_seconds,
        gaps=standing.gaps,
        missing_leaves=standing.missing_leaves,
        sales=[SaleAnswer(**{**vars(one), "name": shown_name(one.name)}) for one in sold],
        alerts=[AlertCount(type=kind, severity=severity, count=n) for kind, severity, n in standing.open_alerts],
        pools=await _pools(counter),
        plots=[PlotAnswer(**vars(one)) for one in plots(sold, since, days)],
    )
    return tagged(request.headers, told.model_dump_json().encode(), Keep.NOT)


def plots(sold: Sequence[Sale], since_unix: int, days: int) -> list[Plot]:
    """What each manufacturer took, and how many were sold in each tier, by day."""
    labels = [f"{datetime.fromtimestamp(since_unix + day * DAY_SECONDS, UTC):%Y-%m-%d}" for day in range(days)]
    taken, counted = defaultdict[str, list[int]](lambda: [0] * days), defaultdict[str, list[int]](lambda: [0] * days)
    for one in sold:
        day = (one.day_unix - since_unix) // DAY_SECONDS
        if 0 <= day < days:  # clocks differ
            taken[shown_name(one.name) or one.prefix][day] += one.amount_lamports
            counted[one.tier][day] += one.count
    return [
        stacked_bars("Sales by manufacturer", labels, taken, Unit("SOL", LAMPORTS_PER_SOL)),
        stacked_bars("Sales by tier", labels, counted, Unit("sales")),
    ]


async def _pools(counter: Counter) -> list[PoolAnswer] | None:
    known = await counter.readers.ask(sponsors)
    addresses = [sponsor_pool_address(maker) for _, _, maker in known]
    try:
        found = await counter.cluster.accounts(addresses)
    except ClusterError:
        return None
    return [
        _pool(prefix, name, account)
        for (prefix, name, _), account in zip(known, found, strict=True)
        if account is not None and is_ours(account)
    ]


def _pool(prefix: str, name: str, account: Account) -> PoolAnswer:
    pool = SponsorPool.decode(account.data)
    return PoolAnswer(
        prefix=prefix,
        name=shown_name(name),
        available_lamports=max(0, account.lamports - rent_lamports(SPONSOR_POOL_BYTES)),
        per_item_lamports=pool.per_item_lamports,
        minimum_value_lamports=pool.minimum_value_lamports,
        maximum_value_lamports=pool.maximum_value_lamports,
        sponsored_lamports=pool.sponsored_lamports,
        sponsored_count=pool.sponsored_count,
    )

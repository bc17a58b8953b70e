"""What the page shows, as data."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Request
from pydantic import TypeAdapter
from starlette.responses import Response

from plings.api.answering import Keep, tagged
from plings.api.parameters import CodeOf
from plings.api.routes.errors import refusals
from plings.customer.counter import counter_of
from plings.customer.parameters import AmountOf
from plings.customer.paying import requoted
from plings.customer.view import PageView, SaleState

SHAPE: Final = TypeAdapter(PageView)


def add_to(router: APIRouter) -> None:
    router.get("/v1/view", response_model=PageView, responses=refusals(), summary="What a code is, and can be paid")(
        view
    )


async def view(request: Request, code: CodeOf, amount: AmountOf = None) -> Response:
    """Grade, product, owner, sale: as much of it as index and cluster can tell now.

    `sale` is for `amount`, if given.
    """
    counter = counter_of(request)
    facts = await counter.facts(code)
    found = counter.shown(facts)
    if amount is not None and found.sale.state is SaleState.FIRST and facts.chain:
        found = replace(found, sale=requoted(found.sale, code, facts.chain, amount, facts.printed))
    return tagged(request.headers, SHAPE.dump_json(found), Keep.NOT)

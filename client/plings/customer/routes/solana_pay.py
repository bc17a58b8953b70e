"""Solana Pay transaction requests: a wallet gets a label, then a transaction for its account; no plain transfer."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from plings.api.answering import Keep, tagged
from plings.api.parameters import CodeOf
from plings.customer.counter import counter_of
from plings.customer.describing import icon_of, label_of
from plings.customer.offering import wallet_of
from plings.customer.parameters import AmountOf, ReferenceOf
from plings.customer.paying import pay_by_wallet
from plings.customer.routes.errors import wallet_refusals
from plings.customer.shapes import AccountGiven, SolanaPayLabel, Unsigned


def add_to(router: APIRouter) -> None:
    router.get("/pay", response_model=SolanaPayLabel, responses=wallet_refusals(409), summary="Who asks, for wallets")(
        label
    )
    router.post("/pay", response_model=Unsigned, responses=wallet_refusals(404, 409), summary="A payment to sign")(pay)


async def label(request: Request, code: CodeOf, amount: AmountOf = None, reference: ReferenceOf = None) -> Response:
    """What wallets show before anybody asks for a transaction."""
    counter = counter_of(request)
    seen = await counter.view(code)
    told = SolanaPayLabel(label=label_of(seen), icon=icon_of(seen, counter.customer.origin))
    return tagged(request.headers, told.model_dump_json().encode(), Keep.NOT)


async def pay(
    request: Request, code: CodeOf, given: AccountGiven, amount: AmountOf = None, reference: ReferenceOf = None
) -> Response:
    """The payment, found to succeed now: a first payment in the tier of its value, sponsored where a pool does, or a
    purchase from the owner at the price that they ask."""
    made = await pay_by_wallet(counter_of(request), code, wallet_of(given.account), amount, reference)
    return tagged(request.headers, made.model_dump_json().encode(), Keep.NOT)

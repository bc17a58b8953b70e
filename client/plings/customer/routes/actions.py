"""The same as Actions: what a blink shows, and the transaction behind its button."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from plings.api.answering import Keep, tagged
from plings.api.parameters import CodeOf
from plings.customer.counter import counter_of
from plings.customer.describing import action_of
from plings.customer.offering import wallet_of
from plings.customer.parameters import AmountOf, ReferenceOf
from plings.customer.paying import pay_by_wallet
from plings.customer.routes.errors import wallet_refusals
from plings.customer.shapes import AccountGiven, Action, ActionRule, ActionRules, ActionTransaction

RULES = ActionRules(
    rules=[
        ActionRule(pathPattern="/", apiPath="/actions/pay"),
        ActionRule(pathPattern="/actions/**", apiPath="/actions/**"),
    ]
)


def add_to(router: APIRouter) -> None:
    router.get(
        "/actions.json", response_model=ActionRules, responses=wallet_refusals(), summary="Which addresses are Actions"
    )(rules)
    router.get("/actions/pay", response_model=Action, responses=wallet_refusals(), summary="A code, as a blink")(action)
    router.post(
        "/actions/pay",
        response_model=ActionTransaction,
        responses=wallet_refusals(404, 409),
        summary="A payment to sign, of a blink",
    )(pay)


async def rules(request: Request) -> Response:
    """A code's page is an Action, too."""
    return tagged(request.headers, RULES.model_dump_json().encode(), Keep.MINUTE)


async def action(request: Request, code: CodeOf) -> Response:
    """Title, price and button; disabled, with the reason, where nothing is sold."""
    counter = counter_of(request)
    told = action_of(await counter.view(code), code, counter.customer.origin)
    return tagged(request.headers, told.model_dump_json(exclude_none=True).encode(), Keep.NOT)


async def pay(
    request: Request, code: CodeOf, given: AccountGiven, amount: AmountOf = None, reference: ReferenceOf = None
) -> Response:
    made = await pay_by_wallet(counter_of(request), code, wallet_of(given.account), amount, reference)
    told = ActionTransaction(type="transaction", **made.model_dump())
    return tagged(request.headers, told.model_dump_json().encode(), Keep.NOT)

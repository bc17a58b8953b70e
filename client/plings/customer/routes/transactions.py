"""An owner's transactions, for their wallet to sign: no login, as whoever is not the owner is refused."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from plings.api.answering import Keep, tagged
from plings.api.parameters import CodeOf
from plings.customer.counter import counter_of
from plings.customer.offering import wallet_of
from plings.customer.owning import cancel_by_wallet, give_by_wallet, list_by_wallet
from plings.customer.parameters import ReferenceOf
from plings.customer.promoting import promote_by_wallet
from plings.customer.routes.errors import customer_refusals
from plings.customer.shapes import AccountGiven, GiveGiven, ListGiven, Unsigned


def add_to(router: APIRouter) -> None:
    for name, route, summary in (
        ("list", listed, "An offer to sign"),
        ("cancel", cancelled, "An offer's end to sign"),
        ("give", given_away, "A gift to sign"),
        ("promote", promoted, "The next step of a promotion to sign"),
    ):
        refused = customer_refusals(404, 409, has_body=True)
        router.post(f"/v1/transactions/{name}", response_model=Unsigned, responses=refused, summary=summary)(route)


async def listed(request: Request, code: CodeOf, given: ListGiven, reference: ReferenceOf = None) -> Response:
    """The object is for sale at that price, until its days are over or it is taken back."""
    owner = wallet_of(given.account)
    price, days = given.asking_price_lamports, given.days
    return _answer(request, await list_by_wallet(counter_of(request), code, owner, price, days, reference))


async def cancelled(request: Request, code: CodeOf, given: AccountGiven, reference: ReferenceOf = None) -> Response:
    """The object is not for sale any more."""
    made = await cancel_by_wallet(counter_of(request), code, wallet_of(given.account), reference)
    return _answer(request, made)


async def given_away(request: Request, code: CodeOf, given: GiveGiven, reference: ReferenceOf = None) -> Response:
    """The object goes to another wallet, however it is owned."""
    owner, new_owner = wallet_of(given.account), wallet_of(given.new_owner, "new_owner")
    return _answer(request, await give_by_wallet(counter_of(request), code, owner, new_owner, reference))


async def promoted(request: Request, code: CodeOf, given: AccountGiven, reference: ReferenceOf = None) -> Response:
    """What brings an object that was paid for without an account nearer to one: `step` says what it is."""
    made = await promote_by_wallet(counter_of(request), code, wallet_of(given.account), reference)
    return _answer(request, made)


def _answer(request: Request, made: Unsigned) -> Response:
    return tagged(request.headers, made.model_dump_json().encode(), Keep.NOT)

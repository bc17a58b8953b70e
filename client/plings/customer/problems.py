"""What goes wrong with a cluster or a transaction, as an answer: in the API's form, and in the wallets' protocols'."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from solders.system_program import ID as SYSTEM_ID
from starlette.exceptions import HTTPException
from starlette.responses import Response

from plings.api.problems import Refused, refused_of
from plings.customer.refusing import told
from plings.customer.selling import rule_of
from plings.errors import (
    ClusterError,
    LogError,
    NotRegistered,
    PaymentInVain,
    PlingsError,
    TransactionError,
    TransactionUnresolved,
)
from plings.program.errors import ProgramError

SOON_SECONDS = 2
RESULT_WITH_NEGATIVE_LAMPORTS = 1
"""The System program's number for it."""

_SHORT = frozenset(("AccountNotFound", "InsufficientFundsForFee", "InsufficientFundsForRent"))


def refusal_of(error: PlingsError) -> Refused:
    """What an error of ours is to who asked."""
    match error:
        case NotRegistered():
            return Refused(404, "not_registered", f"{error} [not_registered]")
        case LogError():
            return Refused(409, "log", f"{error} [log]")
        case PaymentInVain():
            return Refused(409, "payment_in_vain", f"{error} [payment_in_vain]")
        case TransactionUnresolved():
            text = f"transaction {error.signature} was sent and may take effect: ask what became of it [unresolved]"
            return Refused(503, "unresolved", text, retry_seconds=SOON_SECONDS)
        case TransactionError():
            return _of_transaction(error)
        case ClusterError():
            text = "the cluster gives no answer: ask again [cluster]"
            return Refused(503, "cluster", text, retry_seconds=SOON_SECONDS)
        case _:
            return refused_of(error)


def _of_transaction(error: TransactionError) -> Refused:
    """By the program's own word, by the cluster's where it is not the program that refuses, or by ours."""
    if _is_short(error):
        text = "the account holds too few lamports for this [insufficient_funds]"
        return Refused(409, "insufficient_funds", text, part="account")
    name, said = type(error).__name__, error.error_text
    if isinstance(error, ProgramError):
        said = error.message or said
    elif error.failure:
        name = error.failure.name
    rule = rule_of(name)
    return Refused(409, rule, f"{said} [{rule}]")


def _is_short(error: TransactionError) -> bool:
    """Whether money is what is missing: for the fee, for rent, or for the price, which the System program moves."""
    failure = error.failure
    if failure is None:
        return False
    is_unpaid = (failure.program_id, failure.custom_code) == (SYSTEM_ID, RESULT_WITH_NEGATIVE_LAMPORTS)
    return is_unpaid or failure.name in _SHORT


def add_to(app: FastAPI) -> None:
    async def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, PlingsError)
        return told(request.scope, refusal_of(error))

    async def body(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return told(request.scope, _of_request(error))

    async def routing(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 404:
            return told(request.scope, Refused(404, "unknown_route", "there is nothing here [unknown_route]"))
        return told(request.scope, Refused(error.status_code, "request", f"{error.detail} [request]"))

    app.add_exception_handler(PlingsError, ours)
    app.add_exception_handler(HTTPException, routing)
    app.add_exception_handler(RequestValidationError, body)


def _of_request(error: RequestValidationError) -> Refused:
    """The first that is at fault. What was said is not repeated."""
    first = error.errors()[0]
    part = ".".join(map(str, first["loc"]))
    rule = "missing" if first["type"] == "missing" else "malformed"
    return Refused(400, rule, f"{part}: it is {rule} [{rule}]", part=part)

"""What proves a leaf to whoever has a root that they trust."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from plings.api.answering import Keep, desk_of
from plings.api.answers.logs import ConsistencyProof, InclusionProof
from plings.api.answers.receipt import ReceiptFile
from plings.api.asking import proofs as asking
from plings.api.asking import receipts as asking_receipts
from plings.api.parameters import MOST_NUMBER, CodeOf, LogOf, NumberOf, Whole
from plings.api.problems import Refused
from plings.api.routes.errors import refusals

SizeOf = Annotated[
    int, Query(description="how many leaves the root covers", ge=1, le=MOST_NUMBER, examples=[1000]), Whole
]
FirstOf = Annotated[int, Query(description="leaves under the earlier root", ge=1, le=MOST_NUMBER), Whole]
SecondOf = Annotated[int, Query(description="leaves under the later root", ge=1, le=MOST_NUMBER), Whole]


def add_to(router: APIRouter) -> None:
    one = "/v1/logs/{payment_log}"
    router.get(
        "/v1/receipt",
        response_model=ReceiptFile,
        responses=refusals(404),
        summary="What proves the owner of an object, as a file",
    )(receipt_of_object)
    router.get(
        f"{one}/leaves/{{number}}/receipt",
        response_model=ReceiptFile,
        responses=refusals(404),
        summary="What proves a leaf, as a file",
    )(receipt)
    router.get(
        f"{one}/leaves/{{number}}/proof",
        response_model=InclusionProof,
        responses=refusals(404),
        summary="That a leaf is in the log",
    )(inclusion)
    router.get(
        f"{one}/consistency",
        response_model=ConsistencyProof,
        responses=refusals(404),
        summary="That nothing was changed in between",
    )(consistency)


async def receipt_of_object(request: Request, code: CodeOf) -> Response:
    """The file `plings receipt fetch` makes: whoever has the checkpoint can verify it offline."""
    return await desk_of(request).file(request, lambda reader: asking_receipts.receipt_file_of(reader, code))


async def receipt(request: Request, payment_log: LogOf, number: NumberOf) -> Response:
    """The same of any leaf, against the first checkpoint that covers it."""
    return await desk_of(request).file(
        request, lambda reader: asking_receipts.receipt_file(reader, payment_log, number), Keep.DAY
    )


async def inclusion(request: Request, payment_log: LogOf, number: NumberOf, size: SizeOf) -> Response:
    """The hashes that lead from a leaf to the root of the log's first `size` leaves, such as a checkpoint covers."""
    return await desk_of(request).answer(request, lambda reader: asking.inclusion(reader, payment_log, number, size))


async def consistency(request: Request, payment_log: LogOf, first_size: FirstOf, second_size: SecondOf) -> Response:
    """The hashes that show the leaves under the earlier root to be the first of those under the later one."""
    if first_size > second_size:
        detail = f"first_size {first_size}: it is larger than second_size, {second_size} [order]"
        raise Refused(400, "order", detail, part="first_size")
    return await desk_of(request).answer(
        request, lambda reader: asking.consistency(reader, payment_log, first_size, second_size)
    )

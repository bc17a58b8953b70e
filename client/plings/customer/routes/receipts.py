"""The file that proves who owns an object, for whoever has a checkpoint that they trust."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from plings.api.answering import Keep, desk_of, tagged
from plings.api.answers.receipt import ReceiptFile
from plings.api.asking.receipts import receipt_file_of
from plings.api.parameters import CodeOf
from plings.customer.routes.errors import customer_refusals


def add_to(router: APIRouter) -> None:
    router.get(
        "/v1/receipt",
        response_model=ReceiptFile,
        responses=customer_refusals(404),
        summary="What proves the owner, as a file",
    )(receipt)


async def receipt(request: Request, code: CodeOf) -> Response:
    """The same file as `plings receipt fetch` makes; `/verify` checks it without asking anybody."""
    body = await desk_of(request).readers.ask(lambda reader: receipt_file_of(reader, code))
    answer = tagged(request.headers, body, Keep.ASKING)
    answer.headers["content-disposition"] = f'attachment; filename="receipt-{code.path.text}.json"'
    return answer

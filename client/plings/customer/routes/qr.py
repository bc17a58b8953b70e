"""The QR code that a phone's wallet scans off a desktop's screen."""

from __future__ import annotations

from base64 import b64decode
from urllib.parse import quote

from fastapi import APIRouter, Request
from solders.pubkey import Pubkey
from starlette.responses import Response

from plings.api.answering import Keep, tagged
from plings.api.parameters import CodeOf
from plings.api.routes.errors import Responses
from plings.customer.counter import counter_of
from plings.customer.parameters import AmountOf, ReferenceOf
from plings.customer.routes.errors import customer_refusals
from plings.customer.viewing import links_of
from plings.identity import ScanUrl
from plings.pictures import qr_data_uri

SVG = "image/svg+xml"
_DRAWN: Responses = {200: {"description": "the symbol", "content": {SVG: {"schema": {"type": "string"}}}}}


def add_to(router: APIRouter) -> None:
    router.get(
        "/v1/qr",
        response_class=Response,
        responses={**customer_refusals(), **_DRAWN},
        summary="A payment, as a QR code",
    )(qr)


async def qr(request: Request, code: CodeOf, amount: AmountOf = None, reference: ReferenceOf = None) -> Response:
    """`solana:` and the address of `/pay` for this code, percent-encoded, as Solana Pay has it."""
    drawn = qr_data_uri(pay_link(code, counter_of(request).customer.origin, amount, reference))
    return tagged(request.headers, b64decode(drawn.partition(",")[2]), Keep.DAY, SVG)


def pay_link(code: ScanUrl, origin: str, amount: int | None, reference: Pubkey | None) -> str:
    """What wallets take for a transaction request."""
    link = links_of(code, origin).pay
    link += "" if amount is None else f"&amount={amount}"
    link += "" if reference is None else f"&reference={reference}"
    return f"solana:{quote(link, safe='')}"

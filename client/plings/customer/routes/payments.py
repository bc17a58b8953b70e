"""What became of a transaction that was offered, and passing on what was signed, for wallets that do not send."""

from __future__ import annotations

import base64

from fastapi import APIRouter, Request
from solders.transaction import VersionedTransaction
from starlette.responses import Response

from plings.api.answering import Keep, tagged
from plings.api.parameters import CodeOf
from plings.api.problems import Refused
from plings.customer.counter import counter_of
from plings.customer.following import follow
from plings.customer.parameters import FollowedOf, PaidOf, SignatureOf
from plings.customer.routes.errors import customer_refusals
from plings.customer.shapes import Followed, Forwarded, SignedGiven
from plings.program import PROGRAM_ID


def add_to(router: APIRouter) -> None:
    router.get(
        "/v1/payments/{reference}",
        response_model=Followed,
        responses=customer_refusals(),
        summary="Where a payment is",
    )(payment)
    router.post(
        "/v1/send",
        response_model=Forwarded,
        responses=customer_refusals(409, has_body=True),
        summary="Pass on what was signed",
    )(send)


async def payment(
    request: Request, reference: FollowedOf, code: CodeOf, signature: SignatureOf = None, amount: PaidOf = None
) -> Response:
    """Unpaid, seen, confirmed, finalized, failed or expired, by what the cluster says now.

    Without `amount` whatever the program did about the object counts, what an owner does, too.
    """
    counter = counter_of(request)
    found = await follow(counter.cluster, code, reference, signature, counter.offers.of(reference), amount)
    return tagged(request.headers, found.model_dump_json().encode(), Keep.NOT)


async def send(request: Request, given: SignedGiven) -> Response:
    """Signed by all who must, and of the program: nothing else is passed on."""
    sent = await counter_of(request).cluster.forward(_signed(given.transaction))
    return tagged(request.headers, Forwarded(signature=str(sent)).model_dump_json().encode(), Keep.NOT)


def _signed(text: str) -> VersionedTransaction:
    """Raises Refused with rule `transaction`, `unsigned` or `foreign`."""
    try:
        wire = base64.b64decode(text, validate=True)
        transaction = VersionedTransaction.from_bytes(wire)
        if bytes(transaction) != wire:
            raise ValueError
        keys = transaction.message.account_keys
        programs = {keys[one.program_id_index] for one in transaction.message.instructions}
    except (ValueError, IndexError):
        raise _refused("transaction", "it is no transaction in base64") from None
    if PROGRAM_ID not in programs:
        raise _refused("foreign", "it asks nothing of the program")
    signatures = transaction.signatures
    if len(signatures) != transaction.message.header.num_required_signatures or not all(
        transaction.verify_with_results()
    ):
        raise _refused("unsigned", "a signature is missing or does not verify")
    return transaction


def _refused(rule: str, why: str) -> Refused:
    return Refused(400, rule, f"transaction: {why} [{rule}]", part="transaction")

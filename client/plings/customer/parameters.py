"""What a request may say beyond the code: an amount, a reference, a signature."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Path, Query
from solders.pubkey import Pubkey
from solders.signature import Signature

from plings.api.parameters import Whole
from plings.api.problems import Refused
from plings.customer.offering import key_of
from plings.customer.selling import MOST_LAMPORTS

_REFERENCE: Final = "4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi"


async def _reference(
    reference: Annotated[
        str | None,
        Query(
            description="32 new random bytes in base58, to follow the payment by",
            examples=[_REFERENCE],
            json_schema_extra={"maxLength": 64},
        ),
    ] = None,
) -> Pubkey | None:
    return None if reference is None else key_of(reference, "reference")


async def _followed(
    reference: Annotated[str, Path(description="what the transaction was asked for with", examples=[_REFERENCE])],
) -> Pubkey:
    return key_of(reference, "reference")


async def _signature(
    signature: Annotated[
        str | None,
        Query(description="the transaction's, if the wallet told it", json_schema_extra={"maxLength": 96}),
    ] = None,
) -> Signature | None:
    try:
        return None if signature is None else Signature.from_string(signature)
    except ValueError:
        text = "signature: it is not 64 bytes in base58 [signature]"
        raise Refused(400, "signature", text, part="signature") from None


AmountOf = Annotated[
    int | None,
    Query(description="lamports; left out, what is asked", ge=1, le=MOST_LAMPORTS, examples=[2_000_000]),
    Whole,
]
PaidOf = Annotated[
    int | None,
    Query(
        description="lamports: only a payment of so much or more counts", ge=1, le=MOST_LAMPORTS, examples=[2_000_000]
    ),
    Whole,
]
ReferenceOf = Annotated[Pubkey | None, Depends(_reference)]
FollowedOf = Annotated[Pubkey, Depends(_followed)]
SignatureOf = Annotated[Signature | None, Depends(_signature)]

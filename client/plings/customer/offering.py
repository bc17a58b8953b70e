"""From instructions to a transaction for a wallet to sign, found to succeed, under a reference of its own."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.api.problems import Refused
from plings.chain.transaction import legacy, unsigned
from plings.customer.counter import Counter
from plings.customer.referencing import referenced
from plings.customer.shapes import Unsigned
from plings.errors import AddressError
from plings.identity import parse_address


async def offer(
    counter: Counter,
    instructions: Sequence[Instruction],
    account: Pubkey,
    *,
    reference: Pubkey | None,
    message: str,
    step: str,
) -> Unsigned:
    """Raises TransactionRefused for what would fail now, Refused, ClusterError."""
    sent = referenced(instructions, reference)
    prepared = await counter.cluster.prepare(sent, account)
    if reference is not None:
        counter.offers.note(reference, prepared.last_valid_block_height)
    return Unsigned(
        transaction=base64.b64encode(bytes(unsigned(legacy(prepared.message)))).decode("ascii"),
        message=message,
        last_valid_block_height=prepared.last_valid_block_height,
        step=step,
    )


def wallet_of(text: str, part: str = "account") -> Pubkey:
    """An address that somebody may have the key of. Raises Refused."""
    address = key_of(text, part)
    if not address.is_on_curve():
        text = f"{part}: it is a program's address, for which nobody can sign [no_wallet]"
        raise Refused(400, "no_wallet", text, part=part)
    return address


def key_of(text: str, part: str) -> Pubkey:
    """32 bytes in base58. Raises Refused."""
    try:
        return Pubkey.from_bytes(parse_address(text))
    except AddressError as error:
        raise Refused(400, error.rule, f"{part}: {error.reason} [{error.rule}]", part=part) from error

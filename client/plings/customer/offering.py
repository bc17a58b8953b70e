"""From instructions to a transaction for a wallet to sign, found to succeed, under a reference of its own."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from plings.api.problems import Refused
from plings.chain.transaction import legacy, unsigned
from plings.customer.counter import Counter
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


def referenced(instructions: Sequence[Instruction], reference: Pubkey | None) -> list[Instruction]:
    """The same, the last of them with the reference as one more account, read-only: the program looks at none after
    its own, and wallets that replace the budget's instructions leave this one alone.

    Raises Refused for a reference that the transaction names already.
    """
    if reference is None:
        return list(instructions)
    named = {meta.pubkey for one in instructions for meta in one.accounts} | {one.program_id for one in instructions}
    if reference in named:
        text = "reference: it is an account of the transaction itself, and not a new one [reference]"
        raise Refused(400, "reference", text, part="reference")
    *before, last = instructions
    meta = AccountMeta(reference, is_signer=False, is_writable=False)
    return [*before, Instruction(last.program_id, bytes(last.data), [*last.accounts, meta])]


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

"""A payment's reference: one more account of its instruction, by which it is found again."""

from __future__ import annotations

from collections.abc import Sequence

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from plings.api.problems import Refused


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

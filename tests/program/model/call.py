"""One call of the program: what is sent, what is against it, what it does. And the reasons by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from solders.instruction import Instruction

from fixtures.fix_program import SYSTEM_ID
from plings.errors import TransactionError
from plings.program.errors import AccountRefused, FrameworkError, ProgramError
from plings.program.interface import TOKEN_PROGRAM_ID
from program.model.state import Model

NO_ACCOUNT = "no such account"
TAKEN = "System: an account is there already"
SHORT = "System: too few lamports"
BELOW_RENT = "an account would hold less than its rent"
NOT_ITS_TO_CLOSE = "Token-2022: the signer cannot close the account"
NOT_EMPTY = "Token-2022: an account with tokens cannot be closed"
OTHERS = (NO_ACCOUNT, TAKEN, SHORT, BELOW_RENT, NOT_ITS_TO_CLOSE, NOT_EMPTY)
"""Reasons that are no errors of the program's own; those go by their names."""


@dataclass(frozen=True)
class Call:
    """`against`: each reason to refuse it, with whether it holds. `effect` is tried on a copy, if none does."""

    name: str
    instructions: tuple[Instruction, ...]
    against: Mapping[str, object]
    effect: Callable[[Model], None]

    def reasons(self) -> set[str]:
        return {reason for reason, holds in self.against.items() if holds}


def reason_of(error: TransactionError) -> str:
    """Why a call was refused, in the words of `Call.against`."""
    failure = error.failure
    assert failure, error
    if isinstance(error, FrameworkError | AccountRefused):
        return NO_ACCOUNT
    if isinstance(error, ProgramError):
        return type(error).__name__
    if failure.name == "InsufficientFundsForRent":
        return BELOW_RENT
    if failure.program_id == SYSTEM_ID:
        return {0: TAKEN, 1: SHORT}.get(failure.custom_code or 0, failure.text)
    if failure.program_id == TOKEN_PROGRAM_ID:
        return {4: NOT_ITS_TO_CLOSE, 11: NOT_EMPTY}.get(failure.custom_code or 0, failure.text)
    return failure.text


def nothing(model: Model) -> None:
    """The effect of a call that only tells."""

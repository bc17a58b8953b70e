"""The program's refusals as exceptions: one class for each error of the IDL, and one for what is not in it.

    TransactionError
    └── ProgramError          a refusal of the program
        ├── Paused, NotForSale, BelowFloor, …   codes from 6000, by name
        ├── FrameworkError    Anchor's own checks (codes 2000 to 5999): an account is not what it should be
        └── AccountRefused    a check without a number: signer, seeds, owner, account data

Each says what to do about it where that is known. `code` is the number, None where there is none.
"""

from __future__ import annotations

from typing import ClassVar

from plings.errors import Failure, TransactionError
from plings.program.interface import IDL

FIRST_CODE = 6000
FRAMEWORK_CODES = range(2000, FIRST_CODE)
ACCOUNT_CHECKS = frozenset(
    {
        "AccountBorrowFailed",
        "AccountDataTooSmall",
        "IllegalOwner",
        "IncorrectProgramId",
        "InvalidAccountData",
        "InvalidAccountOwner",
        "InvalidArgument",
        "InvalidSeeds",
        "MaxSeedLengthExceeded",
        "MissingRequiredSignature",
        "NotEnoughAccountKeys",
        "UninitializedAccount",
        "UnsupportedSysvar",
    }
)
"""The runtime's words for a check of an account that has no number."""


class ProgramError(TransactionError):
    """A refusal of the program. `code` and `message` are the IDL's."""

    code: ClassVar[int | None] = None
    message: ClassVar[str] = ""

    def __str__(self) -> str:
        return f"{self.message} [{type(self).__name__}]" if self.message else super().__str__()


class FrameworkError(ProgramError):
    """Anchor refused an account before the program saw it."""


class AccountRefused(ProgramError):
    """An account lacks a signature, has another address or owner than it should, or holds other data."""


def _class_of(name: str, code: int, message: str) -> type[ProgramError]:
    body = {"__module__": __name__, "__doc__": f"{message} ({code}).", "code": code, "message": message}
    return type(name, (ProgramError,), body)


BY_CODE: dict[int, type[ProgramError]] = {
    error["code"]: _class_of(error["name"], error["code"], error["msg"]) for error in IDL["errors"]
}
globals().update({error.__name__: error for error in BY_CODE.values()})


def exception_for(failure: Failure) -> type[ProgramError]:
    """The class for a failure of this program; never None: an unknown code is ProgramError itself."""
    if failure.custom_code is None:
        return AccountRefused if failure.name in ACCOUNT_CHECKS else ProgramError
    if failure.custom_code in FRAMEWORK_CODES:
        return FrameworkError
    return BY_CODE.get(failure.custom_code, ProgramError)


def __getattr__(name: str) -> type[ProgramError]:  # for type checkers: the classes above are made from the IDL
    raise AttributeError(f"the program has no error {name!r}")

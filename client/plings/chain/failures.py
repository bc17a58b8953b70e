"""From a cluster's account of a failure to an exception that says what failed, in whose program.

The cluster reports the position of the top-level instruction and a code. The code may be of a program that the
instruction called, and two programs use one number for different things; only the logs say whose it is. A line
"Program X failed: …" is written by the runtime alone (a program's own lines start with "Program log: "), and a
failing call ends the whole transaction, so the first such line names the innermost program that failed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

from solders.compute_budget import ID as COMPUTE_BUDGET_ID
from solders.message import Message, MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import ID as SYSTEM_ID
from solders.transaction_status import TransactionErrorFieldless, TransactionErrorType

from plings.chain.known import (
    ASSOCIATED_TOKEN_ID,
    ED25519_ID,
    PRECOMPILES,
    SECP256K1_ID,
    SECP256R1_ID,
    TOKEN_2022_ID,
)
from plings.errors import Failure, TransactionError, TransactionFailed, TransactionRefused, shown
from plings.program.errors import exception_for
from plings.program.interface import PROGRAM_ID

AnyMessage = Message | MessageV0
ExceptionFor = Callable[[Failure], type[TransactionError] | None]

PROGRAM_ERRORS: dict[Pubkey, ExceptionFor] = {PROGRAM_ID: exception_for}
"""For each program that names its own errors: from a failure of that very program to its exception, or None."""

_FAILED = re.compile(r"Program ([1-9A-HJ-NP-Za-km-z]{32,44}) failed: (.*)")
_CUSTOM = re.compile(r"custom program error: 0x([0-9a-f]+)")
_RUNTIME_LINE = re.compile(r"Program [1-9A-HJ-NP-Za-km-z]{32,44} (invoke \[|consumed |success|failed)|Program data: ")
_ERROR_PREFIXES = ("Program log: ", "Error: ")

_NAMES = {
    SYSTEM_ID: "System",
    COMPUTE_BUDGET_ID: "ComputeBudget",
    ED25519_ID: "Ed25519",
    SECP256K1_ID: "Secp256k1",
    SECP256R1_ID: "Secp256r1",
    TOKEN_2022_ID: "Token-2022",
    ASSOCIATED_TOKEN_ID: "Associated Token",
}
_CALL_NOBODY = frozenset({SYSTEM_ID, COMPUTE_BUDGET_ID, *PRECOMPILES})
"""These programs call no other, so a failure in their instruction is theirs even where no log says so."""

_CLASSES: dict[tuple[type[TransactionError], type[TransactionError]], type[TransactionError]] = {}

_WHOLE_TRANSACTION = {
    "AccountNotFound": "the payer {payer} holds no lamports on this cluster",
    "InsufficientFundsForFee": "the payer {payer} holds too few lamports for the fee",
    "InvalidAccountForFee": "the payer {payer} is no account that can pay fees",
    "ProgramAccountNotFound": "a program that it calls is not on this cluster",
    "InvalidProgramForExecution": "a program that it calls is not on this cluster, or is no program",
    "BlockhashNotFound": "its blockhash is not, or no longer, known to the cluster",
    "AlreadyProcessed": "this very transaction was processed before",
    "SignatureFailure": "a signature does not verify",
}


def failure_from_json(error: object, logs: Sequence[str], message: AnyMessage | None) -> Failure:
    """What JSON-RPC's `err` means for `message`, as far as that is known. A word new to us is passed on as it is."""
    if isinstance(error, str):
        return _of_whole(error, logs, message)
    if isinstance(error, dict) and len(error) == 1:
        ((name, detail),) = error.items()
        if name == "InstructionError" and isinstance(detail, list) and len(detail) == 2 and type(detail[0]) is int:
            return _of_instruction(detail[0], detail[1], logs, message)
        if isinstance(name, str):
            return _of_part(name, detail, logs, message)
    return Failure(name="Unknown", text=f"the cluster says {shown(error)}", logs=tuple(logs))


def failure_from_solders(error: TransactionErrorType, logs: Sequence[str], message: AnyMessage) -> Failure:
    """The same for an error of LiteSVM."""
    return failure_from_json(_as_json(error), logs, message)


def refusal(failure: Failure, signature: Signature | None = None) -> TransactionError:
    """The exception for `failure`: TransactionRefused without a signature (nothing was sent), else TransactionFailed.

    Where the failing program names its errors (PROGRAM_ERRORS), it is also of the class that the program gives, so
    `except` may ask for either: what went wrong, or whether it cost a fee.
    """
    whether_sent = TransactionFailed if signature else TransactionRefused
    name_of = PROGRAM_ERRORS.get(failure.program_id) if failure.program_id else None
    named = name_of(failure) if name_of else None
    kind = _both(named, whether_sent) if named else whether_sent
    return kind(failure.text, signature=signature, failure=failure)


def _both(named: type[TransactionError], whether_sent: type[TransactionError]) -> type[TransactionError]:
    """A class that is both, under the name of the first, made once."""
    if (named, whether_sent) not in _CLASSES:
        body = {"__module__": named.__module__, "__doc__": named.__doc__}
        _CLASSES[named, whether_sent] = type(named.__name__, (named, whether_sent), body)
    return _CLASSES[named, whether_sent]


def _of_whole(name: str, logs: Sequence[str], message: AnyMessage | None) -> Failure:
    payer = message.account_keys[0] if message else ""
    said = _WHOLE_TRANSACTION.get(name)
    return Failure(name=name, text=said.format(payer=payer) if said else f"the cluster says {name}", logs=tuple(logs))


def _of_part(name: str, detail: object, logs: Sequence[str], message: AnyMessage | None) -> Failure:
    """An error about one account of the transaction, or one that carries a number."""
    index = detail.get("account_index") if isinstance(detail, dict) else None
    keys = message.account_keys if message else []
    account = f"account {keys[index]}" if type(index) is int and 0 <= index < len(keys) else "an account"
    if name == "InsufficientFundsForRent":
        text = f"{account} would be left with fewer lamports than its rent"
    elif name == "ProgramExecutionTemporarilyRestricted":
        text = f"the program at {account} may not run at the moment"
    else:
        text = f"the cluster says {shown({name: detail})}"
    return Failure(name=name, text=text, logs=tuple(logs))


def _of_instruction(index: int, error: object, logs: Sequence[str], message: AnyMessage | None) -> Failure:
    name, code = _word_and_code(error)
    program_id = _failing_program(index, code, logs, message)
    whose = f"{_NAMES.get(program_id, program_id)}" if program_id else "a program that the logs do not name"
    what = f"custom error {code} (0x{code:x})" if code is not None else name
    said = _last_words(logs)
    text = f"instruction {index} failed in {whose}: {what}" + (f", {shown(said, 160)}" if said else "")
    return Failure(name, text, instruction_index=index, program_id=program_id, custom_code=code, logs=tuple(logs))


def _word_and_code(error: object) -> tuple[str, int | None]:
    """`"InvalidArgument"`, `{"Custom": 1}` or `{"BorshIoError": "…"}` → its name and, for Custom, its code."""
    if isinstance(error, str):
        return error, None
    if isinstance(error, dict) and len(error) == 1:
        ((name, detail),) = error.items()
        if isinstance(name, str):
            return name, detail if name == "Custom" and type(detail) is int else None
    return "Unknown", None


def _failing_program(index: int, code: int | None, logs: Sequence[str], message: AnyMessage | None) -> Pubkey | None:
    """The innermost program that failed, None where the logs do not say, or say another code."""
    for line in logs:
        found = _FAILED.fullmatch(line)
        if found:
            custom = _CUSTOM.fullmatch(found[2])
            agrees = custom is not None and int(custom[1], 16) == code if code is not None else custom is None
            return _key(found[1]) if agrees else None
    if message is None:
        return None
    instructions = message.instructions
    if 0 <= index < len(instructions) and instructions[index].program_id_index < len(message.account_keys):
        top = message.account_keys[instructions[index].program_id_index]
        return top if top in _CALL_NOBODY else None
    return None


def _key(text: str) -> Pubkey | None:
    try:
        return Pubkey.from_string(text)
    except ValueError:
        return None


def _last_words(logs: Sequence[str]) -> str:
    """What was logged last before the failure, without the runtime's own lines; it is a stranger's text."""
    said = ""
    for line in logs:
        if _FAILED.fullmatch(line):
            return said
        if not _RUNTIME_LINE.match(line):
            said = line
            for prefix in _ERROR_PREFIXES:
                said = said.removeprefix(prefix)
    return ""


def _as_json(error: TransactionErrorType) -> object:
    """A solders error in JSON-RPC's shape."""
    if isinstance(error, TransactionErrorFieldless):
        return str(error).rpartition(".")[2]
    name = type(error).__name__.removeprefix("TransactionError")
    return {name: json.loads(error.to_json())}

"""Whose failure it is, and which exception tells it."""

from collections.abc import Iterator

import pytest
from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction_status import (
    InstructionErrorBorshIO,
    InstructionErrorCustom,
    InstructionErrorFieldless,
    TransactionErrorDuplicateInstruction,
    TransactionErrorFieldless,
    TransactionErrorInstructionError,
    TransactionErrorInsufficientFundsForRent,
    TransactionErrorProgramExecutionTemporarilyRestricted,
    TransactionErrorType,
)

from chain.people import keypair_for, pay
from plings.chain.failures import PROGRAM_ERRORS, failure_from_json, failure_from_solders, refusal
from plings.chain.known import ED25519_ID
from plings.chain.transaction import Budget, assemble
from plings.errors import Failure, TransactionError, TransactionFailed, TransactionRefused

PAYER, BUYER = keypair_for("payer"), keypair_for("buyer")
OURS, OTHERS = keypair_for("ours").pubkey(), keypair_for("others").pubkey()
SIGNATURE = Signature.new_unique()


def message_of(*programs: Pubkey) -> MessageV0:
    instructions = [Instruction(program, b"", []) for program in programs]
    return assemble(instructions, PAYER.pubkey(), Hash.default(), Budget())


def custom(code: int, index: int = 0) -> dict[str, object]:
    return {"InstructionError": [index, {"Custom": code}]}


def failed(program: Pubkey, code: int) -> str:
    return f"Program {program} failed: custom program error: 0x{code:x}"


class BelowFloor(TransactionError):
    """An error that our program names."""


@pytest.fixture
def registered() -> Iterator[None]:
    PROGRAM_ERRORS[OURS] = lambda failure: BelowFloor if failure.custom_code == 6001 else None
    yield
    del PROGRAM_ERRORS[OURS]


def test_innermost_failing_program_is_the_first_named() -> None:
    logs = [
        f"Program {OURS} invoke [1]",
        f"Program {OTHERS} invoke [2]",
        "Program log: Error: insufficient funds",
        f"Program {OTHERS} consumed 10 of 20 compute units",
        failed(OTHERS, 6001),
        failed(OURS, 6001),
    ]
    failure = failure_from_json(custom(6001), logs, message_of(OURS))
    assert failure.program_id == OTHERS
    assert failure.custom_code == 6001
    assert failure.text == f"instruction 0 failed in {OTHERS}: custom error 6001 (0x1771), 'insufficient funds'"
    assert failure.logs == tuple(logs)


def test_position_is_the_callers() -> None:
    failure = failure_from_json(custom(6001, 1), [failed(OURS, 6001)], message_of(OTHERS, OURS))
    assert (failure.instruction_index, failure.program_id) == (1, OURS)


@pytest.mark.parametrize(
    "logs",
    [
        [],
        [f"Program {OURS} invoke [1]", "Log truncated"],
        [failed(OURS, 6002)],
        [f"Program {OURS} failed: Computational budget exceeded"],
        [f"Program log: {failed(OURS, 6001)}"],
        [f"Program log: x\n{failed(OURS, 6001)}"],
        [f"{failed(OURS, 6001)}\nmore"],
        [failed(OURS, 6001).replace("0x", "")],
        ["Program 111111111111111111111111111111111111111111 failed: custom program error: 0x1771"],
    ],
    ids=["none", "cut", "another code", "no code", "forged", "forged by newline", "trailing", "unreadable", "no key"],
)
def test_program_is_never_guessed(logs: list[str], registered: None) -> None:
    failure = failure_from_json(custom(6001), logs, message_of(OURS))
    assert failure.program_id is None
    assert "a program that the logs do not name" in failure.text
    assert type(refusal(failure)) is TransactionRefused


def test_program_that_calls_no_other_needs_no_logs() -> None:
    assert failure_from_json(custom(2), [], message_of(ED25519_ID)).program_id == ED25519_ID
    assert failure_from_json(custom(2, 7), [], message_of(ED25519_ID)).program_id is None
    assert failure_from_json(custom(2), [], None).program_id is None


def test_code_of_another_program_is_not_ours(registered: None) -> None:
    foreign = failure_from_json(custom(6001), [failed(OTHERS, 6001), failed(OURS, 6001)], message_of(OURS))
    assert type(refusal(foreign)) is TransactionRefused
    own = failure_from_json(custom(6001), [failed(OURS, 6001)], message_of(OURS))
    assert isinstance(refusal(own), BelowFloor)


def test_unnamed_code_of_ours_stays_general(registered: None) -> None:
    error = refusal(failure_from_json(custom(6999), [failed(OURS, 6999)], message_of(OURS)))
    assert type(error) is TransactionRefused and error.custom_code == 6999


def test_named_error_says_also_whether_it_was_sent(registered: None) -> None:
    failure = failure_from_json(custom(6001), [failed(OURS, 6001)], message_of(OURS))
    refused, on_chain = refusal(failure), refusal(failure, SIGNATURE)
    assert isinstance(refused, BelowFloor) and isinstance(refused, TransactionRefused)
    assert isinstance(on_chain, BelowFloor) and isinstance(on_chain, TransactionFailed)
    assert not isinstance(refused, TransactionFailed) and not isinstance(on_chain, TransactionRefused)
    assert (refused.signature, on_chain.signature) == (None, SIGNATURE)
    assert type(refused).__name__ == "BelowFloor"
    assert type(refusal(failure)) is type(refused)
    assert (on_chain.instruction_index, on_chain.custom_code, on_chain.program_id) == (0, 6001, OURS)
    assert on_chain.logs == failure.logs and on_chain.error_text == failure.text


def test_strangers_log_text_is_escaped_and_cut() -> None:
    logs = [f"Program {OTHERS} invoke [1]", "Program log: \x1b[2J\n" + "x" * 500, failed(OTHERS, 1)]
    text = failure_from_json(custom(1), logs, message_of(OTHERS)).text
    assert "\\x1b[2J\\n" in text and text.isprintable() and len(text) < 400


def test_payer_is_named() -> None:
    for word in ("AccountNotFound", "InsufficientFundsForFee"):
        failure = failure_from_json(word, [], message_of(OURS))
        assert failure.name == word and str(PAYER.pubkey()) in failure.text
        assert failure.instruction_index is None


def test_account_short_of_rent_is_named() -> None:
    message = assemble([pay(PAYER, BUYER.pubkey(), 1)], PAYER.pubkey(), Hash.default(), Budget())
    failure = failure_from_json({"InsufficientFundsForRent": {"account_index": 1}}, [], message)
    assert failure.text.startswith(f"account {BUYER.pubkey()} would be left")
    beyond = failure_from_json({"InsufficientFundsForRent": {"account_index": 99}}, [], message)
    assert beyond.text.startswith("an account")


@pytest.mark.parametrize(
    ("error", "name"),
    [
        ("SomethingNew", "SomethingNew"),
        ({"SomethingNew": 3}, "SomethingNew"),
        ({"InstructionError": [0, "BorshIoError"]}, "BorshIoError"),
        ({"InstructionError": [0, {"BorshIoError": "x"}]}, "BorshIoError"),
        ({"InstructionError": [0, {"SomethingNew": 3}]}, "SomethingNew"),
        ({"InstructionError": [0, 5]}, "Unknown"),
        ({"InstructionError": "?"}, "InstructionError"),
        ([1, 2], "Unknown"),
        (7, "Unknown"),
        ({}, "Unknown"),
    ],
)
def test_words_of_a_later_cluster_are_passed_on(error: object, name: str) -> None:
    failure = failure_from_json(error, ["a log"], message_of(OURS))
    assert failure.name == name and failure.custom_code is None and failure.logs == ("a log",)


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (TransactionErrorFieldless.AccountNotFound, "AccountNotFound"),
        (TransactionErrorInstructionError(0, InstructionErrorCustom(3)), "Custom"),
        (TransactionErrorInstructionError(0, InstructionErrorFieldless.InvalidAccountData), "InvalidAccountData"),
        (TransactionErrorInstructionError(0, InstructionErrorBorshIO("x")), "BorshIoError"),
        (TransactionErrorDuplicateInstruction(2), "DuplicateInstruction"),
        (TransactionErrorInsufficientFundsForRent(1), "InsufficientFundsForRent"),
        (TransactionErrorProgramExecutionTemporarilyRestricted(1), "ProgramExecutionTemporarilyRestricted"),
    ],
)
def test_errors_of_solders_read_the_same(error: TransactionErrorType, name: str) -> None:
    assert failure_from_solders(error, [], message_of(OURS)).name == name


def test_failure_of_nothing_sent_has_no_details() -> None:
    error = TransactionRefused("no")
    assert (error.logs, error.custom_code, error.program_id, error.instruction_index) == ((), None, None, None)
    assert error.error_text == "no"
    assert Failure("X", "x") == Failure("X", "x")

"""Workers: answers in the order of tasks, failures told, nobody left over."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest

from plings.errors import PathError, PrintingError
from plings.printing.workers import AHEAD, cores, in_order

LARGE = bytes(1 << 20)
"""More than any pipe holds."""


def slow_if_even(number: int) -> int:
    time.sleep(0.02 * (number % 2 == 0))
    return number * number


def large(content: bytes) -> bytes:
    return content * 2


def die(number: int) -> int:
    if number == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def refuse(number: int) -> int:
    if number == 3:
        raise PrintingError("no", "rule_of_three")
    if number == 4:
        raise PathError("2.3", "rule", "an error that cannot be sent")
    return number


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 2, 25])
def test_answers_are_in_order(workers: int, count: int) -> None:
    assert list(in_order(slow_if_even, range(count), workers)) == [number * number for number in range(count)]


def test_tasks_and_answers_may_be_larger_than_pipes() -> None:
    assert list(in_order(large, [LARGE] * 9, 2)) == [LARGE * 2] * 9


def test_few_tasks_are_taken_ahead() -> None:
    taken = 0

    def tasks() -> Iterator[int]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield number

    answers = in_order(slow_if_even, tasks(), 2)
    assert [next(answers) for _ in range(3)] == [0, 1, 4]
    assert taken <= 3 + 2 * AHEAD
    answers.close()  # type: ignore[attr-defined]


def test_a_dead_worker_is_told() -> None:
    with pytest.raises(PrintingError, match="worker_died"):
        list(in_order(die, range(100), 2))


def test_errors_come_back() -> None:
    answers = in_order(refuse, [0, 3, 4], 2)
    assert next(answers) == 0
    with pytest.raises(PrintingError) as caught:
        next(answers)
    assert (caught.value.rule, str(caught.value)) == ("rule_of_three", "no [rule_of_three]")
    with pytest.raises(PrintingError, match=r"PathError: .*cannot be sent .*\[worker_failed\]"):
        list(in_order(refuse, [4, 4], 2))
    with pytest.raises(PathError):
        list(in_order(refuse, [4], 1))


def test_cores_are_those_of_this_process() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)

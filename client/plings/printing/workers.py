"""Processes that make something of many tasks, answered in the tasks' order.

Each has pipes of its own to this process, and ends with it: also when this one is killed.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final, TypeVar

from plings.errors import PrintingError

AHEAD: Final = 3
"""Tasks that a worker has at a time: one to work on, the next, and one that is made and waits to be written."""

T = TypeVar("T")
R = TypeVar("R")


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(work: Callable[[T], R], tasks: Iterable[T], workers: int) -> Iterator[R]:
    """What `work`, which is pickled, makes of each task, in the order of the tasks.

    With one worker, or one task, it is done in this process. Raises what `work` raises, and PrintingError with rule
    `worker_died`.
    """
    left = iter(tasks)
    first = list(islice(left, 2))
    if workers <= 1 or len(first) < 2:
        yield from map(work, chain(first, left))
        return
    crew = _Crew(work, workers)
    try:
        yield from crew.map(chain(first, left))
    finally:
        crew.end()


class _Crew:
    """Running workers. Tasks go around, one to each in turn, and so do their answers: that is their order."""

    def __init__(self, work: Callable[[Any], Any], count: int) -> None:
        context = get_context("spawn")  # a fork would copy the thread that draws a progress bar
        self._tasks: list[Connection] = []
        self._answers: list[Connection] = []
        self._processes: list[BaseProcess] = []
        for _ in range(count):
            tasks, to_worker = context.Pipe(duplex=False)  # two pipes: one for both ways would be a socket
            from_worker, answers = context.Pipe(duplex=False)
            process = context.Process(target=_serve, args=(tasks, answers, work), daemon=True)
            process.start()
            tasks.close()  # else these would stay open when the worker is gone
            answers.close()
            self._processes.append(process)
            self._tasks.append(to_worker)
            self._answers.append(from_worker)

    def map(self, tasks: Iterator[Any]) -> Iterator[Any]:
        asked: deque[Connection] = deque()
        for number, task in enumerate(tasks):
            worker = number % len(self._processes)
            self._send(self._tasks[worker], task)
            asked.append(self._answers[worker])
            if len(asked) == AHEAD * len(self._processes):
                yield self._answer(asked.popleft())
        while asked:
            yield self._answer(asked.popleft())

    def end(self) -> None:
        """Close the pipes, with which the workers end; one that is at work is stopped."""
        for pipe in (*self._tasks, *self._answers):
            pipe.close()
        for process in self._processes:
            process.terminate()
            process.join()

    def _send(self, pipe: Connection, task: Any) -> None:
        try:
            pipe.send(task)
        except OSError as error:
            raise _died() from error

    def _answer(self, pipe: Connection) -> Any:
        try:
            is_made, answer = pipe.recv()
        except (EOFError, OSError) as error:
            raise _died() from error
        if not is_made:
            raise answer
        return answer


def _serve(tasks: Connection, answers: Connection, work: Callable[[Any], Any]) -> None:
    """What a worker does until its pipes are closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all; the other process decides
    received: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_receive, args=(tasks, received), daemon=True).start()
    with suppress(OSError):
        while True:
            try:
                answer = (True, work(received.get()))
            except PrintingError as error:
                answer = (False, error)
            except Exception as error:  # as a text: not every exception can be sent
                answer = (False, PrintingError(f"{type(error).__name__}: {error}", "worker_failed"))
            answers.send(answer)


def _receive(tasks: Connection, received: SimpleQueue[Any]) -> None:
    """Takes tasks as they come, so that nobody waits for a worker who waits for them."""
    with suppress(EOFError, OSError):
        while True:
            received.put(tasks.recv())
    os._exit(0)  # who asked is gone, and nobody wants what is being made


def _died() -> PrintingError:
    return PrintingError("a worker process died, for want of memory perhaps: the same command goes on", "worker_died")

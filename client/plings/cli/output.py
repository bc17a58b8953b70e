"""What a command says and how it ends.

stdout holds the answer and nothing else: text, or with --json one object. stderr holds lines that start with
`plings: `, exactly one when a command fails. Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import typer

from plings.errors import (
    IdentityError,
    PlingsError,
    PrintingError,
    ProofError,
    RegistryError,
    ShopError,
    TransactionError,
    TransactionUnresolved,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from plings.chain import Signed

PUBLIC_CLUSTERS = ("localnet", "devnet", "testnet", "mainnet")
"""Names that may be repeated to the user; an address may hold a key for its provider."""

INTERRUPTED = 130


class Answer:
    """What one run of a command says. `signed` is the transaction that may be on its way, if there is one."""

    def __init__(self, as_json: bool, cluster: str, quiet: bool) -> None:
        self.as_json = as_json
        self.quiet = quiet
        self.signed: Signed | None = None
        self.failure: str | None = None
        self._cluster = cluster

    def give(self, facts: Mapping[str, Any], shown: str | Callable[[], RenderableType]) -> None:
        """The answer: `facts` as JSON, or else what is `shown`."""
        if self.as_json:
            print(json.dumps(facts))
        elif isinstance(shown, str):
            print(shown)
        else:
            from rich.text import Text

            from plings.cli.paper import Paper

            part = shown()
            Paper().print(part, soft_wrap=isinstance(part, Text))

    def fail(self, line: str) -> None:
        """The answer is given, and it is a bad one."""
        self.failure = line

    def sending(self, signed: Signed) -> None:
        """Tell of a transaction before its first byte leaves: with this line one can ask what became of it."""
        self.signed = signed
        if not self.quiet:
            tell(f"sending transaction {signed.signature}, valid until block height {signed.last_valid_block_height}")

    def refuse(self, error: PlingsError | OSError | KeyboardInterrupt) -> None:
        """One line on stderr and, for JSON, an object on stdout."""
        line = " - ".join(filter(None, (_text(error), self._advice(error))))
        tell(line)
        if self.as_json:
            with suppress(OSError):  # it may be stdout itself that failed
                print(json.dumps(self._refusal(error)), flush=True)

    def _pending(self, error: BaseException) -> Signed | TransactionUnresolved | None:
        """What names the transaction that may have taken effect, when `error` leaves one."""
        if isinstance(error, TransactionUnresolved):
            return error
        # a full disk may keep the answer of a payment that was made
        return self.signed if isinstance(error, KeyboardInterrupt | OSError) else None

    def _advice(self, error: BaseException) -> str:
        """What to do about a refusal, or about a transaction that may have taken effect."""
        pending = self._pending(error)
        if pending is None:  # a task that is cancelled while it sends says so in a note
            return "; ".join([*_notes(error), *_notes(error.__context__)])
        name = self._cluster if self._cluster in PUBLIC_CLUSTERS else "URL"
        told = "" if pending is error else "the transaction may have taken effect, so "
        return (
            f"{told}repeat nothing before you have asked: "
            f"plings status {pending.signature} --until {pending.last_valid_block_height} --cluster {name}"
        )

    def _refusal(self, error: BaseException) -> dict[str, Any]:
        facts: dict[str, Any] = {"error": type(error).__name__, "message": _text(error)}
        if isinstance(error, IdentityError | ProofError | RegistryError | ShopError | PrintingError):
            facts["rule"] = error.rule
        if isinstance(error, ProofError | ShopError):
            facts["part"] = error.part
        if isinstance(error, TransactionError) and error.signature:
            facts["signature"] = str(error.signature)
        if pending := self._pending(error):
            facts["signature"] = str(pending.signature)
            facts["may_have_taken_effect"] = True
            facts["last_valid_block_height"] = pending.last_valid_block_height
        return facts


@contextmanager
def answering(as_json: bool, *, cluster: str = "", quiet: bool = False) -> Iterator[Answer]:
    """The body of every command. What goes wrong in it becomes one line and an exit code, never a traceback."""
    answer = Answer(as_json, cluster, quiet)
    try:
        yield answer
        sys.stdout.flush()  # a full disk or a closed pipe shows here
    except (PlingsError, OSError) as error:
        answer.refuse(error)
        raise typer.Exit(1) from None
    except KeyboardInterrupt as stop:
        answer.refuse(stop)
        raise typer.Exit(INTERRUPTED) from None
    if answer.failure is not None:
        tell(answer.failure)
        raise typer.Exit(1)


def tell(line: str) -> None:
    """One line on stderr, whatever is in it."""
    print(f"plings: {one_line(line)}", file=sys.stderr, flush=True)


def one_line(text: str) -> str:
    """`text` without line breaks, and with its control characters escaped."""
    return "".join(mark if mark.isprintable() else ascii(mark)[1:-1] for mark in " ".join(text.split()))


def labelled(facts: Iterable[tuple[str, object]]) -> str:
    """A label and a value per line. Values stay whole, so that they can be copied."""
    rows = [(label, str(value)) for label, value in facts]
    width = max(len(label) for label, _ in rows) + 2
    return "\n".join(f"{label:<{width}}{value}" for label, value in rows)


def settle_stdout() -> None:
    """Where what is left cannot be written any more, drop it: it was reported."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _notes(error: BaseException | None) -> list[str]:
    return list(getattr(error, "__notes__", ()))


def _text(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}"
    return str(error)

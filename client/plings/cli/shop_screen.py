"""Where a counter's answers go: a page each, or a line of JSON. Several threads may use it."""

from __future__ import annotations

import json
import sys
from threading import Lock
from typing import TYPE_CHECKING, Any

from plings.cli.output import one_line
from plings.cli.shop_page import advice_bar, answer_facts, answer_page, framed, known_line, reasons, short_line
from plings.errors import PlingsError, ShopError

if TYPE_CHECKING:
    from plings.discovery import Question
    from plings.shop import Answer, Knowledge, Told


class Screen:
    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._lock = Lock()

    def ready(self, known: Knowledge) -> None:
        if not self._as_json:
            self._print(f"ready: {known_line(known)}; Ctrl-C ends")

    def give(self, answer: Answer) -> None:
        self._print(answer_facts(answer) if self._as_json else answer_page(answer))

    def damaged(self, error: ShopError) -> None:
        """A part of the bundle cannot be believed, so nothing is graded by it."""
        if self._as_json:
            self._print({**_error_facts(error), "part": error.part, "rule": error.rule})
            return
        from rich.text import Text

        what = Text("the shop's bundle is damaged: import it again", "bold")
        self._print(framed("refuse", [advice_bar("refuse"), Text(), what, reasons([str(error)])], "no list"))

    def unreadable(self, error: PlingsError) -> None:
        """A picture shows no code that could be answered."""
        self._print(_error_facts(error) if self._as_json else one_line(str(error)))

    def learned(self, question: Question, told: Told) -> None:
        name = told.product.name if told.product else ""
        if self._as_json:
            learned = {"path_to_pointer": question.path_to_pointer, "product": name, "told_by": told.source}
            self._print({"learned": learned})
        else:
            text = f"now known: {question.path_to_pointer} is {short_line(name)}, told by {told.source}: scan it again"
            self._print(text)

    def _print(self, what: Any) -> None:
        with self._lock:
            if isinstance(what, dict):
                print(json.dumps(what), flush=True)
            else:
                from plings.cli.paper import Paper

                Paper().print(what)
                sys.stdout.flush()


def _error_facts(error: PlingsError) -> dict[str, Any]:
    return {"advice": "refuse", "error": type(error).__name__, "message": str(error)}

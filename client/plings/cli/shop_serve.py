from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from plings.cli.options import Json
from plings.cli.output import answering, one_line
from plings.cli.shop_options import Shop, shop_folder
from plings.cli.shop_page import advice_bar, answer_facts, answer_page, framed, known_line, reasons
from plings.errors import ShopError

if TYPE_CHECKING:
    from plings.discovery import Discovery, Question
    from plings.shop import Answer, Knowledge, Till, Told


def add_to(group: typer.Typer) -> None:
    group.command(epilog="Example:  plings shop serve --shop till-3 --ask https://api.plings.io")(serve)


def serve(
    ask: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="An API that is asked once for each class that the bundle has not. Without it no socket is opened.",
        ),
    ] = None,
    shop: Shop = None,
    as_json: Json = False,
) -> None:
    """Be the counter: answer every code that a scanner types, until the end of input or Ctrl-C. Needs no network.

    A scanner that types on the keyboard (USB, or a camera's) ends each code with Enter. --json answers one line each.
    """
    with answering(as_json), ExitStack() as stack:
        import time

        from plings.shop import Knowledge, Till, scanned_text, typed_lines

        screen = _Screen(as_json)
        till = stack.enter_context(Till(shop_folder(shop)))
        header = till.counter.bundle.header
        discovery = None if ask is None else stack.enter_context(_discovery(ask, till, screen))
        stack.enter_context(suppress(KeyboardInterrupt))
        stack.enter_context(_until_stopped())
        stack.enter_context(_quiet_keyboard())
        screen.ready(Knowledge.of(header, time.time()))
        for line in typed_lines(sys.stdin.buffer):
            if text := scanned_text(line):
                _answer(till, text, screen, discovery)


def _answer(till: Till, text: str, screen: _Screen, discovery: Discovery | None) -> None:
    try:
        given = till.scan(text)
    except ShopError as error:  # the bundle is damaged: the next scan may need another part of it
        screen.fail(error)
        return
    screen.give(given)
    code, maker = given.verdict.url, given.manufacturer
    if discovery and code and maker and given.verdict.genuine and given.pointer_status is None:
        from plings.discovery import Question

        discovery.hand_in(Question(maker.key, code.path.path_to_pointer, code.class_pointer))


class _Screen:
    """Where answers go: a page each, or a line of JSON. Also used by the thread that learns."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._lock = Lock()

    def ready(self, known: Knowledge) -> None:
        if not self._as_json:
            self._print(f"ready: {known_line(known)}; Ctrl-C ends")

    def give(self, answer: Answer) -> None:
        self._print(answer_facts(answer) if self._as_json else answer_page(answer))

    def fail(self, error: ShopError) -> None:
        if self._as_json:
            facts = {"advice": "refuse", "error": type(error).__name__, "message": str(error)}
            self._print({**facts, "part": error.part, "rule": error.rule})
            return
        from rich.text import Text

        what = Text("the shop's bundle is damaged: import it again", "bold")
        self._print(framed("refuse", [advice_bar("refuse"), Text(), what, reasons([str(error)])], "no list"))

    def learned(self, question: Question, told: Told) -> None:
        name = told.product.name if told.product else ""
        if self._as_json:
            learned = {"path_to_pointer": question.path_to_pointer, "product": name, "told_by": told.source}
            self._print({"learned": learned})
        else:
            text = f"now known: {question.path_to_pointer} is {one_line(name)}, told by {told.source}: scan it again"
            self._print(text)

    def _print(self, what: Any) -> None:
        with self._lock:
            if isinstance(what, dict):
                print(json.dumps(what), flush=True)
            else:
                from plings.cli.paper import Paper

                Paper().print(what)
                sys.stdout.flush()


@contextmanager
def _discovery(address: str, till: Till, screen: _Screen) -> Iterator[Discovery]:
    from plings.discovery import ApiClient, Discovery

    discovery = Discovery(ApiClient(address), till.told, screen.learned)
    try:
        yield discovery
    finally:
        discovery.close()


@contextmanager
def _quiet_keyboard() -> Iterator[None]:
    """A terminal that does not repeat what the scanner types, which would push the answers away."""
    if not sys.stdin.isatty():
        yield
        return
    import termios

    before = termios.tcgetattr(sys.stdin)
    quiet = termios.tcgetattr(sys.stdin)
    quiet[3] &= ~termios.ECHO
    termios.tcsetattr(sys.stdin, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


@contextmanager
def _until_stopped() -> Iterator[None]:
    """SIGTERM ends it as Ctrl-C does, so that the keyboard is as before."""

    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

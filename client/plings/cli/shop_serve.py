from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.options import Json
from plings.cli.output import answering
from plings.cli.shop_keyboard import quiet_keyboard, until_stopped
from plings.cli.shop_options import Shop, shop_folder
from plings.cli.shop_screen import Screen
from plings.errors import PictureError, ShopError

if TYPE_CHECKING:
    from plings.discovery import Discovery
    from plings.shop import Till


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
    pictures: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Answer pictures, too, that a camera saves there from now on."),
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

        screen = Screen(as_json)
        till = stack.enter_context(Till(shop_folder(shop)))
        header = till.counter.bundle.header
        discovery = None if ask is None else stack.enter_context(_discovery(ask, till, screen))
        desk = _Desk(till, screen, discovery)
        stack.enter_context(suppress(KeyboardInterrupt))
        stack.enter_context(until_stopped())
        stack.enter_context(quiet_keyboard())
        if pictures is not None:
            stack.enter_context(_watching(pictures, desk))
        screen.ready(Knowledge.of(header, time.time()))
        for line in typed_lines(sys.stdin.buffer):
            if text := scanned_text(line):
                desk.answer(text)


class _Desk:
    """Answers one code at a time, wherever it comes from."""

    def __init__(self, till: Till, screen: Screen, discovery: Discovery | None) -> None:
        self._till = till
        self._screen = screen
        self._discovery = discovery
        self._lock = Lock()

    def answer(self, text: str) -> None:
        with self._lock:
            try:
                given = self._till.scan(text)
            except ShopError as error:  # the next scan may need another part of the bundle
                self._screen.damaged(error)
                return
            self._screen.give(given)
        code, maker = given.verdict.url, given.manufacturer
        if self._discovery and code and maker and given.verdict.genuine and given.pointer_status is None:
            from plings.discovery import Question

            self._discovery.hand_in(Question(maker.key, code.path.path_to_pointer, code.class_pointer))

    def answer_picture(self, file: Path) -> None:
        """Each code in it."""
        from plings.pictures import read_codes

        try:
            codes = read_codes(file)
        except PictureError as error:
            self._screen.unreadable(error)
            return
        for text in codes:
            self.answer(text)


@contextmanager
def _watching(folder: Path, desk: _Desk) -> Iterator[None]:
    """Pictures are answered, in a thread of its own, until the end."""
    from plings.shop.camera import POLL_SECONDS, CameraFolder

    camera, stop = CameraFolder(folder), Event()

    def watch() -> None:
        with suppress(OSError):  # whoever reads the answers is gone, which the other thread tells
            while not stop.wait(POLL_SECONDS):
                for file in camera.look():
                    desk.answer_picture(file)

    thread = Thread(target=watch, name="plings-camera", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def _discovery(address: str, till: Till, screen: Screen) -> Iterator[Discovery]:
    from plings.discovery import ApiClient, Discovery

    discovery = Discovery(ApiClient(address), till.told, screen.learned)
    try:
        yield discovery
    finally:
        discovery.close()

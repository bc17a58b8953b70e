"""Classes that no bundle has yet: asked for once, in the background, believed in nothing that can be checked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from plings.discovery import ApiClient, Discovery, Question, parse_api_address
from plings.discovery import desk as module
from plings.discovery.api_client import NoAnswer
from plings.errors import SettingsError
from plings.identity import format_address
from plings.shop import Counter, Price, Told, ToldStore
from shop.made import ACME, BILLY_ID, IKEA, NOW, code, made_bundle

NEW = code("2.3.9.G.3j")
QUESTION = Question(IKEA.public_key, "2.3.9", NEW.class_pointer)
LAMP: dict[str, Any] = {
    "class_pointer": NEW.class_pointer.text,
    "class_id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "name": "Lamp",
    "sku": "L-1",
    "gtin": None,
    "category": "Light",
    "subcategory": "Lamps",
    "price_amount": "9.9900",
    "price_currency": "EUR",
    "class_status": "active",
    "pointer_status": "active",
    "path_to_pointer": "2.3.9",
    "manufacturer_name": "IKEA",
    "manufacturer_pubkey": format_address(IKEA.public_key),
    "prefix": "2.3",
    "manufacturer_status": "active",
    "wallet_status": "active",
}

Handle = Callable[[BaseHTTPRequestHandler], None]


def says(body: object, status: int = 200, **headers: str) -> Handle:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def handle(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("content-length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    return handle


@contextmanager
def api(handle: Handle) -> Iterator[tuple[str, list[str]]]:
    """A server on this machine that answers everything so, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            with suppress(OSError):
                handle(self)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            server.shutdown()


def ask(url: str) -> Told:
    client = ApiClient(url)
    try:
        return client.ask(QUESTION.manufacturer_key, QUESTION.path_to_pointer, QUESTION.pointer, NOW)
    finally:
        client.close()


def test_a_product_is_told() -> None:
    with api(says(LAMP)) as (url, asked):
        told = ask(f"{url}/")
    assert told.product is not None and told.product.prices == (Price("EUR", 999, 2),)
    assert (told.product.name, told.product.category, told.source) == ("Lamp", "Light > Lamps", url)
    assert asked == [f"/v1/products/{NEW.class_pointer}"]


def test_that_nobody_knows_it_is_an_answer() -> None:
    with api(says({"rule": "unknown_pointer"}, 404)) as (url, _):
        assert ask(url) == Told(url, NOW)


@pytest.mark.parametrize(
    "handle",
    [
        says(LAMP | {"manufacturer_pubkey": format_address(ACME.public_key)}),
        says(LAMP | {"path_to_pointer": "2.3.2"}),
        says(LAMP | {"class_pointer": code().class_pointer.text}),
        says(LAMP | {"class_id": "7"}),
        says(LAMP | {"price_amount": "ten"}),
        says(LAMP | {"price_amount": 7.5, "price_currency": "euros"}),
        says(LAMP | {"price_currency": None}),
        says(LAMP | {"pointer_status": "great"}),
        says(LAMP | {"class_status": None}),
        says(LAMP | {"manufacturer_status": "best"}),
        says(LAMP | {"name": ""}),
        says(LAMP | {"name": ["Lamp"]}),
        says(LAMP | {"sku": 7}),
        says(LAMP | {"category": 7}),
        says({}),
        says([]),
        says(b"\xff"),
        says(b"[" * 60_000),
        says(b"{}" * 40_000),
        says(LAMP, 500),
        says(LAMP, 302, location="/v1/products/other"),
        says(LAMP, content_encoding="gzip"),
        says(b"<html>welcome to our network</html>", 404),
        says({"rule": "unknown_route"}, 404),
        lambda request: request.wfile.write(b"nonsense\r\n\r\n"),
        lambda request: request.connection.close(),
    ],
)
def test_what_is_no_answer_to_the_question(handle: Handle) -> None:
    with api(handle) as (url, _), pytest.raises(NoAnswer):
        ask(url)


def test_an_answer_that_takes_longer_than_a_second_is_none() -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(40):
            request.wfile.write(b" ")
            request.wfile.flush()
            time.sleep(0.1)

    started = time.monotonic()
    with api(drip) as (url, _), pytest.raises(NoAnswer, match="too long"):
        ask(url)
    assert time.monotonic() - started < 3


def test_nobody_there() -> None:
    with pytest.raises(NoAnswer):
        ask("http://127.0.0.1:1")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "api.plings.io",
        "http://api.plings.io",
        "ftp://127.0.0.1",
        "https://",
        "https://a?b",
        "https://u:p@a",
        "https://a#b",
        "https://a:99999",
        "https://a\n",
        "https://\u00e4.example",
        "https://[::1",
    ],
)
def test_an_address_is_https_or_of_this_machine(address: str) -> None:
    with pytest.raises(SettingsError, match="not the https address"):
        parse_api_address(address)


@pytest.mark.parametrize("address", ["https://api.plings.io/", "https://a:8443/registry", "http://localhost:8080"])
def test_addresses(address: str) -> None:
    assert parse_api_address(address) == address.rstrip("/")


@contextmanager
def discovering(url: str, folder: Path) -> Iterator[tuple[Discovery, ToldStore, list[Told]]]:
    store, learned = ToldStore(folder / "told.sqlite"), list[Told]()
    discovery = Discovery(ApiClient(url), store, lambda _, told: learned.append(told), lambda: float(NOW))
    try:
        yield discovery, store, learned
    finally:
        discovery.close()


def until(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_class_is_asked_for_once(tmp_path: Path) -> None:
    with api(says(LAMP)) as (url, asked), discovering(url, tmp_path) as (discovery, store, learned):
        assert discovery.hand_in(QUESTION)
        until(lambda: learned)
        assert not any(discovery.hand_in(QUESTION) for _ in range(10))
        assert len(asked) == 1
        answer = Counter(made_bundle(tmp_path), store).check(NEW.text, NOW)
        assert answer.product is not None and answer.product.name == "Lamp"


def test_that_nobody_knows_it_is_not_asked_again_soon(tmp_path: Path) -> None:
    with api(says({"rule": "unknown_pointer"}, 404)) as (url, asked), discovering(url, tmp_path) as (desk, store, _):
        assert desk.hand_in(QUESTION)
        until(lambda: store.find(IKEA.public_key, "2.3.9"))
        assert not desk.hand_in(QUESTION)
        store.keep(IKEA.public_key, "2.3.9", Told(url, NOW - 3600))
        until(lambda: desk.hand_in(QUESTION))
        until(lambda: len(asked) == 2)


def test_a_scan_waits_for_no_answer(tmp_path: Path) -> None:
    released = threading.Event()
    with (
        api(lambda request: (released.wait(10), says(LAMP)(request))[1]) as (url, asked),
        discovering(url, tmp_path) as (desk, _, learned),
    ):
        started = time.monotonic()
        assert desk.hand_in(QUESTION)
        assert not desk.hand_in(QUESTION), "it waits already"
        until(lambda: asked)
        for number in range(200):
            desk.hand_in(Question(IKEA.public_key, f"2.3.{number}", QUESTION.pointer))
        assert time.monotonic() - started < 1
        released.set()
        assert not learned or time.monotonic() - started < 1


def test_after_a_failure_nobody_is_asked_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with api(says(b"", 500)) as (url, asked), discovering(url, tmp_path) as (desk, _, _):
        assert desk.hand_in(QUESTION)
        until(lambda: asked and not desk.hand_in(QUESTION))
        time.sleep(0.1)
        assert len(asked) == 1
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0)
    with api(says(b"", 500)) as (url, asked), discovering(url, tmp_path) as (desk, _, _):
        until(lambda: desk.hand_in(QUESTION) and len(asked) > 1)


def test_a_new_pointer_of_a_known_product_gets_the_signed_price(tmp_path: Path) -> None:
    from uuid import UUID

    known = LAMP | {"class_id": str(UUID(bytes=BILLY_ID)), "price_amount": "0.01"}
    with api(says(known)) as (url, _), discovering(url, tmp_path) as (desk, store, learned):
        desk.hand_in(QUESTION)
        until(lambda: learned)
        assert Counter(made_bundle(tmp_path), store).check(NEW.text, NOW).price == Price("EUR", 4995, 2)

"""A webhook's receiver: a real HTTP server in a thread, which answers as a test wants."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Request:
    """What came, with `order` the number of requests before it."""

    order: int
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def alert(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told


@dataclass
class Receiver:
    """`answer` gives the status for a request, or None for no answer at all until the receiver is closed."""

    answer: Callable[[Request], int | None] = lambda _: 204
    requests: list[Request] = field(default_factory=list)
    url: str = ""
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def messages(self) -> list[str]:
        return [request.alert["message"] for request in self.requests]

    def wait_for(self, number: int, seconds: float = 20) -> None:
        give_up = time.monotonic() + seconds
        while len(self.requests) < number:
            assert time.monotonic() < give_up, f"{len(self.requests)} of {number} requests came"
            time.sleep(0.02)


@contextmanager
def receiver() -> Iterator[Receiver]:
    running = Receiver()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with lock:
                request = Request(len(running.requests), self.path, dict(self.headers), body)
                running.requests.append(request)
            status = running.answer(request)
            if status is None:
                running.closing.wait(30)
                self.close_connection = True
                return
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{running.url}/elsewhere")
            if status == 204:
                self.end_headers()
            else:
                self.send_header("Content-Length", "4")
                self.end_headers()
                self.wfile.write(b"said")

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128  # else the kernel resets connections of those who come at once

    server = Server(("127.0.0.1", 0), Handler)
    running.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield running
    finally:
        running.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()

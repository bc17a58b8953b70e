"""The socket that answers go out by."""

from __future__ import annotations

import socket

from plings.api.serving import listen


def test_an_answer_is_not_held_back_until_the_one_before_is_acknowledged() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

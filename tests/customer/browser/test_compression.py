"""Answers are smaller for whoever says so, and the same for all."""

from __future__ import annotations

import gzip

import pytest
from starlette.datastructures import Headers
from starlette.responses import Response

from plings.customer.compression import compressed


def answer(body: bytes = b"words " * 500, media_type: str = "text/html", status: int = 200) -> Response:
    return Response(body, status, {"ETag": '"tag"', "Vary": "Accept-Language"}, media_type)


@pytest.mark.parametrize("asked", ["gzip", "deflate, gzip;q=0.5, br", "GZIP ; q=1"])
def test_smaller_and_the_same(asked: str) -> None:
    told = compressed(Headers({"accept-encoding": asked}), answer())
    assert gzip.decompress(bytes(told.body)) == b"words " * 500
    assert (told.headers["content-encoding"], int(told.headers["content-length"])) == ("gzip", len(told.body))
    assert (told.headers["etag"], told.headers["vary"]) == ('W/"tag"', "Accept-Language, Accept-Encoding")


@pytest.mark.parametrize("asked", ["", "br", "gzip;q=0", "gzip; q=0.000", "identity"])
def test_as_it_is_for_others(asked: str) -> None:
    told = compressed(Headers({"accept-encoding": asked}), answer())
    assert told.body == b"words " * 500 and "content-encoding" not in told.headers
    assert told.headers["vary"] == "Accept-Language, Accept-Encoding"


def test_what_is_small_or_compressed_already_is_left() -> None:
    asked = Headers({"accept-encoding": "gzip"})
    for kept in (answer(b"short"), answer(media_type="image/png"), answer(b"", status=304)):
        body = kept.body
        assert compressed(asked, kept).body == body and "content-encoding" not in kept.headers

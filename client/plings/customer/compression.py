"""Answers compressed for whoever takes gzip: a page on a slow phone is there in half of the time.

Pages hold no secret beside a stranger's words, and there are no cookies: nothing can be guessed from a length.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response

SHORTEST: Final = 512
"""Bytes. What fits one packet is not there any sooner."""
_KEPT: Final = frozenset(("image/png",))


def compressed(asked: Headers, answer: Response, *, is_static: bool = False) -> Response:
    """The same answer, smaller where `asked` (the request's headers) allows it (RFC 9110, 12.5.3)."""
    body = bytes(answer.body)
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    answer.headers.add_vary_header("Accept-Encoding")
    if answer.status_code == 304 or len(body) < SHORTEST or media_type in _KEPT or not _takes_gzip(asked):
        return answer
    answer.body = _squeezed_once(body) if is_static else _squeezed(body)
    answer.headers["content-length"] = str(len(answer.body))
    answer.headers["content-encoding"] = "gzip"
    if tag := answer.headers.get("etag"):
        answer.headers["etag"] = f"W/{tag}"  # other bytes, the same file
    return answer


def _takes_gzip(asked: Headers) -> bool:
    for one in asked.get("accept-encoding", "").split(","):
        name, _, quality = one.replace(" ", "").lower().partition(";q=")
        if name == "gzip":
            return quality.strip("0.") != "" or not quality
    return False


def _squeezed(body: bytes, level: int = 6) -> bytes:
    return gzip.compress(body, level, mtime=0)


@lru_cache(maxsize=256)
def _squeezed_once(body: bytes) -> bytes:
    return _squeezed(body, 9)

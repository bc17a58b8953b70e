"""Files of the package that browsers get."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

_PATH: Final = re.compile(r"[a-z0-9_-]+(/[a-z0-9_-]+){0,5}\.(js|css|svg|png|wasm|json|webmanifest)")

TYPES: Final = {
    "css": "text/css",
    "js": "text/javascript",
    "json": "application/json",
    "png": "image/png",
    "svg": "image/svg+xml",
    "wasm": "application/wasm",
    "webmanifest": "application/manifest+json",
}


@lru_cache(maxsize=256)  # strangers ask for files that are not there, too
def read_static(path: str) -> bytes | None:
    """A file below `static`, None where there is none of that name."""
    if not _PATH.fullmatch(path):
        return None
    file = files("plings.customer").joinpath("static", *path.split("/"))
    return file.read_bytes() if file.is_file() else None


@cache
def static_version() -> str:
    """A hash of all files there, for a folder's name that stands for exactly these."""
    told = sha256()
    for path in sorted(_walk(files("plings.customer") / "static", "")):
        told.update(path.encode() + b"\0" + sha256(read_static(path) or b"").digest())
    return told.hexdigest()[:12]


@cache
def style() -> str:
    """The style, which is in each page itself: a phone far away would wait for a file as long as for the page."""
    text = (read_static("page.css") or b"").decode("utf-8")
    return text.replace("\r\n", "\n")  # as browsers do before they hash it: a checkout may have Windows' lines


@cache
def style_source() -> str:
    """What a content policy calls exactly this style (CSP 3, 8.4)."""
    return f"'sha256-{b64encode(sha256(style().encode('utf-8')).digest()).decode('ascii')}'"


def _walk(folder: Traversable, path: str) -> Iterator[str]:
    for one in folder.iterdir():
        if one.is_dir():
            yield from _walk(one, f"{path}{one.name}/")
        else:
            yield path + one.name


def media_type_of(path: str) -> str:
    """Of a file that `read_static` finds."""
    return TYPES[path.rpartition(".")[2]]

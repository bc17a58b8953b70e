"""From what was found to what is sent: JSON, a tag of its content, and for how long it may be kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from fastapi import Request
from starlette.datastructures import Headers
from starlette.responses import Response

from plings.api.answers.base import Answer
from plings.api.meters import Meters
from plings.api.readers import Readers, Work
from plings.api.settings import Settings
from plings.api.standing import Standings

JSON: str = "application/json"


class Keep(StrEnum):
    """For how long others may keep an answer (Cache-Control)."""

    NOT = "no-store"
    ASKING = "no-cache"
    """it may be another the next moment: ask each time whether it still has its tag"""
    MINUTE = "public, max-age=60"
    DAY = "public, max-age=86400"
    """it proves itself, or is worth nothing"""
    FOR_GOOD = "public, max-age=31536000, immutable"
    """its address says what it is, to the byte"""


@dataclass(frozen=True)
class Desk:
    """What the routes share."""

    settings: Settings
    readers: Readers
    meters: Meters
    standings: Standings

    async def file(self, request: Request, work: Work[bytes], keep: Keep = Keep.ASKING) -> Response:
        """What `work` finds, which is JSON already. Raises what it raises."""
        return tagged(request.headers, await self.readers.ask(work), keep)

    async def answer(self, request: Request, work: Work[Answer], keep: Keep = Keep.ASKING) -> Response:
        """What `work` finds, as JSON. Raises what it raises."""
        return await self.file(request, lambda reader: work(reader).model_dump_json().encode(), keep)


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def tagged(headers: Headers, body: bytes, keep: Keep, media_type: str = JSON) -> Response:
    """The answer, or only that it is what who asks has already."""
    told = {"Cache-Control": keep.value}
    if keep is Keep.NOT:
        return Response(body, 200, told, media_type)
    tag = told["ETag"] = f'"{sha256(body).hexdigest()[:32]}"'
    if _has(headers.get("if-none-match", ""), tag):
        return Response(None, 304, told)
    return Response(body, 200, told, media_type)


def _has(held: str, tag: str) -> bool:
    """Whether a list of tags has this one. A proxy that compressed an answer makes its tag a weak one."""
    return held.strip() == "*" or any(one.strip().removeprefix("W/") == tag for one in held.split(","))

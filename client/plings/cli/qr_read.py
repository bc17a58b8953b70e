from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path as File
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.options import Host, Json
from plings.cli.output import answering, one_line, tell
from plings.cli.url import read_keys
from plings.errors import PictureError
from plings.identity import DEFAULT_HOST, Verdict, check_url

if TYPE_CHECKING:
    from plings.pictures import FoundCode


@dataclass(frozen=True, slots=True)
class Reading:
    """What one picture held: its codes, each with a verdict if there were keys; or why there are none."""

    file: File
    codes: tuple[tuple[FoundCode, Verdict | None], ...] = ()
    error: PictureError | None = None

    @property
    def complaints(self) -> list[str]:
        if self.error:
            return [f"{self.file}: {self.error.reason} [{self.error.rule}]"]  # the error itself may cut a long name
        graded = [verdict for _, verdict in self.codes if verdict and not verdict.genuine]
        return [f"{self.file}: not genuine: {verdict.grade.value}" for verdict in graded]


def read(
    pictures: Annotated[list[File], typer.Argument(metavar="FILE|FOLDER...", help="Pictures, and folders of them.")],
    keys: Annotated[
        File | None, typer.Option(metavar="FILE", help='Check codes, too, by manufacturers\' keys: {"2.3": "key", …}.')
    ] = None,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Look in every way, for the damaged ones among many codes.")
    ] = False,
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Read codes from pictures: PNG, JPEG, WebP, GIF, BMP, TIFF. Needs no network.

    Photographed, turned, tilted, dirty and inverted ones, and several in a picture. Exit code 1 if a picture has no
    readable code or, with --keys, one that is not genuine; a line on stderr for each says which.
    """
    with answering(as_json) as answer:
        known = read_keys(keys) if keys else None
        readings = _read_all(_files(pictures), known, host, thorough)
        lines = list(_lines(readings))
        if lines or as_json:
            answer.give({"pictures": [_facts(reading) for reading in readings]}, "\n".join(lines))
        complaints = [complaint for reading in readings for complaint in reading.complaints]
        for complaint in complaints[:-1]:
            tell(complaint)
        if complaints:
            answer.fail(complaints[-1])


def _files(named: Sequence[File]) -> list[File]:
    """Files as they are named; the pictures right in a folder in the order of their names, without hidden ones."""
    from plings.pictures import PICTURE_SUFFIXES

    files: list[File] = []
    for each in named:
        if not each.is_dir():
            files.append(each)
            continue
        shown = (file for file in each.iterdir() if not file.name.startswith("."))
        inside = sorted(file for file in shown if file.suffix.lower() in PICTURE_SUFFIXES)
        if not inside:
            raise PictureError(str(each), "no_picture", "there is no picture in this folder")
        files += inside
    return files


def _read_all(files: list[File], keys: dict[str, bytes] | None, host: str, thorough: bool) -> list[Reading]:
    """In the order of `files`, on all processors: decoders of pictures and codes let go of Python meanwhile."""
    with warnings.catch_warnings(), ThreadPoolExecutor(os.cpu_count()) as pool:
        warnings.simplefilter("ignore")  # here for all, as threads share what is ignored and end it for each other
        return list(pool.map(lambda file: _read(file, keys, host, thorough), files))


def _read(file: File, keys: dict[str, bytes] | None, host: str, thorough: bool) -> Reading:
    from plings.pictures import find_codes

    try:
        found = find_codes(file, thorough)
    except PictureError as error:
        return Reading(file, error=error)
    return Reading(file, tuple((code, None if keys is None else check_url(code.text, keys, host)) for code in found))


def _facts(reading: Reading) -> dict[str, Any]:
    facts: dict[str, Any] = {"file": str(reading.file), "codes": [_code(*each) for each in reading.codes]}
    if reading.error:
        facts |= {"error": type(reading.error).__name__, "message": str(reading.error), "rule": reading.error.rule}
    return facts


def _code(code: FoundCode, verdict: Verdict | None) -> dict[str, Any]:
    facts: dict[str, Any] = {"text": code.text, "corners": code.corners}
    if verdict:
        facts |= {"grade": verdict.grade.value, "genuine": verdict.genuine, "reasons": list(verdict.reasons)}
    return facts


def _lines(readings: list[Reading]) -> Iterator[str]:
    """A code a line: only its text where that is all there is to say."""
    for reading in readings:
        for code, verdict in reading.codes:
            x, y = (round(value) for value in code.middle)
            where = f"{reading.file} at {x},{y}: " if len(readings) > 1 or len(reading.codes) > 1 else ""
            grade = f"{verdict.grade.value}: " if verdict else ""
            yield f"{one_line(where)}{' ' if where else ''}{grade}{one_line(code.text)}"

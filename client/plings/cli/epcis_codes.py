"""What `plings epcis commission` reads: a batch's commitment, or codes one by one."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from plings.commitments import BatchCommitment
from plings.errors import EventError, PlingsError
from plings.identity import ScanUrl
from plings.proofs.document import LONGEST

LONGEST_LINE = 10_000
"""Characters; a URL has 300, and some columns stand beside it."""


def commitment_in(file: Path) -> BatchCommitment | None:
    """The commitment that a file is, if it is one JSON object of that name. Raises OSError, CommitmentInvalid."""
    with file.open("rb") as opened:
        text = opened.read(LONGEST + 1)
    if b'"plings-batch"' not in text or file.suffix.lower() in (".jsonl", ".csv"):
        return None
    return BatchCommitment.parse(text)


def read_urls(file: Path, host: str) -> Iterator[ScanUrl]:
    """The codes of a file: the column or member `url`, or whole lines. Raises OSError, and EventError with the line."""
    with file.open(encoding="ascii", errors="surrogateescape", newline="") as opened:
        lines = _short(opened)
        suffix = file.suffix.lower()
        texts = _of_csv(lines) if suffix == ".csv" else _of_json(lines) if suffix in (".jsonl", ".ndjson") else lines
        for number, text in enumerate(texts, 2 if suffix == ".csv" else 1):
            try:
                code = ScanUrl.parse(text.strip(), host)
            except PlingsError as error:
                raise EventError(f"line {number}", "code", str(error)) from error
            yield code


def _short(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            raise EventError(f"line {number}", "too_long", f"it has more than {LONGEST_LINE:,} characters")
        yield line


def _of_csv(lines: Iterable[str]) -> Iterator[str]:
    reader = csv.DictReader(lines, strict=True)
    try:
        if "url" not in (reader.fieldnames or ()):
            raise EventError("line 1", "columns", "no column is called url")
        for row in reader:
            yield row["url"] or ""
    except csv.Error as error:
        raise EventError(f"line {reader.line_num}", "csv", str(error)) from error


def _of_json(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict) or not isinstance(value.get("url"), str):
            raise EventError(f"line {number}", "json", "it is no JSON object with a url")
        yield value["url"]

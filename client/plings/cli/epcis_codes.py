"""What `plings epcis commission` reads: a printing job's manifest, a batch's commitment, or codes one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from plings.commitments import BatchCommitment
from plings.errors import EventError, IdentityError
from plings.identity import ClassPointer, ScanUrl, parse_address
from plings.identity import Path as ObjectPath
from plings.printing import ListedCode, Manifest, read_codes
from plings.printing.manifest import LONGEST

LISTS = frozenset((".csv", ".jsonl", ".ndjson", ".parquet"))


def commitments_in(file: Path) -> list[BatchCommitment] | None:
    """The commitments of a manifest, or the one that a file is; each holds. None for a list of codes.

    Raises OSError, CommitmentInvalid.
    """
    if file.suffix.lower() in LISTS:
        return None
    with file.open("rb") as opened:
        text = opened.read(LONGEST + 1)
    if not text.lstrip().startswith(b"{"):
        return None
    if b'"plings-manifest"' in text:
        found = [batch.commitment for batch in Manifest.parse(text).batches]
    else:
        found = [BatchCommitment.parse(text)]
    for commitment in found:
        commitment.verify(commitment.identity_key)
    return found


def codes_in(file: Path, host: str) -> Iterator[ScanUrl]:
    """The codes of a list. Raises OSError, PrintingError for what is none, EventError with the line at fault."""
    for one in read_codes(file):
        try:
            yield _code(one, host)
        except IdentityError as error:
            raise EventError(f"line {one.line}", "code", str(error)) from error


def _code(one: ListedCode, host: str) -> ScanUrl:
    if one.url is not None:
        return ScanUrl.parse(one.url, host)
    pointer, address = ClassPointer.parse(one.class_pointer or ""), parse_address(one.address or "")
    return ScanUrl("q", ObjectPath(one.path or ""), pointer, address, host=host)

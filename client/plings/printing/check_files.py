"""Whether the files of a finished job are still what was printed into them, down to the signed root of each batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from plings.commitments import SUBTREE_LEAVES, RootBuilder, item_leaf, subtree_root
from plings.errors import CommitmentInvalid, IdentityError, PrintingError, shown
from plings.identity import DEFAULT_HOST, ScanUrl, verify_tag
from plings.printing.code import PrintedCode, columns_of
from plings.printing.manifest import Manifest, PrintedBatch
from plings.printing.read_codes import ListedCode, read_codes
from plings.printing.workers import cores, in_order


def check_files(
    folder: Path,
    manifest: Manifest,
    manufacturer_key: bytes,
    *,
    host: str = DEFAULT_HOST,
    workers: int | None = None,
    on_progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Check a folder's manifest and files: signatures, sizes, hashes, and that the codes have the root that is signed.

    Nothing signs the manifest itself, so the codes are read: each row has to say in all its columns what its URL says,
    and a signed tag to hold. No root covers where URLs lead, so the caller says the host that they have to name; and
    trusts the 32-byte key for the prefix.
    Raises CommitmentInvalid (`another_key`, `another_host`, `another_prefix`, …), PrintingError with rule `missing` or
    `changed`, SettingsError for Parquet, and OSError.
    """
    if manifest.identity_key != manufacturer_key:
        raise CommitmentInvalid("manifest.identity_key", "another_key", "it is not the manufacturer's key")
    if manifest.host != host:
        raise CommitmentInvalid("manifest.host", "another_host", f"it is {shown(manifest.host)} and not {shown(host)}")
    done = 0
    for batch in manifest.batches:
        batch.commitment.verify(manufacturer_key)
        if batch.commitment.path_to_pointer.prefix != manifest.prefix:
            reason = f"batch {batch.commitment.batch} is not below {shown(manifest.prefix)}"
            raise CommitmentInvalid("manifest.prefix", "another_prefix", reason)
        file = folder / batch.file
        _check_bytes(file, batch, manifest)
        root = RootBuilder()
        for run in _checked_runs(file, manifest, workers or cores()):
            if run.codes > batch.commitment.item_count - root.count:
                raise _changed(file, "it has more codes than were printed")
            root.join(run.root, run.codes)
            on_progress(done + root.count)
        if root.root != batch.commitment.root:
            raise _changed(file, "its codes have another root than the one that is signed")
        done += root.count


class CheckedRun(NamedTuple):
    """How many codes a run has, and the root of their leaves."""

    codes: int
    root: bytes


class RunChecker:
    """Checks the rows of a run, and makes its root. Raises PrintingError with rule `changed`, which names the line."""

    def __init__(self, file: Path, manifest: Manifest) -> None:
        self._file, self._host, self._key = file, manifest.host, manifest.identity_key
        self._is_signed = manifest.signed
        self._columns = columns_of(signed=manifest.signed, nfc=manifest.nfc)

    def __call__(self, rows: list[ListedCode]) -> CheckedRun:
        return CheckedRun(len(rows), subtree_root([self._leaf(row) for row in rows]))

    def _leaf(self, row: ListedCode) -> bytes:
        try:
            code = ScanUrl.parse(row.url or "", self._host)
        except IdentityError as error:
            raise _changed(self._file, f"line {row.line}: {error}") from None
        printed = PrintedCode.of(code)
        if any(getattr(row, column) != str(getattr(printed, column)) for column in self._columns):
            raise _changed(self._file, f"line {row.line}: its columns and its URL are not of one code")
        signature = code.signature or (bytes(64) if self._is_signed else None)  # also of a tag that need not have one
        if signature and not verify_tag(self._key, code.path, code.class_pointer, code.address, signature):
            raise _changed(self._file, f"line {row.line}: its tag is not signed by the manufacturer")
        return item_leaf(code.path.text, code.class_pointer, code.address)


def _check_bytes(file: Path, batch: PrintedBatch, manifest: Manifest) -> None:
    if not file.is_file():
        raise PrintingError(f"{file} is missing", "missing")
    with file.open("rb") as opened:
        if file_digest(opened, "sha256").digest() != batch.sha256 or opened.tell() != batch.size_bytes:
            raise _changed(file, "its SHA-256 is another one")
        header = ",".join(columns_of(signed=manifest.signed, nfc=manifest.nfc)).encode("ascii") + b"\n"
        opened.seek(0)
        if file.suffix == ".csv" and opened.read(len(header)) != header:
            raise _changed(file, "it has other columns")


def _checked_runs(file: Path, manifest: Manifest, workers: int) -> Iterator[CheckedRun]:
    rows = read_codes(file)
    runs = iter(lambda: list(islice(rows, SUBTREE_LEAVES)), [])
    return in_order(RunChecker(file, manifest), runs, workers)


def _changed(file: Path, reason: str) -> PrintingError:
    return PrintingError(f"{file} is not what was printed into it: {reason}", "changed")

"""The proof of one code, from the files of a finished job. It reads one run of codes and the roots of all."""

from __future__ import annotations

from pathlib import Path as File

from plings.commitments import SUBTREE_LEAVES, BatchTree, ItemProof, item_leaf
from plings.errors import PrintingError
from plings.identity import ClassPointer, Path, parse_address
from plings.printing.batch_file import JOURNAL
from plings.printing.folder import finished
from plings.printing.formats import FORMATS
from plings.printing.journal import Record, read_records
from plings.printing.manifest import Manifest, PrintedBatch


def prove_item(folder: File, path: Path) -> ItemProof:
    """The proof that a code of a job in a folder belongs to its batch, verified against the manifest's own key.

    Raises PrintingError with rule `unfinished`, `not_printed` or `changed`; CommitmentInvalid for the manifest;
    SettingsError where Parquet cannot be read; and OSError.
    """
    manifest = finished(folder)
    batch, place = _find(manifest, path)
    file = folder / batch.file
    records = list(read_records(file.with_name(file.name + JOURNAL)))
    tree = BatchTree([record.root for record in records])
    if sum(record.codes for record in records) != batch.commitment.item_count or tree.root != batch.commitment.root:
        raise PrintingError(f"{file}{JOURNAL} is missing, or not what was written", "changed")
    codes = _run(file, records, place // SUBTREE_LEAVES, manifest)
    pointer = batch.commitment.class_pointer
    try:
        hashes = tree.proof(place, [_leaf(code_path, pointer, address) for code_path, address in codes])
        address = parse_address(dict(codes)[path.text])
    except (ValueError, KeyError):  # an address that is none is a ValueError, too
        raise PrintingError(f"{file} is not what was printed into it", "changed") from None
    proof = ItemProof(path, address, hashes, batch.commitment)
    proof.verify(manifest.identity_key)
    return proof


def _find(manifest: Manifest, path: Path) -> tuple[PrintedBatch, int]:
    for batch in manifest.batches:
        if batch.commitment.batch == path.text.rpartition(".")[0]:
            place = batch.commitment.instances.place_of(path.instance)
            if place is not None:
                return batch, place
    raise PrintingError(f"{path} is not one of the {manifest.codes:,} codes that were printed", "not_printed")


def _run(file: File, records: list[Record], number: int, manifest: Manifest) -> list[tuple[str, str]]:
    """Path and address of the codes of a run."""
    start = records[number - 1].end if number else 0
    try:
        return FORMATS[manifest.output].pairs(file, number, start, records[number].end)
    except (ValueError, LookupError, TypeError):
        raise PrintingError(f"{file} is not what was printed into it", "changed") from None


def _leaf(path: str, pointer: ClassPointer, address: str) -> bytes:
    return item_leaf(path, pointer, parse_address(address))

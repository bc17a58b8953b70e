from __future__ import annotations

from pathlib import Path as File
from typing import Annotated

import typer

from plings.cli.options import Host, Json
from plings.cli.output import Answer, answering, labelled
from plings.cli.receipt import read_file
from plings.cli.registry_progress import progress
from plings.cli.times import moment
from plings.cli.url import read_keys
from plings.errors import SettingsError, shown
from plings.identity import DEFAULT_HOST, ScanUrl


def verify(
    printed: Annotated[
        str,
        typer.Argument(metavar="FILE|FOLDER", help="A code's proof, - from stdin; or where a job was printed."),
    ],
    keys: Annotated[File, typer.Option(metavar="FILE", help='Manufacturers\' keys: {"2.3": "base58 key", …}.')],
    url: Annotated[str | None, typer.Option(metavar="URL", help="The scanned code, which it has to be of.")] = None,
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Check that a code was printed in its batch, or that a job's files are whole and signed. Needs no network.

    A proof says that the manufacturer printed this code. It does not say that what was scanned is no copy of it.
    """
    with answering(as_json) as answer:
        known = read_keys(keys)
        if File(printed).is_dir():
            _verify_job(answer, File(printed), known, host)
        else:
            _verify_proof(answer, read_file(printed), known, ScanUrl.parse(url, host) if url is not None else None)


def _verify_proof(answer: Answer, content: bytes, keys: dict[str, bytes], code: ScanUrl | None) -> None:
    from plings.commitments import ItemProof

    proof = ItemProof.parse(content)
    proof.verify(_key_of(keys, proof.path.prefix), code)
    commitment = proof.commitment
    facts = {
        "proved": True,
        "path": proof.path.text,
        "index": proof.index,
        "item_count": commitment.item_count,
        "root": commitment.root.hex(),
        "created_at_unix": commitment.created_at_unix,
    }
    rows = [
        ("code", proof.path),
        ("batch", f"{commitment.batch}, code {proof.index + 1:,} of {commitment.item_count:,}"),
        ("committed to", moment(commitment.created_at_unix)),
        ("root", commitment.root.hex()),
    ]
    answer.give(facts, f"printed by {proof.path.prefix}\n{labelled(rows)}")


def _verify_job(answer: Answer, folder: File, keys: dict[str, bytes], host: str) -> None:
    from plings.printing import check_files, finished

    manifest = finished(folder)
    key = _key_of(keys, manifest.prefix)
    with progress(answer, f"looking at {folder.name}", manifest.codes, "codes") as told:
        check_files(folder, manifest, key, host=host, on_progress=told)
    facts = {
        "whole": True,
        "prefix": manifest.prefix,
        "codes": manifest.codes,
        "files": len(manifest.batches),
        "signed_tags": manifest.signed,
    }
    rows = [
        ("by", manifest.prefix),
        ("codes", f"{manifest.codes:,}"),
        ("files", len(manifest.batches)),
        ("tags", "signed" if manifest.signed else "not signed"),
    ]
    answer.give(facts, f"whole, and signed\n{labelled(rows)}")


def _key_of(keys: dict[str, bytes], prefix: str) -> bytes:
    if prefix not in keys:
        raise SettingsError(f"there is no key for manufacturer {shown(prefix)}")
    return keys[prefix]

"""Whether files are still what was printed, also when whoever changed them changed the manifest, too."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from plings.errors import CommitmentInvalid, PrintingError
from plings.identity import ClassPath, Identity, make_code
from plings.identity import Path as ObjectPath
from plings.printing import Batch, PrintedCode, check_files, finished, print_codes
from printing.made import MAKER, THREE_RUNS, clock, job

STRANGER = Identity.from_seed(bytes(range(1, 33)), ClassPath("2.3"))
FILE = "0001-2.3.2.G.csv"
Rows = list[dict[str, str]]


def check(folder: Path) -> None:
    check_files(folder, finished(folder), MAKER.public_key, workers=1)


@pytest.mark.parametrize("output", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize(("signed", "nfc"), [(False, False), (True, True)])
def test_what_was_printed_is_whole(tmp_path: Path, output: str, signed: bool, nfc: bool) -> None:
    manifest = print_codes(MAKER, job(output=output, signed=signed, nfc=nfc), tmp_path, clock=clock)
    told: list[int] = []
    check_files(tmp_path, manifest, MAKER.public_key, on_progress=told.append)
    assert told == [7, 13]


def test_many_runs_are_looked_at_by_several_processes(tmp_path: Path) -> None:
    manifest = print_codes(MAKER, job(*THREE_RUNS), tmp_path, clock=clock)
    told: list[int] = []
    check_files(tmp_path, manifest, MAKER.public_key, workers=2, on_progress=told.append)
    assert told == [4096, 5000, 5003]


def edit(folder: Path, change: Callable[[Rows], object]) -> None:
    """The file with other rows, and a manifest that says that it is so."""
    with (folder / FILE).open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    header = list(rows[0])
    change(rows)
    with (folder / FILE).open("w", newline="") as opened:
        writer = csv.DictWriter(opened, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    manifest = json.loads((folder / "manifest.json").read_text())
    content = (folder / FILE).read_bytes()
    manifest["batches"][0] |= {"bytes": len(content), "sha256": sha256(content).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def row_of(identity: Identity, path: str) -> dict[str, str]:
    printed = PrintedCode.of(make_code(identity, ObjectPath(path), signed=True))
    return {name: str(value) for name, value in printed._asdict().items()}


CHANGES: dict[str, Callable[[Rows], object]] = {
    "a code that is a stranger's": lambda rows: rows[3].update(row_of(STRANGER, rows[3]["path"])),
    "a code that was not printed": lambda rows: rows[3].update(row_of(MAKER, "2.3.2.G.Z")),
    "two codes in another order": lambda rows: rows.insert(0, rows.pop()),
    "a code twice": lambda rows: rows.append(rows[0]),
    "a code too few": lambda rows: rows.pop(),
    "no code": lambda rows: rows.clear(),
    "a URL that is none": lambda rows: rows[3].update(url="https://example.com"),
    "no signature": lambda rows: rows[3].update(url=rows[3]["url"].partition("&s=")[0]),
    "another code's signature": lambda rows: rows[3].update(
        url=rows[3]["url"].replace(rows[3]["signature"], rows[4]["signature"]), signature=rows[4]["signature"]
    ),
    **{
        f"another {column}": lambda rows, column=column: rows[3].update({column: rows[4][column]})  # type: ignore[misc]
        for column in ("path", "instance", "address", "url", "signature", "nfc_url", "ndef")
    },
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_no_change_is_missed_with_a_manifest_that_fits(tmp_path: Path, change: Callable[[Rows], object]) -> None:
    print_codes(MAKER, job(Batch.parse("2.3.2.G:0-6"), signed=True, nfc=True), tmp_path, clock=clock)
    edit(tmp_path, lambda rows: None)
    check(tmp_path)
    edit(tmp_path, change)
    with pytest.raises(PrintingError) as caught:
        check(tmp_path)
    assert caught.value.rule == "changed"


def rewrite(folder: Path, file: str, change: Callable[[bytes], bytes], **members: object) -> None:
    """A file with other bytes, and a manifest that says that it is so, with other members."""
    content = change((folder / file).read_bytes())
    (folder / file).write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_text()) | members
    manifest["batches"][0] |= {"bytes": len(content), "sha256": sha256(content).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_urls_that_lead_elsewhere_are_found_with_a_manifest_that_names_that_host(tmp_path: Path) -> None:
    print_codes(MAKER, job(Batch.parse("2.3.2.G:0-6")), tmp_path, clock=clock)
    rewrite(tmp_path, FILE, lambda content: content.replace(b"s.plings.io", b"s.p1ings.io"), host="s.p1ings.io")
    with pytest.raises(CommitmentInvalid, match="another_host"):
        check(tmp_path)


def test_a_host_of_one_s_own_is_named(tmp_path: Path) -> None:
    manifest = print_codes(MAKER, job(Batch.parse("2.3.2.G:0-6"), host="codes.example"), tmp_path, clock=clock)
    check_files(tmp_path, manifest, MAKER.public_key, host="codes.example", workers=1)
    with pytest.raises(CommitmentInvalid, match="another_host"):
        check(tmp_path)


def test_a_signature_that_does_not_hold_is_found_where_none_is_wanted(tmp_path: Path) -> None:
    print_codes(MAKER, job(Batch.parse("2.3.2.G:0-6")), tmp_path, clock=clock)
    edit(tmp_path, lambda rows: rows[3].update(url=f"{rows[3]['url']}&s={'A' * 86}"))
    with pytest.raises(PrintingError, match="not signed by the manufacturer"):
        check(tmp_path)


def test_a_column_more_is_found(tmp_path: Path) -> None:
    print_codes(MAKER, job(Batch.parse("2.3.2.G:0-6")), tmp_path, clock=clock)
    rewrite(tmp_path, FILE, lambda content: content.replace(b"\n", b",https://evil.example\n"))
    with pytest.raises(PrintingError, match="other columns"):
        check(tmp_path)


def test_a_member_that_is_there_twice_is_found(tmp_path: Path) -> None:
    """Of which other readers of JSON take the first."""
    print_codes(MAKER, job(Batch.parse("2.3.2.G:0-6"), output="jsonl"), tmp_path, clock=clock)
    rewrite(tmp_path, "0001-2.3.2.G.jsonl", lambda text: text.replace(b"{", b'{"url":"https://evil.example",'))
    with pytest.raises(PrintingError, match="two columns named url"):
        check(tmp_path)


def test_a_manifest_does_not_name_another_manufacturer(tmp_path: Path) -> None:
    print_codes(MAKER, job(Batch.parse("2.3.2.G:0-6")), tmp_path, clock=clock)
    rewrite(tmp_path, FILE, lambda content: content, prefix="2.4")
    with pytest.raises(CommitmentInvalid, match="another_prefix"):
        check(tmp_path)


def test_what_a_manifest_tells_is_checked(tmp_path: Path) -> None:
    manifest = print_codes(MAKER, job(Batch.parse("2.3.2.G:0-6")), tmp_path, clock=clock)
    with pytest.raises(CommitmentInvalid, match="another_key"):
        check_files(tmp_path, manifest, STRANGER.public_key)
    file = tmp_path / FILE
    file.write_bytes(file.read_bytes().replace(b"2.3.2.G.3,", b"2.3.2.G.2,"))
    with pytest.raises(PrintingError, match="SHA-256"):
        check(tmp_path)
    file.unlink()
    with pytest.raises(PrintingError, match="missing"):
        check(tmp_path)

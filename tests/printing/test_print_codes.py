"""What a job's files hold, and what is refused."""

from __future__ import annotations

import csv
import json
import sys
from hashlib import sha256
from pathlib import Path as File
from typing import Any

import pytest

from plings.commitments import RootBuilder, item_leaf
from plings.errors import CommitmentInvalid, InstancesError, PathError, PlingsError, PrintingError, SettingsError
from plings.identity import ClassPath, Identity, Path, ScanUrl, format_address, format_segment, make_code
from plings.printing import Batch, Job, Manifest, check_files, finished, print_codes
from plings.printing.job import MOST_BATCHES
from plings.printing.ndef import ndef_message
from plings.proofs.document import format_hash
from printing.made import MAKER, NOW, SMALL, THREE_RUNS, clock, contents, job

STRANGER = Identity.from_seed(bytes(range(1, 33)), ClassPath("2.3"))


def rows(file: File) -> list[dict[str, Any]]:
    """A file's rows as a reader has them that is not ours."""
    if file.suffix == ".csv":
        with file.open(newline="") as opened:
            return list(csv.DictReader(opened))
    if file.suffix == ".jsonl":
        return [json.loads(line) for line in file.read_text().splitlines()]
    import pyarrow.parquet

    table: list[dict[str, Any]] = pyarrow.parquet.read_table(file).to_pylist()
    return table


def expected(batch: Batch, signed: bool, nfc: bool) -> list[dict[str, Any]]:
    made = []
    for instance in batch.instances.numbers(0, batch.instances.count):
        path = Path(f"{batch.path}.{format_segment(instance)}")
        code, tag = (make_code(MAKER, path, kind, signed=signed).text for kind in "qn")
        parts = ScanUrl.parse(code)
        row = {"path": path.text, "instance": instance, "class_pointer": parts.class_pointer.text}
        row |= {"address": format_address(parts.address), "url": code}
        row |= {"signature": code.partition("&s=")[2]} if signed else {}
        row |= {"nfc_url": tag, "ndef": ndef_message(tag).hex()} if nfc else {}
        made.append(row)
    return made


@pytest.mark.parametrize(("signed", "nfc"), [(False, False), (True, False), (False, True), (True, True)])
@pytest.mark.parametrize("output", ["csv", "jsonl", "parquet"])
def test_files_hold_the_codes(tmp_path: File, output: str, signed: bool, nfc: bool) -> None:
    manifest = print_codes(MAKER, job(output=output, signed=signed, nfc=nfc), tmp_path, clock=clock)
    names = [f"0001-2.3.2.G.{output}", f"0002-2.3.4F.2aB.5.{output}"]
    assert sorted(contents(tmp_path)) == sorted([*names, *(f"{name}.runs" for name in names), "manifest.json"])
    for name, batch, printed in zip(names, SMALL, manifest.batches, strict=True):
        wanted = expected(batch, signed, nfc)
        found = rows(tmp_path / name)
        assert [list(row) for row in found] == [list(row) for row in wanted]
        assert [row | {"instance": int(row["instance"])} for row in found] == wanted
        content = (tmp_path / name).read_bytes()
        assert (printed.file, printed.size_bytes, printed.sha256) == (name, len(content), sha256(content).digest())
        printed.commitment.verify(MAKER.public_key)
        assert (printed.commitment.batch, printed.commitment.instances) == (batch.path, batch.instances)
    assert Manifest.parse((tmp_path / "manifest.json").read_bytes()) == manifest == finished(tmp_path)
    assert (manifest.codes, manifest.created_at_unix, manifest.finished_at_unix) == (13, NOW, NOW)
    check_files(tmp_path, manifest, MAKER.public_key)


@pytest.mark.parametrize("output", ["csv", "parquet"])
def test_the_number_of_workers_changes_nothing(tmp_path: File, output: str) -> None:
    for workers in (1, 3):
        print_codes(MAKER, job(*THREE_RUNS, output=output), tmp_path / str(workers), workers=workers, clock=clock)
    assert contents(tmp_path / "1") == contents(tmp_path / "3")
    root = RootBuilder()
    for row in rows(tmp_path / f"1/0001-2.3.2.G.{output}"):
        code = ScanUrl.parse(row["url"])
        root.append(item_leaf(row["path"], code.class_pointer, code.address))
    assert (root.count, root.root) == (5000, finished(tmp_path / "1").batches[0].commitment.root)


def test_progress_ends_with_all(tmp_path: File) -> None:
    told: list[int] = []
    print_codes(MAKER, job(*THREE_RUNS), tmp_path, workers=1, on_progress=told.append)
    assert told == [0, 4096, 5000, 5003]


def test_a_finished_job_is_not_touched(tmp_path: File) -> None:
    first = print_codes(MAKER, job(), tmp_path, clock=clock)
    stamps = {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    assert print_codes(MAKER, job(), tmp_path, clock=lambda: NOW + 9) == first
    assert {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == stamps


OTHERS = {
    "batches": job(SMALL[0]),
    "instances": job(Batch.parse("2.3.2.G:0-7"), SMALL[1]),
    "order": job(*SMALL[::-1]),
    "output": job(output="jsonl"),
    "signed": job(signed=True),
    "nfc": job(nfc=True),
    "host": job(host="example.com"),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize("is_done", [True, False])
def test_another_job_in_the_folder_is_refused(tmp_path: File, other: Job, is_done: bool) -> None:
    begin(tmp_path, is_done)
    before = contents(tmp_path)
    with pytest.raises(PrintingError, match="another_job"):
        print_codes(MAKER, other, tmp_path)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("is_done", [True, False])
def test_another_key_is_another_job(tmp_path: File, is_done: bool) -> None:
    begin(tmp_path, is_done)
    with pytest.raises(PrintingError, match="another_job"):
        print_codes(STRANGER, job(), tmp_path)


def begin(folder: File, is_done: bool) -> None:
    def stop(done: int) -> None:
        raise KeyboardInterrupt

    if is_done:
        print_codes(MAKER, job(), folder)
    else:
        with pytest.raises(KeyboardInterrupt):
            print_codes(MAKER, job(), folder, on_progress=stop)


def test_a_manifest_that_the_key_did_not_sign_does_not_end_a_job(tmp_path: File) -> None:
    manifest = print_codes(MAKER, job(), tmp_path, workers=1, clock=clock)
    root = format_hash(manifest.batches[0].commitment.root)
    file = tmp_path / "manifest.json"
    file.write_text(file.read_text().replace(root, format_hash(bytes(32))))
    with pytest.raises(CommitmentInvalid, match="signature"):
        print_codes(MAKER, job(), tmp_path, workers=1, clock=clock)


def test_a_folder_of_other_files_is_refused(tmp_path: File) -> None:
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(PrintingError, match="not_empty"):
        print_codes(MAKER, job(), tmp_path)
    assert list(contents(tmp_path)) == ["holiday.jpg"]


def test_a_link_in_an_empty_folder_leads_to_no_other_file(tmp_path: File) -> None:
    (other := tmp_path / "other").write_text("somebody's")
    (tmp_path / "job").mkdir()
    (tmp_path / "job/job.json.new").symlink_to(other)
    print_codes(MAKER, job(), tmp_path / "job", workers=1, clock=clock)
    assert other.read_text() == "somebody's"


def test_a_folder_that_cannot_be_is_an_error_of_the_system(tmp_path: File) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        print_codes(MAKER, job(), tmp_path / "file/job")


@pytest.mark.parametrize("content", [b"", b"{}", b"[", b"\xff", b'{"created_at_unix":-1}', b'{"created_at_unix":true}'])
def test_a_damaged_job_file_is_refused(tmp_path: File, content: bytes) -> None:
    (tmp_path / "job.json").write_bytes(content)
    with pytest.raises(PrintingError, match="another_job"):
        print_codes(MAKER, job(), tmp_path)


def test_what_another_manufacturer_prints_is_refused_before_anything_is_made(tmp_path: File) -> None:
    with pytest.raises(PathError, match="foreign"):
        print_codes(MAKER, job(Batch.parse("2.4.2.G:0-9")), tmp_path / "job")
    with pytest.raises(SettingsError):
        print_codes(MAKER, job(host="no host"), tmp_path / "job")
    assert not (tmp_path / "job").exists()


def test_parquet_says_what_it_needs(tmp_path: File, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(SettingsError, match=r"pip install 'plings\[print\]'"):
        print_codes(MAKER, job(output="parquet"), tmp_path / "job")
    assert not (tmp_path / "job").exists()


@pytest.mark.parametrize(
    ("make", "error", "rule"),
    [
        (lambda: Job(()), PrintingError, "no_batch"),
        (lambda: job(output="xlsx"), PrintingError, "output"),
        (lambda: job(SMALL[0], Batch.parse("2.3.2.G:99")), PrintingError, "batch_twice"),
        (lambda: job(SMALL[0], Batch.parse("2.4.2.G:99")), PathError, "foreign"),
        (lambda: job(*[SMALL[0]] * (MOST_BATCHES + 1)), PrintingError, "too_many_batches"),
        (lambda: Batch.parse("2.3.2.G"), PrintingError, "batch"),
        (lambda: Batch.parse("2.3:0-9"), PathError, "too_few_segments"),
        (lambda: Batch.parse("2.3.2.1G:0-9"), PathError, "leading_one"),
        (lambda: Batch.parse("2.3.-3.G:0-9"), PathError, "dash_marker"),
        (lambda: Batch.parse("2.3.2.G:"), InstancesError, "syntax"),
        (lambda: Batch.parse(f"2{'.222222' * 13}.2:57"), None, None),
        (lambda: Batch.parse(f"2{'.222222' * 13}.2:58"), PathError, "too_long"),
    ],
)
def test_jobs_that_cannot_be(make: Any, error: type[PlingsError] | None, rule: str) -> None:
    if error is None:
        make()
        return
    with pytest.raises(error) as caught:
        make()
    assert caught.value.rule == rule  # type: ignore[attr-defined]

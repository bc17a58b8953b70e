"""Proofs out of finished jobs."""

from __future__ import annotations

import json
from pathlib import Path as File

import pytest

from plings.commitments import ItemProof
from plings.errors import CommitmentInvalid, PrintingError
from plings.identity import Path, format_segment, make_code
from plings.printing import finished, print_codes, prove_item
from printing.made import MAKER, THREE_RUNS, clock, job

PATHS = [f"2.3.2.G.{format_segment(number)}" for number in (0, 4_095, 4_096, 4_999)] + ["2.3.2.g.8", "2.3.2.g.A"]
"""The ends of both runs, and those of the other batch."""
OTHERS = [f"2.3.2.G.{format_segment(5_000)}", "2.3.2.g.7", "2.3.2.g.B", "2.3.2.H.1", "2.3.2.G.1.1", "2.4.2.G.1"]


@pytest.fixture(scope="module", params=["csv", "jsonl", "parquet"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> File:
    made = tmp_path_factory.mktemp(request.param)
    print_codes(MAKER, job(*THREE_RUNS, output=request.param), made, workers=1, clock=clock)
    return made


@pytest.mark.parametrize("text", PATHS)
def test_codes_are_proved(folder: File, text: str) -> None:
    proof = prove_item(folder, Path(text))
    ItemProof.parse(proof.text).verify(MAKER.public_key, make_code(MAKER, Path(text)))


@pytest.mark.parametrize("text", OTHERS)
def test_what_was_not_printed_is_not_proved(folder: File, text: str) -> None:
    with pytest.raises(PrintingError, match="not_printed"):
        prove_item(folder, Path(text))


def test_files_that_changed_prove_nothing(folder: File, tmp_path: File) -> None:
    name = finished(folder).batches[0].file
    originals = {file.name: file.read_bytes() for file in folder.iterdir()}

    def with_file(changed: str, content: bytes | None) -> File:
        for original, whole in originals.items():
            (tmp_path / original).write_bytes(whole)
        if content is None:
            (tmp_path / changed).unlink()
        else:
            (tmp_path / changed).write_bytes(content)
        return tmp_path

    path = Path(PATHS[0])
    runs = originals[f"{name}.runs"]
    for content in (None, b"", runs[:108], runs + runs[:108], runs[108:] + runs[:108]):
        with pytest.raises(PrintingError, match="changed"):
            prove_item(with_file(f"{name}.runs", content), path)
    for content in (b"", b"x" * 500_000, originals[name][:300_000]):
        with pytest.raises(PrintingError, match="changed"):
            prove_item(with_file(name, content), path)
    with pytest.raises(FileNotFoundError):
        prove_item(with_file(name, None), path)
    with pytest.raises(PrintingError, match="unfinished"):
        prove_item(with_file("manifest.json", None), path)
    with pytest.raises(CommitmentInvalid, match="not_json"):
        prove_item(with_file("manifest.json", originals["manifest.json"][:-9]), path)


MANIFEST_FAULTS = [
    ("manifest.batches.0.file", "file_name", "../2.csv"),
    ("manifest.batches.0.file", "file_name", ""),
    ("manifest.batches.0.file", "file_name", ".."),
    ("manifest.batches.0.file", "type", 5),
    ("manifest.batches.0.sha256", "hex", "A" * 64),
    ("manifest.batches.0.codes", "count", 4_999),
    ("manifest.batches.0.commitment.root", "base64", "?"),
    ("manifest.codes", "count", 5_004),
    ("manifest.signed", "type", 1),
    ("manifest.batches", "type", {}),
    ("manifest.created_at_unix", "range", -1),
]


@pytest.mark.parametrize(("part", "rule", "value"), MANIFEST_FAULTS)
def test_a_manifest_s_fault_is_named(tmp_path: File, part: str, rule: str, value: object) -> None:
    print_codes(MAKER, job(), tmp_path, clock=clock)
    whole = json.loads((tmp_path / "manifest.json").read_text())
    *above, last = part.split(".")[1:]
    place = whole
    for name in above:
        place = place[int(name) if name.isdigit() else name]
    place[last] = value
    (tmp_path / "manifest.json").write_text(json.dumps(whole))
    with pytest.raises(CommitmentInvalid) as caught:
        finished(tmp_path)
    assert (caught.value.part, caught.value.rule) == (part, rule)

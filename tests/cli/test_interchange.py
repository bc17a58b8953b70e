"""`plings gs1` and `plings epcis`, as docs/interchange.md has them and as they are called wrongly."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cli.command import CODE, SIGNED, answer, json_answer, refused
from cli.test_process import CLEAN
from fixtures.fix_epcis import Epcis, epcis  # noqa: F401
from interchange.test_epcis import BATCH, MAKER
from plings.commitments import BatchCommitment, InstanceRanges
from plings.interchange import DigitalLink
from plings.printing import Manifest, PrintedBatch
from plings.proofs import Head
from proofs.made import RECEIPT

PAGE = (Path(__file__).resolve().parents[2] / "docs/interchange.md").read_text()
GTIN = "9506000134352"


def batch_of(path: str) -> BatchCommitment:
    """Two codes' commitment."""
    facts = {"root": bytes(32), "created_at_unix": 1_700_000_000, "identity_key": MAKER.public_key}
    return BatchCommitment.make(batch=path, instances=InstanceRanges(((1, 2),)), sign=MAKER.node.sign, **facts)


OTHER_BATCH = batch_of("2.3.2.H")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.ui
def test_the_page_s_commands_print_what_it_says(folder: Path) -> None:
    script = "".join(re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL))
    commands = [line[2:] for line in script.splitlines() if line.startswith("$ ")]
    said = [line for line in script.splitlines() if not line.startswith("$ ")]
    environment = CLEAN | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = ["bash", "-euc", "\n".join(commands)]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.splitlines() == said
    assert json.loads((folder / "gs1resolver").read_text())["resolverRoot"] == "https://id.ikea.example"
    assert len(json.loads((folder / "printed.jsonld").read_text())["epcisBody"]["eventList"]) == 1


def test_a_link_with_all_that_can_be_said_of_it() -> None:
    facts = json_answer("gs1", "link", SIGNED.text, "--gtin", GTIN, "--lot", "--company-prefix-digits", "7")
    assert facts["link"] == DigitalLink(SIGNED, GTIN, True).text
    assert facts["sgtin"] == f"urn:epc:id:sgtin:9506000.013435.{SIGNED.path}"
    back = json_answer("gs1", "parse", facts["link"])
    assert (back["url"], back["signed"], back["gtin"]) == (SIGNED.text, True, f"0{GTIN}")


def test_a_resolver_of_one_s_own() -> None:
    own = ["--link-host", "id.ikea.example"]
    link = answer("gs1", "link", CODE.text, "--gtin", GTIN, *own).strip()
    assert json_answer("gs1", "parse", link, *own)["url"] == CODE.text
    assert "scheme_or_host" in refused("gs1", "parse", link)
    assert json_answer("gs1", "linkset", CODE.text, "--gtin", GTIN)["linkset"][0]["anchor"].endswith(str(CODE.path))


def test_a_batch_s_commitment_becomes_events(epcis: Epcis) -> None:  # noqa: F811
    Path("batch.json").write_text(BATCH.text)
    done = json_answer("epcis", "commission", "batch.json", "--gtin", GTIN, "--most-epcs", "5", "-o", "out.jsonld")
    assert done == {"file": "out.jsonld", "events": 2, "objects": 7}
    assert epcis.faults(json.loads(Path("out.jsonld").read_text())) == []


def test_a_job_s_manifest_becomes_events_of_all_its_batches(epcis: Epcis) -> None:  # noqa: F811
    batch = PrintedBatch("0001.csv", 1, bytes(32), BATCH)
    other = replace(batch, commitment=OTHER_BATCH)
    manifest = Manifest("2.3", "csv", False, False, "s.plings.io", BATCH.identity_key, "plings 0", 1, 2, (batch, other))
    Path("manifest.json").write_text(manifest.text)
    done = json_answer("epcis", "commission", "manifest.json", "--gtin", GTIN, "-o", "out.jsonld")
    assert (done["events"], done["objects"]) == (2, 9)
    assert epcis.faults(json.loads(Path("out.jsonld").read_text())) == []
    third = replace(batch, commitment=batch_of("2.3.9.2"))
    Path("manifest.json").write_text(replace(manifest, batches=(batch, third)).text)
    assert "several_classes" in refused("epcis", "commission", "manifest.json", "--gtin", GTIN, "-o", "out.jsonld")


@pytest.mark.parametrize("name", ["codes.csv", "codes.jsonl", "codes.txt"])
def test_codes_become_an_event(name: str) -> None:
    row = {"codes.csv": f"url,path\n{CODE},x\n", "codes.jsonl": json.dumps({"url": CODE.text}), "codes.txt": CODE.text}
    Path(name).write_text(row[name])
    assert json_answer("epcis", "commission", name, "-o", "out.jsonld")["objects"] == 1
    (event,) = json.loads(Path("out.jsonld").read_text())["epcisBody"]["eventList"]
    assert event["epcList"] == [CODE.text]


def test_a_receipt_becomes_an_event_when_it_is_proved() -> None:
    Path("receipt.json").write_text(RECEIPT.text)
    Path("checkpoint.json").write_text(RECEIPT.checkpoint.text)
    Path("later.json").write_text(replace(RECEIPT.checkpoint, checkpoint_id=5, head=Head(bytes(32), 11)).text)
    Path("lie.json").write_text(replace(RECEIPT.checkpoint, head=Head(bytes(32), 11)).text)
    asked = ["epcis", "sale", "receipt.json", "-o", "out.jsonld", "--checkpoint"]
    assert "not_proved" in refused(*asked, "later.json")
    assert "contradiction" in refused(*asked, "lie.json")
    assert not Path("out.jsonld").exists()
    assert json_answer(*asked, "checkpoint.json", "--gtin", GTIN)["events"] == 1


def test_a_refused_document_leaves_the_file_as_it_was(folder: Path) -> None:
    Path("out.jsonld").write_text("before")
    Path("codes.txt").write_text(f"{CODE}\nnonsense\n")
    assert "line 2" in refused("epcis", "commission", "codes.txt", "-o", "out.jsonld")
    assert Path("out.jsonld").read_text() == "before"
    assert sorted(file.name for file in folder.iterdir()) == ["codes.txt", "out.jsonld"]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("a.csv", b"path,cp\n1,2\n", "unreadable"),
        ("a.csv", b'url\n"https', "unreadable"),
        ("a.csv", b"path,class_pointer,address\n2.3.2.2.2,UYtaAsvd6GL,x\n", "code"),
        ("a.jsonl", b"[" * 9000, "unreadable"),
        ("a.txt", b"x" * 70_000, "unreadable"),
        ("a.txt", b"\xff\xfe\x00", "unreadable"),
        ("a.txt", b"nonsense\n", "code"),
        ("a.json", b'{"format": "plings-batch"}', "version"),
        ("a.json", b'{"format": "plings-manifest"}', "version"),
        ("a.json", b"{}", "format"),
    ],
)
def test_a_file_of_another_kind_is_refused(name: str, content: bytes, rule: str) -> None:
    Path(name).write_bytes(content)
    assert f"[{rule}]" in refused("epcis", "commission", name, "-o", "out.jsonld")
    assert not Path("out.jsonld").exists()


def test_a_commitment_that_does_not_hold_makes_no_event() -> None:
    Path("batch.json").write_text(BATCH.text.replace('"2.3.2.G"', '"2.3.2.H"'))
    assert "signature" in refused("epcis", "commission", "batch.json", "--gtin", GTIN, "-o", "out.jsonld")
    Path("batch.json").write_text(BATCH.text)
    assert "no_gtin" in refused("epcis", "commission", "batch.json", "-o", "out.jsonld")
    timed = ["--gtin", GTIN, "--at-unix", "5"]
    assert "its own time" in refused("epcis", "commission", "batch.json", *timed, "-o", "out.jsonld", code=2)

"""plings registry printed: what was printed gets into the registry, and proofs come out of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command import MAKER, SEED, answer, one_object, run, write_keys
from cli.registry_office import IDA, Office, rows
from plings.identity import Path as ObjectPath
from plings.identity import format_address, make_code
from registry.printed_lists import PrintedList
from registry.world import World

HEX = ("--seed", SEED.hex())
BATCHES = ("2.3.2.G:0-9", "2.3.2.H:0-4999")
CODE = make_code(MAKER, ObjectPath("2.3.2.H.9k"))
STRANGE = make_code(MAKER, ObjectPath("2.3.2.J.9k"))


@pytest.fixture
def office(world: World) -> Office:
    return Office(world.url, {})


@pytest.fixture
def job(tmp_path: Path) -> Path:
    answer("print", "run", *BATCHES, "-o", tmp_path / "job", *HEX)
    return tmp_path / "job"


def test_a_job_is_added_once(office: Office, job: Path) -> None:
    assert rows(office.says("printed", "add", job, by=IDA)) == {
        "2.3.2.G": "10 codes, added",
        "2.3.2.H": "5,000 codes, added",
    }
    told = office.tells("printed", "add", job, by=IDA)
    assert told["folder"] == str(job)
    assert [(one["batch"], one["item_count"], one["is_new"], one["others"]) for one in told["batches"]] == [
        ("2.3.2.G", 10, False, 0),
        ("2.3.2.H", 5_000, False, 0),
    ]
    shown = office.says("printed", "list", "2.3")
    assert [line.split()[:2] for line in shown.splitlines()[2:]] == [["2.3.2.G", "10"], ["2.3.2.H", "5,000"]]
    (first, second) = office.tells("printed", "list")["batches"]
    assert (first["batch"], first["added_by"], len(second["root"])) == ("2.3.2.G", IDA, 64)
    assert office.tells("printed", "list", "2.4") == {"batches": []}


def test_the_proof_is_the_file_that_the_job_s_folder_gives(office: Office, world: World, job: Path) -> None:
    office.says("printed", "add", job, by=IDA)
    answer("print", "proof", job, CODE.path, "-o", job / "printed.json")
    facts = office.tells("printed", "proof", CODE.text, "-o", job / "kept.json")
    assert facts == {"file": str(job / "kept.json"), "path": CODE.path.text, "index": CODE.path.instance, "hashes": 13}
    assert (job / "kept.json").read_bytes() == (job / "printed.json").read_bytes()
    keys = ("--keys", write_keys(job))
    assert "printed by 2.3" in answer("print", "verify", job / "kept.json", "--url", CODE.text, *keys)
    line = office.refuses("printed", "proof", CODE.path, "-o", job / "noted.json")
    assert line.endswith("[address_unknown] - give the code instead of its path")
    pointer = int.from_bytes(CODE.class_pointer.value, "big", signed=True)
    insert = "INSERT INTO object_instances (path, class_pointer, solana_address) VALUES (%s, %s, %s)"
    world.ivo.rows(insert, [CODE.path.text, pointer, format_address(CODE.address)])
    assert office.says("printed", "proof", CODE.path, "-o", job / "noted.json") == f"wrote {job}/noted.json\n"
    assert (job / "noted.json").read_bytes() == (job / "printed.json").read_bytes()


def test_a_second_commitment_is_taken_with_a_warning(office: Office, job: Path, tmp_path: Path) -> None:
    office.says("printed", "add", job, by=IDA)
    answer("print", "run", "2.3.2.G:10-12", "-o", tmp_path / "more", *HEX)
    options = ("--database", office.url, "--as", IDA, "--json")
    result = run("registry", "printed", "add", tmp_path / "more", *options)
    (batch,) = one_object(result.stdout)["batches"]
    assert (result.exit_code, batch["is_new"], batch["others"]) == (0, True, 1)
    (line,) = result.stderr.splitlines()
    assert line.startswith(
        "plings: warning: another commitment has codes of batch 2.3.2.G, too: one alone can be anchored"
    )
    answer("print", "run", "2.3.2.G:20", "-o", tmp_path / "third", *HEX)
    result = run("registry", "printed", "add", tmp_path / "third", *options)
    assert "2 other commitments have codes of batch 2.3.2.G" in result.stderr


def test_a_forged_list_hides_no_proof(office: Office, world: World, job: Path) -> None:
    """Whoever writes the rows by hand signs nothing, and may have been the first."""
    forged = PrintedList(MAKER, "2.3.2.G", "0-3")
    (run_,) = forged.runs
    with world.ida.transaction():
        text = forged.commitment.text.replace('"created_at_unix":', '"created_at_unix":1')
        (row,) = world.ida.rows("INSERT INTO printed_batches (commitment) VALUES (%s) RETURNING id", [text])
        insert = "INSERT INTO printed_runs (batch_id, number, root, leaves) VALUES (%s, 0, %s, %s)"
        world.ida.rows(insert, [row["id"], run_.root, run_.leaves])
    code = forged.code(3)
    assert "[signature]" in office.refuses("printed", "proof", code.text, "-o", job / "kept.json")
    run("registry", "printed", "add", job, "--database", office.url, "--as", IDA)  # warns of the other
    office.says("printed", "proof", code.text, "-o", job / "kept.json")
    answer("print", "proof", job, code.path, "-o", job / "printed.json")
    assert (job / "kept.json").read_bytes() == (job / "printed.json").read_bytes()


def test_refusals_are_one_line(office: Office, job: Path, tmp_path: Path) -> None:
    assert "[nobody_acts]" in office.refuses("printed", "add", job)
    assert "[organization_admin]" in office.refuses("printed", "add", job, by="abe@acme.example")
    assert "no finished job is there [unfinished]" in office.refuses("printed", "add", tmp_path, by=IDA)
    assert "[not_printed]" in office.refuses("printed", "proof", STRANGE.text, "-o", tmp_path / "x")
    assert "[not_printed]" in office.refuses("printed", "proof", STRANGE.path, "-o", tmp_path / "x")
    assert "[too_few_segments]" in office.refuses("printed", "proof", "2.3", "-o", tmp_path / "x")
    assert "[too_few_segments]" in office.refuses("printed", "list", "2")
    assert not (tmp_path / "x").exists()
    (job / "0001-2.3.2.G.csv").write_text("path,class_pointer,address\n")
    assert "0001-2.3.2.G.csv is not what was printed into it" in office.refuses("printed", "add", job, by=IDA)
    result = run("registry", "printed", "add", job, "--database", office.url, "--as", IDA, "--json")
    assert json.loads(result.stdout)["rule"] == "changed"
    assert office.tells("printed", "list") == {"batches": []}

"""The printing line's commands, in this process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command import (
    CODE,
    MAKER,
    PATH,
    SEED,
    SIGNED,
    answer,
    json_answer,
    one_object,
    refusal,
    refused,
    run,
    write_keys,
)
from plings.identity import ClassPath, Identity, make_code
from plings.identity import Path as ObjectPath
from plings.printing import finished
from plings.vaults.node_file import read_node_file, write_node_file

BATCH = "2.3.4F.2aB.5:150-160"
HEX = ("--seed", SEED.hex())
STRANGER = Identity.from_seed(bytes(range(1, 33)), ClassPath("2.3"))


@pytest.fixture
def job(tmp_path: Path) -> Path:
    folder = tmp_path / "job"
    answer("print", "run", BATCH, "-o", folder, *HEX)
    return folder


def test_a_job_as_text_and_json(tmp_path: Path) -> None:
    shown = answer("print", "run", BATCH, "-o", tmp_path / "a", *HEX)
    (batch,) = finished(tmp_path / "a").batches
    lines = [line.split(maxsplit=1) for line in shown.splitlines()]
    assert lines[0] == ["manifest", f"{tmp_path}/a/manifest.json"]
    assert lines[2] == ["0001-2.3.4F.2aB.5.csv", f"11 codes, root {batch.commitment.root.hex()}"]
    facts = json_answer("print", "run", BATCH, "-o", tmp_path / "b", "--signed", "--nfc", "--format", "jsonl", *HEX)
    assert (facts["codes"], facts["manifest"]) == (11, str(tmp_path / "b/manifest.json"))
    (told,) = facts["batches"]
    lines = [json.loads(line) for line in Path(told["file"]).read_text().splitlines()]
    assert next(line["url"] for line in lines if line["path"] == PATH) == SIGNED.text
    assert told["bytes"] == Path(told["file"]).stat().st_size


def test_a_finished_job_answers_the_same_again(tmp_path: Path) -> None:
    facts = [json_answer("print", "run", BATCH, "-o", tmp_path, *HEX) for _ in range(2)]
    assert facts[0] == facts[1]
    line = refused("print", "run", BATCH, "-o", tmp_path, "--signed", *HEX)
    assert line.endswith("[another_job]")


def test_every_source_of_the_key_prints_the_same(tmp_path: Path) -> None:
    write_node_file(tmp_path / "node.json", MAKER)
    vault = {"PLINGS_VAULT": str(tmp_path / "vaults"), "PLINGS_VAULT_PASSPHRASE": "correct horse"}
    answer("vault", "restore", "file:v1", stdin=SEED.hex(), **vault)
    ways = {
        "seed": (HEX, {}),
        "stdin": (("--seed", "-"), {"stdin": SEED.hex()}),
        "environment": ((), {"PLINGS_SEED": SEED.hex()}),
        "node": (("--node", tmp_path / "node.json"), {"PLINGS_SEED": "00" * 16}),
        "vault": (("--vault", "file:v1"), vault),
    }
    for name, (options, others) in ways.items():
        json_answer("print", "run", BATCH, "-o", tmp_path / name, *options, **others)
    files = {(tmp_path / name / "0001-2.3.4F.2aB.5.csv").read_bytes() for name in ways}
    assert len(files) == 1
    assert CODE.text.encode() in files.pop()


def test_a_key_is_given_once_and_is_the_batch_s(tmp_path: Path) -> None:
    run_ = ("print", "run", BATCH, "-o", tmp_path / "job")
    assert "PLINGS_SEED" in refused(*run_)
    assert "--seed, --vault, --node" in refused(*run_, *HEX, "--node", tmp_path / "x", code=2)
    write_node_file(tmp_path / "node.json", Identity.from_seed(SEED, ClassPath("2.4")))
    assert "the node file is the one of 2.4 [foreign]" in refused(*run_, "--node", tmp_path / "node.json")
    assert "[length]" in refused(*run_, "--seed", "abc")
    assert not (tmp_path / "job").exists()


@pytest.mark.parametrize(
    ("batches", "rule"),
    [
        (["2.3.4F.2aB.5"], "batch"),
        (["2.3.4F.2aB.5:9-1"], "range"),
        (["2.3.4F.2aB.5:x"], "syntax"),
        (["2.3:0-9"], "too_few_segments"),
        (["2.3.4F.5:0-9", "2.3.4F.5:10"], "batch_twice"),
        (["2.3.4F.5:0-9", "2.4.4F.5:10"], "foreign"),
    ],
)
def test_what_cannot_be_printed_is_one_line(tmp_path: Path, batches: list[str], rule: str) -> None:
    assert f"[{rule}]" in refused("print", "run", *batches, "-o", tmp_path / "job", *HEX)
    result = run("print", "run", *batches, "-o", tmp_path / "job", "--json", *HEX)
    assert one_object(result.stdout)["rule"] == rule


def test_other_formats_are_wrong_usage(tmp_path: Path) -> None:
    assert "xlsx" in refused("print", "run", BATCH, "-o", tmp_path, "--format", "xlsx", *HEX, code=2)


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "file" in refused("print", "run", BATCH, "-o", tmp_path / "file", *HEX)


def test_a_proof_is_written_and_verified(job: Path, tmp_path: Path) -> None:
    file, keys = tmp_path / "proof.json", ("--keys", write_keys(tmp_path))
    facts = json_answer("print", "proof", job, PATH, "-o", file)
    assert facts == {"file": str(file), "path": PATH, "index": 8, "hashes": 3}
    shown = answer("print", "verify", file, "--url", CODE.text, *keys)
    assert shown.startswith("printed by 2.3\n") and "code 9 of 11" in shown
    facts = json_answer("print", "verify", "-", *keys, stdin=file.read_text())
    assert (facts["proved"], facts["path"], facts["index"], facts["item_count"]) == (True, PATH, 8, 11)


def test_what_proves_nothing_fails(job: Path, tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    answer("print", "proof", job, PATH, "-o", file)
    keys = ("--keys", write_keys(tmp_path))
    other = make_code(MAKER, ObjectPath("2.3.4F.2aB.5.3k")).text
    assert refused("print", "verify", file, "--url", other, *keys).endswith("[another_code]")
    strangers = ("--keys", write_keys(tmp_path, {"2.3": STRANGER.node.address}))
    assert refused("print", "verify", file, *strangers).endswith("[another_key]")
    assert refused("print", "verify", job, *strangers).endswith("[another_key]")
    none = ("--keys", write_keys(tmp_path, {}))
    assert "no key for manufacturer '2.3'" in refused("print", "verify", file, *none)
    file.write_text(file.read_text().replace(CODE.path.text, "2.3.4F.2aB.5.3k"))
    result = run("print", "verify", file, "--json", "--keys", write_keys(tmp_path))
    assert one_object(result.stdout)["part"] == "item.proof"
    assert refused("print", "proof", job, "2.3.4F.2aB.5.1", "-o", file).endswith("[not_printed]")
    assert refused("print", "proof", tmp_path, PATH, "-o", file).endswith("[unfinished]")


def test_a_job_is_verified(job: Path, tmp_path: Path) -> None:
    keys = ("--keys", write_keys(tmp_path))
    assert answer("print", "verify", job, *keys).startswith("whole, and signed\n")
    facts = {"whole": True, "prefix": "2.3", "codes": 11, "files": 1, "signed_tags": False}
    assert json_answer("print", "verify", job, *keys) == facts
    assert refused("print", "verify", job, *keys, "--host", "codes.example").endswith("[another_host]")
    (job / "0001-2.3.4F.2aB.5.csv").write_text("path\n")
    assert refused("print", "verify", job, *keys).endswith("[changed]")


def test_an_audit_finds_what_is_not_its_own(job: Path, tmp_path: Path) -> None:
    codes = job / "0001-2.3.4F.2aB.5.csv"
    assert answer("print", "audit", "2.3", codes, "--printed", job, *HEX) == "11 codes, all its own\n"
    file, found = tmp_path / "seen.txt", tmp_path / "found.jsonl"
    forged = make_code(STRANGER, ObjectPath(PATH)).text
    unprinted = make_code(MAKER, ObjectPath("2.3.4F.2aB.5.2")).text
    file.write_text(f"{CODE.text}\n{forged}\nhello\n{unprinted}\n")
    result = run("print", "audit", "2.3", file, "--printed", job, "--findings", found, *HEX)
    assert refusal(result).startswith("3 of 4 codes are not")
    assert "line 2: the class pointer of 2.3.4F.2aB is" in result.stdout
    assert "4 codes, 3 found: 1 counterfeit class, 1 malformed, 1 not printed" in result.stdout
    rules = [json.loads(line)["rule"] for line in found.read_text().splitlines()]
    assert rules == ["counterfeit_class", "malformed", "not_printed"]
    facts = one_object(run("print", "audit", "2.3", file, "--json", *HEX).stdout)
    assert (facts["codes"], facts["found"], facts["rules"]) == (4, 2, {"counterfeit_class": 1, "malformed": 1})
    assert refused("print", "audit", "2.3", file, "--findings", found, *HEX).endswith("File exists")
    (tmp_path / "none.csv").write_text("uri\n")
    assert refused("print", "audit", "2.3", tmp_path / "none.csv", *HEX).endswith("[unreadable]")
    assert refused("print", "audit", "2.3", tmp_path / "gone.csv", *HEX).endswith("No such file or directory")


def test_a_vault_gives_out_a_manufacturer_s_node(tmp_path: Path) -> None:
    vault = {"PLINGS_VAULT": str(tmp_path / "vaults"), "PLINGS_VAULT_PASSPHRASE": "correct horse"}
    answer("vault", "restore", "file:v1", stdin=SEED.hex(), **vault)
    file = tmp_path / "node.json"
    facts = json_answer("vault", "node", "file:v1", "2.3", "-o", file, **vault)
    assert facts["public_key"] == MAKER.node.address
    assert SEED.hex() not in file.read_text()
    assert read_node_file(file) == MAKER
    assert refused("vault", "node", "file:v1", "2.3", "-o", file, **vault).endswith("File exists")


GOOD = {"format": "plings-node", "version": 1, "prefix": "2.3", "key": "00" * 32, "chain_code": "11" * 32}
BAD = [
    "",
    "[]",
    "[" * 4000,
    json.dumps(GOOD | {"format": "plings"}),
    json.dumps(GOOD | {"version": 2}),
    json.dumps(GOOD | {"prefix": "2.3.4"}),
    json.dumps(GOOD | {"prefix": 2}),
    json.dumps(GOOD | {"key": "00" * 31}),
    json.dumps(GOOD | {"key": "zz" * 32}),
    json.dumps(GOOD | {"more": "x"}),
    json.dumps({name: GOOD[name] for name in list(GOOD)[:-1]}),
    json.dumps(GOOD) + " " * 4096,
]


@pytest.mark.parametrize("content", BAD)
def test_what_is_no_node_file_is_one_line_without_its_content(tmp_path: Path, content: str) -> None:
    file = tmp_path / "node.json"
    file.write_text(content)
    file.chmod(0o600)
    line = refused("print", "run", BATCH, "-o", tmp_path / "job", "--node", file)
    assert "node file" in line and "0000000000" not in line


def test_a_node_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "node.json"
    file.write_text(json.dumps(GOOD))
    file.chmod(0o640)
    assert "mode 0600" in refused("print", "run", BATCH, "-o", tmp_path / "job", "--node", file)
    assert "cannot be read" in refused("print", "run", BATCH, "-o", tmp_path / "job", "--node", tmp_path / "none")

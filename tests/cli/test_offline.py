"""The commands that need no cluster."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from cli.command import CODE, MAKER, PATH, SEED, SIGNED, answer, json_answer, one_object, refusal, run, write_keys
from plings.identity import ClassPath, derive_node, format_address, make_code
from plings.identity import Path as ObjectPath
from plings.pictures import read_codes, write_qr
from proofs.made import RECEIPT

KEY = MAKER.node.address
KEY_OF_SEED = ["--seed", SEED.hex()]
POINTER = CODE.class_pointer.text


def test_the_class_of_an_object_and_of_the_path_to_its_pointer_have_one_pointer() -> None:
    assert answer("pointer", PATH, "--manufacturer", KEY) == f"{POINTER}\n"
    assert answer("pointer", "2.3.4F.2aB", "--class", "--manufacturer", KEY) == f"{POINTER}\n"


def test_a_short_path_is_the_path_to_the_pointer() -> None:
    short = answer("pointer", "2.3.4F", "--manufacturer", KEY)
    assert short == answer("pointer", "2.3.4F.2.2", "--manufacturer", KEY)
    assert short != answer("pointer", "2.3.4F.2.2", "--class", "--manufacturer", KEY)


def test_a_pointer_as_json() -> None:
    facts = json_answer("pointer", PATH, "--manufacturer", KEY)
    assert facts == {"class_pointer": POINTER, "path_to_pointer": "2.3.4F.2aB", "manufacturer": KEY}


def test_the_parts_of_a_path() -> None:
    facts = json_answer("path", PATH)
    assert facts == {
        "text": PATH,
        "wallet": {"text": "2", "number": 1},
        "manufacturer": {"text": "3", "number": 2},
        "levels": [{"text": "4F", "number": 188}, {"text": "2aB", "number": 5288}],
        "batch": {"text": "5", "number": 4},
        "instance": {"text": "3j", "number": 158},
        "prefix": "2.3",
        "path_to_pointer": "2.3.4F.2aB",
    }
    shown = answer("path", PATH)
    assert all(word in shown for word in ("class level 2", "5,288", "path to pointer  2.3.4F.2aB"))


def test_the_shortest_path_has_no_class_levels() -> None:
    assert json_answer("path", "2.3.4.5")["levels"] == []


@pytest.mark.parametrize("path", ["2.3", "2.3.4F", PATH])
def test_a_key_is_derived_from_every_source_of_the_seed(path: str) -> None:
    expected = derive_node(SEED, ObjectPath(path) if path == PATH else ClassPath(path)).address + "\n"
    assert answer("key", "derive", path, "--seed", SEED.hex()) == expected
    assert answer("key", "derive", path, "--seed", "-", stdin=SEED.hex() + "\n") == expected
    assert answer("key", "derive", path, PLINGS_SEED=SEED.hex()) == expected


def test_a_derivation_as_json() -> None:
    facts = json_answer("key", "derive", "2.3", "--seed", SEED.hex())
    assert facts == {"path": "2.3", "derivation": "m/44'/501'/1'/2'", "address": KEY}


def test_made_urls_are_the_library_s() -> None:
    seed = ("--seed", SEED.hex())
    assert answer("url", "make", PATH, *seed) == f"{CODE.text}\n"
    assert answer("url", "make", PATH, "--signed", *seed) == f"{SIGNED.text}\n"
    facts = json_answer("url", "make", PATH, "--nfc", "--host", "example.com", *seed)
    assert facts["url"] == make_code(MAKER, ObjectPath(PATH), "n", host="example.com").text
    assert facts["address"] == format_address(CODE.address)
    assert (facts["kind"], facts["signed"]) == ("n", False)


def test_genuine_codes(tmp_path: Path) -> None:
    keys = ("--keys", write_keys(tmp_path))
    assert answer("url", "check", CODE.text, *keys).startswith("class genuine\n")
    assert answer("url", "check", SIGNED.text, *keys).startswith("tag genuine\n")
    facts = json_answer("url", "check", SIGNED.text, *keys)
    assert (facts["grade"], facts["genuine"], facts["path"]) == ("tag genuine", True, PATH)
    assert len(facts["reasons"]) == 2


FORGED = SIGNED.text.replace(PATH, "2.3.4F.2aB.5.3k")
COUNTERFEIT = CODE.text.replace("cp=", "cp=1").replace(POINTER, POINTER[:-1])


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        (FORGED, "counterfeit class"),
        (COUNTERFEIT, "counterfeit class"),
        (CODE.text.replace("p=2.3.", "p=2.4.", 1), "unknown manufacturer"),
        (CODE.text + "&x=1", "malformed"),
        ("hello\nworld", "malformed"),
        ("", "malformed"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_other_codes_tell_why_and_fail(tmp_path: Path, text: str, grade: str, as_json: bool) -> None:
    result = run("url", "check", text, "--keys", write_keys(tmp_path), *["--json"] * as_json)
    assert refusal(result) == f"not genuine: {grade}"
    if as_json:
        facts = one_object(result.stdout)
        assert (facts["grade"], facts["genuine"]) == (grade, False)
        assert facts["reasons"]
    else:
        assert result.stdout.splitlines()[0] == grade
        assert len(result.stdout.splitlines()) > 1


def test_a_code_without_any_keys_is_of_an_unknown_manufacturer(tmp_path: Path) -> None:
    result = run("url", "check", CODE.text, "--keys", write_keys(tmp_path, {}))
    assert refusal(result) == "not genuine: unknown manufacturer"
    assert "there is no key for manufacturer 2.3" in result.stdout


def test_the_host_can_be_another(tmp_path: Path) -> None:
    text = make_code(MAKER, ObjectPath(PATH), host="example.com").text
    keys = ("--keys", write_keys(tmp_path))
    assert answer("url", "check", text, *keys, "--host", "example.com")
    assert answer("url", "check", text, *keys, PLINGS_HOST="example.com")
    assert refusal(run("url", "check", text, *keys)) == "not genuine: malformed"


@pytest.mark.parametrize("name", ["code.png", "CODE.JPG"])
def test_a_picture_is_checked_as_its_code(tmp_path: Path, name: str) -> None:
    write_qr(SIGNED.text, tmp_path / "written.png")
    with Image.open(tmp_path / "written.png") as picture:
        picture.convert("RGB").save(tmp_path / name)
    assert answer("url", "check", tmp_path / name, "--keys", write_keys(tmp_path)).startswith("tag genuine\n")


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_a_written_picture_holds_the_code(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"code.{suffix}"
    assert answer("qr", CODE.text, "-o", file) == f"wrote {file}\n"
    assert json_answer("qr", CODE.text, "--output", file) == {"file": str(file), "url": CODE.text}
    if suffix == "png":
        assert read_codes(file) == [CODE.text]


GUARD = """
import json, sys

def refuse(event, arguments):
    if event.startswith("socket."):
        raise SystemError(f"{event} in an offline command")

sys.addaudithook(refuse)
from plings.cli import main

for arguments in json.loads(sys.argv.pop()):
    sys.argv[1:] = arguments
    try:
        main()
    except SystemExit as stop:
        assert stop.code == 0, arguments
    loaded = {"solders", "solana", "anchorpy", "httpx", "asyncio", "psycopg"} & set(sys.modules)
    assert not loaded, (arguments, loaded)
"""


@pytest.mark.ui
def test_offline_commands_import_no_chain_and_open_no_socket(tmp_path: Path) -> None:
    write_keys(tmp_path)
    write_qr(CODE.text, tmp_path / "code.png")
    (tmp_path / "codes.txt").write_text(f"{CODE.text}\n")
    (tmp_path / "receipt.json").write_text(RECEIPT.text)
    (tmp_path / "checkpoint.json").write_text(RECEIPT.checkpoint.text)
    commands = [
        ["--version"],
        ["--help"],
        ["pay", "--help"],
        ["registry", "--help"],
        ["registry", "wallet", "create", "--help"],
        ["pointer", PATH, "--manufacturer", KEY],
        ["path", PATH],
        ["key", "derive", "2.3", "--seed", SEED.hex()],
        ["url", "make", PATH, "--signed", "--seed", SEED.hex()],
        ["url", "check", "code.png", "--keys", "keys.json"],
        ["receipt", "verify", "receipt.json", "--checkpoint", "checkpoint.json"],
        ["receipt", "show", "receipt.json"],
        ["receipt", "show", "receipt.json", "--tlog-proof"],
        ["print", "run", "2.3.4F.2aB.5:150-160", "2.3.4F.2aB.6:0-4999", "--workers", "2", "-o", "job", *KEY_OF_SEED],
        ["print", "proof", "job", PATH, "-o", "proof.json"],
        ["print", "verify", "proof.json", "--keys", "keys.json"],
        ["print", "verify", "job", "--keys", "keys.json"],
        ["print", "audit", "2.3", "job/0001-2.3.4F.2aB.5.csv", "--printed", "job", *KEY_OF_SEED],
        ["qr", "read", "code.png", "--keys", "keys.json"],
        ["print", "stocks"],
        ["print", "sheet", "codes.txt", "--stock", "L7160", "-o", "sheets.pdf"],
        ["gs1", "link", CODE.text, "--gtin", "9506000134352"],
        ["epcis", "commission", "codes.txt", "-o", "out.jsonld"],
        ["epcis", "sale", "receipt.json", "--checkpoint", "checkpoint.json", "-o", "out.jsonld"],
        ["migrate-dash", "--help"],
        ["qr", CODE.text, "-o", "new.svg"],
    ]
    process = [sys.executable, "-W", "error", "-c", GUARD, json.dumps(commands)]
    done = subprocess.run(process, capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("wrote new.svg\n")

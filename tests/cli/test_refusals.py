"""Bad input, of every kind and to every command: an exit code, one line, nothing on stdout, no traceback."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from PIL import Image
from solders.keypair import Keypair

from cli.command import CODE, KEY_FILE_KEY, MAKER, PATH, one_object, refusal, refused, run, write_key, write_keys
from plings.pictures import write_qr

SECRET = "deadbeef" * 8
COMMANDS_ON_CODES = [
    ["qr", "-o", "out.png"],
    ["pay", "--amount", "1", "--payer", "key.json"],
    ["object"],
    ["list", "--price", "1", "--owner", "key.json"],
    ["cancel", "--owner", "key.json"],
    ["transfer", "--to", MAKER.node.address, "--owner", "key.json"],
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with good and bad files, as the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("plings.cli.clusters.READING_SECONDS", 0.2)
    write_key(Path("key.json"), KEY_FILE_KEY)
    write_keys(tmp_path)
    Path("text.json").write_text("hello")
    Path("latin.json").write_bytes(b'{"2.3": "\xe9"}')
    Path("array.json").write_text("[1, 2]")
    Path("deep.json").write_text("[" * 100_000)
    Path("short.json").write_text(json.dumps([0] * 63))
    Path("large.json").write_text(json.dumps([256] * 64))
    Path("mixed.json").write_text(json.dumps(list(bytes(Keypair()))[:32] + list(bytes(Keypair()))[32:]))
    Path("twice.json").write_text('{"2.3": "x", "2.3": "y"}')
    Image.new("RGB", (200, 200), "white").save("blank.png")
    write_qr(CODE.text, Path("one.png"))
    return tmp_path


def test_the_folder_s_good_files_are_good() -> None:
    assert run("url", "check", "one.png", "--keys", "keys.json").exit_code == 0


@pytest.mark.parametrize("command", COMMANDS_ON_CODES, ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("hello", "scheme"),
        (CODE.text + "\n", "length"),
        (CODE.text.replace("s.plings.io", "evil.example"), "host"),
        (CODE.text.replace("&i=", "&j="), "unknown_parameter"),
        (CODE.text.replace(PATH, "2.3.4.13.5"), "leading_one"),
        ("\x1b[31m" * 200, "too_long"),
    ],
    ids=lambda text: text[:20] if text.isidentifier() else "",
)
def test_a_text_that_is_no_code(command: list[str], text: str, rule: str, folder: Path) -> None:
    assert f"[{rule}]" in refused(command[0], text, *command[1:])
    facts = one_object(run(command[0], text, *command[1:], "--json").stdout)
    assert (facts["rule"], facts["error"].endswith("Error")) == (rule, True)
    assert not (folder / "out.png").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pointer", "2.3.4.5", "--manufacturer", "x"], "[length]"),
        (["pointer", "2", "--manufacturer", MAKER.node.address], "[too_few_segments]"),
        (["path", "2.3.4"], "[too_few_segments]"),
        (["path", "-3.4.5.6"], "No such option"),
        (["path", "2.3.4.-3"], "[dash_marker]"),
        (["key", "derive", "2", "--seed", SECRET], "[too_few_segments]"),
        (["key", "derive", "2.3", "--seed", SECRET + "z"], "[odd]"),
        (["key", "derive", "2.3", "--seed", "short"], "[length]"),
        (["url", "make", "2.3.4", "--seed", SECRET], "[too_few_segments]"),
        (["url", "make", PATH, "--seed", SECRET, "--host", "-"], "no lower-case host name"),
        (["url", "check", "blank.png", "--keys", "keys.json"], "[no_code]"),
        (["url", "check", "missing.png", "--keys", "keys.json"], "[not_read]"),
        (["url", "check", CODE.text, "--keys", "missing.json"], "keys file 'missing.json': it cannot be read: No such"),
        (
            ["url", "check", CODE.text, "--keys", "text.json"],
            "keys file 'text.json': the manufacturer keys are not JSON",
        ),
        (["url", "check", CODE.text, "--keys", "latin.json"], "keys file 'latin.json': it is not UTF-8"),
        (["url", "check", CODE.text, "--keys", "array.json"], "not a JSON object"),
        (["url", "check", CODE.text, "--keys", "twice.json"], "'2.3' twice"),
        (["url", "check", CODE.text, "--keys", "deep.json"], "not JSON"),
        (["url", "check", CODE.text, "--keys", "."], "it cannot be read: Is a directory"),
        (["qr", CODE.text, "-o", "code.jpg"], "[suffix]"),
        (["qr", CODE.text, "-o", "missing/code.png"], "[not_written]"),
        (["transfer", CODE.text, "--to", "me", "--owner", "key.json"], "[length]"),
        (["status", "x"], "'x' is no signature"),
        (["status", "\x07" * 70], "is no signature"),
        (["demo", "--out", "key.json"], "key.json: File exists"),
        (["demo", "--out", "key.json/x"], "Not a directory"),
        (["demo", "--cluster", "moon"], "no cluster is called 'moon'"),
        (["log", "show", "2.3", "--cluster", "embedded"], "is not on this cluster"),
        (["log", "show", "2.3.4", "--cluster", "embedded"], "[too_many_segments]"),
        (["log", "open", "2.13", "--payer", "key.json", "--cluster", "embedded"], "[leading_one]"),
        (["batch", "show", "2.3.4"], "[too_few_segments]"),
        (["batch", "show", "x" * 5000], "[too_long]"),
        (["batch", "show", CODE.text.replace("s.plings.io", "evil.example")], "[host]"),
        (["batch", "sweep", "https:" + "\x1b[31m" * 200, "--payer", "key.json"], "[too_long]"),
        (["batch", "open", PATH, "--payer", "key.json", "--cluster", "embedded"], "is not on this cluster"),
        (["batch", "show", PATH, "--cluster", "embedded"], "no batch account is open for"),
        (["sponsor", "show", "2.3", "--cluster", "embedded"], "is not on this cluster"),
        (["sponsor", "show", "2.3.4", "--cluster", "embedded"], "[too_many_segments]"),
        (["sponsor", "show", "2." + "z" * 99, "--cluster", "embedded"], "[too_long]"),
        (["sponsor", "return", CODE.text, "--previous-owner", "me", "--payer", "key.json"], "[length]"),
        (["sponsor", "return", "hello", "--previous-owner", "me", "--payer", "key.json"], "[scheme]"),
        (["object", CODE.text, "--cluster", "moon"], "no cluster is called 'moon'"),
        (["object", CODE.text, "--cluster", "http://[::1"], "malformed"),
        (["object", CODE.text, "--cluster", "embedded"], "is not on this cluster"),
        (["pay", CODE.text, "--amount", "1", "--payer", "key.json", "--cluster", "embedded"], "is not on this cluster"),
    ],
    ids=lambda part: " ".join(part)[:40] if isinstance(part, list) else "",
)
def test_refused(arguments: list[str], said: str) -> None:
    code = 2 if said == "No such option" else 1
    line = refused(*arguments, code=code)
    assert said in line
    assert SECRET not in line
    if code == 1:
        result = run(*arguments, "--json")
        assert refusal(result) == line
        assert one_object(result.stdout)["message"] == line


def test_the_network_of_a_refusal_is_not_asked_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key file is read before the cluster is asked."""
    monkeypatch.setattr("plings.cli.clusters.open_cluster", lambda name: pytest.fail("it was asked"))
    assert "cannot be read" in refused("pay", CODE.text, "--amount", "1", "--payer", "missing.json")


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("missing.json", "it cannot be read: No such file or directory"),
        (".", "it cannot be read: Is a directory"),
        ("text.json", "it is not a JSON array of 64 numbers"),
        ("latin.json", "it is not a JSON array of 64 numbers"),
        ("deep.json", "it is not a JSON array of 64 numbers"),
        ("/dev/zero", "it is not a JSON array of 64 numbers"),
        ("short.json", "it is not a JSON array of 64 numbers"),
        ("large.json", "it holds something else than numbers from 0 to 255"),
        ("mixed.json", "its last 32 numbers are not the public key of its first 32"),
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        ["pay", CODE.text, "--amount", "1", "--payer"],
        ["list", CODE.text, "--price", "1", "--owner"],
        ["cancel", CODE.text, "--owner"],
        ["transfer", CODE.text, "--to", MAKER.node.address, "--owner"],
        ["log", "open", "2.3", "--payer"],
        ["log", "sweep", "2.3", "--payer"],
        ["log", "checkpoint", "2.3", "--payer"],
        ["batch", "open", PATH, "--payer"],
        ["batch", "sweep", CODE.text, "--payer"],
        ["sponsor", "open", "2.3", "--per-item", "1", "--minimum", "1", "--authority"],
        ["sponsor", "open", "2.3", "--per-item", "1", "--minimum", "1", "--authority", "key.json", "--payer"],
        ["sponsor", "fund", "2.3", "--amount", "1", "--payer"],
        ["sponsor", "update", "2.3", "--minimum", "1", "--authority"],
        ["sponsor", "close", "2.3", "--authority"],
        ["sponsor", "return", CODE.text, "--previous-owner", MAKER.node.address, "--payer"],
        ["promotion", "claim", CODE.text, "--owner"],
        ["promotion", "challenge", CODE.text, "--payer"],
        ["promotion", "finalize", CODE.text, "--owner", "key.json", "--payer"],
        ["demo", "--cluster", "http://127.0.0.1:1", "--authority"],
    ],
    ids=lambda command: command[0],
)
def test_key_files(command: list[str], file: str, reason: str) -> None:
    assert refused(*command, file) == f"key file '{file}': {reason}"


@pytest.mark.parametrize(
    "arguments",
    [
        ["object", CODE.text],
        ["pay", CODE.text, "--amount", "1", "--payer", "key.json"],
        ["log", "show", "2.3"],
        ["batch", "show", PATH],
        ["sponsor", "show", "2.3"],
        ["status", "5" * 88],
        ["demo", "--authority", "key.json"],
        ["demo"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_nobody_listens(arguments: list[str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = refused(*arguments, "--cluster", f"http://127.0.0.1:{port}/key-of-a-provider")
    assert f"127.0.0.1:{port} cannot be reached" in line
    assert "key-of-a-provider" not in line


@pytest.mark.parametrize("amount", ["0", "-5", "1.5", "1e9", "", "18446744073709551616", "one", "9" * 5000])
@pytest.mark.parametrize("option", ["--amount", "--price"])
def test_wrong_amounts_are_wrong_usage(amount: str, option: str) -> None:
    command, key = ("pay", "--payer") if option == "--amount" else ("list", "--owner")
    line = refused(command, CODE.text, option, amount, key, "key.json", code=2)
    assert line.startswith(f"Invalid value for '{option}': ")


@pytest.mark.parametrize("amount", ["0", "-5", "1.5", "18446744073709551616"])
@pytest.mark.parametrize("option", ["--per-item", "--minimum", "--maximum"])
def test_wrong_terms_of_a_pool_are_wrong_usage(amount: str, option: str) -> None:
    line = refused("sponsor", "update", "2.3", "--authority", "key.json", option, amount, code=2)
    assert line.startswith(f"Invalid value for '{option}': ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fly"], "No such command 'fly' (see plings --help)"),
        (["url", "fly"], "No such command 'fly' (see plings url --help)"),
        (["--fly"], "No such option: --fly (see plings --help)"),
        (["pointer"], "Missing argument 'PATH' (see plings pointer --help)"),
        (["pointer", PATH], "Missing option '--manufacturer' (see plings pointer --help)"),
        (["key", "derive", "2.3"], "Missing option '--seed'"),
        (["path", PATH, "more"], "unexpected extra argument"),
        (["pay", CODE.text, "--amount", "1", "--payer", "key.json", "--tier", "shared"], "Invalid value for '--tier'"),
        (["log", "fly"], "No such command 'fly' (see plings log --help)"),
        (["log", "sweep", "2.3", "--payer", "key.json", "--shard", "256"], "Invalid value for '--shard'"),
        (["batch", "open", PATH, "--payer", "key.json", "--count", "0"], "Invalid value for '--count'"),
        (["batch", "open", PATH, "--payer", "key.json", "--count", "10001"], "Invalid value for '--count'"),
        (["sponsor", "update", "2.3", "--authority", "key.json"], "nothing would change"),
        (["sponsor", "open", "2.3", "--authority", "key.json", "--per-item", "1"], "Missing option '--minimum'"),
        (["status", "x", "--until", "soon"], "Invalid value for '--until'"),
        (["demo", "--authority", "key.json"], "the embedded cluster has an authority of its own"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_wrong_usage(arguments: list[str], said: str) -> None:
    assert said in refused(*arguments, code=2)


def test_a_seed_is_never_repeated() -> None:
    for text in (SECRET + "x", SECRET[:9], SECRET + SECRET + SECRET):
        result = run("key", "derive", "2.3", "--seed", text, "--json")
        assert text not in result.output
        piped = run("key", "derive", "2.3", "--seed", "-", stdin=text)
        assert text not in piped.output
        assert piped.exit_code == 1
    assert "[hex]" in refused("key", "derive", "2.3", "--seed", "-", stdin="é" * 32)


def test_two_codes_in_one_picture_are_one_too_many(folder: Path) -> None:
    with Image.open("one.png") as one:
        sheet = Image.new("L", (one.width * 2, one.height), 255)
        sheet.paste(one.convert("L"), (0, 0))
        sheet.paste(one.convert("L"), (one.width, 0))
    sheet.save("two.png")
    assert "it shows 2 codes and not one [several_codes]" in refused("url", "check", "two.png", "--keys", "keys.json")

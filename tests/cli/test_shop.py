"""`plings shop …`: as a publisher, a shopkeeper and a till's program use it."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from api.test_command import served
from cli.command import KEY_FILE_KEY, answer, json_answer, one_object, refusal, refused, run, write_key
from cli.registry_office import PASSPHRASE, Office
from cli.test_offline import GUARD
from cli.test_process import CLEAN, COMMAND
from discovery.test_discovery import LAMP, NEW, api, says
from plings.cli.shop_digits import large
from plings.identity import ClassPath, Identity, format_address
from plings.pictures import write_qr
from plings.printing import print_codes
from plings.shop import Bundle, Price, Product, ShopFolder, import_bundle
from printing import made as printing_made
from proofs.made import CODE as PAID
from proofs.made import RECEIPT
from shop.made import (
    DAY,
    IKEA_ID,
    KLIPPAN_ID,
    PUBLISHER_KEY,
    STRANGER_KEY,
    Contents,
    code,
    printed_batch,
    write_bundle,
)

KEY = format_address(PUBLISHER_KEY)
TEXT = code().text
FORGED = TEXT.replace(".3j&", ".3k&")
HOSTILE = Product(
    "sofa \x1b[31m\x07\u202e\r\n[bold]x[/bold]", "\x1b]0;x\x07", None, None, IKEA_ID, "active", (Price("SEK", 1, 2),)
)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Made an hour ago, of the hour's number."""
    contents = Contents()
    contents.checkpoints = [RECEIPT.checkpoint]
    return write_bundle(tmp_path / "made.bundle", contents, created=int(time.time()) - 3600)


@pytest.fixture
def shop(tmp_path: Path, bundle: Path) -> Path:
    answer("shop", "import", bundle, "--publisher", KEY, "--shop", tmp_path / "shop")
    return tmp_path / "shop"


def test_importing_and_looking(tmp_path: Path, bundle: Path) -> None:
    at = ("--shop", tmp_path / "shop")
    assert "name the publisher's key" in refused("shop", "import", bundle, *at)
    assert "no bundle was imported yet" in refused("shop", "status", *at)
    facts = json_answer("shop", "import", bundle, "--publisher", KEY, *at)
    assert (facts["publisher"], facts["sequence"], facts["records"]["pointers"]) == ("Corner Shops", 7, 4)
    assert "bundle" in answer("shop", "import", bundle, *at)
    status = json_answer("shop", "status", PLINGS_SHOP=str(tmp_path / "shop"))
    assert (status["publisher_key"], status["expired"]) == (KEY, False)
    assert 3600 <= status["age_seconds"] < 3700
    assert "1 h" in answer("shop", "status", *at)


def test_an_older_bundle_is_refused(tmp_path: Path, shop: Path) -> None:
    older = write_bundle(tmp_path / "older", sequence=6, created=int(time.time()))
    result = run("shop", "import", older, "--shop", shop, "--json")
    facts = one_object(result.stdout)
    assert "an older one is never taken again" in refusal(result)
    assert (facts["error"], facts["rule"], facts["part"]) == ("BundleRefused", "older", "bundle")
    stranger = format_address(STRANGER_KEY)
    assert "another publisher" in refused("shop", "import", older, "--publisher", stranger, "--shop", shop)
    assert "not_read" in refused("shop", "import", tmp_path / "none", "--shop", shop)
    assert "[length]" in refused("shop", "import", older, "--publisher", "KEY", "--shop", shop)


def test_an_expired_bundle_is_told(tmp_path: Path) -> None:
    made = int(time.time()) - 8 * DAY
    import_bundle(ShopFolder(tmp_path / "shop"), write_bundle(tmp_path / "old", created=made), made, PUBLISHER_KEY)
    at = ("--shop", tmp_path / "shop")
    assert refusal(run("shop", "status", *at)) == "the bundle has expired: import a newer one"
    result = run("shop", "check", TEXT, *at)
    assert refusal(result) == "ask: tag genuine"
    assert "EXPIRED 1 d" in result.stdout and "ASK FIRST" in result.stdout


def test_checking_a_code(tmp_path: Path, shop: Path) -> None:
    at = ("--shop", shop)
    page = answer("shop", "check", TEXT, *at)
    assert all(word in page for word in ("SELL", "BILLY bookcase", "IKEA · SKU 00263850", "tag genuine", "1 h"))
    facts = json_answer("shop", "check", TEXT, *at)
    assert (facts["advice"], facts["grade"], facts["signed"]) == ("sell", "tag genuine", True)
    assert facts["price"] == {"currency": "EUR", "amount_minor": 4995, "digits": 2, "text": "49.95 EUR"}
    assert facts["manufacturer"]["name"] == "IKEA" and facts["product"]["sku"] == "00263850"
    write_qr(TEXT, tmp_path / "code.png")
    assert json_answer("shop", "check", tmp_path / "code.png", *at) | {"bundle": 0} == facts | {"bundle": 0}
    result = run("shop", "check", FORGED, *at, "--json")
    assert refusal(result) == "refuse: counterfeit class"
    assert one_object(result.stdout)["price"] is None
    assert "DO NOT SELL" in run("shop", "check", "4006381333931", *at).stdout


def test_checking_a_proof(tmp_path: Path, shop: Path) -> None:
    _, proofs = printed_batch()
    (tmp_path / "proof.json").write_text(proofs[58].text)
    (tmp_path / "other.json").write_text(proofs[57].text)
    at = ("--shop", shop, "--json")
    assert one_object(answer("shop", "check", TEXT, "--proof", tmp_path / "proof.json", *at))["printed"] is True
    result = run("shop", "check", TEXT, "--proof", tmp_path / "other.json", *at)
    assert refusal(result) == "refuse: tag genuine" and one_object(result.stdout)["printed"] is False
    (tmp_path / "bad.json").write_text("{}")
    assert "item" in refused("shop", "check", TEXT, "--proof", tmp_path / "bad.json", "--shop", shop)
    assert "cannot be read" in refused("shop", "check", TEXT, "--proof", tmp_path / "none.json", "--shop", shop)


def test_a_customer_s_receipt(tmp_path: Path, shop: Path) -> None:
    (tmp_path / "receipt.json").write_text(RECEIPT.text)
    at = (tmp_path / "receipt.json", "--shop", shop)
    page = answer("shop", "receipt", *at)
    assert " PROVED " in page and "ago" in page
    facts = json_answer("shop", "receipt", *at, "--scan", PAID.text)
    assert (facts["proved"], facts["matches_scan"]) == (True, True)
    assert facts["leaf_age_seconds"] > 0 and facts["checkpoint_age_seconds"] > 0
    for other, why in ((TEXT, "not proved"), (PAID.text + "x", "not proved: the scanned code is not genuine")):
        result = run("shop", "receipt", *at, "--scan", other, "--json")
        assert refusal(result) == why and one_object(result.stdout)["proved"] is False
    (tmp_path / "receipt.json").write_text(RECEIPT.text.replace("10000", "10001"))
    assert "[inclusion]" in refused("shop", "receipt", *at)


def _lines(shop: Path, typed: str, *arguments: object, **others: Any) -> list[dict[str, Any]]:
    done = run("shop", "serve", "--shop", shop, "--json", *arguments, stdin=typed, **others)
    assert (done.exit_code, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_counter_answers_each_line(shop: Path) -> None:
    seen = _lines(shop, f"]Q1{TEXT}\r\n\r\n{FORGED}\t\n\x02{code('2.3.9.2.2').text}\x03\n{'x' * 5000}\n{TEXT}")
    assert [one["advice"] for one in seen] == ["sell", "refuse", "ask", "refuse", "sell"]
    assert seen[2]["against"] == ["the shop's list has no class 2.3.9"]


def test_the_counter_goes_on_after_a_damaged_block(shop: Path) -> None:
    (kept,) = shop.glob("*.bundle")
    with Bundle.open(kept, PUBLISHER_KEY) as opened:
        start, _ = opened.extent(next(iter(opened.blocks("products"))))
    content = bytearray(kept.read_bytes())
    content[start] ^= 1
    kept.write_bytes(content)
    broken, fine = _lines(shop, f"{TEXT}\n{FORGED}\n")
    assert (broken["advice"], broken["error"], broken["rule"]) == ("refuse", "BundleInvalid", "hash")
    assert fine["grade"] == "counterfeit class"
    page = run("shop", "serve", "--shop", shop, stdin=f"{TEXT}\n").stdout
    assert "DO NOT SELL" in page and "import it again" in page
    assert "[hash]" in refused("shop", "check", TEXT, "--shop", shop)


def test_names_of_products_do_nothing_to_a_terminal(tmp_path: Path) -> None:
    contents = Contents()
    contents.products[KLIPPAN_ID] = HOSTILE
    file = write_bundle(tmp_path / "hostile", contents, created=int(time.time()), name="\x1b[2J\u202eCorner")
    at = ("--shop", tmp_path / "shop")
    for page in (
        answer("shop", "import", file, "--publisher", KEY, *at),
        answer("shop", "status", *at),
        answer("shop", "check", code("2.3.7.2.2").text, *at),
        run("shop", "serve", *at, stdin=code("2.3.7.2.2").text).stdout,
    ):
        assert all(mark.isprintable() or mark == "\n" for mark in page)


def test_a_long_name_does_not_push_the_advice_off_the_screen(tmp_path: Path) -> None:
    contents = Contents()
    contents.products[KLIPPAN_ID] = Product("SELL " * 400, "9" * 2000, None, None, IKEA_ID, "archived", ())
    file = write_bundle(tmp_path / "long", contents, created=int(time.time()))
    answer("shop", "import", file, "--publisher", KEY, "--shop", tmp_path / "shop")
    page = run("shop", "check", code("2.3.7.2.2").text, "--shop", tmp_path / "shop").stdout
    assert "ASK FIRST" in page and len(page.splitlines()) <= 24


def test_new_classes_are_asked_for_once_and_kept(shop: Path) -> None:
    with api(says(LAMP)) as (url, asked):
        command = [*COMMAND, "shop", "serve", "--shop", str(shop), "--json", "--ask", url]
        with subprocess.Popen(command, env=CLEAN, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as till:
            assert till.stdin is not None and till.stdout is not None

            def typed(text: str) -> dict[str, Any]:
                till.stdin.write(f"{text}\n")  # type: ignore[union-attr]
                till.stdin.flush()  # type: ignore[union-attr]
                return dict(json.loads(till.stdout.readline()))  # type: ignore[union-attr]

            first = typed(NEW.text)
            assert (first["advice"], first["product"]) == ("ask", None)
            learned = json.loads(till.stdout.readline())["learned"]
            assert (learned["path_to_pointer"], learned["product"]) == ("2.3.9", "Lamp")
            second = typed(NEW.text)
            assert (second["product"]["name"], second["told_by"], second["advice"]) == ("Lamp", url, "ask")
            typed(TEXT)
            till.stdin.close()
            assert till.wait(30) == 0
        assert asked == [f"/v1/products/{NEW.class_pointer}"]
    (offline,) = _lines(shop, NEW.text)
    assert offline["product"]["name"] == "Lamp", "kept, and nobody is there any more"
    address = ("--ask", "http://api.plings.io")
    assert "not the https address" in refused("shop", "serve", "--shop", shop, *address, stdin="")


def test_large_digits_are_three_rows_of_one_width_and_no_two_are_alike() -> None:
    assert {len(row) for row in large("0123456789")} == {39}
    assert len({tuple(large(digit)) for digit in "0123456789"}) == 10
    assert large("1.5") == ["▀█    █▀▀", " █    ▀▀█", "▀▀▀ ▀ ▀▀▀"]


def test_a_terminal_without_such_letters_or_room_gets_plain_digits(shop: Path) -> None:
    for environment in ({"PYTHONIOENCODING": "ascii"}, {"COLUMNS": "30"}):
        command = [*COMMAND, "shop", "check", TEXT, "--shop", str(shop)]
        here, there = pty.openpty()
        env = {**CLEAN, "TERM": "xterm", **environment}
        with subprocess.Popen(command, stdout=there, stderr=there, env=env) as process:
            os.close(there)
            seen = _until(here, b"EUR")
            assert process.wait(30) == 0
        os.close(here)
        assert b"49.95 EUR" in seen and "▀▀█".encode() not in seen


def test_pictures_that_a_camera_saves_are_answered(tmp_path: Path, shop: Path) -> None:
    folder = tmp_path / "camera"
    folder.mkdir()
    write_qr(FORGED, folder / "before.png")
    command = [*COMMAND, "shop", "serve", "--shop", str(shop), "--json", "--pictures", str(folder)]
    with subprocess.Popen(command, env=CLEAN, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as till:
        assert till.stdin is not None and till.stdout is not None
        till.stdin.write(f"{TEXT}\n")
        till.stdin.flush()
        assert json.loads(till.stdout.readline())["advice"] == "sell"
        write_qr(TEXT, folder / "one.png")
        assert json.loads(till.stdout.readline())["advice"] == "sell"
        (folder / "two.jpg").write_bytes(b"no picture")
        assert json.loads(till.stdout.readline())["error"] == "PictureError"
        till.stdin.close()
        assert till.wait(30) == 0 and till.stdout.read() == ""
    assert "cannot be read" in refused("shop", "serve", "--shop", shop, "--pictures", tmp_path / "none", stdin="")


@pytest.mark.ui
def test_no_command_of_a_counter_opens_a_socket(tmp_path: Path, bundle: Path) -> None:
    (tmp_path / "receipt.json").write_text(RECEIPT.text)
    at = ["--shop", str(tmp_path / "shop")]
    commands = [
        ["shop", "import", str(bundle), "--publisher", KEY, *at],
        ["shop", "status", *at],
        ["shop", "check", TEXT, *at],
        ["shop", "receipt", str(tmp_path / "receipt.json"), *at],
        ["shop", "serve", *at],
    ]
    process = [sys.executable, "-W", "error", "-c", GUARD, json.dumps(commands)]
    done = subprocess.run(process, input=f"{TEXT}\n", capture_output=True, text=True, timeout=60, env=CLEAN)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("SELL") == 2


@pytest.mark.ui
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace watches: apt-get install strace")
def test_the_system_is_asked_for_no_socket(tmp_path: Path, shop: Path) -> None:
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-e", "trace=network", "-o", str(trace), *COMMAND, "shop", "serve", "--shop", str(shop)]
    done = subprocess.run(command, input=f"{TEXT}\n", capture_output=True, text=True, timeout=120, env=CLEAN)
    assert done.returncode == 0 and "SELL" in done.stdout
    assert [line for line in trace.read_text().splitlines() if re.search(r"\b[a-z]+\(", line)] == []


@pytest.mark.ui
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_keyboard_is_quiet_while_it_serves_and_as_before_afterwards(shop: Path, number: int) -> None:
    import termios

    here, there = pty.openpty()
    with _till(shop, there) as till:
        seen = _until(here, b"ready")
        assert not termios.tcgetattr(there)[3] & termios.ECHO
        os.write(here, TEXT.encode() + b"\r")
        seen = _until(here, b"old")
        assert TEXT.encode() not in seen and b"SELL" in seen and b"BILLY" in seen
        till.send_signal(number)
        assert till.wait(30) == 0
    assert termios.tcgetattr(there)[3] & termios.ECHO
    os.close(here)
    os.close(there)


@pytest.mark.ui
@pytest.mark.parametrize("marks", ["x\x15", "x\x7f", "xx\x17", "\x04", "\x13", "\x1a", "\x1c", "\x16\r"])
def test_a_terminal_makes_no_other_code_of_what_is_typed(shop: Path, marks: str) -> None:
    """Erasing, end of input, holding back output, stopping, quitting: the code that has them is none."""
    here, there = pty.openpty()
    with _till(shop, there) as till:
        _until(here, b"ready")
        os.write(here, f"x{marks}{TEXT}\r".encode())
        assert b"DO NOT SELL" in _until(here, b"old")
        os.write(here, f"{TEXT}\r".encode())
        assert b"SELL" in _until(here, b"old")
        till.send_signal(signal.SIGINT)
        assert till.wait(30) == 0
    os.close(here)
    os.close(there)


@contextmanager
def _till(shop: Path, terminal: int) -> Iterator[subprocess.Popen[bytes]]:
    """The counter as a process at a terminal, gone at the end whatever happens."""
    env = {**CLEAN, "TERM": "xterm-256color", "COLUMNS": "100"}
    command = [*COMMAND, "shop", "serve", "--shop", str(shop)]
    with subprocess.Popen(
        command, stdin=terminal, stdout=terminal, stderr=terminal, env=env, start_new_session=True
    ) as till:
        try:
            yield till
        finally:
            till.kill()


def _until(terminal: int, word: bytes) -> bytes:
    seen = b""
    while word not in seen:
        seen += os.read(terminal, 4096)
    return seen


@pytest.fixture
def office(registry_url: str) -> Office:
    """IKEA sells a bookcase there."""
    office = Office(registry_url, {})
    about = ("--organization", "IKEA", "--sku", "B-1", "--price", "49.95 EUR")
    made = office.tells("class", "add", "BILLY", *about, by="ida@ikea.example")
    office.says("pointer", "register", "2.3.2", made["id"], by="ida@ikea.example")
    return office


def test_from_the_registry_to_the_till(tmp_path: Path, office: Office) -> None:
    key = write_key(tmp_path / "publisher.json", KEY_FILE_KEY)
    commitment, _ = printed_batch()
    (tmp_path / "batch.json").write_text(commitment.text)
    (tmp_path / "checkpoint.json").write_text(RECEIPT.checkpoint.text)
    (tmp_path / "prices.csv").write_text("manufacturer,sku,currency,amount\n2.3,B-1,EUR,39.95\n")
    given = ("--name", "Corner Shops", "--key", key, "--database", office.url)
    print_codes(printing_made.MAKER, printing_made.job(printing_made.SMALL[0]), tmp_path / "job", workers=1)
    more = (
        "--batch",
        tmp_path / "batch.json",
        "--batch",
        tmp_path / "job",
        "--checkpoint",
        tmp_path / "checkpoint.json",
    )
    more = (*more, "--prices", tmp_path / "prices.csv", "--manufacturer", "2.3", "--days", 2)
    facts = json_answer("shop", "export", tmp_path / "new", *given, *more)
    assert facts["records"] == {"manufacturers": 1, "pointers": 1, "products": 1, "batches": 1, "checkpoints": 1}
    assert facts["expires_at_unix"] - facts["created_at_unix"] == 2 * DAY
    assert facts["publisher_key"] == str(KEY_FILE_KEY.pubkey())
    at = ("--shop", tmp_path / "shop")
    answer("shop", "import", tmp_path / "new", "--publisher", KEY_FILE_KEY.pubkey(), *at)
    sold = json_answer("shop", "check", TEXT, *at)
    assert (sold["advice"], sold["price"]["text"]) == ("sell", "39.95 EUR")
    assert "without price" not in answer("shop", "export", tmp_path / "next", *given, "--sequence", 2**40)


def test_a_vault_signs(tmp_path: Path, office: Office) -> None:
    vaults = {"PLINGS_VAULT": str(tmp_path / "vaults"), "PLINGS_VAULT_PASSPHRASE": PASSPHRASE}
    (tmp_path / "vaults").mkdir(mode=0o700)
    answer("vault", "restore", "file:publisher", stdin="00" * 32, **vaults)
    given = ("--name", "Plings", "--vault", "file:publisher", "--signing", "2.2", "--database", office.url)
    facts = json_answer("shop", "export", tmp_path / "new", *given, **vaults)
    signer = Identity.from_seed(bytes(32), ClassPath("2.2"))
    assert facts["publisher_key"] == signer.node.address
    answer("shop", "import", tmp_path / "new", "--publisher", facts["publisher_key"], "--shop", tmp_path / "shop")


def test_exports_that_are_refused(tmp_path: Path, office: Office) -> None:
    key = write_key(tmp_path / "publisher.json", KEY_FILE_KEY)
    given = ("shop", "export", tmp_path / "new", "--name", "x", "--database", office.url)
    (tmp_path / "bad").write_text("{}")
    assert "--key, or --vault" in refused(*given, code=2)
    assert "--key, or --vault" in refused(*given, "--key", key, "--vault", "file:x", "--signing", "2.2", code=2)
    keyed = (*given, "--key", key)
    assert "batch file" in refused(*keyed, "--batch", tmp_path / "bad")
    assert "checkpoint file" in refused(*keyed, "--checkpoint", tmp_path / "none")
    assert "price list" in refused(*keyed, "--prices", tmp_path / "bad")
    assert "unknown_manufacturer" in refused(*keyed, "--manufacturer", "2.9")
    assert not (tmp_path / "new").exists()


@pytest.mark.ui
def test_a_till_learns_from_a_real_api(tmp_path: Path, office: Office) -> None:
    """The bundle is of before; the class came since."""
    key = write_key(tmp_path / "publisher.json", KEY_FILE_KEY)
    answer("shop", "export", tmp_path / "new", "--name", "x", "--key", key, "--database", office.url)
    answer("shop", "import", tmp_path / "new", "--publisher", KEY_FILE_KEY.pubkey(), "--shop", tmp_path / "shop")
    made = office.tells("class", "add", "Lamp", "--organization", "IKEA", "--price", "9.99 EUR", by="ida@ikea.example")
    office.says("pointer", "register", "2.3.9", made["id"], by="ida@ikea.example")
    with served(PLINGS_DATABASE_URL=office.url) as (_, url):
        command = [*COMMAND, "shop", "serve", "--shop", str(tmp_path / "shop"), "--json", "--ask", url]
        with subprocess.Popen(command, env=CLEAN, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as till:
            assert till.stdin is not None and till.stdout is not None
            till.stdin.write(f"{NEW.text}\n{code('2.3.8.2.2').text}\n")
            till.stdin.flush()
            seen = [json.loads(till.stdout.readline()) for _ in range(3)]
            till.stdin.close()
            assert till.wait(30) == 0
    assert [one["learned"]["product"] for one in seen if "learned" in one] == ["Lamp"]
    (offline,) = _lines(tmp_path / "shop", NEW.text)
    assert (offline["product"]["name"], offline["price"]["text"]) == ("Lamp", "9.99 EUR")

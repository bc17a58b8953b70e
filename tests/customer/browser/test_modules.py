"""The page's modules outside of a browser: under Node.js, against the frozen vectors; and files that are others'."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from base64 import b64encode
from hashlib import sha256

from customer.browser.chromium import FOLDER, MODULES, REPOSITORY, need
from identity.frozen import vectors
from plings.customer.languages import LANGUAGES, texts
from plings.errors import IdentityError, ReceiptInvalid
from plings.identity import ScanUrl
from plings.proofs import Receipt

CUSTOMER = REPOSITORY / "client" / "plings" / "customer"
ZXING = CUSTOMER / "static" / "scanner" / "zxing-wasm"


def test_modules_check_as_python_and_rust_do() -> None:
    node = shutil.which("node")
    need("Node.js", there=node is not None)
    command = [str(node), "--test", "--test-reporter=tap", str(FOLDER / "vectors.test.mjs")]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stdout
    assert "# pass 17" in ran.stdout and "# skipped 0" in ran.stdout


def test_modules_judge_what_was_altered_as_python_does() -> None:
    node, chance = shutil.which("node"), random.Random(7)
    need("Node.js", there=node is not None)
    receipts = [row["text"].encode() for row in vectors("receipts", "valid")]
    urls = [row["text"].encode() for row in vectors("urls", "valid")]
    altered = [("receipt", _altered(chance.choice(receipts), chance)) for _ in range(400)]
    altered += [("url", _altered(chance.choice(urls), chance)) for _ in range(800)]
    asked = json.dumps([(kind, b64encode(text).decode()) for kind, text in altered])
    ran = subprocess.run(
        [str(node), str(FOLDER / "judge.mjs")], input=asked, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    verdicts = json.loads(ran.stdout)
    for (kind, text), verdict in zip(altered, verdicts, strict=True):
        assert verdict == _judged(kind, text), text
    assert len(set(verdicts)) > 30


def _altered(text: bytes, chance: random.Random) -> bytes:
    """A character changed, cut out, doubled or moved, once or twice."""
    made = bytearray(text)
    for _ in range(chance.choice((1, 1, 2))):
        at, to = chance.randrange(len(made)), chance.randrange(len(made))
        part = bytes(made[min(at, to) : min(at, to) + chance.choice((1, 1, 8, 40))])
        match chance.randrange(4):
            case 0:
                made[at] = chance.choice(b'0123456789zZ1l-_=&?.,:"[]{}\\ ')
            case 1:
                del made[at : at + chance.choice((1, 2, 12))]
            case 2:
                made[at:at] = part
            case _:
                made[at], made[to] = made[to], made[at]
    return bytes(made) or b"?"


def _judged(kind: str, text: bytes) -> str:
    try:
        if kind == "url":
            ScanUrl.parse(text.decode())
            return "fine"
        return Receipt.parse(text).verify().grade.value
    except ReceiptInvalid as error:
        return f"{error.part} {error.rule}"
    except IdentityError as error:
        return error.rule


def test_zxing_is_unchanged() -> None:
    table = re.findall(r"^\| `(.+?)` \| `(\w{64})` \|$", (ZXING / "README.md").read_text(), re.M)
    assert len(table) == 3
    for name, digest in table:
        assert sha256((ZXING / name).read_bytes()).hexdigest() == digest
    package = json.loads((FOLDER / "package.json").read_text())
    assert f"zxing-wasm) {package['devDependencies']['zxing-wasm']}:" in (ZXING / "README.md").read_text()
    need("npm package zxing-wasm", there=(MODULES / "zxing-wasm").is_dir())
    for name, digest in table:
        assert sha256((MODULES / "zxing-wasm" / "dist" / name).read_bytes()).hexdigest() == digest


def test_lock_file_names_no_registry() -> None:
    lock = (FOLDER / "package-lock.json").read_text()
    assert '"integrity"' in lock and '"resolved"' not in lock


def test_languages_say_the_same_things() -> None:
    english, *others = [texts(language) for language in LANGUAGES]
    for other in others:
        assert list(other) == list(english)
        for key, text in english.items():
            assert text.strip() and other[key].strip()
            assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", other[key])), key


def test_every_text_is_used_and_every_used_text_is_there() -> None:
    known = set(texts("en"))
    sources = [path.read_text() for kind in ("html", "js", "py") for path in CUSTOMER.rglob(f"*.{kind}")]
    code = "\n".join(sources)
    for key in re.findall(r"\bt\(\"([\w.]+)\"[,)]", code) + re.findall(r"\btext\(\"([\w.]+)\"[,)]", code):
        assert key in known, key
    for key in known:  # whole, or by what its end is joined to
        joined = any(f'"{key[: at + 1]}' in code or f"`{key[: at + 1]}" in code for at, c in enumerate(key) if c == ".")
        assert f'"{key}"' in code or joined, key

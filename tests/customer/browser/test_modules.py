"""The page's modules outside of a browser: under Node.js, against the frozen vectors; and files that are others'."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from hashlib import sha256

from customer.browser.chromium import FOLDER, MODULES, REPOSITORY, need
from plings.customer.languages import LANGUAGES, texts

CUSTOMER = REPOSITORY / "client" / "plings" / "customer"
ZXING = CUSTOMER / "static" / "scanner" / "zxing-wasm"


def test_modules_check_as_python_and_rust_do() -> None:
    node = shutil.which("node")
    need("Node.js", there=node is not None)
    command = [str(node), "--test", "--test-reporter=tap", str(FOLDER / "vectors.test.mjs")]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stdout
    assert "# pass 17" in ran.stdout and "# skipped 0" in ran.stdout


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

"""Taking bundles: none is taken that is older, expired, damaged or another's, and what is refused changes nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from plings.errors import BundleInvalid, BundleRefused, ShopError
from plings.identity import format_address
from plings.shop import Price, ShopFolder, Till, import_bundle
from shop.made import (
    BILLY,
    BILLY_ID,
    DAY,
    NOW,
    PUBLISHER_KEY,
    STRANGER,
    STRANGER_KEY,
    Contents,
    code,
    write_bundle,
)

MINUTE = 60


@pytest.fixture
def shop(tmp_path: Path) -> ShopFolder:
    return ShopFolder(tmp_path / "shop")


def _imported(shop: ShopFolder, tmp_path: Path, **others: object) -> Path:
    file = write_bundle(tmp_path / "first", **others)  # type: ignore[arg-type]
    import_bundle(shop, file, NOW + MINUTE, PUBLISHER_KEY)
    return file


def _everything(shop: ShopFolder) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(shop.folder.iterdir())}


def test_the_first_import_pins_the_publisher(shop: ShopFolder, tmp_path: Path) -> None:
    file = write_bundle(tmp_path / "first")
    with pytest.raises(ShopError, match=r"\[no_publisher\]"):
        import_bundle(shop, file, NOW)
    with pytest.raises(ShopError, match=r"\[no_bundle\]"):
        shop.open_bundle()
    assert import_bundle(shop, file, NOW, PUBLISHER_KEY).sequence == 7
    assert import_bundle(shop, write_bundle(tmp_path / "next", sequence=8), NOW).sequence == 8
    with shop.open_bundle() as bundle:
        assert (bundle.header.sequence, bundle.header.publisher_name) == (8, "Corner Shops")
    assert len(list(shop.folder.glob("*.bundle*"))) == 1


def test_the_same_bundle_again_changes_nothing(shop: ShopFolder, tmp_path: Path) -> None:
    file = _imported(shop, tmp_path)
    before = _everything(shop)
    import_bundle(shop, file, NOW + MINUTE)
    import_bundle(shop, file, NOW + MINUTE, PUBLISHER_KEY)
    assert _everything(shop) == before


@pytest.mark.parametrize("damage", ["a bit", "gone", "older"])
def test_the_same_bundle_again_mends_a_damaged_one(shop: ShopFolder, tmp_path: Path, damage: str) -> None:
    """Which is what a till says to do about it."""
    file = _imported(shop, tmp_path)
    before = _everything(shop)
    (kept,) = shop.folder.glob("*.bundle")
    if damage == "gone":
        kept.unlink()
    elif damage == "older":
        write_bundle(kept, sequence=3)
    else:
        content = bytearray(kept.read_bytes())
        content[100] ^= 1
        kept.write_bytes(content)
    import_bundle(shop, file, NOW + MINUTE)
    assert _everything(shop) == before


@pytest.mark.parametrize(
    ("rule", "others", "now"),
    [
        ("older", {"sequence": 6}, NOW),
        ("other_content", {"name": "Corner shops"}, NOW),
        ("expired", {"sequence": 8, "days": 1}, NOW + DAY),
        ("future", {"sequence": 8, "created": NOW + 301}, NOW),
        ("signature", {"sequence": 8, "signer": STRANGER}, NOW),
    ],
)
def test_a_bundle_that_is_refused_changes_nothing(
    shop: ShopFolder, tmp_path: Path, rule: str, others: dict[str, object], now: int
) -> None:
    _imported(shop, tmp_path)
    before = _everything(shop)
    with pytest.raises(ShopError) as caught:
        import_bundle(shop, write_bundle(tmp_path / "refused", **others), now)  # type: ignore[arg-type]
    assert caught.value.rule == rule
    assert _everything(shop) == before


def test_a_clock_may_differ_a_little(shop: ShopFolder, tmp_path: Path) -> None:
    import_bundle(shop, write_bundle(tmp_path / "soon", created=NOW + 300), NOW, PUBLISHER_KEY)


def test_another_publisher_s_key_is_not_taken_for_the_pinned_one(shop: ShopFolder, tmp_path: Path) -> None:
    _imported(shop, tmp_path)
    file = write_bundle(tmp_path / "other", sequence=9, signer=STRANGER)
    with pytest.raises(BundleRefused, match=r"\[another_publisher\]"):
        import_bundle(shop, file, NOW, STRANGER_KEY)


@pytest.mark.parametrize("where", ["block", "index", "end"])
def test_a_damaged_bundle_changes_nothing(shop: ShopFolder, tmp_path: Path, where: str) -> None:
    _imported(shop, tmp_path)
    before = _everything(shop)
    file = write_bundle(tmp_path / "damaged", sequence=8)
    content = bytearray(file.read_bytes())
    at = {"block": 100, "index": content.index(b'{"format"') - 5, "end": len(content) - 10}[where]
    content[at] ^= 1
    file.write_bytes(content)
    with pytest.raises(BundleInvalid):
        import_bundle(shop, file, NOW)
    assert _everything(shop) == before


def test_a_first_import_that_is_refused_pins_nobody(shop: ShopFolder, tmp_path: Path) -> None:
    with pytest.raises(BundleInvalid):
        import_bundle(shop, write_bundle(tmp_path / "other", signer=STRANGER), NOW, PUBLISHER_KEY)
    import_bundle(shop, write_bundle(tmp_path / "other", signer=STRANGER), NOW, STRANGER_KEY)


def test_a_bundle_in_the_folder_that_was_exchanged_is_not_opened(shop: ShopFolder, tmp_path: Path) -> None:
    """Also by an older one of the same publisher: shop.json says which it was."""
    _imported(shop, tmp_path)
    (kept,) = shop.folder.glob("*.bundle")
    kept.write_bytes(write_bundle(tmp_path / "older", sequence=3).read_bytes())
    with pytest.raises(ShopError, match=r"\[other_content\]"):
        shop.open_bundle()


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\xff", b'{"format":"plings-shop","version":2}', b"x" * 20_000, b"[" * 10_000]
)
def test_a_damaged_shop_json_is_told(shop: ShopFolder, tmp_path: Path, content: bytes) -> None:
    _imported(shop, tmp_path)
    shop.state_file.write_bytes(content)
    with pytest.raises(ShopError, match=r"shop\.json"):
        shop.open_bundle()
    with pytest.raises(ShopError, match=r"shop\.json"):
        import_bundle(shop, tmp_path / "first", NOW, PUBLISHER_KEY)


def test_two_imports_at_once_are_one(shop: ShopFolder, tmp_path: Path) -> None:
    file = write_bundle(tmp_path / "first")
    with shop.locked(), pytest.raises(ShopError, match=r"\[busy\]"):
        import_bundle(shop, file, NOW, PUBLISHER_KEY)
    import_bundle(shop, file, NOW, PUBLISHER_KEY)


def test_what_an_import_left_that_was_killed_is_cleared_away(shop: ShopFolder, tmp_path: Path) -> None:
    _imported(shop, tmp_path)
    (shop.folder / "8-00.bundle.new").write_bytes(b"half")
    (shop.folder / "5-00.bundle").write_bytes(b"old")
    import_bundle(shop, write_bundle(tmp_path / "next", sequence=8), NOW)
    assert len([file for file in shop.folder.iterdir() if "bundle" in file.name]) == 1


CHILD = """
import os, sys
from pathlib import Path
from plings.shop import ShopFolder, import_bundle
real, calls, die_at = os.replace, 0, int(sys.argv[3])
def counted(function):
    def call(*arguments, **others):
        global calls
        calls += 1
        if calls == die_at:
            os.kill(os.getpid(), 9)
        return function(*arguments, **others)
    return call
os.replace, os.fsync = counted(os.replace), counted(os.fsync)
import_bundle(ShopFolder(Path(sys.argv[1])), Path(sys.argv[2]), float(sys.argv[4]))
"""


@pytest.mark.parametrize("die_at", range(1, 8))
def test_a_shop_whose_import_was_killed_goes_by_the_old_bundle_or_the_new_one(
    shop: ShopFolder, tmp_path: Path, die_at: int
) -> None:
    _imported(shop, tmp_path)
    new = write_bundle(tmp_path / "next", sequence=8)
    child = [sys.executable, "-c", CHILD, str(shop.folder), str(new), str(die_at), str(NOW)]
    done = subprocess.run(child, env={**os.environ, "PYTHONPATH": ""}, capture_output=True, timeout=60, check=False)
    with shop.open_bundle() as bundle:
        assert bundle.header.sequence in (7, 8)
        assert bundle.header.sequence == 8 or done.returncode == -9
    assert import_bundle(shop, new, NOW).sequence == 8
    with shop.open_bundle() as bundle:
        assert bundle.header.sequence == 8


def test_a_till_takes_up_a_new_bundle_and_keeps_to_the_old_one_until_then(shop: ShopFolder, tmp_path: Path) -> None:
    _imported(shop, tmp_path)
    contents = Contents()
    contents.products[BILLY_ID] = type(BILLY)(
        BILLY.name, BILLY.sku, None, None, BILLY.organization_id, "active", (Price("EUR", 1, 2),)
    )
    with Till(shop, lambda: float(NOW)) as till:
        assert till.scan(code().text).price == Price("EUR", 4995, 2)
        import_bundle(shop, write_bundle(tmp_path / "next", contents, sequence=8), NOW)
        assert till.scan(code().text).price == Price("EUR", 1, 2)
        shop.state_file.write_text(json.dumps({"format": "plings-shop"}))
        with pytest.raises(ShopError):
            till.scan(code().text)


def test_shop_json_names_the_publisher(shop: ShopFolder, tmp_path: Path) -> None:
    _imported(shop, tmp_path)
    assert json.loads(shop.state_file.read_text())["publisher_key"] == format_address(PUBLISHER_KEY)
    assert oct(shop.folder.stat().st_mode)[-3:] == "700"

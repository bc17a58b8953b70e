"""The bundle's file: its bytes are frozen, and a changed bit of it is found before anything is answered by it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from plings.errors import BundleInvalid, ShopError
from plings.identity import Grade
from plings.shop import Bundle, BundleWriter, Counter, check_whole
from plings.shop.header import read_header, signed_message
from plings.shop.keys import pointer_record_key
from plings.shop.layout import ENTRY, MAGIC, SECTIONS, TRAILER
from shop.made import (
    DAY,
    IKEA,
    NOW,
    PUBLISHER,
    PUBLISHER_KEY,
    STRANGER,
    STRANGER_KEY,
    Contents,
    code,
    made_bundle,
    printed_batch,
    write_bundle,
)

VECTOR = Path(__file__).resolve().parents[1] / "vectors/shop_bundle.json"


def test_its_bytes_are_the_frozen_ones(tmp_path: Path) -> None:
    contents = Contents()
    contents.commitments = [printed_batch(count=3)[0]]
    content = write_bundle(tmp_path / "frozen", contents).read_bytes()
    frozen = json.loads(VECTOR.read_text())
    assert content.hex() == frozen["bundle"]
    assert sha256(content).hexdigest() == frozen["sha256"]
    assert PUBLISHER_KEY.hex() == frozen["publisher_key"]


def test_the_frozen_file_is_read(tmp_path: Path) -> None:
    frozen = json.loads(VECTOR.read_text())
    (tmp_path / "frozen").write_bytes(bytes.fromhex(frozen["bundle"]))
    with Bundle.open(tmp_path / "frozen", bytes.fromhex(frozen["publisher_key"])) as bundle:
        check_whole(bundle)
        for scan in frozen["scans"]:
            answer = Counter(bundle).check(scan["text"], frozen["now_unix"])
            price = None if answer.price is None else answer.price.text
            said = {"text": scan["text"], "grade": answer.verdict.grade, "advice": answer.advice, "price": price}
            assert said == scan


def test_every_key_is_found_in_many_blocks(tmp_path: Path) -> None:
    records = {sha256(b"%d" % number).digest()[:16]: b"%d" % number * (number % 50) for number in range(3000)}
    with (tmp_path / "many").open("wb") as stream:
        writer = BundleWriter(stream)
        for key in sorted(records):
            writer.add("products", key, records[key])
        _finish(writer)
    with Bundle.open(tmp_path / "many", PUBLISHER_KEY) as bundle:
        assert bundle.header.sections["products"].blocks > 50
        assert all(bundle.find("products", key) == record for key, record in records.items())
        strangers = [sha256(b"stranger %d" % number).digest()[:16] for number in range(3000)]
        assert not any(bundle.find("products", key) for key in [*strangers, bytes(16), b"\xff" * 16])
        assert bundle.find("pointers", next(iter(records))) is None, "an empty section"


def test_the_longest_record_is_found(tmp_path: Path) -> None:
    with (tmp_path / "long").open("wb") as stream:
        writer = BundleWriter(stream)
        for number in range(3):
            writer.add("products", bytes(15) + bytes([number]), bytes([number]) * 65_535)
        with pytest.raises(ValueError, match="65535 bytes"):
            writer.add("products", b"\1" * 16, bytes(65_536))
        _finish(writer)
    with Bundle.open(tmp_path / "long", PUBLISHER_KEY) as bundle:
        assert bundle.find("products", bytes(15) + b"\2") == b"\2" * 65_535


@pytest.mark.parametrize("first", ["same key", "smaller key", "earlier section", "short key"])
def test_records_are_written_in_order(tmp_path: Path, first: str) -> None:
    with (tmp_path / "order").open("wb") as stream:
        writer = BundleWriter(stream)
        writer.add("products", b"\5" * 16, b"")
        section, key = {
            "same key": ("products", b"\5" * 16),
            "smaller key": ("products", b"\4" * 16),
            "earlier section": ("pointers", b"\6" * 16),
            "short key": ("products", b"\6" * 15),
        }[first]
        with pytest.raises(ValueError):
            writer.add(section, key, b"")


def test_an_empty_bundle_knows_nobody(tmp_path: Path) -> None:
    bundle = made_bundle(tmp_path, Contents([], {}, {}))
    check_whole(bundle)
    assert Counter(bundle).check(code().text, NOW).verdict.grade is Grade.UNKNOWN_MANUFACTURER


def test_another_publisher_s_bundle_is_not_opened(tmp_path: Path) -> None:
    file = write_bundle(tmp_path / "other", signer=STRANGER)
    with pytest.raises(BundleInvalid, match=r"\[signature\]"):
        Bundle.open(file, PUBLISHER_KEY)
    Bundle.open(file, STRANGER_KEY).close()


def test_a_key_of_small_order_signs_nothing(tmp_path: Path) -> None:
    """Under the identity point as a key, a signature of the identity point and zero is valid for every message."""
    weak = (1).to_bytes(32, "little")
    with pytest.raises(BundleInvalid, match=r"\[signature\]"):
        read_header(b"{}", weak + bytes(32), weak)


def _header(**changes: object) -> bytes:
    sections = {name: {"blocks": 0, "records": 0} for name in SECTIONS}
    members: dict[str, object] = {
        "format": "plings-shop-bundle",
        "version": 1,
        "publisher": {"name": "Corner", "key": "7vM6jYAPHTpSDB5oxDGBPLoKLDcANhq6S3WCPcpgGzqC"},
        "sequence": 1,
        "created_at_unix": 1,
        "expires_at_unix": 2,
        "host": "s.plings.io",
        "file_bytes": 1,
        "index_sha256": "00" * 32,
        "sections": sections,
    }
    return json.dumps(members | changes).encode()


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        (_header(version=2), "version"),
        (_header(format="other"), "format"),
        (_header(more=1), "unknown"),
        (_header(sequence=-1), "range"),
        (_header(sequence=2**64), "range"),
        (_header(sequence="1"), "type"),
        (_header(created_at_unix=2), "order"),
        (_header(host="S.plings.io"), "host"),
        (_header(host=""), "host"),
        (_header(host="a" * 5000), "too_long"),
        (_header(index_sha256="0" * 63), "hash"),
        (_header(index_sha256="0" * 63 + "G"), "hash"),
        (_header(sections={}), "missing"),
        (_header(sections={name: {"blocks": 2**62, "records": 0} for name in SECTIONS}), "range"),
        (_header(sections={name: {"blocks": 2**24, "records": 0} for name in SECTIONS}), "range"),
        (_header(publisher={"name": "", "key": "1" * 32}), "length"),
        (_header(publisher={"name": "x", "key": "1" * 32}), "another_key"),
        (_header(file_bytes=2**70), "range"),
        (b"[]", "type"),
        (b"\xff", "not_utf8"),
        (b"[" * 4000, "not_json"),
    ],
)
def test_a_header_that_is_signed_and_wrong(header: bytes, rule: str) -> None:
    with pytest.raises(BundleInvalid) as caught:
        read_header(header, PUBLISHER.sign(signed_message(header)), PUBLISHER_KEY)
    assert caught.value.rule == rule or rule == "too_long"
    assert caught.value.part.startswith("bundle.header")


def test_no_such_file_or_something_else(tmp_path: Path) -> None:
    with pytest.raises(ShopError, match=r"\[not_read\]"):
        Bundle.open(tmp_path / "none", PUBLISHER_KEY)
    with pytest.raises(BundleInvalid, match=r"\[not_a_file\]"):
        Bundle.open(tmp_path, PUBLISHER_KEY)
    for content in (b"", b"x", MAGIC, MAGIC * 20, bytes(1000), TRAILER.pack(bytes(64), 2**32 - 1, MAGIC) * 2):
        (tmp_path / "bad").write_bytes(content)
        with pytest.raises(BundleInvalid):
            Bundle.open(tmp_path / "bad", PUBLISHER_KEY)


def test_no_changed_bit_is_believed(tmp_path: Path) -> None:
    """A byte of every few with one bit changed: it is refused when it is opened, or when the block is read."""
    content = write_bundle(tmp_path / "whole").read_bytes()
    random.seed(1)
    for at in range(random.randrange(5), len(content), 5):
        changed = bytearray(content)
        changed[at] ^= 1 << random.randrange(8)
        (tmp_path / "changed").write_bytes(changed)
        with pytest.raises(BundleInvalid), Bundle.open(tmp_path / "changed", PUBLISHER_KEY) as bundle:
            check_whole(bundle)


def test_no_part_that_is_missing_is_overlooked(tmp_path: Path) -> None:
    content = write_bundle(tmp_path / "whole").read_bytes()
    for size in range(0, len(content), 17):
        (tmp_path / "cut").write_bytes(content[:size])
        with pytest.raises(BundleInvalid):
            Bundle.open(tmp_path / "cut", PUBLISHER_KEY)
        (tmp_path / "cut").write_bytes(content[size + 1 :])
        with pytest.raises(BundleInvalid):
            Bundle.open(tmp_path / "cut", PUBLISHER_KEY)
    (tmp_path / "longer").write_bytes(content + b"\0")
    with pytest.raises(BundleInvalid):
        Bundle.open(tmp_path / "longer", PUBLISHER_KEY)


def test_what_happens_to_the_file_later_changes_no_answer(tmp_path: Path) -> None:
    """Of another pointer's block, of nothing, of a file that is cut off: an error, and no other answer."""
    file = write_bundle(tmp_path / "used")
    content = file.read_bytes()
    with Bundle.open(file, PUBLISHER_KEY) as bundle:
        start, end = bundle.extent(next(iter(bundle.blocks("pointers"))))
        for changed in (
            content[:start] + bytes(end - start) + content[end:],
            content[:start] + content[end:] + content[start:end],
            content[:start],
        ):
            file.write_bytes(changed)
            with pytest.raises(BundleInvalid):
                Counter(bundle).check(code().text, NOW)
        file.write_bytes(content)
        assert Counter(bundle).check(code().text, NOW).verdict.grade is Grade.TAG_GENUINE


def _resigned(content: bytes, change: Callable[[bytearray, dict[str, int]], None]) -> bytes:
    """The file with a changed index or blocks, signed by its publisher: a publisher's own mistake, or its malice."""
    _, size, _ = TRAILER.unpack(content[-TRAILER.size :])
    header = json.loads(content[-TRAILER.size - size : -TRAILER.size])
    blocks = sum(section["blocks"] for section in header["sections"].values())
    index_at = len(content) - TRAILER.size - size - blocks * ENTRY.size
    body = bytearray(content[: -TRAILER.size - size])
    change(body, {"index": index_at, "blocks": blocks})
    header["index_sha256"] = sha256(body[index_at:]).hexdigest()
    encoded = json.dumps(header, separators=(",", ":")).encode() + b"\n"
    assert len(encoded) == size
    return bytes(body) + encoded + TRAILER.pack(PUBLISHER.sign(signed_message(encoded)), size, MAGIC)


def test_a_signed_index_that_leads_anywhere_leads_nowhere(tmp_path: Path) -> None:
    content = write_bundle(tmp_path / "whole").read_bytes()
    for offset in (0, 7, 9, 2**63 - 1, 2**63, 2**64 - 1, len(content) - 1):
        for entry in range(4):

            def change(body: bytearray, at: dict[str, int], entry: int = entry, offset: int = offset) -> None:
                place = at["index"] + entry % at["blocks"] * ENTRY.size + 16
                body[place : place + 8] = offset.to_bytes(8, "big")

            (tmp_path / "led").write_bytes(_resigned(content, change))
            with Bundle.open(tmp_path / "led", PUBLISHER_KEY) as bundle, pytest.raises(BundleInvalid):
                check_whole(bundle)


def test_a_signed_block_of_nonsense_is_refused(tmp_path: Path) -> None:
    content = write_bundle(tmp_path / "whole").read_bytes()
    random.seed(2)
    for _ in range(200):

        def change(body: bytearray, at: dict[str, int]) -> None:
            entry = at["index"] + random.randrange(3) * ENTRY.size
            start = int.from_bytes(body[entry + 16 : entry + 24], "big")
            after = entry + ENTRY.size + 16
            end = int.from_bytes(body[after : after + 8], "big") if after < len(body) else at["index"]
            body[random.randrange(start, end)] ^= 1 << random.randrange(8)
            body[entry + 24 : entry + 56] = sha256(body[start:end]).digest()

        (tmp_path / "nonsense").write_bytes(_resigned(content, change))
        with Bundle.open(tmp_path / "nonsense", PUBLISHER_KEY) as bundle:
            counter = Counter(bundle)
            for text in (code().text, code(signed=False).text, code("2.3.7.2.2").text):
                try:
                    counter.check(text, NOW)
                except BundleInvalid:
                    continue


@pytest.mark.parametrize(
    ("section", "record"),
    [
        ("manufacturers", b"[]"),
        ("manufacturers", b"\xff\xfe"),
        ("manufacturers", b"[" * 10_000),
        ("manufacturers", b'["2.3","x","IKEA","00","active",1,null]'),
        ("manufacturers", b'["2.3","11111111111111111111111111111111","I","' + b"0" * 32 + b'","active",1,null]'),
        ("pointers", b""),
        ("pointers", bytes(16) + b"\4"),
        ("pointers", bytes(18)),
        ("products", b"{}"),
        ("products", b'["",null,null,null,"' + b"0" * 32 + b'","active",[]]'),
        ("products", b'["x",null,null,null,"' + b"0" * 32 + b'","active",[["EUR",-1,2,null,null]]]'),
        ("products", b'["x",null,null,null,"' + b"0" * 32 + b'","active",[["EUR",1,200,null,null]]]'),
        ("products", b'["x",null,null,null,"' + b"0" * 32 + b'","active",[["EUR",true,2,null,null]]]'),
        ("products", b'["x",null,null,null,"' + b"0" * 32 + b'","active",[["euro",1,2,null,null]]]'),
        ("products", b'["x",null,null,null,"' + b"0" * 32 + b'","sold",[]]'),
        ("products", b'["x",7,null,null,"' + b"0" * 32 + b'","active",[]]'),
        ("batches", b"{}"),
        ("batches", b"[]"),
        ("checkpoints", b"{}"),
    ],
)
def test_a_record_that_is_none_is_refused(tmp_path: Path, section: str, record: bytes) -> None:
    with (tmp_path / "bad").open("wb") as stream:
        writer = BundleWriter(stream)
        writer.add(section, b"\1" * 16, record)
        _finish(writer)
    with Bundle.open(tmp_path / "bad", PUBLISHER_KEY) as bundle, pytest.raises(BundleInvalid) as caught:
        check_whole(bundle)
    assert caught.value.part.startswith(f"bundle.{section}")


def test_a_record_under_another_s_key_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "swapped").open("wb") as stream:
        writer = BundleWriter(stream)
        writer.add("manufacturers", b"\1" * 16, Contents().makers[0].encoded)
        _finish(writer)
    with Bundle.open(tmp_path / "swapped", PUBLISHER_KEY) as bundle, pytest.raises(BundleInvalid, match=r"\[key\]"):
        check_whole(bundle)


def test_a_record_s_key_begins_with_the_class_pointer() -> None:
    one = code("2.3.2.G.3j")
    assert pointer_record_key(IKEA.public_key, "2.3.2")[:8] == one.class_pointer.value


def test_it_can_be_closed_twice(tmp_path: Path) -> None:
    bundle = made_bundle(tmp_path)
    bundle.close()
    bundle.close()
    with pytest.raises(BundleInvalid):
        bundle.find("pointers", b"\xff" * 16)


def _finish(writer: BundleWriter) -> None:
    writer.finish(
        publisher_name="Corner",
        publisher_key=PUBLISHER_KEY,
        sequence=1,
        created_at_unix=NOW,
        expires_at_unix=NOW + DAY,
        host="s.plings.io",
        sign=PUBLISHER.sign,
    )

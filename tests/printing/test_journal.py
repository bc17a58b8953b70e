"""The journal's records, byte for byte as docs/decisions/0022-printing.md has them."""

from __future__ import annotations

import hmac
from pathlib import Path

from plings.identity import ClassPath, Identity
from plings.printing.journal import Record, append_records, journal_key, read_records
from printing.made import MAKER, SMALL, THREE_RUNS, job

KEY = bytes(range(32))

RECORDS = [Record(10 + number, 4096, bytes([number] * 32), bytes([255 - number] * 32)) for number in range(3)]


def test_a_record_s_bytes() -> None:
    fields = (11).to_bytes(8, "big") + (4096).to_bytes(4, "big") + b"\1" * 32 + b"\xfe" * 32
    code = hmac.digest(KEY, (7).to_bytes(8, "big") + fields, "sha256")
    assert RECORDS[1].content(KEY, 7) == fields + code
    assert len(fields + code) == 108


def test_a_key_s_bytes() -> None:
    members = '{"prefix":"2.3","output":"csv","signed":false,"nfc":false,"host":"s.plings.io"}'
    message = f'plings:journal:1:[{members},"2.3.2.G","0-6"]'
    assert journal_key(MAKER, job(), 0) == hmac.digest(MAKER.node.key, message.encode(), "sha256")


def test_each_batch_of_each_job_has_a_key_of_its_own() -> None:
    stranger = Identity.from_seed(bytes(range(1, 33)), ClassPath("2.3"))
    jobs = [job(), job(*THREE_RUNS), job(output="jsonl"), job(signed=True), job(nfc=True), job(host="codes.example")]
    keys = {journal_key(maker, one, place) for maker in (MAKER, stranger) for one in jobs for place in (0, 1)}
    assert len(keys) == 24
    assert journal_key(MAKER, job(SMALL[0]), 0) == journal_key(MAKER, job(), 0)


def test_records_follow_those_that_count(tmp_path: Path) -> None:
    file = tmp_path / "runs"
    assert list(read_records(file)) == []
    append_records(file, 0, RECORDS, KEY)
    assert list(read_records(file)) == RECORDS
    append_records(file, 1, RECORDS[:1], KEY)
    assert list(read_records(file)) == [RECORDS[0], RECORDS[0]]


def test_reading_ends_with_what_is_not_whole(tmp_path: Path) -> None:
    file = tmp_path / "runs"
    whole = b"".join(record.content(KEY, number) for number, record in enumerate(RECORDS))
    for size in (0, 1, 107, 108, 109, 215, 216, 323):
        file.write_bytes(whole[:size])
        assert list(read_records(file, KEY)) == RECORDS[: size // 108]
    for at in (108, 115, 119, 128, 178, 184, 215):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert list(read_records(file, KEY)) == RECORDS[:1]


def test_reading_ends_with_what_another_key_wrote(tmp_path: Path) -> None:
    file = tmp_path / "runs"
    append_records(file, 0, RECORDS[:2], KEY)
    append_records(file, 2, RECORDS[2:], bytes(32))
    assert list(read_records(file, KEY)) == RECORDS[:2]
    file.write_bytes(b"".join(record.content(KEY, number) for number, record in enumerate(RECORDS))[108:])
    assert list(read_records(file, KEY)) == [], "a record counts at its own place alone"

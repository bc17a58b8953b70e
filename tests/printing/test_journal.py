"""The journal's records, byte for byte as docs/decisions/0022-printing.md has them."""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

from plings.printing.journal import Record, append_records, read_records

RECORDS = [Record(10 + number, 4096, bytes([number] * 32), bytes([255 - number] * 32)) for number in range(3)]


def test_a_record_s_bytes() -> None:
    fields = (11).to_bytes(8, "big") + (4096).to_bytes(4, "big") + b"\1" * 32 + b"\xfe" * 32
    assert RECORDS[1].content == fields + crc32(fields).to_bytes(4, "big")
    assert len(RECORDS[1].content) == 80


def test_records_follow_those_that_count(tmp_path: Path) -> None:
    file = tmp_path / "runs"
    assert list(read_records(file)) == []
    append_records(file, 0, RECORDS)
    assert list(read_records(file)) == RECORDS
    append_records(file, 1, RECORDS[:1])
    assert list(read_records(file)) == [RECORDS[0], RECORDS[0]]


def test_reading_ends_with_what_is_not_whole(tmp_path: Path) -> None:
    file = tmp_path / "runs"
    whole = b"".join(record.content for record in RECORDS)
    for size in (0, 1, 79, 80, 81, 159, 160, 239):
        file.write_bytes(whole[:size])
        assert list(read_records(file)) == RECORDS[: size // 80]
    for at in (80, 87, 91, 100, 150, 156, 159):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert list(read_records(file)) == RECORDS[:1]

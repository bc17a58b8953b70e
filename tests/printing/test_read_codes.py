"""Reading codes back: our files, others', and what is none."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from plings.errors import PrintingError
from plings.printing import ListedCode, print_codes, read_codes
from plings.printing.read_codes import LONGEST_LINE
from printing.made import MAKER, clock, job

URL = "https://s.plings.io?t=q&p=2.3.2.G.1&cp=UYtaAsvd6GL&i=6b7o686T21P24wAaQjiVwRXkTckT9njKaLbYPTqg8KVF"


def test_all_formats_tell_the_same(tmp_path: Path) -> None:
    told = []
    for output in ("csv", "jsonl", "parquet"):
        print_codes(MAKER, job(output=output, signed=True, nfc=True), tmp_path / output, clock=clock)
        codes = list(read_codes(tmp_path / f"{output}/0002-2.3.4F.2aB.5.{output}"))
        assert [code.line for code in codes] == [number + (output == "csv") for number in range(1, 7)]
        told.append([code[1:] for code in codes])
    assert told[0] == told[1] == told[2]
    assert all(all(code) for code in told[0])


@pytest.mark.parametrize(
    ("name", "content", "codes"),
    [
        ("a.txt", f"{URL}\n\n {URL} \r\n", [ListedCode(1, URL), ListedCode(3, URL)]),
        ("a.csv", f'\ufeffname,url\r\n"a, b",{URL}\r\n', [ListedCode(2, URL)]),
        ("a.CSV", "path,class_pointer,address\n1,2,3\n", [ListedCode(2, None, "1", "2", "3")]),
        ("a.jsonl", f'{{"url":"{URL}"}}\n\n{{"url":"x","path":null}}', [ListedCode(1, URL), ListedCode(3, "x")]),
        ("a.csv", "url\n", []),
        ("a", "", []),
    ],
)
def test_files_of_others(tmp_path: Path, name: str, content: str, codes: list[ListedCode]) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8", newline="")
    assert list(read_codes(tmp_path / name)) == codes


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("a.csv", b"", 1),
        ("a.csv", b"path,address\n1,2\n", 1),
        ("a.csv", b"url,url\n1,2\n", 1),
        ("a.csv", b"url,path\n1\n", 2),
        ("a.csv", b'url\n"1\n', 3),
        ("a.csv", b"url\n\xff\n", None),
        ("a.csv", b"url\n" + b"x" * (LONGEST_LINE + 2), 2),
        ("a.jsonl", b"{}\n", 1),
        ("a.jsonl", b'{"url":"1"}\nurl\n', 2),
        ("a.jsonl", b"[1]\n", 1),
        ("a.jsonl", b'{"url":1}\n', 1),
        ("a.jsonl", b"[" * 30_000, 1),
        ("a.txt", b"x\n\xff\n", None),
        ("a.parquet", b"PAR1", None),
    ],
)
def test_what_is_no_file_of_codes_is_told_with_its_line(
    tmp_path: Path, name: str, content: bytes, line: int | None
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PrintingError) as caught:
        list(read_codes(tmp_path / name))
    assert caught.value.rule == "unreadable"
    assert line is None or f"line {line}: " in str(caught.value)
    assert name in str(caught.value)


@pytest.mark.parametrize("columns", [{"url": [1]}, {"uri": ["x"]}, {"url": ["x"], "path": [b"x"]}])
def test_parquet_of_other_columns(tmp_path: Path, columns: dict[str, list[object]]) -> None:
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    with pytest.raises(PrintingError, match="unreadable"):
        list(read_codes(tmp_path / "a.parquet"))

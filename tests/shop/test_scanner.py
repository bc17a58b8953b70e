"""What scanners type around a code is taken off, and nothing else."""

from __future__ import annotations

import io

import pytest

from plings.shop import scanned_text, typed_lines
from shop.made import code

TEXT = code().text


@pytest.mark.parametrize(
    "typed", ["{}", "]Q1{}", "\x02{}\x03", "\t{}\t", "]Q3{}\r", "]d2\x1d{}", "\x02]Q1{}\x03", "\x00{}\x7f"]
)
def test_what_scanners_put_around_a_code(typed: str) -> None:
    assert scanned_text(typed.format(TEXT)) == TEXT


@pytest.mark.parametrize("typed", [" {}", "{} ", "x{}", "]Q{}", "]Q1]Q1{}", "\u00a0{}", "{}\u2028", "\ufeff{}"])
def test_all_else_is_the_code_s_own(typed: str) -> None:
    assert scanned_text(typed.format(TEXT)) != TEXT


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n", b"\n\n\r\r\n"])
def test_a_line_ends_as_scanners_end_it(end: bytes) -> None:
    assert list(typed_lines(io.BytesIO(end.join((b"one", b"two", b"three"))))) == ["one", "two", "three"]


def test_a_line_comes_as_soon_as_it_ended() -> None:
    class Slow(io.BytesIO):
        def read1(self, size: int | None = -1, /) -> bytes:
            return super().read1(3)

    lines = typed_lines(Slow(b"https://x\nhttps://y\n"))
    assert next(lines) == "https://x"
    assert list(lines) == ["https://y"]


def test_a_line_without_an_end_takes_no_memory() -> None:
    (line,) = typed_lines(io.BytesIO(b"a" * 3_000_000))
    assert len(line) == 1001
    lines = list(typed_lines(io.BytesIO(b"a" * 70_000 + b"\nb\n" + b"\xff\xfe\n")))
    assert [len(lines[0]), *lines[1:]] == [1001, "b", "\ufffd\ufffd"]


def test_what_is_cut_off_was_not_around_a_code() -> None:
    (line,) = typed_lines(io.BytesIO(TEXT.encode() + b"\3" * 1000 + b"&x=1"))
    assert scanned_text(line) != TEXT

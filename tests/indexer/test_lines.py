"""Lines and bodies come back as they were, whatever somebody logged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.made import OURS, SYSTEM
from plings.errors import ClusterError
from plings.indexer.body import Kept, pack
from plings.indexer.lines import CONSUMED, DATA, FAILED, INVOKE, SUCCESS, WORDS, line_text, read_line
from plings.indexer.transaction import Call, RawTransaction
from plings.program import PROGRAM_ID

FORMS = {
    f"Program {PROGRAM_ID} invoke [1]": (INVOKE, OURS, 1),
    "Program 11111111111111111111111111111111 invoke [2]": (INVOKE, SYSTEM, 2),
    f"Program {PROGRAM_ID} success": (SUCCESS, OURS, 0),
    f"Program {PROGRAM_ID} consumed 4076 of 200000 compute units": (CONSUMED, OURS, 4076 << 32 | 200_000),
    f"Program {PROGRAM_ID} failed: custom program error: 0x1": (FAILED, OURS, "custom program error: 0x1"),
    "Program data: QUJD": (DATA, b"ABC", 0),
    "Program data: ": (DATA, b"", 0),
}
WORDS_OF_SOMEBODY = (
    "",
    "Program log: hello",
    "Program data: QUJD QUJD",
    "Program data: QUJ=",
    "Program data: !!!",
    f"Program {PROGRAM_ID} invoke [0]",
    f"Program {PROGRAM_ID} invoke [01]",
    f"Program {PROGRAM_ID} invoke [1] ",
    f"Program {PROGRAM_ID} invoke [1]\n",
    f"Program {PROGRAM_ID} consumed 04 of 5 compute units",
    "Program zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz success",
    "Program 1111 success",
    "\ud800",
)
LINES = st.one_of(st.sampled_from([*FORMS, *WORDS_OF_SOMEBODY]), st.text(max_size=60))


@pytest.mark.parametrize("text", FORMS)
def test_a_line_of_the_runtime_says_what_it_says(text: str) -> None:
    assert read_line(text) == FORMS[text]
    assert line_text(FORMS[text]) == text


@pytest.mark.parametrize("text", WORDS_OF_SOMEBODY)
def test_any_other_line_is_words(text: str) -> None:
    assert read_line(text) == (WORDS, text, 0)


def some(lines: list[str], calls: tuple[Call, ...] = ()) -> RawTransaction:
    return RawTransaction(bytes(64), 5, 6, 7, (OURS, SYSTEM), calls, tuple(map(read_line, lines)))


@given(st.lists(LINES, max_size=8))
def test_a_body_gives_the_logs_back(texts: list[str]) -> None:
    raw = some(texts)
    assert raw.logs == tuple(texts)
    assert Kept(raw.signature, 5, 6, 7, pack(raw)).unpacked() == raw


@given(
    st.lists(
        st.tuples(
            st.integers(0, 255), st.integers(-1, 254), st.integers(0, 5), st.integers(0, 1),
            st.lists(st.integers(0, 1), max_size=9).map(bytes), st.binary(max_size=99),
        ).map(lambda each: Call(*each)),
        max_size=6,
    )
)  # fmt: skip
def test_a_body_gives_the_instructions_back(calls: list[Call]) -> None:
    raw = some([], tuple(calls))
    assert Kept(raw.signature, 5, 6, 7, pack(raw)).unpacked() == raw


def test_the_journey_comes_back_from_its_bodies(journey: list[RawTransaction]) -> None:
    for raw in journey:
        assert Kept(raw.signature, raw.slot, raw.position, raw.block_time_unix, pack(raw)).unpacked() == raw


@pytest.mark.parametrize("damage", ["", "cut", "format", "bits", "grown"])
def test_a_damaged_body_is_told(journey: list[RawTransaction], damage: str) -> None:
    body = pack(journey[0])
    damaged = {
        "": b"",
        "cut": body[:-5],
        "format": b"\x02" + body[1:],
        "bits": body[:40] + bytes([body[40] ^ 255]) + body[41:],
        "grown": pack(replace(journey[0], keys=journey[0].keys[:2])),
    }[damage]
    with pytest.raises(ClusterError, match="damaged"):
        Kept(bytes(64), 1, 0, 1, damaged).unpacked()

"""A transaction is read in two ways, from its logs and from its instructions, and both agree or somebody is told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import plings.indexer.projectors
from indexer.made import MANUFACTURER, OURS
from indexer.traffic import happenings
from plings.errors import IdentityError
from plings.identity import ClassPointer
from plings.identity import Path as ObjectPath
from plings.indexer import Call, RawTransaction
from plings.indexer.decoder import Decoded, decode
from plings.indexer.decoder.codes import is_path, pointer_bytes, pointer_text
from plings.indexer.decoder.events import read_event
from plings.indexer.lines import DATA, INVOKE, SUCCESS, read_line
from plings.indexer.projectors import EVENTS, LEAVES
from plings.indexer.transaction import TOP, TRUNCATED
from plings.program.events import decode_event, decode_events
from plings.program.interface import IDL
from plings.program.leaves import leaf_of
from plings.proofs import Kind
from program.test_events import GENUINE, SPOOFED

NAMES = [event["name"] for event in IDL["events"]]
STRANGER = b"s" * 32


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def told(raw: RawTransaction) -> list[str]:
    return [event.name for event in decode_events(raw.logs)]


def read(decoded: Decoded) -> Counter[str]:
    leaf_events = {projector.kind: name for name, projector in LEAVES.items()}
    return Counter([leaf_events[Kind(leaf.content.kind)] for leaf in decoded.leaves] + [e.name for e in decoded.events])


def cut(raw: RawTransaction, kept: int = 0) -> RawTransaction:
    return replace(raw, lines=(*raw.lines[:kept], TRUNCATED))


@pytest.mark.parametrize("name", NAMES)
def test_an_event_has_a_projector_in_a_file_of_its_name(name: str) -> None:
    assert (name in LEAVES) != (name in EVENTS)
    assert (Path(plings.indexer.projectors.__file__).parent / f"{snake(name)}.py").is_file()


def test_no_projector_is_left_over() -> None:
    files = {path.stem for path in Path(plings.indexer.projectors.__file__).parent.glob("*.py")}
    assert files == {snake(name) for name in NAMES} | {"__init__", "projector"}


def test_every_event_of_the_journey_is_a_fact_of_its_instruction(journey: list[RawTransaction]) -> None:
    for raw in journey:
        decoded = decode(raw)
        assert decoded.disagreements == []
        assert read(decoded) == Counter(told(raw))
        for fact in (*decoded.leaves, *decoded.events):
            assert any(
                (call.top, call.inner) == (fact.top, fact.inner) and raw.keys[call.program] == OURS
                for call in raw.calls
            )


def test_leaves_say_what_the_reference_says(journey: list[RawTransaction]) -> None:
    for raw in journey:
        expected = [leaf for event in decode_events(raw.logs) if (leaf := leaf_of(event))]
        for fact, leaf in zip(decode(raw).leaves, expected, strict=True):
            content = fact.content
            assert (content.kind, content.payment_log, fact.number) == (leaf.kind, leaf.payment_log, leaf.number)
            assert (content.actor, content.owner or content.actor) == (leaf.actor, leaf.owner)
            assert (fact.timestamp, content.amount) == (leaf.timestamp, leaf.amount_lamports)
            assert (content.pointer, content.address, content.path) == (
                leaf.class_pointer.value, leaf.address, leaf.path.text,
            )  # fmt: skip


def test_where_logs_are_cut_the_instructions_tell_the_same(journey: list[RawTransaction]) -> None:
    """Leaves but for their numbers; other events but for fields that only the program knew."""
    for raw in journey:
        whole, short = decode(raw), decode(cut(raw))
        assert short.disagreements == []
        assert [leaf.content for leaf in short.leaves] == [leaf.content for leaf in whole.leaves]
        assert [leaf.slot_rent for leaf in short.leaves] == [leaf.slot_rent for leaf in whole.leaves]
        assert [(e.name, e.subject, e.owner) for e in short.events] == [
            (e.name, e.subject, e.owner) for e in whole.events
        ]
        for known, full in zip(short.events, whole.events, strict=True):
            assert known.is_partial and not full.is_partial
            assert known.body.items() <= full.body.items()


def test_what_comes_after_the_cut_is_taken_where_it_fits(journey: list[RawTransaction]) -> None:
    """The runtime drops lines that have no room, and later writes shorter ones that have."""
    for raw in journey:
        early = next((at for at, line in enumerate(raw.lines) if line[0] == DATA), None)
        if early is not None:
            begun = raw.lines.index((INVOKE, OURS, 1)) + 1
            gap = replace(raw, lines=(*raw.lines[:begun], TRUNCATED, *raw.lines[early:]))
            assert decode(gap).leaves == decode(raw).leaves


@pytest.mark.parametrize("name", GENUINE)
def test_genuine_lines_are_events(name: str) -> None:
    """The reference's cases, each line as it would be beside the instruction that wrote it."""
    assert read(decode(paused(GENUINE[name]))) == Counter(["ProgramPaused"])


@pytest.mark.parametrize("name", SPOOFED)
def test_a_strangers_line_adds_nothing(name: str) -> None:
    """Whatever the logs say, only what an instruction of ours did is a fact, with what that instruction says."""
    for fact in decode(paused(SPOOFED[name])).events:
        assert fact.is_partial or "ours" in name


def paused(logs: list[str]) -> RawTransaction:
    """A transaction whose instructions are those that its logs begin."""
    lines = tuple(map(read_line, logs))
    begun = [(program, depth) for kind, program, depth in lines if kind == INVOKE]
    keys = tuple(dict.fromkeys([event_authority(), b"c" * 32, OURS, *(program for program, _ in begun)]))
    calls, top, inner = [], -1, TOP
    for program, depth in begun:
        top, inner = (top + 1, TOP) if depth == 1 else (max(top, 0), inner + 1)
        calls.append(Call(top, inner, depth, keys.index(program), bytes((0, 1)), pause_data()))
    return RawTransaction(bytes(64), 1, 0, 1, keys, tuple(calls), lines)


def event_authority() -> bytes:
    from program.journey import PLATFORM

    return bytes(PLATFORM.pubkey())


def pause_data() -> bytes:
    (each,) = [each for each in IDL["instructions"] if each["name"] == "pause"]
    return bytes(each["discriminator"])


def payment() -> RawTransaction:
    (each, *_) = [each for each in happenings(1, 30) if each.leaf.kind is Kind.PAYMENT]
    return each.raw()


def with_event(raw: RawTransaction, change: Callable[[bytes], bytes]) -> RawTransaction:
    return replace(raw, lines=tuple((DATA, change(line[1]), 0) if line[0] == DATA else line for line in raw.lines))


DISAGREEING = {
    "another buyer": lambda raw: with_event(raw, lambda data: data.replace(raw.keys[0], STRANGER)),
    "another event": lambda raw: with_event(raw, lambda data: bytes(8) + data[8:]),
    "no event": lambda raw: replace(raw, lines=tuple(line for line in raw.lines if line[0] != DATA)),
    "the event twice": lambda raw: replace(
        raw, lines=tuple(line for each in raw.lines for line in ([each, each] if each[0] == DATA else [each]))
    ),
    "logs of other instructions": lambda raw: replace(raw, lines=((INVOKE, STRANGER, 1), (SUCCESS, STRANGER, 0))),
    "an instruction more": lambda raw: replace(raw, calls=(*raw.calls, raw.calls[-1])),
    "no logs": lambda raw: replace(raw, lines=()),
}


@pytest.mark.parametrize("what", DISAGREEING)
def test_disagreement_is_told_and_the_instruction_wins(what: str) -> None:
    raw = payment()
    decoded = decode(DISAGREEING[what](raw))
    assert decoded.disagreements
    assert [leaf.content for leaf in decoded.leaves] == [leaf.content for leaf in decode(raw).leaves]


def test_a_leaf_deep_inside_other_programs_is_of_its_instruction() -> None:
    raw = payment()
    keys = (*raw.keys, STRANGER)
    place = len(raw.keys)
    ours, moved, *rest = raw.calls
    calls = (
        Call(0, TOP, 1, place, b"", b"x"),
        Call(0, 0, 2, place, b"", b"x"),
        ours._replace(top=0, inner=1, height=3),
        moved._replace(top=0, inner=2, height=4),
        *rest,
    )
    lines = [(INVOKE, STRANGER, 1), (INVOKE, STRANGER, 2)]
    for line in raw.lines:
        of_rest = line[1] in (raw.keys[rest[0].program],)
        lines.append((INVOKE, line[1], line[2] + (0 if of_rest else 2)) if line[0] == INVOKE else line)
    end = max(at for at, line in enumerate(lines) if line[:2] == (SUCCESS, OURS)) + 1
    lines[end:end] = [(SUCCESS, STRANGER, 0), (SUCCESS, STRANGER, 0)]
    decoded = decode(replace(raw, keys=keys, calls=calls, lines=tuple(lines)))
    assert decoded.disagreements == []
    (leaf,) = decoded.leaves
    assert (leaf.top, leaf.inner, leaf.number) == (0, 1, decode(raw).leaves[0].number)


def test_made_transactions_are_as_real_ones(journey: list[RawTransaction]) -> None:
    """Instruction, event and transfer of each kind of leaf have the form that the program and runtime gave them."""
    kinds = {each.leaf.kind: each for each in happenings(3, 60)}
    for kind, made in kinds.items():
        (real, *_) = [raw for raw in journey if [leaf.content.kind for leaf in decode(raw).leaves] == [kind]]
        mine = made.raw()
        assert mine.calls[0].data[:8] == real.calls[0].data[:8] or kind in (Kind.PAYMENT, Kind.SLOT_PAYMENT)
        assert told(mine) == told(real)
        assert len(mine.calls[0].accounts) == len(real.calls[0].accounts)
        assert MANUFACTURER in mine.keys


def test_events_are_read_as_the_reference_reads_them(journey: list[RawTransaction]) -> None:
    for raw in journey:
        for kind, data, _ in raw.lines:
            if kind == DATA and (event := decode_event(data)):
                mine = read_event(data)
                assert mine and mine.layout.name == event.name
                values = {
                    name: getattr(value, "__bytes__", lambda value=value: value)()
                    for name, value in event.fields.items()
                }
                assert {name: plain(value) for name, value in mine.layout.named(mine.values).items()} == {
                    name: plain(value) for name, value in values.items()
                }


def plain(value: object) -> object:
    return list(value) if isinstance(value, bytes | list | tuple) else value


@given(st.sampled_from([bytes(event["discriminator"]) for event in IDL["events"]]), st.binary(max_size=400))
def test_bytes_that_no_program_wrote_raise_nothing(discriminator: bytes, body: bytes) -> None:
    read_event(discriminator + body)


@given(st.text(alphabet="12345679ABGz.-l0 é", max_size=40))
def test_a_path_is_one_for_both(text: str) -> None:
    try:
        ObjectPath(text)
    except IdentityError:
        assert not is_path(text)
    else:
        assert is_path(text)


@pytest.mark.parametrize(
    "text", ["2.3.4GmR58.1.1", "2.3.4GmR59.1.1", "2" + ".222222" * 14, "11.1.1.1", "59.1.1.1", "61.1.1.1"]
)
def test_a_path_at_the_edge_is_one_for_both(text: str) -> None:
    test_a_path_is_one_for_both.hypothesis.inner_test(text)  # type: ignore[attr-defined]


@given(st.binary(min_size=8, max_size=8))
def test_pointers_come_back(value: bytes) -> None:
    assert pointer_bytes(pointer_text(value)) == value
    assert pointer_text(value) == ClassPointer(value).text
    assert pointer_bytes(pointer_text(value)[1:]) is None


def test_a_path_that_cannot_be_is_no_leaf() -> None:
    raw = payment()
    call = raw.calls[0]
    bad = call._replace(data=call.data[:12] + b"1" + call.data[13:])
    assert decode(replace(raw, calls=(bad, *raw.calls[1:]))).leaves == []

"""Which instruction wrote which line: a walk along the logs and the instructions at once.

The runtime writes a line when it begins an instruction, in the order in which they ran; so the n-th such line is the
n-th instruction. Precompiles alone begin without a line. Where logs were cut, what comes after tells of no instruction
for certain: it is loose.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from solders.pubkey import Pubkey

from plings.indexer.body import ODD, Opened
from plings.indexer.decoder.events import Told, read_event
from plings.indexer.lines import CONSUMED, CUT, DATA, FAILED, INVOKE, SUCCESS, WORDS, Line
from plings.indexer.transaction import HEIGHT_UNKNOWN, TOP, Call, RawTransaction
from plings.program.interface import PROGRAM_ID

OURS: Final = bytes(PROGRAM_ID)
PRECOMPILES: Final = frozenset(
    bytes(Pubkey.from_string(text))
    for text in (
        "Ed25519SigVerify111111111111111111111111111",
        "KeccakSecp256k11111111111111111111111111111",
        "Secp256r1SigVerify1111111111111111111111111",
    )
)


class Trace(NamedTuple):
    """Where our program's data lines are: each with the position of its call among all."""

    lines: tuple[tuple[int, int], ...]
    loose: tuple[int, ...]
    """those after the logs were cut"""
    is_whole: bool
    is_consistent: bool
    """False where the logs are not those of these instructions"""


class Walk(NamedTuple):
    """What the logs say of each instruction, by its position among all calls."""

    told: dict[int, list[Told]]
    loose: list[Told]
    is_whole: bool
    is_consistent: bool


def walk(raw: RawTransaction) -> Walk:
    """Follows the logs of a transaction."""
    lines = raw.lines
    return _read(trace(raw.keys, raw.calls, lines), lambda at: lines[at][1])


def walk_kept(opened: Opened) -> Walk:
    """The same for one that is kept: of a shape that was followed before, nothing but the events is read."""
    keys, shape = opened.keys, opened.shape
    calls = len(opened.calls)
    if ODD in _kinds(shape, calls) or not PRECOMPILES.isdisjoint(keys):
        found, texts = trace(keys, opened.calls, opened.lines()), _text_numbers(shape, calls)
    else:
        found, texts = _known(shape, calls, keys.index(OURS))
    return _read(found, lambda at: opened.texts[texts[at]])


@lru_cache(maxsize=4096)
def _known(shape: bytes, calls: int, ours: int) -> tuple[Trace, dict[int, int]]:
    """The trace of a shape, and the numbers of its lines' texts. Its keys stand for themselves: only OURS counts."""
    keys = [b"%d" % place for place in range(256)]
    keys[ours] = OURS
    form = Opened(
        tuple(keys),
        tuple(
            Call(shape[at], shape[calls + at] - 1, shape[2 * calls + at], shape[3 * calls + at], b"", b"")
            for at in range(calls)
        ),
        shape,
        (b"",) * len(shape),
    )
    return trace(form.keys, form.calls, form.lines()), _text_numbers(shape, calls)


def _text_numbers(shape: bytes, calls: int) -> dict[int, int]:
    """Which text is which line's."""
    having = [at for at, kind in enumerate(_kinds(shape, calls)) if kind in _WITH_TEXT]
    return {at: number for number, at in enumerate(having)}


def _kinds(shape: bytes, calls: int) -> bytes:
    """Of each line which it is."""
    return shape[4 * calls : 4 * calls + (len(shape) - 4 * calls) // 3]


_WITH_TEXT: Final = (DATA, CONSUMED, FAILED, WORDS, ODD)


def _read(found: Trace, data_of) -> Walk:  # type: ignore[no-untyped-def]
    lines, loose, is_whole, is_consistent = found
    told: dict[int, list[Told]] = {}
    for line, call in lines:
        if (event := read_event(data_of(line))) is not None:
            told.setdefault(call, []).append(event)
    after = [event for line in loose if (event := read_event(data_of(line))) is not None] if loose else []
    return Walk(told, after, is_whole, is_consistent)


def trace(keys: Sequence[bytes], calls: Sequence[Call], lines: Sequence[Line]) -> Trace:
    """Follows the lines: which are our program's data, and of which call."""
    mine: list[tuple[int, int]] = []
    stack: list[tuple[bytes, int]] = []
    at = 0
    for number, (kind, subject, detail) in enumerate(lines):
        if kind == INVOKE:
            at = _begin(calls, keys, at, subject, detail)
            if at < 0:
                return Trace((), (), True, False)
            del stack[detail - 1 :]
            stack.append((subject, at))
            at += 1
        elif kind in (SUCCESS, FAILED):
            if stack and stack[-1][0] == subject:
                stack.pop()
        elif kind == DATA:
            if stack and stack[-1][0] == OURS:
                mine.append((number, stack[-1][1]))
        elif kind == CUT:
            return Trace(tuple(mine), _loose([program for program, _ in stack], lines, number + 1), False, True)
    return Trace(tuple(mine), (), True, all(keys[call.program] in PRECOMPILES for call in calls[at:]))


def _begin(calls: Sequence[Call], keys: Sequence[bytes], at: int, program: bytes, depth: int) -> int:
    """The position of the instruction that a line begins, at `at` or after precompiles there; -1 if it is none."""
    while at < len(calls):
        call = calls[at]
        if keys[call.program] == program and _is_at(call, depth):
            return at
        if keys[call.program] not in PRECOMPILES:
            return -1
        at += 1
    return -1


def _is_at(call: Call, depth: int) -> bool:
    return call.height == depth or (call.height == HEIGHT_UNKNOWN and (call.inner == TOP) == (depth == 1))


def _loose(stack: list[bytes], lines: Sequence[Line], first: int) -> tuple[int, ...]:
    """The data lines of our program in what is left of logs that were cut."""
    mine = []
    for number in range(first, len(lines)):
        kind, subject, detail = lines[number]
        if kind == INVOKE:
            del stack[detail - 1 :]
            stack.append(subject)
        elif kind in (SUCCESS, FAILED):
            if stack and stack[-1] == subject:
                stack.pop()
        elif kind == DATA and stack and stack[-1] == OURS:
            mine.append(number)
    return tuple(mine)

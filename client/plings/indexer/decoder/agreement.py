"""Both ways of reading a transaction, held against each other.

Instructions win for what they tell: nobody can cut or add to them. Events say what only the program knew, such as a
leaf's number. Where logs are whole and still say something else, the transaction's source lies or we do: an alert.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from plings.indexer.body import Kept
from plings.indexer.decoder.calls import Given, read_call
from plings.indexer.decoder.codes import is_path, pointer_bytes
from plings.indexer.decoder.events import Told
from plings.indexer.decoder.facts import Decoded, EventFact, LeafFact
from plings.indexer.decoder.jsonable import jsonable
from plings.indexer.decoder.leaf import ToldLeaf, Written, leaf_by_call, leaf_by_event
from plings.indexer.decoder.rules import rules_of
from plings.indexer.decoder.walk import OURS, Walk, walk, walk_kept
from plings.indexer.projectors import EVENTS
from plings.indexer.transaction import Call, RawTransaction
from plings.program.interface import TOKEN_PROGRAM_ID

_SYSTEM: Final = bytes(32)
_TOKEN: Final = bytes(TOKEN_PROGRAM_ID)
_BEGINNINGS: Final = {b"\0\0\0\0": 1, b"\1\0\0\0": 0, b"\x08\0\0\0": 0}
"""CreateAccount, Assign, Allocate, with these an account begins; and the place where they name it."""
_SET_CLOSE_AUTHORITY: Final = bytes((6, 3))


def decode(raw: RawTransaction) -> Decoded:
    """The facts of a transaction, in the order of its instructions."""
    return _decoded(raw.keys, raw.calls, raw.block_time_unix, walk(raw)) if OURS in raw.keys else Decoded()


def decode_kept(kept: Kept) -> tuple[Decoded, bool]:
    """The same for one that is kept, and whether its logs are whole. Raises ClusterError where it is damaged."""
    opened = kept.opened()
    if OURS not in opened.keys:
        return Decoded(), kept.unpacked().is_whole
    walked = walk_kept(opened)
    is_whole = walked.is_whole if walked.is_consistent else kept.unpacked().is_whole
    return _decoded(opened.keys, opened.calls, kept.block_time_unix, walked), is_whole


class _Whole(NamedTuple):
    """What the facts of an instruction are read from besides its logs."""

    keys: Sequence[bytes]
    calls: Sequence[Call]
    block_time_unix: int


def _decoded(keys: Sequence[bytes], calls: Sequence[Call], block_time_unix: int, walked: Walk) -> Decoded:
    found, raw = Decoded(), _Whole(keys, calls, block_time_unix)
    ours = keys.index(OURS)
    told = walked.told if walked.is_consistent else {}
    if not walked.is_consistent:
        found.disagreements.append("the logs are not those of its instructions")
    must_agree = walked.is_consistent and walked.is_whole
    for at, call in enumerate(calls):
        if call.program == ours:
            _read(found, raw, at, told.get(at, ()), walked.loose, must_agree=must_agree)
    return found


def _read(found: Decoded, raw: _Whole, at: int, told: Sequence[Told], loose: list[Told], *, must_agree: bool) -> None:
    """The facts of one instruction of the program."""
    call, calls = raw.calls[at], raw.calls
    written = leaf_by_call(raw.keys, call, calls[at + 1] if at + 1 < len(calls) else None)
    if written is not None:
        found.leaves.append(_leaf(found, raw, call, written, told, loose, must_agree=must_agree))
        return
    given = read_call(raw.keys, call)
    if given is None:
        if told:
            found.disagreements.append(f"instruction {_place(call)} is none of the program's, and tells of events")
        return
    _events(found, raw, at, given, told, loose, must_agree=must_agree)


def _leaf(
    found: Decoded,
    raw: _Whole,
    call: Call,
    written: Written,
    told: Sequence[Told],
    loose: list[Told],
    *,
    must_agree: bool,
) -> LeafFact:
    content, slot_rent = written
    one = leaf_by_event(told[0]) if len(told) == 1 else None
    if one is None or one.content != content:
        if must_agree or told:
            found.disagreements.append(f"instruction {_place(call)} wrote another leaf than the logs tell")
        one = None if told else _loose_leaf(loose, written)
    if one is None:
        return LeafFact(call.top, call.inner, content, None, raw.block_time_unix, None, slot_rent)
    return LeafFact(call.top, call.inner, content, one.number, one.timestamp, one.platform, one.slot_rent)


def _loose_leaf(loose: list[Told], written: Written) -> ToldLeaf | None:
    """The first leaf after the cut that is this one, taken out of there."""
    for place, told in enumerate(loose):
        one = leaf_by_event(told)
        if one is not None and one.content == written[0]:
            del loose[place]
            return one
    return None


def _events(
    found: Decoded,
    raw: _Whole,
    at: int,
    given: Given,
    told: Sequence[Told],
    loose: list[Told],
    *,
    must_agree: bool,
) -> None:
    call = raw.calls[at]
    rest = list(told)
    ordinal = 0
    makes_account, is_sponsored = _evidence(raw, at, given)
    for rule in rules_of(given, makes_account=makes_account, is_sponsored=is_sponsored):
        known = rule.fields(given)
        event = _taken(rest, rule.event) or _taken(loose, rule.event, known)
        fields = event.layout.named(event.values) if event else {}
        differing = [name for name, value in known.items() if fields and fields[name] != value]
        if differing or (event is None and must_agree):
            what = (
                f"{', '.join(differing)} of {rule.event}" if differing else f"{rule.event}, which the logs do not tell"
            )
            found.disagreements.append(f"instruction {_place(call)} says otherwise: {what}")
        partial = {"timestamp": raw.block_time_unix} if event is None else {}
        fact = _fact(call, ordinal, rule.event, {**partial, **fields, **known}, is_partial=event is None)
        if fact is None:
            found.disagreements.append(f"instruction {_place(call)} tells of no object that can be")
            continue
        found.events.append(fact)
        ordinal += 1
    if rest:
        names = ", ".join(event.layout.name for event in rest)
        found.disagreements.append(f"instruction {_place(call)} told of what it does not do: {names}")


def _taken(events: list[Told], name: str, known: dict[str, Any] | None = None) -> Told | None:
    """The first event of that name, and with these fields if given, taken out of the list."""
    for place, event in enumerate(events):
        if event.layout.name != name:
            continue
        fields = event.layout.named(event.values)
        if known is None or all(fields[field] == value for field, value in known.items()):
            del events[place]
            return event
    return None


def _evidence(raw: _Whole, at: int, given: Given) -> tuple[bool, bool]:
    """Whether what an instruction calls makes the object's account, and keeps rent from its owner: a pool paid it."""
    account, top = given.accounts.get("object"), raw.calls[at].top
    makes_account = is_sponsored = False
    for call in raw.calls[at + 1 :]:
        program = raw.keys[call.program]
        if call.top != top or program == OURS:
            break
        if program == _SYSTEM and call.data[:4] in _BEGINNINGS:
            place = _BEGINNINGS[call.data[:4]]
            makes_account |= place < len(call.accounts) and raw.keys[call.accounts[place]] == account
        elif program == _TOKEN:
            is_sponsored |= call.data[:2] == _SET_CLOSE_AUTHORITY
    return makes_account, is_sponsored


def _fact(call: Call, ordinal: int, name: str, fields: dict[str, Any], *, is_partial: bool) -> EventFact | None:
    identity = None
    if "solana_address" in fields and "path" in fields:
        pointer = pointer_bytes(fields["class_pointer"])
        if pointer is None or not is_path(fields["path"]):
            return None
        identity = (pointer, fields["solana_address"], fields["path"])
    projector = EVENTS[name]
    owner = fields[projector.owner] if projector.owner else None
    subject = projector.subject(fields)
    return EventFact(call.top, call.inner, ordinal, name, subject, is_partial, identity, owner, jsonable(fields))


def _place(call: Call) -> str:
    return f"{call.top}" if call.inner < 0 else f"{call.top}.{call.inner}"

"""Leaves of payment logs, from an instruction and from an event: the hot path, which makes no dicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

from plings.indexer.decoder.calls import DISCRIMINATORS, LAYOUTS
from plings.indexer.decoder.codes import is_path, pointer_bytes
from plings.indexer.decoder.events import LAYOUTS as EVENT_LAYOUTS
from plings.indexer.decoder.events import Told
from plings.indexer.decoder.facts import Content
from plings.indexer.projectors import LEAVES
from plings.indexer.transaction import Call
from plings.proofs import Kind

MOST: Final = 1 << 63
"""Neither lamports nor leaves reach it: 2^59 lamports exist, a log ends at 2^40 leaves."""

_SYSTEM: Final = bytes(32)
_TRANSFER: Final = b"\2\0\0\0"


class _Kind(NamedTuple):
    """How to read a leaf from an instruction: the kind (None where the value decides), and places of its accounts."""

    kind: int | None
    is_payment: bool
    actor: int
    payment_log: int
    accounts: int


def _kind(name: str, kind: Kind | None, actor: str) -> _Kind:
    places = LAYOUTS[name].accounts
    is_payment = kind is None or kind.is_payment
    return _Kind(kind and int(kind), is_payment, places[actor], places["payment_log"], len(places))


_CALLS: Final = {
    DISCRIMINATORS[name]: _kind(name, kind, actor)
    for name, kind, actor in (
        ("handle_micro_payment", Kind.PAYMENT, "buyer"),
        ("handle_batch_payment", Kind.SLOT_PAYMENT, "buyer"),
        ("transfer_micro_ownership", Kind.TRANSFER, "owner"),
        ("transfer_batch_slot", Kind.SLOT_TRANSFER, "owner"),
        ("process_payment", None, "buyer"),
        ("sponsored_payment", None, "buyer"),
    )
}

Written = tuple[Content, int | None]
"""A leaf by its instruction, and the slot's rent that it paid."""


def leaf_by_call(keys: Sequence[bytes], call: Call, after: Call | None) -> Written | None:
    """What an instruction of the program put into a log; None for any other. `after` is what ran right after it.

    A payment into the log begins with one transfer there: of its amount, or with a slot's rent on top. A payment at
    the object's own account calls something else first, whichever way it goes.
    """
    data, given = call.data, call.accounts
    form = _CALLS.get(data[:8])
    if form is None or len(given) < form.accounts:
        return None
    end = 12 + int.from_bytes(data[8:12], "little")
    rest = data[end + 40 :]
    if len(rest) < (8 if form.is_payment else 32):
        return None
    actor, payment_log = keys[given[form.actor]], keys[given[form.payment_log]]
    kind = form.kind or int(Kind.PAYMENT)
    amount, owner, slot_rent = 0, None, None
    if form.is_payment:
        amount = int.from_bytes(rest[:8], "little")
        if form.kind != Kind.PAYMENT:
            moved = _moved(keys, after, actor, payment_log)
            if moved is not None and moved > amount:
                slot_rent = moved - amount
            if form.kind is None:
                if moved is None:
                    return None
                kind = int(Kind.PAYMENT if moved == amount else Kind.SLOT_PAYMENT)
    else:
        owner = rest[:32]
    try:
        path = data[12:end].decode("ascii")
    except UnicodeDecodeError:
        return None
    if amount >= MOST or not is_path(path):
        return None
    content = Content(kind, payment_log, actor, owner, amount, data[end : end + 8], data[end + 8 : end + 40], path)
    return content, slot_rent


def _moved(keys: Sequence[bytes], after: Call | None, source: bytes, destination: bytes) -> int | None:
    """The lamports that an instruction moves from one to the other by the System program, if it does."""
    if after is None or keys[after.program] != _SYSTEM or after.data[:4] != _TRANSFER or len(after.data) != 12:
        return None
    if len(after.accounts) < 2 or (keys[after.accounts[0]], keys[after.accounts[1]]) != (source, destination):
        return None
    return int.from_bytes(after.data[4:], "little")


class ToldLeaf(NamedTuple):
    """A leaf by its event, with what only the log knows."""

    content: Content
    number: int
    timestamp: int
    platform: int | None
    slot_rent: int | None


_Picker = Callable[[tuple[Any, ...]], tuple[Any, ...]]


def _picker(event: str) -> _Picker:
    """Picks a leaf's values out of its event's, in a fixed order."""
    projector, fields = LEAVES[event], EVENT_LAYOUTS[event].fields
    names = ("payment_log", projector.actor, projector.owner, projector.amount, projector.platform, projector.slot_rent)
    places = [fields.index(name) if name else None for name in names]
    common = [fields.index(name) for name in ("class_pointer", "solana_address", "path", "number", "timestamp")]
    absent = len(fields)
    pick = itemgetter(*(absent if place is None else place for place in places), *common)
    return lambda values: pick((*values, None))


_PICKERS: Final = {name: (int(projector.kind), _picker(name)) for name, projector in LEAVES.items()}


def leaf_by_event(told: Told) -> ToldLeaf | None:
    """What an event says of a leaf; None for any other, or for a code or a number that no leaf has."""
    form = _PICKERS.get(told.layout.name)
    if form is None:
        return None
    kind, pick = form
    log, actor, owner, amount, platform, slot_rent, text, address, path, number, timestamp = pick(told.values)
    pointer = pointer_bytes(text)
    if pointer is None or number >= MOST or not path.isascii():
        return None
    content = Content(kind, log, actor, owner, amount or 0, pointer, address, path)
    return ToldLeaf(content, number, timestamp, platform, slot_rent)

"""Whose an object is and was, as `plings.indexer.reading` tells it."""

from __future__ import annotations

from typing import Any

from plings.api.answers.ownership import Account, History, Ownership, Tenure
from plings.api.asking.texts import key, maybe_key, signature_text
from plings.api.cursors import cursor_of, place_of
from plings.api.problems import Refused
from plings.errors import NotInRegistry, StateRefused
from plings.identity import ScanUrl
from plings.indexer import reading
from plings.proofs.receipt import FORMAT, VERSION
from plings.registry import Registry

FIRST_PAGE = 50


def ownership(registry: Registry, code: ScanUrl) -> Ownership:
    """Who owns the object of a code. Raises NotInRegistry with rule `unknown_object` or `no_owner`."""
    found = _found(registry, code, 0, FIRST_PAGE)
    current = _current(found)
    receipt, why_none = _receipt_of(registry, code, current)
    return Ownership(
        path=found.path,
        class_pointer=found.class_pointer,
        address=key(found.address),
        owner=key(current.owner),
        how=current.how,
        since_unix=current.since_unix,
        slot=current.slot,
        signature=signature_text(current.signature),
        payment_log=maybe_key(current.payment_log),
        number=current.number,
        is_gapless=found.is_gapless,
        is_provisional=found.is_provisional,
        account=account(found),
        history=[_tenure(one) for one in found.history],
        next=_next(code, found),
        receipt=receipt,
        no_receipt=why_none,
    )


def current_of(registry: Registry, code: ScanUrl) -> reading.Tenure:
    """What made the owner of an object. Raises as `ownership` does."""
    return _current(_found(registry, code, 0, 1))


def _receipt_of(registry: Registry, code: ScanUrl, tenure: reading.Tenure) -> tuple[dict[str, Any] | None, str | None]:
    """The receipt of the leaf that made an owner, or why there is none."""
    if tenure.payment_log is None or tenure.number is None:
        return None, "account"
    try:
        receipt = reading.receipt(registry, tenure.payment_log, tenure.number)
    except (NotInRegistry, StateRefused) as error:
        return None, error.rule
    of_object = (code.path.text, code.class_pointer.value, code.address)
    if (receipt.leaf.object_key, receipt.leaf.owner) != (of_object, tenure.owner):
        return None, "busy"  # a fork took the leaf back in between
    return {"format": FORMAT, "version": VERSION, **receipt.members}, None


def history(registry: Registry, code: ScanUrl, cursor: str | None, limit: int) -> History:
    """A page of an object's owners. Raises NotInRegistry, and Refused when the page before is not so any more."""
    place = place_of(_question(code), cursor, 8 + 16)
    after = 0 if place is None else int.from_bytes(place[:8], "big")
    if place is None:
        found, page = _found(registry, code, 0, limit), None
    else:  # the last one of the page before, too: it must be the same still
        found = _found(registry, code, max(0, after - 1), limit + 1)
        if not found.history or _place(found.history[0]) != place:
            text = "cursor: the history before it is another now: begin again without a cursor [history_changed]"
            raise Refused(409, "history_changed", text, part="cursor")
        page = found.history[1:]
    return History(
        path=found.path,
        class_pointer=found.class_pointer,
        address=key(found.address),
        history=[_tenure(one) for one in (found.history if page is None else page)],
        next=_next(code, found),
    )


def account(found: reading.Ownership) -> Account | None:
    one = found.account
    return None if one is None else Account(**{**vars(one), "address": key(one.address)})


def _found(registry: Registry, code: ScanUrl, after: int, limit: int) -> reading.Ownership:
    found = reading.ownership_of(registry, code, after=after, limit=limit)
    if found is None:
        raise NotInRegistry(f"nothing on chain that we heard of names object {code.path} so", "unknown_object")
    return found


def _current(found: reading.Ownership) -> reading.Tenure:
    if found.current is None:
        raise NotInRegistry(f"object {found.path} is known on chain, and nobody owns it", "no_owner")
    return found.current


def _tenure(one: reading.Tenure) -> Tenure:
    return Tenure(
        owner=key(one.owner),
        how=one.how,
        since_unix=one.since_unix,
        slot=one.slot,
        signature=signature_text(one.signature),
        payment_log=maybe_key(one.payment_log),
        number=one.number,
        is_provisional=one.is_provisional,
    )


def _question(code: ScanUrl) -> str:
    return f"history {code.path} {code.class_pointer} {code.address.hex()}"


def _next(code: ScanUrl, found: reading.Ownership) -> str | None:
    return None if found.next_after is None else cursor_of(_question(code), _place(found.history[-1]))


def _place(one: reading.Tenure) -> bytes:
    """Which owner by number, and what made them so: a gap that was filled may have put another there."""
    return one.ordinal.to_bytes(8, "big") + one.signature[-16:]

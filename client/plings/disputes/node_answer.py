"""What a node's answers say, read strictly where it matters: members that we do not know are passed over."""

from __future__ import annotations

from typing import Final

from plings.disputes.claim import Claim
from plings.disputes.faults import NoAnswer
from plings.disputes.node_client import MOST_BYTES
from plings.disputes.testimony import NodeSaid, OwnerSaid
from plings.errors import ReceiptInvalid, shown
from plings.identity import ClassPointer, Path
from plings.proofs import Kind, Leaf, Receipt
from plings.proofs.document import UNIX, Part, parse_json

MOST_ITEMS: Final = 500
"""Owners, or leaves, in an answer."""
_HOW: Final = frozenset(
    {"payment", "transfer", "slot_payment", "slot_transfer", "created", "purchased", "transferred", "promoted", "seen"}
)
_NOBODY: Final = frozenset({"unknown_object", "no_owner"})
_KINDS: Final = {kind.name.lower(): kind for kind in Kind}


def read_ownership(status: int, body: bytes, claim: Claim, slot: int | None) -> NodeSaid:
    """The answer to /v1/ownership. Raises NoAnswer: `malformed`, `another_object`, `http_status`."""
    if status == 404:
        _check_nobody(body)
        return NodeSaid(None, True, False, slot)
    try:
        members = _document(body)
        _check_object(members, claim)
        return NodeSaid(
            current=_owner(members),
            is_gapless=_flag(members, "is_gapless"),
            is_provisional=_flag(members, "is_provisional"),
            slot=slot,
            receipts=_receipts(members.get("receipt")),
            history=tuple(_owner(one.all_members()) for one in _needed(members, "history").items(MOST_ITEMS)),
        )
    except ReceiptInvalid as error:
        raise _malformed(error) from error


def read_slot(status: int, body: bytes) -> int | None:
    """Up to which slot it has read what is final, by the answer to /ready. Raises NoAnswer.

    Where it reads nothing but what is final, there is only one number.
    """
    if status != 200:
        return None
    try:
        members = _document(body)
        told = [part for name in ("final_slot", "slot") if (part := members.get(name)) and part.value is not None]
        return told[0].number(UNIX) if told else None
    except ReceiptInvalid as error:
        raise _malformed(error) from error


def read_receipt(status: int, body: bytes) -> Receipt | None:
    """A receipt, None where the node has none. Raises NoAnswer."""
    if status != 200:
        return None
    try:
        return Receipt.read(parse_json(body, "answer", MOST_BYTES))
    except ReceiptInvalid as error:
        raise _malformed(error) from error


def read_leaves(status: int, body: bytes, payment_log: bytes) -> tuple[list[Leaf], str | None]:
    """A page of a log's leaves, and the cursor of the next. Raises NoAnswer."""
    if status != 200:
        raise NoAnswer("http_status", f"it answers HTTP {status} where the log's leaves should be")
    try:
        members = _document(body)
        leaves = [_leaf(one.all_members(), payment_log) for one in _needed(members, "leaves").items(MOST_ITEMS)]
        following = _needed(members, "next")
        return leaves, None if following.value is None else following.text()
    except ReceiptInvalid as error:
        raise _malformed(error) from error


def _document(body: bytes) -> dict[str, Part]:
    return parse_json(body, "answer", MOST_BYTES).all_members()


def _check_nobody(body: bytes) -> None:
    """Only a node that says so knows nobody: any server has a page for what is not there."""
    try:
        rule = _document(body).get("rule")
    except ReceiptInvalid as error:
        raise NoAnswer("http_status", "it answers HTTP 404, and has no such API") from error
    if rule is None or rule.value not in _NOBODY:
        raise NoAnswer("http_status", "it answers HTTP 404, and has no such API")


def _check_object(members: dict[str, Part], claim: Claim) -> None:
    told = (
        _needed(members, "path").read(Path).text,
        _needed(members, "class_pointer").read(ClassPointer.parse).value,
        _needed(members, "address").key(),
    )
    if told != claim.object_key:
        raise NoAnswer("another_object", f"it answers for another object, {told[0]}")


def _owner(members: dict[str, Part]) -> OwnerSaid:
    how = _needed(members, "how").text()
    if how not in _HOW:
        raise members["how"].refused("how", f"it is {shown(how, 24)}, which makes nobody an owner")
    log, number = _needed(members, "payment_log"), _needed(members, "number")
    if (log.value is None) != (number.value is None):
        raise number.refused("leaf", "a log and a number belong together")
    return OwnerSaid(
        owner=_needed(members, "owner").key(),
        how=how,
        payment_log=None if log.value is None else log.key(),
        number=None if number.value is None else number.number(UNIX),
        slot=_needed(members, "slot").number(UNIX),
        since_unix=_needed(members, "since_unix").number(UNIX),
    )


def _leaf(members: dict[str, Part], payment_log: bytes) -> Leaf:
    kind = _KINDS.get(_needed(members, "kind").text())
    if kind is None:
        raise members["kind"].refused("kind", "no kind of leaf has this name")
    return Leaf(
        kind=kind,
        payment_log=payment_log,
        number=_needed(members, "number").number(UNIX),
        timestamp=_needed(members, "timestamp_unix").number(UNIX),
        actor=_needed(members, "actor").key(),
        owner=_needed(members, "owner").key(),
        amount_lamports=_needed(members, "amount_lamports").number(2**64 - 1),
        class_pointer=_needed(members, "class_pointer").read(ClassPointer.parse),
        address=_needed(members, "address").key(),
        path=_needed(members, "path").read(Path),
    )


def _receipts(part: Part | None) -> tuple[Receipt, ...]:
    return () if part is None or part.value is None else (Receipt.read(part),)


def _needed(members: dict[str, Part], name: str) -> Part:
    if name not in members:
        raise ReceiptInvalid("answer", "missing", f"its member {name} is missing")
    return members[name]


def _flag(members: dict[str, Part], name: str) -> bool:
    part = _needed(members, name)
    if not isinstance(part.value, bool):
        raise part.refused("type", "it is neither true nor false")
    return part.value


def _malformed(error: ReceiptInvalid) -> NoAnswer:
    return NoAnswer("malformed", f"its answer is malformed: {error}")

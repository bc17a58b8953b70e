"""Verification of receipts: what a file is worth to someone who has no network, and says which roots they trust."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from plings.errors import ReceiptInvalid
from plings.identity import class_pointer, format_address
from plings.proofs.checkpoint import Checkpoint, Head
from plings.proofs.leaf import Leaf
from plings.proofs.log_identity import LogIdentity
from plings.proofs.ownership import Ownership
from plings.proofs.tree import consistent, included

if TYPE_CHECKING:
    from plings.proofs.receipt import Receipt


_PAYMENT_ONLY: Final = "it shows a payment, not that it was the object's first: the leaves before it tell who owns it"
_GIFT_ONLY: Final = "it shows a gift, not that the giver owned the object: the leaves before it tell who owns it"


class ReceiptGrade(StrEnum):
    """What a receipt that contradicts nothing can be worth."""

    CONSISTENT = "consistent"
    """it agrees with itself, which anybody can bring about"""
    PROVED = "proved"
    """the leaf is under a root that the caller trusts"""


@dataclass(frozen=True, slots=True)
class ReceiptVerdict:
    """A grade, why (one line each, fit to show), and where the cluster keeps the checkpoint to compare with."""

    grade: ReceiptGrade
    reasons: tuple[str, ...]
    checkpoint_account: bytes

    @property
    def proved(self) -> bool:
        return self.grade is ReceiptGrade.PROVED


def verify_receipt(
    receipt: Receipt,
    *,
    checkpoints: Iterable[Checkpoint] = (),
    heads: Iterable[Head] = (),
    ownership: Ownership | None = None,
) -> ReceiptVerdict:
    """Checks everything in the receipt, then whether a trusted checkpoint or head is its root or its earlier one.

    `heads` are of the receipt's log. An earlier root counts only for leaves that it covers. `ownership` (by the log's
    leaves, which the caller trusts to be the log's) lets the verdict say who owns the object; without it a payment is
    shown, and not that it was the first.

    Raises ReceiptInvalid with rule `derivation`, `class`, `inclusion`, `order`, `consistency`, `contradiction` or
    `another_log`.
    """
    _check_log(receipt.log, receipt.leaf)
    _check_class(receipt.log, receipt.leaf)
    _check_inclusion(receipt)
    _check_consistency(receipt)
    account = receipt.log.checkpoint_account(receipt.checkpoint.checkpoint_id)
    trusted = _trusted(receipt, tuple(checkpoints), tuple(heads))
    grade = ReceiptGrade.PROVED if trusted else ReceiptGrade.CONSISTENT
    reasons = (_included(receipt), trusted or _untrusted(receipt, account), _ownership(receipt.leaf, ownership))
    return ReceiptVerdict(grade, reasons, account)


def _check_log(log: LogIdentity, leaf: Leaf) -> None:
    derived = LogIdentity.of_object(log.program_id, log.identity_key, log.shard_bits, leaf.address)
    for name in ("shard", "manufacturer", "payment_log"):
        if getattr(log, name) != getattr(derived, name):
            reason = "it is not what the program derives from the log's other members and the object's address"
            raise ReceiptInvalid(f"receipt.log.{name}", "derivation", reason)
    if leaf.payment_log != log.payment_log:
        raise ReceiptInvalid("receipt.leaf", "another_log", "it is a leaf of another payment log")


def _check_class(log: LogIdentity, leaf: Leaf) -> None:
    if class_pointer(log.identity_key, leaf.path.class_path) != leaf.class_pointer:
        reason = f"it is not the one of {leaf.path.path_to_pointer} by this manufacturer"
        raise ReceiptInvalid("receipt.leaf.class_pointer", "class", reason)


def _check_inclusion(receipt: Receipt) -> None:
    leaf, head = receipt.leaf, receipt.checkpoint.head
    if not included(head.root, leaf.hash, leaf.number, head.count, receipt.proof):
        reason = f"it does not lead from leaf {leaf.number} to the root of {head.count} leaves"
        raise ReceiptInvalid("receipt.proof", "inclusion", reason)


def _check_consistency(receipt: Receipt) -> None:
    if receipt.earlier is None:
        return
    earlier, later = receipt.earlier.checkpoint, receipt.checkpoint
    if earlier.checkpoint_id >= later.checkpoint_id:
        raise ReceiptInvalid("receipt.earlier.checkpoint", "order", "it is not before the receipt's checkpoint")
    first, second = earlier.head, later.head
    if not consistent(first.root, first.count, second.root, second.count, receipt.earlier.proof):
        reason = f"it does not show the first {first.count} of {second.count} leaves to be the earlier checkpoint's"
        raise ReceiptInvalid("receipt.earlier.proof", "consistency", reason)


def _trusted(receipt: Receipt, checkpoints: tuple[Checkpoint, ...], heads: tuple[Head, ...]) -> str:
    """Why the root is to be trusted, or nothing."""
    later = _match(receipt.checkpoint, "receipt.checkpoint", checkpoints, heads)
    if receipt.earlier is None:
        return later
    earlier = _match(receipt.earlier.checkpoint, "receipt.earlier.checkpoint", checkpoints, heads)
    if later or receipt.leaf.number >= receipt.earlier.checkpoint.head.count:
        return later
    return earlier and f"the leaf is among those of the earlier checkpoint, and {earlier}"


def _match(mine: Checkpoint, part: str, checkpoints: tuple[Checkpoint, ...], heads: tuple[Head, ...]) -> str:
    """Which of what is trusted `mine` is, or nothing. What is trusted for its place must not be another."""
    found = ""
    for trusted in checkpoints:
        if (trusted.payment_log, trusted.checkpoint_id) == (mine.payment_log, mine.checkpoint_id):
            if trusted != mine:
                raise ReceiptInvalid(part, "contradiction", "the trusted checkpoint of this log and number is another")
            found = f"its root is that of the trusted checkpoint {mine.checkpoint_id}"
    for head in heads:
        if head.count == mine.head.count:
            if head != mine.head:
                raise ReceiptInvalid(part, "contradiction", f"the trusted root of {head.count} leaves is another")
            found = found or "its root and count are the trusted ones"
    return found


def _included(receipt: Receipt) -> str:
    leaf, head = receipt.leaf, receipt.checkpoint.head
    log = format_address(receipt.log.payment_log)
    return f"leaf {leaf.number} of payment log {log} is under root {head.root.hex()} of {head.count} leaves"


def _untrusted(receipt: Receipt, account: bytes) -> str:
    return (
        f"it is consistent in itself, which does not show the root to be the program's: compare root and count with "
        f"checkpoint account {format_address(account)} on chain"
    )


def _ownership(leaf: Leaf, ownership: Ownership | None) -> str:
    if ownership and ownership.payment_log != leaf.payment_log:
        raise ReceiptInvalid("receipt.leaf", "another_log", "the ownership given is of another payment log")
    if ownership is None or ownership.count <= leaf.number:
        return _PAYMENT_ONLY if leaf.kind.is_payment else _GIFT_ONLY
    claim = ownership.claim_of(leaf.object_key)
    if any(each.number == leaf.number and each != leaf for each in claim):
        raise ReceiptInvalid("receipt.leaf", "contradiction", "the log's leaf of this number is another")
    owner = ownership.owner_of(leaf.object_key)
    told = "it made an owner" if leaf in claim else "it made nobody an owner"
    of = f"after {ownership.count} leaves the owner is {format_address(owner)}" if owner else "nobody owns the object"
    return f"{told}; {of}"

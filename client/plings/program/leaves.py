"""Leaves of payment logs, as the program's events and instructions tell them.

What holds a code that the program would not have taken is no leaf: a node made it up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM_ID

from plings.errors import IdentityError
from plings.identity import ClassPointer, Path
from plings.program.events import Event
from plings.program.interface import parse
from plings.proofs import Kind, Leaf

UNNUMBERED = 0
"""The number of a leaf whose place is still to be found."""

_TOLD_PAYMENTS: Final = {"MicroPaymentProcessed": Kind.PAYMENT, "BatchPaymentProcessed": Kind.SLOT_PAYMENT}
_TOLD_GIFTS: Final = {"MicroOwnershipTransferred": Kind.TRANSFER, "BatchSlotTransferred": Kind.SLOT_TRANSFER}
_PAYMENTS: Final = {"handle_micro_payment": Kind.PAYMENT, "handle_batch_payment": Kind.SLOT_PAYMENT}
_GIFTS: Final = {"transfer_micro_ownership": Kind.TRANSFER, "transfer_batch_slot": Kind.SLOT_TRANSFER}
_PAYMENTS_BY_VALUE: Final = ("process_payment", "sponsored_payment")
"""Those which make a leaf or an object, as the payment's value has it."""

_TRANSFER: Final = (2).to_bytes(4, "little")
_TRANSFER_BYTES: Final = 12


class Moved(NamedTuple):
    """A transfer by the System program."""

    source: Pubkey
    destination: Pubkey
    lamports: int


def leaf_of(event: Event) -> Leaf | None:
    """What a payment or a gift put into its log; None for any other event."""
    told = event.fields
    if kind := _TOLD_PAYMENTS.get(event.name):
        actor, owner, amount = told["buyer"], told["buyer"], told["payment_amount"]
    elif kind := _TOLD_GIFTS.get(event.name):
        actor, owner, amount = told["previous_owner"], told["owner"], 0
    else:
        return None
    try:
        pointer, path = ClassPointer.parse(told["class_pointer"]), Path.parse(told["path"])
    except IdentityError:
        return None
    return Leaf(
        kind=kind,
        payment_log=bytes(told["payment_log"]),
        number=told["number"],
        timestamp=told["timestamp"],
        actor=bytes(actor),
        owner=bytes(owner),
        amount_lamports=amount,
        class_pointer=pointer,
        address=bytes(told["solana_address"]),
        path=path,
    )


def leaf_by(data: bytes, accounts: Sequence[Pubkey], timestamp: int, moved: Moved | None = None) -> Leaf | None:
    """What an instruction of the program, which took effect, put into its log; None for any other.

    `timestamp` is when it ran, in unix seconds; the leaf is UNNUMBERED, as an instruction does not say where the log
    was then. `moved` is what the instruction that ran right after it moved: a payment by value tells by its first call
    whether it went into the log.
    """
    given = parse(data, accounts)
    if given is None:
        return None
    name, keys, arguments = given
    if kind := _GIFTS.get(name):
        actor, owner, amount = keys["owner"], arguments.new_owner, 0
    elif kind := _PAYMENTS.get(name) or _kind_by_value(name, keys, arguments, moved):
        actor, owner, amount = keys["buyer"], keys["buyer"], arguments.amount_lamports
    else:
        return None
    try:
        path = Path.parse(arguments.code.path)
    except IdentityError:
        return None
    return Leaf(
        kind=kind,
        payment_log=bytes(keys["payment_log"]),
        number=UNNUMBERED,
        timestamp=timestamp,
        actor=bytes(actor),
        owner=bytes(owner),
        amount_lamports=amount,
        class_pointer=ClassPointer(bytes(arguments.code.class_pointer)),
        address=bytes(arguments.code.address),
        path=path,
    )


def moved_by(program_id: Pubkey, data: bytes, accounts: Sequence[Pubkey]) -> Moved | None:
    """What an instruction moves if it is a transfer by the System program."""
    is_transfer = program_id == SYSTEM_PROGRAM_ID and data[:4] == _TRANSFER and len(data) == _TRANSFER_BYTES
    if not is_transfer or len(accounts) < 2:
        return None
    return Moved(accounts[0], accounts[1], int.from_bytes(data[4:], "little"))


def _kind_by_value(name: str, keys: Mapping[str, Pubkey], arguments: Any, moved: Moved | None) -> Kind | None:
    """A payment into the log begins with one transfer there: of its amount, or with a slot's rent on top.

    A payment at the object's own account calls something else first, whichever way it goes.
    """
    if name not in _PAYMENTS_BY_VALUE or moved is None:
        return None
    if (moved.source, moved.destination) != (keys["buyer"], keys["payment_log"]):
        return None
    return Kind.PAYMENT if moved.lamports == arguments.amount_lamports else Kind.SLOT_PAYMENT

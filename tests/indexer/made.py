"""Raw transactions that put a leaf into a payment log, without a program to run: as the program and the runtime do.

A test holds them against real ones.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field
from typing import Final

from plings.indexer.decoder.calls import DISCRIMINATORS
from plings.indexer.lines import CONSUMED, DATA, INVOKE, SUCCESS, Line
from plings.indexer.transaction import TOP, TRUNCATED, Call, RawTransaction
from plings.program import PROGRAM_ID
from plings.program.interface import IDL
from plings.proofs import Kind, Leaf

SYSTEM: Final = bytes(32)
OURS: Final = bytes(PROGRAM_ID)
BUDGET: Final = bytes.fromhex("0306466fe5211732ffecadba72c39be7bc8ce5bbc5f7126b2c439b3a40000000")
MANUFACTURER, IDENTITY, CONFIG, TERMS, OBJECT, BATCH = (letter.encode() * 32 for letter in "micotb")
START_UNIX: Final = 1_750_000_000
FEE_BPS: Final = 1_000
SLOT_RENT: Final = 356_352
_EVENTS: Final = {each["name"]: bytes(each["discriminator"]) for each in IDL["events"]}


@dataclass(frozen=True)
class _Form:
    """How a kind of leaf is written: instruction, event, and the accounts between actor and log, and after it."""

    instruction: str
    event: str
    keys: tuple[bytes, ...] = field(default=())
    after: tuple[bytes, ...] = field(default=())


_FORMS: Final = {
    Kind.PAYMENT: _Form("handle_micro_payment", "MicroPaymentProcessed", (CONFIG, MANUFACTURER, TERMS), (OURS, SYSTEM)),
    Kind.SLOT_PAYMENT: _Form(
        "handle_batch_payment", "BatchPaymentProcessed", (CONFIG, MANUFACTURER, TERMS), (BATCH, OURS, SYSTEM)
    ),
    Kind.TRANSFER: _Form("transfer_micro_ownership", "MicroOwnershipTransferred", (MANUFACTURER, OBJECT)),
    Kind.SLOT_TRANSFER: _Form("transfer_batch_slot", "BatchSlotTransferred", (MANUFACTURER, OBJECT), (BATCH,)),
}


def transaction_of(leaf: Leaf, slot: int, position: int = 0, *, cut: bool = False, salt: str = "") -> RawTransaction:
    """The transaction that wrote a leaf; with `cut` its logs end before they tell of it."""
    form = _FORMS[leaf.kind]
    accounts = [leaf.actor, *form.keys, leaf.payment_log, *form.after]
    keys = tuple(dict.fromkeys([*accounts, OURS, SYSTEM, BUDGET]))
    given = bytes(keys.index(key) for key in accounts)
    calls = [Call(0, TOP, 1, keys.index(OURS), given, _instruction(leaf, form))]
    lines: list[Line] = [(INVOKE, OURS, 1)]
    if leaf.kind.is_payment:
        moved = leaf.amount_lamports + (SLOT_RENT if leaf.kind is Kind.SLOT_PAYMENT else 0)
        places = bytes((0, keys.index(leaf.payment_log)))
        calls.append(Call(0, 0, 2, keys.index(SYSTEM), places, struct.pack("<IQ", 2, moved)))
        lines += [(INVOKE, SYSTEM, 2), (SUCCESS, SYSTEM, 0)]
    if cut:
        lines.append(TRUNCATED)
    else:
        lines += [(DATA, _event(leaf, form), 0), (CONSUMED, OURS, 4_000 << 32 | 200_000), (SUCCESS, OURS, 0)]
        lines += [(INVOKE, BUDGET, 1), (SUCCESS, BUDGET, 0)]
    calls.append(Call(1, TOP, 1, keys.index(BUDGET), b"", b"\2\0\0\0\0"))
    # one leaf of an actor is one transaction, wherever it lands
    named = f"{salt}{leaf.kind}{leaf.path}{leaf.amount_lamports}".encode() + leaf.actor + leaf.owner + leaf.address
    return RawTransaction(
        hashlib.sha512(named).digest(), slot, position, leaf.timestamp, keys, tuple(calls), tuple(lines)
    )


def _instruction(leaf: Leaf, form: _Form) -> bytes:
    path = leaf.path.text.encode()
    rest = struct.pack("<Q", leaf.amount_lamports) if leaf.kind.is_payment else leaf.owner
    code = struct.pack("<I", len(path)) + path + leaf.class_pointer.value + leaf.address
    return DISCRIMINATORS[form.instruction] + code + rest


def _event(leaf: Leaf, form: _Form) -> bytes:
    number, time = struct.pack("<Q", leaf.number), struct.pack("<q", leaf.timestamp)
    code = _text(leaf.path.text) + _text(leaf.class_pointer.text) + leaf.address
    if leaf.kind.is_payment:
        amount = leaf.amount_lamports
        platform = amount * FEE_BPS // 10_000
        kind = "micro_payment" if leaf.kind is Kind.PAYMENT else "batch_payment"
        rest = (leaf.actor, struct.pack("<Q", amount), IDENTITY, time, _text(kind), leaf.payment_log, number)
        rest += (struct.pack("<QQ", platform, amount - platform),)
        if leaf.kind is Kind.SLOT_PAYMENT:
            rest += (struct.pack("<Q", SLOT_RENT),)
    else:
        batch = (BATCH,) if leaf.kind is Kind.SLOT_TRANSFER else ()
        rest = (*batch, leaf.actor, leaf.owner, time, leaf.payment_log, number)
    return _EVENTS[form.event] + code + b"".join(rest)


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode()


def config_transaction(slot: int = 1, fee_bps: int = FEE_BPS) -> RawTransaction:
    """The platform's settings begin: what cut logs do not say of a payment follows from the fee."""
    authority, treasury = b"a" * 32, b"y" * 32
    event = _EVENTS["ConfigInitialized"] + authority + treasury + struct.pack("<HQQq", fee_bps, 0, 0, START_UNIX)
    keys = (authority, CONFIG, b"d" * 32, treasury, SYSTEM, OURS)
    data = DISCRIMINATORS["initialize_config"] + struct.pack("<H", fee_bps)
    lines: tuple[Line, ...] = ((INVOKE, OURS, 1), (DATA, event, 0), (SUCCESS, OURS, 0))
    call = Call(0, TOP, 1, 5, bytes(range(5)), data)
    return RawTransaction(hashlib.sha512(b"config").digest(), slot, 0, START_UNIX, keys, (call,), lines)

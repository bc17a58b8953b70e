"""Whose an object is, since when and by what, and whose it was."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import ConfigDict, Field

from plings.api.answers.base import Answer, Cursor, Key, Lamports, Number, PathText, PointerText, Signature, Slot, Unix


class How(StrEnum):
    """What made somebody the owner: a leaf of a payment log, or what the object's own account did."""

    PAYMENT = "payment"
    TRANSFER = "transfer"
    SLOT_PAYMENT = "slot_payment"
    SLOT_TRANSFER = "slot_transfer"
    CREATED = "created"
    PURCHASED = "purchased"
    TRANSFERRED = "transferred"
    PROMOTED = "promoted"
    SEEN = "seen"
    """an NFT that moved without the program: seen with this owner from then on"""


class Tenure(Answer):
    """One owner, from when on. `payment_log` and `number` name the leaf; both are null for what an account did."""

    model_config = ConfigDict(title="Tenure")

    owner: Key
    how: How
    since_unix: Unix
    slot: Slot
    signature: Signature
    payment_log: Key | None
    number: Number | None
    is_provisional: bool = Field(description="whether its transaction is confirmed and not final: it may yet be undone")


class Account(Answer):
    """The account and NFT of an object that has its own."""

    model_config = ConfigDict(title="Account")

    address: Key = Field(description="the payment address of the code")
    state: str = Field(
        description="deposit: nothing but money that was sent there; claimed: a promotion that can still be challenged; "
        "owned: it has its NFT, which says who owns it",
        pattern="^(deposit|claimed|owned)$",
        examples=["owned"],
    )
    mint: Key | None = Field(description="of the NFT")
    asking_price_lamports: Lamports | None = Field(description="null: not for sale")
    offer_ends_at_unix: Unix | None = Field(description="null: not for sale, or with no end")
    title_owner: Key | None = Field(description="for a claim: whose the object is by what was shown so far")
    final_at_unix: Unix | None = Field(description="for a claim: from when on nobody can challenge it")


class Ownership(Answer):
    """Whose the object of a code is. `receipt` proves the leaf that made the owner, and is null where there is none.

    A receipt is worth what its root is: compare that with the checkpoint's account on chain.
    """

    model_config = ConfigDict(title="Ownership")

    path: PathText
    class_pointer: PointerText
    address: Key
    owner: Key
    how: How
    since_unix: Unix
    slot: Slot
    signature: Signature = Field(description="of the transaction that made the owner")
    payment_log: Key | None = Field(description="whose leaf made the owner; null where the object's account did")
    number: Number | None = Field(description="of that leaf")
    is_gapless: bool = Field(
        description="whether every leaf of that log is known: if not, an earlier one may be missing"
    )
    is_provisional: bool = Field(description="whether it may yet be undone: confirmed, not final")
    account: Account | None
    history: list[Tenure] = Field(description="the first page, oldest first; /v1/history has the rest")
    next: Cursor
    receipt: dict[str, Any] | None = Field(
        description="a file for `plings receipt verify` (format plings-receipt, version 1)"
    )

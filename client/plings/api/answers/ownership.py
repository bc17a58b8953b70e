"""Whose an object is, since when and by what, and whose it was."""

from __future__ import annotations

from pydantic import Field

from plings.api.answers.base import Answer, Cursor, Key, Lamports, Number, PathText, PointerText, Signature, Slot, Unix
from plings.api.answers.receipt import ReceiptMembers
from plings.indexer.reading import How


class Tenure(Answer):
    """One owner, from when on. `payment_log` and `number` name the leaf; both are null for what an account did."""

    owner: Key
    how: How
    since_unix: Unix
    slot: Slot
    signature: Signature
    payment_log: Key | None
    number: Number | None
    is_provisional: bool = Field(description="whether its transaction is confirmed and not final: it may yet be undone")


class Account(Answer):
    """The account of an object that has its own, with its NFT. Prices are lamports; null where it is not for sale."""

    address: Key = Field(description="the payment address of the code")
    state: str = Field(
        description="deposit: nothing but money that was sent there; claimed: a promotion that can still be "
        "challenged; owned: it has its NFT, which says who owns it",
        pattern="^(deposit|claimed|owned)$",
        examples=["owned"],
    )
    mint: Key | None = Field(description="of the NFT")
    asking_price_lamports: Lamports | None
    offer_ends_at_unix: Unix | None = Field(description="null, too, for an offer without an end")
    royalty_bps: int | None = Field(description="the manufacturer's share of the price, in 1/10,000")
    platform_fee_bps: int | None = Field(description="the platform's share of the price, in 1/10,000")
    title_owner: Key | None = Field(description="for a claim: whose the object is by what was shown so far")
    final_at_unix: Unix | None = Field(description="for a claim: from when on nobody can challenge it")


class History(Answer):
    """A page of an object's owners, the oldest first. One who was not yet final may be gone when you ask again."""

    path: PathText
    class_pointer: PointerText
    address: Key
    history: list[Tenure]
    next: Cursor


class Ownership(Answer):
    """Whose the object of a code is. `receipt` proves the leaf that made the owner, and is null where there is none.

    A receipt is worth what its root is: compare that with the checkpoint's account on chain.
    """

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
    is_gapless: bool = Field(description="whether nothing that is missing could make another the owner")
    is_provisional: bool = Field(description="whether some of it may yet be undone: confirmed, not final")
    account: Account | None
    history: list[Tenure] = Field(description="the first page, the oldest first; /v1/history has the rest")
    next: Cursor
    receipt: ReceiptMembers | None
    no_receipt: str | None = Field(
        description="why there is none: `account` (its NFT shows it), or the rule, such as `no_checkpoint`",
        examples=["no_checkpoint"],
    )

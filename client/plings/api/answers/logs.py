"""Payment logs, their leaves, their checkpoints."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from plings.api.answers.base import Answer, Cursor, Key, Lamports, Number, PathText, PointerText, Signature, Slot, Unix

LeafKind = Literal["payment", "transfer", "slot_payment", "slot_transfer"]
Count = Annotated[int, Field(ge=0, examples=[1000])]
Hash = Annotated[
    str,
    Field(
        description="32 bytes in base64",
        min_length=44,
        max_length=44,
        examples=["47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="],
    ),
]


class Numbers(Answer):
    """Leaves `first` to `last`, both of them too."""

    first: Number
    last: Number


class PaymentLog(Answer):
    """A payment log, and how much of it is known."""

    payment_log: Key
    manufacturer: Key | None = Field(description="the Manufacturer account; null where the log's opening is not known")
    shard: int | None = Field(ge=0, le=255, description="which of the manufacturer's logs")
    leaf_count: Count = Field(description="leaves that it must have")
    missing: Count = Field(description="how many of them nobody told us of")
    checkpoints: Count


class LogDetails(PaymentLog):
    """The same with what is missing."""

    gaps: list[Numbers] = Field(description="what is missing, the lowest 100")


class Logs(Answer):
    """A page of payment logs, by address."""

    logs: list[PaymentLog]
    next: Cursor


class LeafAnswer(Answer):
    """A leaf: what the log's tree hashes, and where it was written."""

    model_config = ConfigDict(title="Leaf")

    payment_log: Key
    number: Number
    kind: LeafKind
    timestamp_unix: Unix
    actor: Key = Field(description="who paid, or gave")
    owner: Key = Field(description="who is to own it: of a payment the same")
    amount_lamports: Lamports
    platform_lamports: Lamports | None = Field(description="the platform's share; null where nothing was paid")
    manufacturer_lamports: Lamports | None
    slot_rent_lamports: Lamports | None = Field(description="paid on top for a slot of a batch account")
    path: PathText
    class_pointer: PointerText
    address: Key
    slot: Slot
    signature: Signature
    is_told: bool = Field(description="whether the chain's logs told the number: else it follows from those around it")
    is_provisional: bool


class Leaves(Answer):
    """A page of a log's leaves, by number. `missing` are those in between that nobody told us of."""

    payment_log: Key
    leaves: list[LeafAnswer]
    missing: list[Numbers]
    next: Cursor


class CheckpointAnswer(Answer):
    """What the program itself noted of a log: a root, and how many leaves it covers."""

    model_config = ConfigDict(title="Checkpoint")

    checkpoint_id: Number = Field(description="counts the log's checkpoints, from 0")
    account: Key = Field(description="where the cluster keeps it")
    root: Hash
    leaf_count: Count
    last_payment_unix: Unix
    created_at_unix: Unix
    slot: Slot
    signature: Signature = Field(description="of the transaction that made it")
    is_provisional: bool


class Checkpoints(Answer):
    """A page of a log's checkpoints, the earliest first. One whose event was cut off the chain's log is not in it."""

    payment_log: Key
    checkpoints: list[CheckpointAnswer]
    next: Cursor


class InclusionProof(Answer):
    """That a leaf is under the root of a log's first leaves (RFC 9162, 2.1.3). Anybody can check it with sha256."""

    payment_log: Key
    number: Number
    size: Count = Field(description="how many leaves the root covers")
    leaf_hash: Hash
    root: Hash
    proof: list[Hash] = Field(description="the hashes that lead from the leaf to the root, lowest first")
    is_provisional: bool = Field(description="whether some of the leaves it was made of may yet be undone")


class ConsistencyProof(Answer):
    """That the leaves under one root are the first of those under another (RFC 9162, 2.1.4)."""

    payment_log: Key
    first_size: Count
    second_size: Count
    first_root: Hash
    second_root: Hash
    proof: list[Hash]
    is_provisional: bool = Field(description="whether some of the leaves it was made of may yet be undone")

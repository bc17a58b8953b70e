"""The shape of a receipt's file, for the OpenAPI document alone: `plings.proofs.Receipt` writes and reads it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, WithJsonSchema

from plings.api.answers.base import Answer, Key, PathText, PointerText, Signature
from plings.api.answers.logs import Hash

U64 = Annotated[int, Field(ge=0, le=2**64 - 1)]


class ReceiptLog(Answer):
    """Whose payment log that is; the address follows from the rest."""

    program_id: Key
    identity_key: Key
    manufacturer: Key
    shard_bits: int = Field(ge=0, le=8)
    shard: int = Field(ge=0, le=255)
    payment_log: Key


class ReceiptLeaf(Answer):
    """The leaf, as the log's tree hashes it."""

    kind: int = Field(ge=1, le=4, description="1 payment, 2 transfer, 3 slot payment, 4 slot transfer")
    number: U64
    timestamp: U64
    actor: Key
    owner: Key
    amount_lamports: U64
    class_pointer: PointerText
    address: Key
    path: PathText


class ReceiptCheckpoint(Answer):
    """The root that the program itself noted. Compare it with the checkpoint's account on chain."""

    checkpoint_id: U64
    root: Hash
    count: U64
    last_payment_timestamp: U64
    created_at_unix: U64


class ReceiptClaims(Answer):
    """What nothing in the file proves. Each may be missing."""

    cluster: str = ""
    genesis_hash: Key = ""
    original_transaction: Signature = ""


class ReceiptFile(Answer):
    """A file for `plings receipt verify`, which needs no network (docs/decisions/0009-receipts.md)."""

    model_config = ConfigDict(title="Receipt")

    format: Literal["plings-receipt"]
    version: Literal[1]
    log: ReceiptLog
    leaf: ReceiptLeaf
    proof: list[Hash] = Field(max_length=64)
    checkpoint: ReceiptCheckpoint
    claims: ReceiptClaims = ReceiptClaims()


ReceiptMembers = Annotated[dict[str, Any], WithJsonSchema({"$ref": "#/components/schemas/ReceiptFile"})]

"""What a node's JSON answers hold, checked: a field missing or of another kind is a NodeSilence, never a guess."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from solders.hash import Hash
from solders.instruction import CompiledInstruction
from solders.pubkey import Pubkey
from solders.signature import Signature

from plings.chain.cluster import Account
from plings.chain.data58 import decode_data
from plings.chain.node import NodeSilence

LEVELS = ("processed", "confirmed", "finalized")


@dataclass(frozen=True)
class Status:
    """Where a transaction stands. `error` is None when it succeeded there; `level` is one of LEVELS."""

    slot: int
    level: str
    error: object


@dataclass(frozen=True)
class Listed:
    """A transaction in the list of those that named an address. `error` is None when it succeeded.

    `level` is one of LEVELS; of a node that does not say, the one that was asked for at least: `confirmed`.
    """

    signature: Signature
    slot: int
    block_time_unix: int | None
    error: object
    level: str = "confirmed"


@dataclass(frozen=True)
class Record:
    """What the node keeps of a transaction. `logs` is None when it does not keep those."""

    wire: bytes
    error: object
    fee_lamports: int
    compute_units: int | None
    logs: tuple[str, ...] | None
    meta: object


@dataclass(frozen=True)
class Trial:
    """The answer to simulateTransaction."""

    error: object
    compute_units: int
    logs: tuple[str, ...]


def at(answer: object, *path: str) -> object:
    """The value at `path` of nested objects."""
    for name in path:
        if not isinstance(answer, dict) or name not in answer:
            raise _malformed(name)
        answer = answer[name]
    return answer


def integer(answer: object, *path: str) -> int:
    value = at(answer, *path)
    if type(value) is not int or value < 0:
        raise _malformed(path[-1])
    return value


def text(answer: object, *path: str) -> str:
    value = at(answer, *path)
    if not isinstance(value, str):
        raise _malformed(path[-1] if path else "text")
    return value


def items(answer: object, *path: str) -> list[object]:
    value = at(answer, *path)
    if not isinstance(value, list):
        raise _malformed(path[-1] if path else "list")
    return value


def blockhash(answer: object) -> tuple[Hash, int]:
    """A recent blockhash and the last block height at which it holds."""
    return genesis(text(answer, "value", "blockhash")), integer(answer, "value", "lastValidBlockHeight")


def genesis(answer: object) -> Hash:
    try:
        return Hash.from_string(text(answer))
    except ValueError as error:
        raise _malformed("hash") from error


def signature(answer: object) -> Signature:
    try:
        return Signature.from_string(text(answer))
    except ValueError as error:
        raise _malformed("signature") from error


def account(answer: object) -> Account | None:
    if answer is None:
        return None
    executable = at(answer, "executable")
    if not isinstance(executable, bool):
        raise _malformed("executable")
    owner = _key(text(answer, "owner"), "owner")
    return Account(integer(answer, "lamports"), owner, _binary(at(answer, "data")), executable)


def status(answer: object) -> Status | None:
    """The only one of getSignatureStatuses."""
    values = items(answer, "value")
    if len(values) != 1:
        raise _malformed("value")
    if values[0] is None:
        return None
    level = at(values[0], "confirmationStatus")
    if level is None:
        level = "finalized" if at(values[0], "confirmations") is None else "processed"
    if level not in LEVELS:
        raise _malformed("confirmationStatus")
    return Status(integer(values[0], "slot"), str(level), at(values[0], "err"))


def listed(answer: object) -> list[Listed]:
    """getSignaturesForAddress."""
    return [
        Listed(
            signature(at(item, "signature")),
            integer(item, "slot"),
            None if at(item, "blockTime") is None else integer(item, "blockTime"),
            at(item, "err"),
            _level(item),
        )
        for item in items(answer)
    ]


def _level(item: object) -> str:
    level = item.get("confirmationStatus") if isinstance(item, dict) else None
    if level is not None and level not in LEVELS:
        raise _malformed("confirmationStatus")
    return str(level or "confirmed")


def record(answer: object) -> Record | None:
    """getTransaction in base64."""
    if answer is None:
        return None
    meta = at(answer, "meta")
    if meta is None:
        return None
    known = meta if isinstance(meta, dict) else {}
    units = None if known.get("computeUnitsConsumed") is None else integer(meta, "computeUnitsConsumed")
    logs = None if known.get("logMessages") is None else _lines(items(meta, "logMessages"))
    return Record(_binary(at(answer, "transaction")), at(meta, "err"), integer(meta, "fee"), units, logs, meta)


def called(meta: object) -> dict[int, list[CompiledInstruction]]:
    """Of a record: what programs called, by the position of the instruction that led to it."""
    groups = items(meta, "innerInstructions")
    return {integer(group, "index"): [_compiled(one) for one in items(group, "instructions")] for group in groups}


def loaded(meta: object) -> list[Pubkey]:
    """Of a record: the addresses that the transaction took from tables, in the order of their indices."""
    if not isinstance(meta, dict) or meta.get("loadedAddresses") is None:
        return []
    return [_key(text(one)) for part in ("writable", "readonly") for one in items(meta, "loadedAddresses", part)]


def trial(answer: object) -> Trial:
    value = at(answer, "value")
    known = value if isinstance(value, dict) else {}
    logs = () if known.get("logs") is None else _lines(items(value, "logs"))
    units = 0 if known.get("unitsConsumed") is None else integer(value, "unitsConsumed")
    return Trial(at(value, "err"), units, logs)


def priority_fees(answer: object) -> list[int]:
    """Micro-lamports per compute unit, one per recent slot."""
    return [integer(item, "prioritizationFee") for item in items(answer)]


def _key(value: str, name: str = "address") -> Pubkey:
    try:
        return Pubkey.from_string(value)
    except ValueError as error:
        raise _malformed(name) from error


def _compiled(answer: object) -> CompiledInstruction:
    indices = [integer({"accounts": index}, "accounts") for index in items(answer, "accounts")]
    try:
        data = decode_data(text(answer, "data"))
        return CompiledInstruction(integer(answer, "programIdIndex"), data, bytes(indices))
    except (ValueError, OverflowError) as error:
        raise _malformed("instructions") from error


def _lines(values: list[object]) -> tuple[str, ...]:
    return tuple(text(value) for value in values)


def _binary(value: object) -> bytes:
    """`["…", "base64"]`."""
    if not isinstance(value, list) or len(value) != 2 or value[1] != "base64" or not isinstance(value[0], str):
        raise _malformed("data")
    try:
        return base64.b64decode(value[0], validate=True)
    except ValueError as error:
        raise _malformed("data") from error


def _malformed(name: str) -> NodeSilence:
    return NodeSilence(f"the node's answer has no readable {name!r}")

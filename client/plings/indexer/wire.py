"""Transactions as a node's JSON-RPC tells them (getTransaction), in `base64` or `json` encoding."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from base58 import b58decode
from solders.transaction import VersionedTransaction

from plings.chain.data58 import decode_data
from plings.errors import ClusterError
from plings.indexer.lines import read_line
from plings.indexer.transaction import HEIGHT_UNKNOWN, TOP, Call, RawTransaction

Answer = Mapping[str, Any]


def read_answer(answer: Answer, position: int = 0, block_time_unix: int | None = None) -> RawTransaction | None:
    """The transaction of an answer; None for one that failed, which did nothing.

    `block_time_unix` stands in for a time that the node does not tell. Raises ClusterError for what cannot be read, or
    lacks logs, inner instructions or a time.
    """
    try:
        meta = answer["meta"]
        if meta["err"] is not None:
            return None
        signature, keys, given = _message(answer["transaction"])
        loaded = meta.get("loadedAddresses") or {}
        keys += [b58decode(key) for part in ("writable", "readonly") for key in loaded.get(part, ())]
        time = answer.get("blockTime")
        raw = RawTransaction(
            signature=signature,
            slot=answer["slot"],
            position=position,
            block_time_unix=block_time_unix if time is None else time,  # type: ignore[arg-type]
            keys=tuple(keys),
            calls=_calls(given, meta["innerInstructions"]),
            lines=tuple(map(read_line, meta["logMessages"])),
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ClusterError(f"a transaction cannot be read: {type(error).__name__}") from error
    _check(raw)
    return raw


def read_text(text: str | bytes) -> RawTransaction | None:
    """The transaction of one line of JSON: an answer, or its `result`. A member `position` orders it in its slot."""
    try:
        answer = json.loads(text)
        answer = answer.get("result", answer)
        position = answer.get("position", 0)
    except (ValueError, AttributeError, RecursionError) as error:
        raise ClusterError("a line is no transaction in JSON") from error
    return read_answer(answer, position if type(position) is int else 0)


def _message(told: Any) -> tuple[bytes, list[bytes], list[tuple[int, bytes, bytes]]]:
    """Signature, keys, and the instructions: place of the program, places of the accounts, data."""
    if isinstance(told, Mapping):
        message = told["message"]
        given = [_compiled(one)[:3] for one in message["instructions"]]
        return b58decode(told["signatures"][0]), [b58decode(key) for key in message["accountKeys"]], given
    text, encoding = told
    wire = VersionedTransaction.from_bytes(base64.b64decode(text) if encoding == "base64" else b58decode(text))
    compiled = [(one.program_id_index, bytes(one.accounts), bytes(one.data)) for one in wire.message.instructions]
    return bytes(wire.signatures[0]), [bytes(key) for key in wire.message.account_keys], compiled


def _compiled(one: Answer) -> tuple[int, bytes, bytes, int]:
    return (
        one["programIdIndex"],
        bytes(one["accounts"]),
        decode_data(one["data"]),
        one.get("stackHeight") or HEIGHT_UNKNOWN,
    )


def _calls(given: Sequence[tuple[int, bytes, bytes]], inner: Sequence[Answer]) -> tuple[Call, ...]:
    """All that ran, in order."""
    called = {group["index"]: [_compiled(one) for one in group["instructions"]] for group in inner}
    calls = []
    for index, (program, accounts, data) in enumerate(given):
        calls.append(Call(index, TOP, 1, program, accounts, data))
        for place, (called_program, named, told, height) in enumerate(called.get(index, ())):
            calls.append(Call(index, place, height, called_program, named, told))
    return tuple(calls)


def _check(raw: RawTransaction) -> None:
    """Raises ClusterError where what was told cannot be."""
    places = len(raw.keys)
    fits = all(0 <= call.program < places and all(at < places for at in call.accounts) for call in raw.calls)
    sizes = len(raw.signature) == 64 and all(len(key) == 32 for key in raw.keys)
    times = type(raw.slot) is int and type(raw.block_time_unix) is int and raw.slot >= 0 and raw.block_time_unix >= 0
    if not (fits and sizes and times):
        raise ClusterError("a transaction names keys, a slot or a time that cannot be")

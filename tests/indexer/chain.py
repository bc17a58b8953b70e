"""A node that tells a chain of raw transactions by JSON-RPC, as far as it is confirmed and as far as it is final."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any

from base58 import b58encode

from fixtures.fix_node import QUICK, Fault, ScriptedNode
from plings.chain.node import Node
from plings.indexer.transaction import TOP, RawTransaction


def answer_of(raw: RawTransaction, *, error: object = None) -> dict[str, Any]:
    """What getTransaction answers, in `json` encoding."""
    own = [call for call in raw.calls if call.inner == TOP]
    groups: dict[int, list[dict[str, Any]]] = {}
    for call in raw.calls:
        if call.inner != TOP:
            groups.setdefault(call.top, []).append({**_compiled(call), "stackHeight": call.height or None})
    return {
        "slot": raw.slot,
        "blockTime": raw.block_time_unix,
        "transaction": {
            "signatures": [text(raw.signature)],
            "message": {"accountKeys": [*map(text, raw.keys)], "instructions": [*map(_compiled, own)]},
        },
        "meta": {
            "err": error,
            "logMessages": list(raw.logs),
            "innerInstructions": [{"index": top, "instructions": calls} for top, calls in groups.items()],
            "loadedAddresses": {"writable": [], "readonly": []},
        },
    }


def _compiled(call: Any) -> dict[str, Any]:
    return {"programIdIndex": call.program, "accounts": list(call.accounts), "data": text(call.data)}


@lru_cache(maxsize=1 << 16)
def text(data: bytes) -> str:
    return b58encode(data).decode()


class Chain:
    """`blocks` in the order of the chain. The first `final` of them are final, the first `confirmed` are confirmed."""

    def __init__(
        self, blocks: Sequence[RawTransaction], final: int | None = None, confirmed: int | None = None
    ) -> None:
        self.blocks = list(blocks)
        self.final = len(blocks) if final is None else final
        self.confirmed = max(self.final, len(blocks) if confirmed is None else confirmed)
        self.failed: set[bytes] = set()
        self.forgotten: set[bytes] = set()
        self.first_slot = 0
        self.genesis = text(bytes(32))
        self.page = 1_000
        self.program: dict[str, Any] | None = {
            "lamports": 1,
            "owner": "BPFLoaderUpgradeab1e11111111111111111111111",
            "data": ["", "base64"],
            "executable": True,
        }
        self.node = ScriptedNode()
        self.node.script = {
            "getGenesisHash": lambda params: self.genesis,
            "getFirstAvailableBlock": lambda params: self.first_slot,
            "getBlockTime": lambda params: self._time(params[0]),
            "getAccountInfo": lambda params: self.node.in_context(self.program),
            "getSlot": lambda params: self._slot(params[0]["commitment"]),
            "getSignaturesForAddress": lambda params: self._listed(params[1]),
            "getTransaction": lambda params: self._told(params[0]),
        }

    def _seen(self, commitment: str) -> list[RawTransaction]:
        return self.blocks[: self.final if commitment == "finalized" else self.confirmed]

    def _slot(self, commitment: str) -> int:
        return max((raw.slot for raw in self._seen(commitment)), default=0)

    def _time(self, slot: int) -> object:
        times = [raw.block_time_unix for raw in self.blocks if raw.slot == slot]
        return times[0] if times else Fault(-32007, "Slot was skipped")

    def _listed(self, options: dict[str, Any]) -> list[dict[str, Any]] | Fault:
        listed = []
        known = {text(raw.signature) for raw in self.blocks if raw.slot >= self.first_slot}
        for named in (options.get("until"), options.get("before")):
            if named and named not in known:
                return Fault(-32020, f"Transaction {named} not found")
        is_after = "before" not in options
        for raw in reversed(self._seen(options["commitment"])):
            signature = text(raw.signature)
            if signature == options.get("until"):
                break
            if is_after and raw.signature not in self.forgotten and raw.slot >= self.first_slot:
                error = {"InstructionError": [0, {"Custom": 1}]} if raw.signature in self.failed else None
                listed.append(
                    {"signature": signature, "slot": raw.slot, "err": error, "blockTime": raw.block_time_unix}
                )
            is_after = is_after or signature == options["before"]
        return listed[: min(self.page, options["limit"])]

    def _told(self, signature: str) -> object:
        for raw in self.blocks:
            if text(raw.signature) == signature:
                return answer_of(raw)
        return None

    def reorganized(self, kept: int, others: Sequence[RawTransaction]) -> None:
        """All after the first `kept` blocks is dropped, and `others` come instead."""
        self.blocks[kept:] = others
        self.confirmed = len(self.blocks)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Node]:
        await self.node.start()
        node = Node(self.node.url, QUICK)
        try:
            yield node
        finally:
            await node.close()
            self.node.stop()


def in_positions(raws: Sequence[RawTransaction]) -> Iterator[RawTransaction]:
    """As a listing numbers them: from 0 in each slot."""
    slot, position = -1, 0
    for raw in raws:
        slot, position = raw.slot, position + 1 if raw.slot == slot else 0
        yield replace(raw, position=position)

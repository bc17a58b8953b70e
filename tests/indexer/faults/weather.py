"""A node that tells a chain badly: late, twice, not at all, from an older view, without some, with cut logs."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from base58 import b58decode

from fixtures.fix_node import HANG_UP, SAY_NOTHING, Fault, Http, ScriptedNode, bytes_of
from indexer.chain import Chain, answer_of
from indexer.faults.history import cut
from indexer.faults.plan import View
from plings.indexer import RawTransaction
from plings.program import PROGRAM_ID

ANSWERS: dict[str, object] = {
    "busy": Fault(-32005, "node is behind"),
    "rate limit": Http(429, b"slow down", {"retry-after": "0"}),
    "hang up": HANG_UP,
    "silence": SAY_NOTHING,
    "error": Fault(-32603, "internal error"),
    "nothing": None,
}
AS_TOLD = {
    "busy": "node: busy",
    "rate limit": "node: rate limit (HTTP 429)",
    "hang up": "node: hangs up",
    "silence": "node: no answer",
    "error": "node: internal error",
    "nothing": "node: listed, and no record of it yet",
    "the same page": "node: a page twice",
    "an older view": "node: another one, which is behind",
}
_NOT_REACHED = Fault(-32016, "Minimum context slot has not been reached")


class _PatientNode(ScriptedNode):
    """The same over connections that stay open: they take more than the questions do."""

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (told := await self.told(reader)) is not None:
            writer.write(bytes_of(Http(told.status, told.body, {**told.headers, "connection": "keep-alive"})))
            await writer.drain()


class WeatherNode(Chain):
    """A chain in views, one after the other; the troubles of a plan come in the place of answers."""

    def __init__(
        self, final: Sequence[RawTransaction], views: Sequence[View], troubles: dict[tuple[str, object], Sequence[str]]
    ) -> None:
        super().__init__(final)
        patient = _PatientNode()
        patient.script, self.node = self.node.script, patient
        self.history = list(final)
        self.views = list(views)
        self.at = 0
        self.troubles = {asked: list(answers) for asked, answers in troubles.items()}
        self.injected = Counter[str]()
        self._asked = Counter[str]()
        self._answers: dict[tuple[bytes, int, bool], object] = {}
        self._pages: dict[str, object] = {}
        self._slots_since = 0
        self.node.script["getSignaturesForAddress"] = lambda params: self._listed_of(params[0], params[1])
        for method in ("getSlot", "getSignaturesForAddress", "getTransaction"):
            self.node.script[method] = self._troubled(method, self.node.script[method])  # type: ignore[arg-type]
        self._show(self.at)

    @property
    def is_at_end(self) -> bool:
        return self.at >= len(self.views) - 1

    def advance(self) -> None:
        """The next view, as far as there is one."""
        self.at = min(self.at + 1, len(self.views) - 1)
        self._show(self.at)

    def heal(self) -> None:
        """From now on it tells all that is final, and nothing else; the chain went on, past every fork."""
        self._slots_since = 100
        self.views.append(View(len(self.history)))
        self.troubles.clear()
        self.at = len(self.views) - 1
        self._show(self.at)

    def _show(self, at: int) -> None:
        view = self.views[at]
        self.blocks = [*self.history[: view.final], *view.tail]
        self.final, self.confirmed = view.final, len(self.blocks)
        self.page, self.forgotten, self._cut = view.page, set(view.omitted), view.cut

    def _troubled(self, method: str, answer: Callable[[list[Any]], object]) -> Callable[[list[Any]], object]:
        def troubled(params: list[Any]) -> object:
            self._asked[method] += 1
            key = b58decode(params[0]) if method == "getTransaction" else self._asked[method]
            left = self.troubles.get((method, key))
            if not left or (left[0] == "the same page" and "before" not in params[1]):
                return self._noted(answer(params))
            trouble = left.pop(0)
            self.injected[AS_TOLD[trouble]] += 1
            if trouble == "an older view":
                return self._noted(self._from_older_view(answer, params))
            return self._pages[params[1]["before"]] if trouble == "the same page" else ANSWERS[trouble]

        return troubled

    def _noted(self, answer: object) -> object:
        """Keeps a page of a list by its last transaction: the next one is asked for by that."""
        if isinstance(answer, list) and answer:
            self._pages[answer[-1]["signature"]] = answer
        return answer

    def _from_older_view(self, answer: Callable[[list[Any]], object], params: list[Any]) -> object:
        self._show(max(self.at - 1, 0))
        try:
            return answer(params)
        finally:
            self._show(self.at)

    def _slot(self, commitment: str) -> int:
        return super()._slot(commitment) + self._slots_since

    def _listed_of(self, address: str, options: dict[str, Any]) -> object:
        if options.get("minContextSlot", 0) > self._slot(options["commitment"]):
            return _NOT_REACHED
        if address == str(PROGRAM_ID):
            return self._listed(options)
        key, blocks, final = b58decode(address), self.blocks, self.final
        self.blocks = [raw for raw in blocks if key in raw.keys]
        self.final = sum(key in raw.keys for raw in blocks[:final])
        try:
            return self._listed(options)
        finally:
            self.blocks, self.final = blocks, final

    def _told(self, signature: str) -> object:
        key = b58decode(signature)
        for raw in self.blocks:
            if raw.signature == key:
                return self._answer(cut(raw) if key in self._cut else raw)
        return None

    def _answer(self, raw: RawTransaction) -> object:
        """Made once: nodes are asked again and again."""
        key = raw.signature, raw.slot, raw.is_whole
        if key not in self._answers:
            self._answers[key] = answer_of(raw)
        return self._answers[key]

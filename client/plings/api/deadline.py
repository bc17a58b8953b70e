"""A request that takes too long is given up, whoever it is that is slow: who sends it, the database or the cluster."""

from __future__ import annotations

import asyncio

from plings.api.gate import App, Message, Receive, Send
from plings.api.policy import Policy, Scope
from plings.api.problems import Refused


class Deadline:
    """Around the application, inside the gate, with whose policy it refuses."""

    def __init__(self, app: App, seconds: float, policy: Policy) -> None:
        self._app = app
        self._seconds = seconds
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = False

        async def noted(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            async with asyncio.timeout(self._seconds):
                await self._app(scope, receive, noted)
        except TimeoutError:
            if began:
                raise
            text = f"it took longer than {self._seconds:g} seconds: ask again [time]"
            await self._policy.response(scope, Refused(503, "time", text, retry_seconds=2))(scope, receive, send)

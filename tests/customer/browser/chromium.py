"""Debian's Chromium, driven by Playwright; and what every page is held to."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

FOLDER = Path(__file__).resolve().parent
REPOSITORY = FOLDER.parents[2]
MODULES = FOLDER / "node_modules"
SCREENSHOTS = REPOSITORY / "target" / "screenshots"
HOW_TO_GET_IT = "toolchain/browser installs it"


def need(what: str, *, there: bool) -> None:
    """Skips the test where something is missing, or fails it under CI."""
    if not there:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no {what}: {HOW_TO_GET_IT}")


@asynccontextmanager
async def chromium(*arguments: str) -> AsyncIterator[Browser]:
    """One, headless, for so long."""
    binary = shutil.which("chromium")
    need("Chromium", there=binary is not None)
    async with async_playwright() as playwright:
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        browser = await playwright.chromium.launch(executable_path=binary, args=[*sandbox, *arguments])
        yield browser
        await browser.close()


class Watched:
    """A page, and all that went wrong on it: errors of scripts, violated policies, requests to other servers."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.faults: list[str] = []
        self.requests: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("console", lambda told: self.faults.append(told.text) if told.type == "error" else None)
        page.on("request", lambda request: self._asked(request.url, origin))

    def __repr__(self) -> str:
        return f"{self.page.url}: {self.faults}, asked {self.requests}"

    def _asked(self, url: str, origin: str) -> None:
        self.requests.append(url)
        if not url.startswith((f"{origin}/", "data:", "blob:")):
            self.faults.append(f"asks {url}")

    async def shoot(self, name: str) -> None:
        """A picture of the whole page, for people to look at."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


async def open_page(context: BrowserContext, origin: str, path: str) -> Watched:
    """A page of ours, loaded."""
    watched = Watched(await context.new_page(), origin)
    await watched.page.goto(origin + path, wait_until="load")
    return watched


async def violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 A and AA, and its best practices."""
    script = MODULES / "axe-core" / "axe.min.js"
    need("axe-core", there=script.is_file())
    await page.evaluate(f"{script.read_text()}\nundefined")  # by the debugger: the page's policy lets no script in
    found: dict[str, Any] = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in found["violations"]]


async def overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    width: int = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return width

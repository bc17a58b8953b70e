"""Every state of every page, as people meet it: narrow and wide, light and dark, in each language, without scripts."""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from typing import Final

import pytest
from playwright.async_api import Browser, expect

from customer.browser.chromium import open_page, overflow, violations
from customer.browser.gallery import path_of
from customer.browser.views import VIEWS, query_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGES: Final = (*VIEWS, "start", "verify", "operator", "malformed")
HEAVIEST_BYTES: Final = 60_000
KEPT_STATUS: Final = "the server responded with a status of 400"
"""Chromium tells of it: the page of a malformed code is one."""


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(320, "light", "en"), (768, "light", "sv"), (1280, "dark", "sv")],
)
async def test_every_state_fits_and_is_accessible(
    browser: Browser, gallery: str, width: int, scheme: str, language: str
) -> None:
    context = await browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    for name in PAGES:
        watched = await open_page(context, gallery, path_of(name, language))
        await watched.page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        await watched.shoot(f"{name}-{width}-{scheme}-{language}")
        assert await overflow(watched.page) <= 0, name
        if width != 768:  # both schemes and languages, once each
            assert await violations(watched.page) == [], name
        assert [fault for fault in watched.faults if KEPT_STATUS not in fault] == [], name
        await watched.page.close()
    await context.close()


@pytest.mark.parametrize("name", ["first", "offered", "leaf", "hostile", "start", "verify", "operator"])
async def test_page_is_light(browser: Browser, gallery: str, name: str) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    urls: set[str] = set()
    page.on("requestfinished", lambda request: urls.add(request.url))
    await page.goto(gallery + path_of(name), wait_until="networkidle")
    loaded = sorted(url for url in urls if not url.startswith(("data:", f"{gallery}/v1/payments/")))
    weights = {url: len(await (await context.request.get(url)).body()) for url in loaded}
    assert 0 < sum(weights.values()) <= HEAVIEST_BYTES, weights
    await context.close()


async def test_names_of_strangers_stay_text(browser: Browser, gallery: str) -> None:
    context = await browser.new_context()
    watched = await open_page(context, gallery, path_of("hostile"))
    page = watched.page
    await expect(page.locator("h1")).to_contain_text("<script>alert(1)</script>")
    await expect(page.locator(".product")).to_contain_text('By "><img src=x onerror=alert(1)>')
    await expect(page.locator(".product")).to_contain_text("{{ 7 * 7 }} {0}")
    assert await page.locator("main img[src=x], main script").count() == 0
    assert watched.faults == []
    await context.close()


async def test_a_browser_s_language_is_answered_and_can_be_changed(browser: Browser, gallery: str) -> None:
    context = await browser.new_context(locale="sv-SE")
    page = await context.new_page()
    await page.goto(f"{gallery}/?{query_of('first')}")
    await expect(page.locator("html")).to_have_attribute("lang", "sv")
    await expect(page.locator("#verdict")).to_have_text("Äkta")
    await expect(page.locator(".price")).to_have_text("0,25 SOL")
    await page.get_by_role("link", name="English").click()
    await expect(page.locator("#verdict")).to_have_text("Genuine")
    assert page.url == f"{gallery}/?{query_of('first')}&lang=en"
    await page.get_by_role("link", name="Check a receipt").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await context.close()


async def test_without_scripts_a_code_is_still_checked_and_a_phone_pays(browser: Browser, gallery: str) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(gallery + path_of("first"))
    await expect(page.locator("#verdict")).to_have_text("Genuine")
    await page.get_by_text("Pay with a phone").click()
    link = await page.get_by_role("link", name="Open in wallet").get_attribute("href")
    wanted = r"solana:https%3A%2F%2Fs\.plings\.io%2Fpay%3Ft%3Dq%26p%3D[\w.]+%26cp%3D\w+%26i%3D\w+"
    assert re.fullmatch(wanted, link or "")
    await context.close()


async def test_keyboard_alone_reaches_everything(browser: Browser, gallery: str) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(gallery + path_of("offered"), wait_until="networkidle")
    await page.wait_for_selector("#phone[open]")
    reached = []
    for _ in range(40):
        await page.keyboard.press("Tab")
        reached.append(await page.evaluate("document.activeElement.textContent.trim() || document.activeElement.name"))
    assert reached[0] == "To the content"
    for wanted in ("Plings", "Svenska", "Pay with a phone", "Open in wallet", "Where the money goes", "Is it yours?"):
        assert wanted in reached, reached
    assert "What the code says" in reached and "Check a receipt" in reached
    focused = "getComputedStyle(document.querySelector('summary')).outlineStyle"
    await page.locator("summary").first.focus()
    assert await page.evaluate(focused) != "none"
    await context.close()


async def test_headers_let_nothing_else_in(browser: Browser, gallery: str) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    response = await page.goto(gallery + path_of("first"))
    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe-inline" not in policy and "'unsafe-eval'" not in policy
    html = await response.text()
    assert not re.search(r"<[^>]+\son\w+=|<[^>]+\sstyle=|<script(?![^>]+src=)", html.replace("&#34;", ""))
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)  # the one that the policy names, and it is in force
    named = base64.b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{named}';" in policy
    assert await page.evaluate("getComputedStyle(document.body).margin") == "0px"
    await context.close()

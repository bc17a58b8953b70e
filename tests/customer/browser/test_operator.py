"""The operator's view, from a database and a cluster with sales."""

from __future__ import annotations

import asyncio
import time

from playwright.async_api import expect

from api.asking import TOKEN
from customer.browser.chromium import chromium, open_page, overflow, violations
from customer.stand import MICRO_PRICE, PRICE, Stand
from customer.wallet import done


async def test_operator_sees_what_was_sold(stand: Stand) -> None:
    stand.cluster.advance_clock(max(0, int(time.time()) - await stand.cluster.clock_unix()))  # sold this month
    await asyncio.to_thread(done, stand, "/pay", stand.code("2.L.2"), stand.alice, amount=MICRO_PRICE)
    await asyncio.to_thread(done, stand, "/pay", stand.code("2.L.3"), stand.bob, amount=PRICE)
    async with chromium() as browser:
        context = await browser.new_context(viewport={"width": 320, "height": 800})
        watched = await open_page(context, stand.url, "/operator")
        page = watched.page
        await page.get_by_label("Operator’s token").fill("not-the-token-at-all")
        await page.get_by_role("button", name="Show").click()
        await expect(page.locator("#token [role=status]")).to_have_text("That is not the operator’s token.")
        watched.faults.clear()  # the browser tells of the refusal
        await page.get_by_label("Operator’s token").fill(TOKEN)
        await page.get_by_role("button", name="Show").click()
        await expect(page.get_by_role("heading", name="Sponsor pools")).to_be_visible()
        await expect(page.locator("#figures table").first).to_contain_text("payment log")
        await page.wait_for_function("[...document.images].every((image) => image.naturalWidth > 0)")
        assert await page.locator(".plot img").count() == 2
        assert await overflow(page) <= 0 and await violations(page) == []
        await watched.shoot("operator-shown-320")
        await page.set_viewport_size({"width": 1280, "height": 900})
        await watched.shoot("operator-shown-1280")
        assert watched.faults == []
        assert TOKEN not in page.url
        await context.close()

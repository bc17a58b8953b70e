"""Pictures of products as people see them: in their room, in light and dark, and no heavier than they may be."""

from __future__ import annotations

import asyncio
import re
from typing import Final

import pytest
from playwright.async_api import Browser, Page, Route, expect

from customer.browser.chromium import open_page, overflow
from customer.browser.gallery import path_of
from customer.browser.views import BODIES, PICTURES
from plings.pictures.products import MOST_BYTES

pytestmark = pytest.mark.asyncio(loop_scope="module")

PICTURED: Final = ("photograph", "cutout", "small", "heaviest", "hostile")
HEAVIEST_BYTES: Final = 60_000
_ROOM: Final = """() => {
    const picture = document.querySelector(".product > img");
    const { width, height } = picture.getBoundingClientRect();
    return [width, height, picture.complete && picture.naturalWidth];
}"""


async def room(page: Page) -> tuple[int, int, int]:
    """Width and height on the page, and the width in the file once it is there."""
    width, height, natural = await page.evaluate(_ROOM)
    return round(width), round(height), natural


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("name", PICTURED)
async def test_a_picture_has_its_room_before_it_is_there(browser: Browser, gallery: str, name: str, width: int) -> None:
    context = await browser.new_context(viewport={"width": width, "height": 800})
    page = await context.new_page()
    is_sent = asyncio.Event()

    async def later(route: Route) -> None:
        await is_sent.wait()
        await route.continue_()

    await page.route("**/v1/pictures/*", later)
    await page.goto(gallery + path_of(name), wait_until="domcontentloaded")
    before = await room(page)
    is_sent.set()
    await page.wait_for_load_state("load")
    after = await room(page)
    assert after[:2] == before[:2] and before[2] == 0 < after[2]
    assert 200 <= max(after[:2]) <= 300
    await context.close()


@pytest.mark.parametrize("name", PICTURED)
async def test_where_it_does_not_come_its_name_is_there(browser: Browser, gallery: str, name: str) -> None:
    context = await browser.new_context(viewport={"width": 320, "height": 800})
    page = await context.new_page()
    await page.route("**/v1/pictures/*", lambda route: route.abort())
    await page.goto(gallery + path_of(name))
    assert await overflow(page) <= 0
    await expect(page.locator(".product > img")).to_have_attribute("alt", re.compile("^Picture of "))
    await context.close()


async def test_nothing_moves_when_it_comes(browser: Browser, gallery: str) -> None:
    context = await browser.new_context(viewport={"width": 360, "height": 740})
    page = await context.new_page()
    await page.goto(gallery + path_of("photograph"), wait_until="networkidle")
    moved = await page.evaluate("""new Promise((told) => {
        let sum = 0;
        new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })
            .observe({ type: "layout-shift", buffered: true });
        setTimeout(() => told(sum), 100);
    })""")
    assert moved == 0
    await context.close()


@pytest.mark.parametrize(("language", "said"), [("en", "Picture of POÄNG armchair"), ("sv", "Bild av POÄNG armchair")])
async def test_it_is_told_to_who_does_not_see_it(browser: Browser, gallery: str, language: str, said: str) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(gallery + path_of("cutout", language))
    await expect(page.get_by_role("img", name=said, exact=True)).to_be_visible()
    await page.goto(gallery + path_of("hostile", language))
    alt = await page.locator(".product > img").get_attribute("alt")
    assert alt and alt.endswith("<script>alert(1)</script>") and "<bdi>" not in alt
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_what_is_transparent_is_seen_on_the_same_ground_in_both_schemes(
    browser: Browser, gallery: str, scheme: str
) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    watched = await open_page(context, gallery, path_of("cutout"))
    ground = await watched.page.evaluate("getComputedStyle(document.querySelector('.product > img')).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    for name in ("cutout", "photograph", "heaviest", "hostile"):
        await watched.page.goto(gallery + path_of(name), wait_until="load")
        await watched.shoot(f"{name}-390-{scheme}")
    assert watched.faults == []
    await context.close()


@pytest.mark.parametrize("name", ["unknown", "counterfeit"])
async def test_a_code_that_is_not_genuine_asks_for_none(browser: Browser, gallery: str, name: str) -> None:
    context = await browser.new_context()
    watched = await open_page(context, gallery, path_of(name))
    assert await watched.page.locator(".product > img").count() == 0
    assert not any("/v1/pictures/" in url for url in watched.requests)
    await context.close()


async def test_a_page_with_the_heaviest_picture_is_light(browser: Browser, gallery: str) -> None:
    """As sent, with headers, and as if the picture had all the bytes that it may have."""
    body = BODIES[PICTURES["heaviest"].digest]
    assert len(body) > 15_000
    context = await browser.new_context()
    page = await context.new_page()
    tools = await context.new_cdp_session(page)
    await tools.send("Network.enable")
    sent: list[float] = []
    tools.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    await page.goto(gallery + path_of("heaviest"), wait_until="networkidle")
    assert len(body) < sum(sent) <= HEAVIEST_BYTES - (MOST_BYTES - len(body)), sent
    await context.close()

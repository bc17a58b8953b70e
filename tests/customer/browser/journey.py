"""What a customer does, in a browser: scan, check, pay, own, sell on, and prove it with the network off."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, BrowserContext, Page, expect
from solders.keypair import Keypair

from customer.browser.chromium import Watched, open_page, violations
from customer.browser.purse import Send, Wallet, install
from plings.identity import ScanUrl

PAID: Final = re.compile("Paid, and final|Paid\\. It is yours")
DONE: Final = re.compile("^Done")
PATIENCE_MS: Final = 90_000
"""A busy validator may take long."""


@dataclass(frozen=True)
class Place:
    """Where the journey is: a server, how a wallet's transaction gets to the cluster, and a wait for the index."""

    origin: str
    send: Send
    indexed: Callable[[], Awaitable[None]]
    note_checkpoint: Callable[[], Awaitable[bytes]]
    """has a checkpoint made, and gives its file"""


async def travel(
    browser: Browser, place: Place, scanned: ScanUrl, small: ScanUrl, alice: Keypair, bob: Keypair, files: Path
) -> None:
    """`scanned` is what the browser's camera sees; `small` is paid for without an account, and has a receipt."""
    alices, bobs = await browser.new_context(permissions=["camera"]), await browser.new_context(accept_downloads=True)
    await install(alices, place.send, Wallet("Alice’s Wallet", alice))
    await install(bobs, place.send, Wallet("Bob’s Wallet", bob, sends=False))
    query = scanned.text.partition("?")[2]
    watched = await _scan(alices, place, query)
    await _pay(watched, "Alice’s Wallet", "0.08")
    await _is_owned_by(watched.page, place, alice)
    await watched.shoot("journey-4-owned")
    await _offer(watched, place, "0.1")
    await alices.close()
    watched = await open_page(bobs, place.origin, f"/?{query}")
    await expect(watched.page.locator(".price")).to_have_text("0.1\N{NO-BREAK SPACE}SOL")
    assert await violations(watched.page) == []
    await _pay(watched, "Bob’s Wallet")
    await _is_owned_by(watched.page, place, bob)
    await expect(watched.page.locator(".history li")).to_have_count(2)
    await watched.shoot("journey-7-resold")
    await _prove(bobs, place, small, files)
    assert watched.faults == [], watched.faults
    await bobs.close()


async def _scan(context: BrowserContext, place: Place, query: str) -> Watched:
    """From the start page, by camera, to the page of the code."""
    watched = await open_page(context, place.origin, "/")
    page = watched.page
    await page.get_by_role("button", name="Open the camera").click()
    await expect(page.locator("video")).to_be_visible()
    await watched.shoot("journey-1-scanning")
    await page.wait_for_url(f"{place.origin}/?{query}*", timeout=PATIENCE_MS)
    await expect(page.locator("#verdict")).to_have_text("Genuine")
    await expect(page.locator("#sale")).to_have_text("First sale")
    await watched.shoot("journey-2-first-sale")
    return watched


async def _pay(watched: Watched, wallet: str, amount: str = "") -> None:
    page = watched.page
    if amount:
        await page.locator("#amount").fill(amount)
    await page.get_by_role("button", name=f"Pay with {wallet}").click()
    await expect(page.locator("#payment")).to_have_text(PAID, timeout=PATIENCE_MS)
    await watched.shoot(f"journey-3-paid-with-{wallet.split('’')[0].lower()}")


async def _is_owned_by(page: Page, place: Place, owner: Keypair) -> None:
    await place.indexed()
    await page.reload()
    await expect(page.locator("#owner .key")).to_have_text(str(owner.pubkey()))
    assert await violations(page) == []


async def _offer(watched: Watched, place: Place, price: str) -> None:
    """For sale, by the owner's signature."""
    page = watched.page
    await page.get_by_text("Is it yours?").click()
    await page.get_by_label("Price in SOL").fill(price)
    await page.get_by_role("button", name="Offer for sale").click()
    await page.get_by_role("button", name="Sign with Alice’s Wallet").click()
    await expect(page.locator("#acted")).to_have_text(DONE, timeout=PATIENCE_MS)
    await watched.shoot("journey-5-offered")
    await place.indexed()
    await page.reload()
    await expect(page.locator("#sale")).to_have_text("For sale")
    await watched.shoot("journey-6-for-sale")


async def _prove(context: BrowserContext, place: Place, small: ScanUrl, files: Path) -> None:
    """A small payment's receipt, downloaded from its page and checked with the network off."""
    watched = await open_page(context, place.origin, f"/?{small.text.partition('?')[2]}")
    await _pay(watched, "Bob’s Wallet", "0.002")
    checkpoint = files / "checkpoint.json"
    checkpoint.write_bytes(await place.note_checkpoint())
    await place.indexed()
    await watched.page.reload()
    async with watched.page.expect_download() as download:
        await watched.page.get_by_role("link", name="Download the receipt").click()
    receipt = files / "receipt.json"
    await (await download.value).save_as(receipt)
    assert watched.faults == [], watched.faults
    await watched.page.close()
    checking = await open_page(context, place.origin, "/verify")
    await checking.page.wait_for_load_state("networkidle")  # the browser's own question, for the icon
    await context.set_offline(True)
    checking.requests.clear()
    await checking.page.locator("input[name=checkpoint]").set_input_files(checkpoint)
    await checking.page.locator("input[name=receipt]").set_input_files(receipt)
    await expect(checking.page.locator("#result h2")).to_have_text("Proved")
    await expect(checking.page.locator("#result")).to_contain_text("0.002 SOL")
    await checking.shoot("journey-8-proved-offline")
    assert (checking.requests, checking.faults) == ([], []), checking
    await context.set_offline(False)

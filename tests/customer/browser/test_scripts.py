"""What the page's scripts do: scan, find wallets, follow a payment through every state, check receipts offline."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, expect
from solders.hash import Hash
from solders.keypair import Keypair
from solders.message import Message
from solders.signature import Signature
from solders.transaction import Transaction, VersionedTransaction

from customer.browser.chromium import SCREENSHOTS, open_page, violations
from customer.browser.gallery import path_of
from customer.browser.purse import Wallet, install
from customer.browser.views import ORIGIN, query_of
from identity.frozen import vectors
from plings.pictures import write_qr

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALICE: Final = Keypair.from_seed(bytes(range(32)))
RECEIPT: Final = vectors("receipts", "valid")[5]["text"]


async def test_the_camera_opens_a_code(browser: Browser, gallery: str) -> None:
    context = await browser.new_context(permissions=["camera"])
    watched = await open_page(context, gallery, path_of("start"))
    assert not any("zxing" in url for url in watched.requests)
    await watched.page.get_by_role("button", name="Open the camera").click()
    await watched.page.wait_for_url(f"{gallery}/?{query_of('offered')}&lang=en", timeout=60_000)
    await expect(watched.page.locator("#verdict")).to_have_text("Genuine")
    assert watched.faults == []
    await context.close()


async def test_a_browser_s_own_reader_is_used_where_it_has_one(browser: Browser, gallery: str) -> None:
    context = await browser.new_context(permissions=["camera"])
    await context.add_init_script(f"""window.BarcodeDetector = class {{
      static async getSupportedFormats() {{ return ["qr_code"]; }}
      async detect() {{ return [{{rawValue: {json.dumps(f"{ORIGIN}?{query_of('first')}")}}}]; }}
    }}""")
    watched = await open_page(context, gallery, path_of("start"))
    await watched.page.get_by_role("button", name="Open the camera").click()
    await watched.page.wait_for_url(f"{gallery}/?{query_of('first')}*")
    assert not any("zxing" in url for url in watched.requests)
    await context.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"https://s.plings.io.evil.example?{query_of('first')}", "not one of ours"),
        (f"{ORIGIN}@evil.example?{query_of('first')}", "not one of ours"),
        ("javascript:alert(1)", "not one of ours"),
        (f"{ORIGIN}?{query_of('first')}&next=https://evil.example", "part of it is wrong"),
        (f"{ORIGIN}?{query_of('first').replace('p=2.3.2', 'p=13.3.2')}", "part of it is wrong"),
    ],
)
async def test_a_foreign_code_opens_nothing(
    browser: Browser, gallery: str, tmp_path: Path, text: str, said: str
) -> None:
    context = await browser.new_context()
    watched = await open_page(context, gallery, path_of("start"))
    write_qr(text, tmp_path / "code.png")
    await watched.page.locator("input[type=file]").set_input_files(tmp_path / "code.png")
    await expect(watched.page.locator("#scanner [role=status]")).to_contain_text(said, timeout=30_000)
    assert watched.page.url == gallery + path_of("start") and watched.faults == []
    await context.close()


async def paying(context: BrowserContext, gallery: str, states: list[dict[str, Any] | None]) -> Page:
    """A page whose server prepares anything and tells these states one after the other; None: it does not answer."""
    await install(context, _sent, Wallet("Test Wallet", ALICE))
    page = (await open_page(context, gallery, path_of("first"))).page
    left = iter(states)
    told: list[dict[str, Any] | None] = [None]

    async def payment(route: Route) -> None:
        told[0] = next(left, told[0])
        await (route.abort() if told[0] is None else route.fulfill(json=told[0]))

    await page.route("**/v1/payments/*", payment)
    await page.route("**/pay?*", lambda route: route.fulfill(json={"transaction": _UNSIGNED}))
    return page


async def _sent(transaction: VersionedTransaction) -> Signature:
    """As if a cluster had it."""
    return transaction.signatures[0]


_MESSAGE: Final = Message.new_with_blockhash([], ALICE.pubkey(), Hash.default())
_UNSIGNED: Final = base64.b64encode(bytes(Transaction.new_unsigned(_MESSAGE))).decode()


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("unpaid", "Waiting for the payment."),
        ("seen", "The payment was seen. It is not confirmed yet."),
        ("confirmed", "Paid. It is yours; the network is still making it final."),
        ("finalized", "Paid, and final. It is yours."),
        ("failed", "The payment failed. The network took its fee and nothing else."),
        ("expired", "The payment came too late and was not made. Nothing was paid."),
        (None, "The server does not answer. The payment may still go through: do not pay again."),
    ],
)
async def test_each_state_of_a_payment_is_told_apart(
    browser: Browser, gallery: str, state: str | None, text: str
) -> None:
    context = await browser.new_context(viewport={"width": 320, "height": 700})
    page = await paying(context, gallery, [state and {"state": state, "reason": None}])
    await page.get_by_role("button", name="Pay with Test Wallet").click()
    await expect(page.locator("#payment")).to_have_text(text)
    assert await violations(page) == []
    assert await page.get_by_role("link", name="See who owns it now").is_visible() == (
        state in ("confirmed", "finalized")
    )
    await page.screenshot(path=SCREENSHOTS / f"payment-{state or 'unreachable'}-320.png", full_page=True)
    await context.close()


async def test_a_payment_on_a_phone_is_followed_until_it_is_made(browser: Browser, gallery: str) -> None:
    """A wallet that failed, or was too late, may take the same code up again."""
    context = await browser.new_context()
    told = [{"state": state, "reason": None} for state in ("unpaid", "expired", "failed", "seen", "finalized")]
    page = await paying(context, gallery, told)
    await page.get_by_text("Pay with a phone").click()
    await expect(page.locator("#payment")).to_have_text("Paid, and final. It is yours.", timeout=30_000)
    await context.close()


async def test_what_a_phone_paid_is_not_paid_here_again(browser: Browser, gallery: str) -> None:
    context = await browser.new_context()
    page = await paying(context, gallery, [{"state": state, "reason": None} for state in ("unpaid", "seen")])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    async with page.expect_response("**/v1/payments/*"):
        await page.get_by_text("Pay with a phone").click()
    await page.get_by_role("button", name="Pay with Test Wallet").click()
    await expect(page.locator("#payment")).to_have_text("The payment was seen. It is not confirmed yet.")
    assert not any("/pay?" in url for url in asked)
    await context.close()


async def following(page: Page, state_of: Callable[[str, bool], str]) -> list[str]:
    """Has the server tell the state of a payment by its reference, and whether a wallet told its signature.

    The references of codes for phones, in the order in which they are shown.
    """
    shown: list[str] = []

    async def payment(route: Route) -> None:
        url = urlsplit(route.request.url)
        state = state_of(url.path.rpartition("/")[2], "signature=" in url.query)
        await route.fulfill(json={"state": state, "reason": None})

    async def qr(route: Route) -> None:
        shown.append(parse_qs(urlsplit(route.request.url).query)["reference"][0])
        await route.continue_()

    await page.route("**/v1/payments/*", payment)
    await page.route("**/v1/qr?*", qr)
    return shown


async def test_an_older_code_that_a_phone_paid_is_not_paid_here_again(browser: Browser, gallery: str) -> None:
    """It was scanned before another amount was typed."""
    context = await browser.new_context()
    page = await paying(context, gallery, [])
    shown: list[str] = await following(page, lambda reference, _: "seen" if [reference] == shown[:1] else "unpaid")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    async with page.expect_request("**/v1/qr?*"):
        await page.get_by_text("Pay with a phone").click()
    async with page.expect_request("**/v1/qr?*"):
        await page.locator("#amount").fill("3")
        await page.locator("#amount").blur()
    await page.get_by_role("button", name="Pay with Test Wallet").click()
    await expect(page.locator("#payment")).to_have_text("The payment was seen. It is not confirmed yet.")
    assert len(shown) == 2 and not any("/pay?" in url for url in asked)
    await context.close()


async def test_what_is_done_while_a_wallet_pays_does_not_hide_its_payment(browser: Browser, gallery: str) -> None:
    context = await browser.new_context()
    page = await paying(context, gallery, [])
    is_final: list[bool] = []
    shown = await following(page, lambda _, told: "finalized" if told and is_final else "unpaid")
    await page.get_by_role("button", name="Pay with Test Wallet").click()
    await expect(page.locator("#payment")).to_have_text("Waiting for the payment.")
    await page.evaluate("""() => {
        const amount = document.querySelector("#amount");
        amount.value = "7";
        document.querySelector("#phone").open = true;
        for (const kind of ["input", "change"]) amount.dispatchEvent(new Event(kind));
    }""")
    await page.wait_for_timeout(200)
    is_final.append(True)
    await expect(page.locator("#payment")).to_have_text("Paid, and final. It is yours.", timeout=15_000)
    assert shown == []  # nobody is offered to pay once more
    await context.close()


async def test_a_phone_may_pay_what_a_wallet_could_not(browser: Browser, gallery: str) -> None:
    context = await browser.new_context()
    page = await paying(context, gallery, [])
    is_paid: list[bool] = []
    shown: list[str] = await following(
        page,
        lambda reference, told: "failed" if told else "finalized" if is_paid and [reference] == shown[:1] else "unpaid",
    )
    async with page.expect_request("**/v1/qr?*"):
        await page.get_by_text("Pay with a phone").click()
    await page.get_by_role("button", name="Pay with Test Wallet").click()
    await expect(page.locator("#payment")).to_contain_text("The payment failed.")
    is_paid.append(True)
    await expect(page.locator("#payment")).to_have_text("Paid, and final. It is yours.", timeout=15_000)
    await context.close()


async def test_a_wallet_that_sends_and_says_that_it_did_not(browser: Browser, gallery: str) -> None:
    context = await browser.new_context()
    await install(context, None, Wallet("Test Wallet", ALICE))
    page = (await open_page(context, gallery, path_of("first"))).page
    await following(page, lambda *_: "confirmed")
    await page.route("**/pay?*", lambda route: route.fulfill(json={"transaction": _UNSIGNED}))
    await page.get_by_role("button", name="Pay with Test Wallet").click()
    await expect(page.locator("#payment")).to_contain_text("Paid. It is yours")
    await expect(page.locator("#wallets")).to_be_hidden()
    await context.close()


async def test_no_code_is_shown_of_an_amount_that_is_none(browser: Browser, gallery: str) -> None:
    context = await browser.new_context()
    page = await paying(context, gallery, [{"state": "unpaid", "reason": None}])
    await page.get_by_text("Pay with a phone").click()
    opening = page.locator("#phone a")
    await expect(page.locator(".qr")).to_be_visible()
    for typed, is_offered in (("0", False), ("2", True)):
        await page.locator("#amount").fill(typed)
        await page.locator("#amount").blur()
        await expect(page.locator(".qr")).to_be_visible(visible=is_offered)
        await expect(opening).to_be_visible(visible=is_offered)
    assert "%26amount%3D2000000000%26" in str(await opening.get_attribute("href"))
    await context.close()


async def test_costs_are_those_of_the_amount_that_is_typed(browser: Browser, gallery: str) -> None:
    context = await browser.new_context()
    page = (await open_page(context, gallery, path_of("first"))).page
    asked: list[str] = []
    sale = {
        "why_not": [],
        "tier": "object",
        "shares": {"platform": 50_000_000, "manufacturer": 1_950_000_000},
        "rent_lamports": 0,
        "sponsor_lamports": 8_189_960,
        "network_fee_lamports": 5_000,
        "total_lamports": 2_000_005_000,
    }

    async def view(route: Route) -> None:
        asked.append(route.request.url)
        await route.fulfill(json={"sale": sale})

    await page.route("**/v1/view?*", view)
    costs = page.locator("#costs")
    await costs.locator("summary").click()
    await page.locator("#amount").press_sequentially("2")  # behind what is there
    await page.locator("#amount").fill("2")
    await expect(costs.locator("dd")).to_have_text(
        ["0.05 SOL", "1.95 SOL", "0.00818996 SOL", "−0.00818996 SOL", "0.000005 SOL", "2.000005 SOL"]
    )
    await expect(costs.locator("p")).to_contain_text("an account of its own")
    assert len(asked) == 1 and asked[0].endswith("&amount=2000000000")  # of several in a row the last
    sale["why_not"] = [{"code": "below_floor", "parameters": {}}]
    await page.locator("#amount").fill("3")
    await expect(page.locator("#payment")).to_contain_text("less than")
    await expect(costs).to_be_hidden()
    await context.close()


async def test_why_a_payment_failed_is_said(browser: Browser, gallery: str) -> None:
    context = await browser.new_context()
    page = await paying(context, gallery, [{"state": "failed", "reason": "below_asking_price"}])
    await page.get_by_role("button", name="Pay with Test Wallet").click()
    await expect(page.locator("#payment")).to_have_text("That is less than its owner asks.")
    await context.close()


async def test_who_declines_in_the_wallet_has_paid_nothing(browser: Browser, gallery: str) -> None:
    context = await browser.new_context()
    await install(context, None, Wallet("Test Wallet", ALICE))
    page = (await open_page(context, gallery, path_of("first"))).page
    await page.route("**/pay?*", lambda route: route.fulfill(json={"transaction": _UNSIGNED}))
    await page.get_by_role("button", name="Pay with Test Wallet").click()
    await expect(page.locator("#payment")).to_contain_text("The wallet did not sign.")
    await context.close()


async def test_an_amount_is_read_exactly_or_refused(browser: Browser, gallery: str) -> None:
    context = await browser.new_context()
    page = await paying(context, gallery, [None])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/pay?" in request.url else None)
    button, costs = page.get_by_role("button", name="Pay with Test Wallet"), page.locator("#costs")
    await expect(costs).to_be_visible()
    for typed, said in (
        ("", "That is not an amount"),
        ("1e3", "That is not"),
        ("0", "Name an amount"),
        ("0.009", "less than"),
    ):
        await page.locator("#amount").fill(typed)
        await button.click()
        await expect(page.locator("#payment")).to_contain_text(said)
    assert asked == []
    await expect(costs).to_be_hidden()  # they were of another amount
    await page.locator("#amount").fill("123456,000000001")
    await button.click()
    await expect(page.locator("#payment")).to_contain_text("does not answer")
    assert "&amount=123456000000001&reference=" in asked[0]
    await context.close()


async def test_the_price_that_is_shown_is_the_price_that_is_asked_for(browser: Browser, gallery: str) -> None:
    """Its owner may ask more by now: then the server refuses, and no wallet is given another amount to sign."""
    context = await browser.new_context()
    await install(context, _sent, Wallet("Test Wallet", ALICE))
    page = (await open_page(context, gallery, path_of("offered"))).page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.route("**/pay?*", lambda route: route.fulfill(status=409, json={"rule": "price_changed"}))
    link = page.locator("#phone a")
    assert "%26amount%3D1500000000" in str(await link.get_attribute("href"))
    await page.get_by_text("Pay with a phone").click()
    await expect(page.locator(".qr img")).to_be_visible()
    await page.get_by_role("button", name="Pay with Test Wallet").click()
    await expect(page.locator("#payment")).to_contain_text("Its price has changed.")
    assert "%26amount%3D1500000000%26reference%3D" in str(await link.get_attribute("href"))
    for path in ("/pay?", "/v1/qr?", "/v1/payments/"):
        assert all("&amount=1500000000" in url for url in asked if path in url), path
    assert any("/pay?" in url for url in asked)
    await context.close()


async def test_wallets_of_other_chains_are_not_offered(browser: Browser, gallery: str) -> None:
    context = await browser.new_context()
    await install(context, _sent, Wallet("Elsewhere", ALICE), chain="solana:mainnet")
    page = (await open_page(context, gallery, path_of("first"))).page
    await expect(page.locator("#no-wallet")).to_be_visible()
    assert await page.get_by_role("button", name="Elsewhere").count() == 0
    await expect(page.locator(".qr img")).to_be_visible()
    await page.wait_for_function("document.querySelector('.qr img').naturalWidth > 100")
    await context.close()


async def test_only_the_owner_s_wallet_acts(browser: Browser, gallery: str) -> None:
    context = await browser.new_context()
    await install(context, _sent, Wallet("Test Wallet", ALICE))
    page = (await open_page(context, gallery, path_of("owned"))).page
    await page.get_by_text("Is it yours?").click()
    await page.get_by_label("Address of the new owner").fill("not an address")
    await page.get_by_role("button", name="Give away").click()
    await expect(page.locator("#acted")).to_have_text("That is not an address of a wallet.")
    await page.get_by_label("Price in SOL").fill("2")
    await page.get_by_role("button", name="Offer for sale").click()
    await page.get_by_role("button", name="Sign with Test Wallet").click()
    await expect(page.locator("#acted")).to_contain_text("Only its owner can do that")
    await context.close()


async def test_receipts_are_checked_with_the_network_off(browser: Browser, gallery: str, tmp_path: Path) -> None:
    context = await browser.new_context(viewport={"width": 320, "height": 700})
    watched = await open_page(context, gallery, path_of("verify"))
    await watched.page.wait_for_load_state("networkidle")  # the browser's own question, for the icon
    await context.set_offline(True)
    watched.requests.clear()
    receipt, result = json.loads(RECEIPT), watched.page.locator("#result")
    checkpoint = {"format": "plings-checkpoint", "version": 1, "payment_log": receipt["log"]["payment_log"]}
    files = {"receipt": receipt, "checkpoint": {**checkpoint, **receipt["checkpoint"]}}
    files["other"] = {**files["checkpoint"], "root": "A" * 43 + "="}
    files["altered"] = {**receipt, "leaf": {**receipt["leaf"], "amount_lamports": 1}}
    for name, content in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    for chosen, trusted, state, said in (
        ("receipt", None, "fair", "Agrees with itself"),
        ("receipt", "checkpoint", "good", "Proved"),
        ("receipt", "other", "bad", "It contradicts the checkpoint that you trust."),
        ("altered", "checkpoint", "bad", "The payment is not in the log"),
        ("checkpoint", None, "bad", "This file is not a receipt."),
    ):
        checkpoints = [tmp_path / f"{trusted}.json"] if trusted else []
        await watched.page.locator("input[name=checkpoint]").set_input_files(checkpoints)
        await watched.page.locator("input[name=receipt]").set_input_files(tmp_path / f"{chosen}.json")
        await expect(result).to_have_attribute("data-state", state)
        await expect(result).to_contain_text(said)
        assert await violations(watched.page) == []
        await watched.shoot(f"verify-{chosen}-{trusted}")
    assert watched.requests == [] and watched.faults == []
    await context.close()


async def test_a_receipt_is_a_file_or_a_reason(browser: Browser, gallery: str) -> None:
    context = await browser.new_context(accept_downloads=True)
    page = (await open_page(context, gallery, path_of("leaf"))).page
    whole = RECEIPT.replace('"amount_lamports":10000', '"amount_lamports":18446744073709551615')
    answers = [
        {"status": 404, "json": {"rule": "not_checkpointed"}},
        {"status": 502, "body": "<html>"},
        {"body": whole},
    ]
    await page.route("**/v1/receipt?*", lambda route: route.fulfill(**answers.pop(0)))
    link, status = page.get_by_role("link", name="Download the receipt"), page.locator("#received")
    await link.click()
    await expect(status).to_contain_text("not yet in a checkpoint")
    await link.click()
    await expect(status).to_contain_text("There is no receipt right now")
    async with page.expect_download() as download:
        await link.click()
    assert Path(await (await download.value).path()).read_text() == whole
    await context.close()

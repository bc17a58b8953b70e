"""Wallets in a browser: the page sees the Wallet Standard (wallet.js); keys and signing are here."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import BrowserContext
from solders.keypair import Keypair
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from customer.browser.chromium import FOLDER

Send = Callable[[VersionedTransaction], Awaitable[Signature]]


@dataclass(frozen=True)
class Wallet:
    """`sends` is false for one that signs and leaves sending to the page."""

    name: str
    key: Keypair
    sends: bool = True


async def install(context: BrowserContext, send: Send | None, *wallets: Wallet, chain: str = "solana:localnet") -> None:
    """Has every page of `context` find these wallets. Without `send`, whoever has one refuses to sign."""
    keys = {str(wallet.key.pubkey()): wallet.key for wallet in wallets}

    async def sign(address: str, transaction: str, is_sent: bool) -> str:
        if send is None:
            raise PermissionError("the user said no")
        unsigned = VersionedTransaction.from_bytes(base64.b64decode(transaction))
        signed = VersionedTransaction(unsigned.message, [keys[address]])
        if is_sent:
            assert await send(signed) == signed.signatures[0]
        parts = {"transaction": bytes(signed), "signature": bytes(signed.signatures[0])}
        return json.dumps({name: base64.b64encode(part).decode() for name, part in parts.items()})

    await context.expose_function("signForTest", sign)
    script = (FOLDER / "wallet.js").read_text()
    for wallet in wallets:
        key = wallet.key.pubkey()
        told = {"name": wallet.name, "address": str(key), "publicKey": bytes(key).hex(), "chain": chain}
        await context.add_init_script(f"{script}installWallet({json.dumps({**told, 'sends': wallet.sends})});")

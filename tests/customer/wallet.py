"""A wallet, as far as this server is concerned: it asks for a transaction, signs what it gets, and has it sent."""

from __future__ import annotations

import base64
from typing import Any

import httpx
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.transaction import Transaction

from customer.stand import Stand
from plings.identity import ScanUrl


def query_of(code: ScanUrl, **more: object) -> str:
    """A code's parameters, and others."""
    return "&".join((code.text.partition("?")[2], *(f"{name}={value}" for name, value in more.items())))


def new_reference() -> Pubkey:
    return Keypair().pubkey()


def asked(stand: Stand, path: str, code: ScanUrl, key: Keypair | None = None, **given: Any) -> httpx.Response:
    """A POST: what is named `amount` or `reference` goes into the query, all else into the body."""
    query = query_of(code, **{name: given.pop(name) for name in ("amount", "reference") if name in given})
    account = {"account": str(key.pubkey())} if key else {}
    return stand.client.post(f"{path}?{query}", json={**account, **given})


def signed(told: dict[str, Any], key: Keypair) -> str:
    """The transaction, in base64, that a wallet makes of an answer: in the old form, which every wallet reads."""
    transaction = Transaction.from_bytes(base64.b64decode(told["transaction"]))
    assert transaction.message.account_keys[0] == key.pubkey()
    assert transaction.message.header.num_required_signatures == 1
    transaction.sign([key], transaction.message.recent_blockhash)
    return base64.b64encode(bytes(transaction)).decode()


def done(stand: Stand, path: str, code: ScanUrl, key: Keypair, **given: Any) -> dict[str, Any]:
    """Asked, signed, sent and indexed. What was told of it."""
    response = asked(stand, path, code, key, **given)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    sent = stand.client.post("/v1/send", json={"transaction": signed(told, key)})
    assert sent.status_code == 200, sent.text
    stand.index()
    return told


def refused(stand: Stand, path: str, code: ScanUrl, key: Keypair | None = None, **given: Any) -> tuple[int, str]:
    """Status and rule of a refusal."""
    response = asked(stand, path, code, key, **given)
    facts = response.json()
    assert response.status_code >= 400 and facts["status"] == response.status_code
    assert facts["detail"].isprintable() and facts["detail"].endswith("]"), facts["detail"]
    assert (facts.get("message") == facts["detail"]) == path.startswith(("/pay", "/actions"))
    return response.status_code, facts["rule"]


def view(stand: Stand, code: ScanUrl, **more: object) -> dict[str, Any]:
    response = stand.client.get(f"/v1/view?{query_of(code, **more)}")
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


def followed(stand: Stand, reference: Pubkey, code: ScanUrl, **more: object) -> dict[str, Any]:
    response = stand.client.get(f"/v1/payments/{reference}?{query_of(code, **more)}")
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told

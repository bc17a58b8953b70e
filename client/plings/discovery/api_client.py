"""One question to an API: which product a class pointer means. The answer is checked, and still nobody signed it."""

from __future__ import annotations

import json
import time
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from plings.errors import SettingsError, shown
from plings.identity import ClassPointer, format_address
from plings.shop import Product, Told, in_minor_units
from plings.shop.records import MANUFACTURER_STATUSES, MOST_TEXT, POINTER_STATUSES, PRODUCT_STATUSES

TIMEOUT_SECONDS: Final = 1.0
"""For all of an answer; one that takes longer is none."""
MOST_BYTES: Final = 64 * 1024
NOBODY: Final = bytes(16)
"""The organisation of a product that was told: an answer names a manufacturer and no organisation."""


class NoAnswer(Exception):
    """The API could not be asked, or what it said is no answer to the question."""


class ApiClient:
    """Asks the API at `address`, as `plings api serve` answers. No redirect is followed, no proxy or cookie used."""

    def __init__(self, address: str, transport: httpx.BaseTransport | None = None) -> None:
        self.address = parse_api_address(address)
        self._client = httpx.Client(
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            timeout=TIMEOUT_SECONDS,
            headers={"User-Agent": "plings", "Accept": "application/json", "Accept-Encoding": "identity"},
        )

    def ask(self, manufacturer_key: bytes, path_to_pointer: str, pointer: ClassPointer, now_unix: float) -> Told:
        """What the API tells of a class, whose pointer is the hash of this 32-byte key and path.

        Raises NoAnswer; also for an answer about another key, path or pointer.
        """
        status, body = self._get(f"{self.address}/v1/products/{pointer.text}")
        try:
            facts = json.loads(body)
            if status == 404:
                return _nobody_knows(facts, self.address, int(now_unix))
            asked = (pointer.text, format_address(manufacturer_key), path_to_pointer)
            if (facts["class_pointer"], facts["manufacturer_pubkey"], facts["path_to_pointer"]) != asked:
                raise NoAnswer("it answers about another class")
            return self._told(facts, int(now_unix))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidOperation):
            raise NoAnswer("its answer is not a product") from None

    def close(self) -> None:
        self._client.close()

    def _get(self, url: str) -> tuple[int, bytes]:
        end = time.monotonic() + TIMEOUT_SECONDS
        body = bytearray()
        try:
            with self._client.stream("GET", url) as response:
                self._client.cookies.clear()
                if response.status_code not in (200, 404):
                    raise NoAnswer(f"it answers HTTP {response.status_code}")
                if response.headers.get("content-encoding", "identity") != "identity":
                    raise NoAnswer("its answer is packed, which was not asked for")
                for part in response.iter_raw():
                    body += part
                    if len(body) > MOST_BYTES:
                        raise NoAnswer(f"its answer has more than {MOST_BYTES:,} bytes")
                    if time.monotonic() > end:
                        raise NoAnswer("its answer takes too long")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise NoAnswer(f"it gave no answer ({type(error).__name__})") from error
        if time.monotonic() > end:
            raise NoAnswer("its answer takes too long")
        return response.status_code, bytes(body)

    def _told(self, facts: dict[str, Any], now_unix: int) -> Told:
        amount, currency = facts["price_amount"], facts["price_currency"]
        price = None if amount is None else in_minor_units(Decimal(amount), currency)
        category = " > ".join(filter(None, (facts["category"], facts["subcategory"])))
        product = Product(
            facts["name"][:MOST_TEXT],
            facts["sku"],
            facts["gtin"],
            category or None,
            NOBODY,
            _one_of(PRODUCT_STATUSES, facts["class_status"]),
            () if price is None else (price,),
        )
        stolen = "compromised" in (facts["manufacturer_status"], facts["wallet_status"])
        maker = "compromised" if stolen else _one_of(MANUFACTURER_STATUSES, facts["manufacturer_status"])
        status = _one_of(POINTER_STATUSES, facts["pointer_status"])
        told = Told(self.address, now_unix, product, UUID(facts["class_id"]).bytes, status, maker)
        if Told.read(told.encoded) != told:  # what could not be read back is not kept
            raise ValueError
        return told


def _nobody_knows(facts: Any, source: str, now_unix: int) -> Told:
    """Said by an API of ours, and not by whatever else answers at that address, such as a guest network's page."""
    if facts["rule"] != "unknown_pointer":
        raise ValueError
    return Told(source, now_unix)


def parse_api_address(text: str) -> str:
    """`https://host[:port][/path]`, or http on this machine, without a slash at the end. Raises SettingsError."""
    try:
        parts = urlsplit(text)
        is_local = parts.hostname in ("127.0.0.1", "::1", "localhost")
        is_right = parts.scheme == "https" or (parts.scheme == "http" and is_local)
        is_bare = not (parts.query or parts.fragment or parts.username or parts.password) and parts.port != 0
    except ValueError:
        is_right = is_bare = False
    if not (is_right and is_bare and parts.hostname and text.isascii() and text.isprintable()):
        raise SettingsError(f"{shown(text)} is not the https address of an API (http on this machine alone)")
    return text.rstrip("/")


def _one_of(known: tuple[str, ...], status: str) -> str:
    if status not in known:
        raise ValueError
    return status

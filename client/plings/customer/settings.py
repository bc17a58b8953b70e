"""What an operator decides about the customer's server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from plings.api import Settings
from plings.errors import SettingsError, shown
from plings.identity import DEFAULT_HOST

DEFAULT_ORIGIN: Final = f"https://{DEFAULT_HOST}"


@dataclass(frozen=True)
class CustomerSettings:
    """`origin` is what links and QR codes say, whatever the Host header of a request is. Raises SettingsError."""

    gate: Settings
    origin: str = DEFAULT_ORIGIN
    cluster_name: str = "localnet"
    """What wallets are told: mainnet, devnet, testnet or localnet."""
    most_lag_seconds: float | None = 120.0
    """From when on the index is too far behind to say that nobody owns an object yet; None for never."""

    def __post_init__(self) -> None:
        check_origin(self.origin)


def check_origin(text: str) -> str:
    """`https://host[:port]` or, for tests and this machine, `http://…`. Raises SettingsError."""
    try:
        parts = urlsplit(text)
        is_fit = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_fit = False
    if not is_fit or text != f"{parts.scheme}://{parts.netloc}" or "@" in text or not _is_plain(text):
        raise SettingsError(f"--origin {shown(text)} is not https://HOST, with no path after it")
    return text


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and text == text.lower() and not set(text) & set(" \"'<>;,\\")

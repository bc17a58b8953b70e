"""What an operator decides about the API, and what nobody needs to."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from typing import Final

from plings.errors import SettingsError, UrlError
from plings.identity import DEFAULT_HOST, ScanUrl

TOKEN_VARIABLE: Final = "PLINGS_API_TOKEN"
SHORTEST_TOKEN: Final = 16

Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Settings:
    """`requests_per_second` and `burst` are each client's; a rate of 0 is no limit.

    `is_public`: strangers may reach it, so that what is for the operator needs the token. Raises SettingsError.
    """

    code_host: str = DEFAULT_HOST
    token: str | None = field(default=None, repr=False)
    requests_per_second: float = 20.0
    burst: int = 100
    trusted_proxies: tuple[Network, ...] = ()
    """Whose X-Forwarded-For is believed; nobody's by default."""
    is_public: bool = False
    connections: int = 4
    """To the database, and threads that use them: one each."""
    most_clients: int = 65_536
    """Remembered for the rate limit: about 10 MB. Then who was not seen for longest is forgotten."""
    most_in_flight: int = 128
    """Requests at once; more are told to come back."""
    statement_seconds: float = 5.0
    wait_seconds: float = 2.0
    """How long a request may wait for a connection that is free."""
    request_seconds: float = 20.0
    """A request that takes longer is given up, whatever it waits for."""
    most_lag_seconds: float | None = None
    """From when on `/ready` says no; None for never."""

    def __post_init__(self) -> None:
        with suppress(UrlError):
            ScanUrl.parse("", self.code_host)  # which finds fault with the host before it does with the code
        if self.token is not None and (len(self.token) < SHORTEST_TOKEN or not _is_header_text(self.token)):
            raise SettingsError(f"{TOKEN_VARIABLE} is not {SHORTEST_TOKEN} or more printable characters of ASCII")


def _is_header_text(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text

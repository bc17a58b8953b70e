"""Where another node is asked: https, or this machine; and who runs it, as far as its address tells."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

import httpx

from plings.errors import SettingsError, shown

IpAddress = IPv4Address | IPv6Address

LONGEST_URL: Final = 300
MOST_PORT: Final = 65_535
LONGEST_LABEL: Final = 63
"""Of a host's name, between its dots."""
_LABEL: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")
_USUAL_PORTS: Final = {"http": 80, "https": 443}
_SECOND_LEVELS: Final = frozenset({"ac", "co", "com", "edu", "gov", "ne", "net", "or", "org"})
"""Of countries, such as co.uk: below these the next label is the site's."""


@dataclass(frozen=True)
class NodeAddress:
    """A node's address, checked: `host` in lower case, `path` without a slash at its end."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def parse(cls, text: str) -> NodeAddress:
        """Of `https://host[:port][/path]`, or http where the host is this machine.

        Raises SettingsError, whose text holds no user or password of the address.
        """
        if len(text) > LONGEST_URL or not text.isascii() or not text.isprintable() or "\\" in text:
            raise SettingsError(f"a node's address is at most {LONGEST_URL} printable characters of ASCII")
        try:
            urlsplit(text)  # sees brackets out of place, which httpx does not
            url = httpx.URL(text)
            port = url.port
        except (ValueError, httpx.InvalidURL) as error:
            raise SettingsError("the address of a node is malformed") from error
        if url.userinfo or url.query or url.fragment:
            raise SettingsError("the address of a node has no user, password, query or fragment")
        if port is not None and not 1 <= port <= MOST_PORT:
            raise SettingsError(f"the port of a node is from 1 to {MOST_PORT}, not {port}")
        host = _plain_host(url.raw_host.decode("ascii")) if url.host else ""
        if not host or url.scheme not in ("http", "https"):
            raise SettingsError(f"the address of a node starts with https:// and names a host, not {shown(text)}")
        if url.scheme == "http" and not is_this_machine(host):
            raise SettingsError(f"node {shown(host)} is not on this machine, so its address starts with https://")
        return cls(url.scheme, host, port or _USUAL_PORTS[url.scheme], url.path.rstrip("/"))

    @property
    def name(self) -> str:
        """Fit to show: host and port."""
        return f"{self._bracketed}:{self.port}"

    @property
    def origin(self) -> str:
        """What it is asked for: the host, with its port where that is not the usual one."""
        return self._bracketed if self.port == _USUAL_PORTS[self.scheme] else self.name

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def literal(self) -> IpAddress | None:
        """The host, where it is an address and no name."""
        return literal_of(self.host)


def is_this_machine(host: str) -> bool:
    """Whether a host names this machine, and no resolver could say otherwise."""
    address = literal_of(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def literal_of(host: str) -> IpAddress | None:
    """The address that a host is, None for a name. One of IPv4 in IPv6's clothes is that of IPv4."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def site_of(host: str) -> str:
    """What one operator can make any number of names in: the last two labels of a name, three below such as co.uk.

    It is told too wide rather than too narrow: two operators taken for one only make the quorum harder to reach.
    """
    if literal_of(host):
        return host
    labels = host.split(".")
    is_country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVELS
    return ".".join(labels[-3 if is_country else -2 :])


def _plain_host(host: str) -> str:
    """One spelling for each host, in ASCII. Numbers that some resolvers take for an address (`127.1`) are none."""
    host = host.lower().rstrip(".")
    last = host.rpartition(".")[2]
    if literal_of(host):
        return str(literal_of(host))
    labels = host.split(".")
    is_name = all(_LABEL.issuperset(label) and 0 < len(label) <= LONGEST_LABEL for label in labels)
    looks_like_number = last.isdigit() or last.startswith("0x")
    if not is_name or looks_like_number or (host != "localhost" and len(labels) < 2):
        raise SettingsError(f"{shown(host)} is no full name of a host, nor an address")
    return host

"""Who asks: the address at the other end, or what a proxy that we trust says of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from plings.api.settings import Network

NOBODY: Final = b""
"""Who comes over a local socket, which has no address."""

MOST_HOPS: Final = 16
"""Of a header that whoever wrote it could make as long as they like."""

Address = IPv4Address | IPv6Address


def client_of(peer: str | None, forwarded: Sequence[str], trusted: Sequence[Network]) -> bytes:
    """A key for the client: an IPv4 address, or the first 64 bits of an IPv6 address, since those are one household.

    `forwarded` are the X-Forwarded-For headers. From the right, a hop is believed if a proxy that we trust told it.
    """
    address = _address(peer) if peer else None
    if address is None:
        return NOBODY
    if forwarded and trusted:
        hops = ",".join(forwarded).rsplit(",", MOST_HOPS)
        while hops and _is_trusted(address, trusted):
            told = _address(hops.pop().strip())
            if told is None:  # nonsense from further out: whoever passed it on answers for it
                break
            address = told
    return address.packed[:8] if isinstance(address, IPv6Address) else address.packed


def _is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


@lru_cache(maxsize=4096)
def _address(text: str) -> Address | None:
    try:
        address = ip_address(text.split("%", 1)[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address

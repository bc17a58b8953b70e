"""Who plays, and with which keys."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from solders.keypair import Keypair

from plings.chain import Cluster
from plings.identity import SEGMENT_LIMIT, ClassPath, Identity, format_segment
from plings.program.pda import path_prefix_address

WALLET = "2"
KNOWN_PREFIX = ClassPath("2.3")


@dataclass(frozen=True)
class Actors:
    """`platform` is its authority. `shared`: others use the cluster too, so the platform's balance is not only ours."""

    platform: Keypair
    platform_treasury: Keypair
    manufacturer: Keypair
    manufacturer_treasury: Keypair
    first_buyer: Keypair
    second_buyer: Keypair
    identity: Identity
    shared: bool


def known_actors() -> Actors:
    """The same keys every time, for a cluster of our own: anybody can know them.

    With these, every derived address is found at the first try, so the compute units shown are the basic ones. Each
    further try, which another key may need, costs 365 (payment address, mint) or 1,500 (token account).
    """

    def seed(role: str) -> bytes:
        return hashlib.sha256(f"plings demo 43: {role}".encode()).digest()

    def key(role: str) -> Keypair:
        return Keypair.from_seed(seed(role))

    return Actors(
        platform=key("platform"),
        platform_treasury=key("platform treasury"),
        manufacturer=key("manufacturer"),
        manufacturer_treasury=key("manufacturer treasury"),
        first_buyer=key("first buyer"),
        second_buyer=key("second buyer"),
        identity=Identity.from_seed(seed("wallet"), KNOWN_PREFIX),
        shared=False,
    )


async def fresh_actors(cluster: Cluster, platform: Keypair) -> Actors:
    """Random keys, and a prefix that nobody has yet, for a cluster that others use too."""
    return Actors(
        platform=platform,
        platform_treasury=Keypair(),
        manufacturer=Keypair(),
        manufacturer_treasury=Keypair(),
        first_buyer=Keypair(),
        second_buyer=Keypair(),
        identity=Identity.from_seed(secrets.token_bytes(32), await _free_prefix(cluster)),
        shared=True,
    )


async def _free_prefix(cluster: Cluster) -> ClassPath:
    while True:
        index = 1 + secrets.randbelow(SEGMENT_LIMIT - 1)
        prefix = f"{WALLET}.{format_segment(index)}"
        if await cluster.account(path_prefix_address(prefix)) is None:
            return ClassPath(prefix)

"""Showing what a promotion leaves out. Anyone may, for anyone's good, until its time is over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from solders.keypair import Keypair

from plings.chain import Cluster, Confirmed, OnSigned
from plings.identity import ScanUrl
from plings.program import instructions
from plings.program.accounts import Promotion
from plings.promotions.lookup import Evidence, find_evidence, open_promotion
from plings.promotions.title import missing
from plings.proofs import Leaf


@dataclass(frozen=True)
class Challenge:
    """What was shown, each by a transaction of its own: nothing where the title was the log's own answer.

    `uncovered` are leaves that are missing and that no checkpoint covers yet: they are to be shown once one does.
    """

    promotion: Promotion
    shown: tuple[Leaf, ...]
    uncovered: tuple[Leaf, ...]
    confirmed: tuple[Confirmed, ...]


async def challenge(cluster: Cluster, code: ScanUrl, payer: Keypair, *, on_signed: OnSigned | None = None) -> Challenge:
    """Shows what the promotion's title lacks of the log's own answer; `payer` pays the rent of 40 bytes a leaf.

    That rent goes to whoever makes the promotion final, so who is not the owner shows leaves as a gift to the owner: at
    most 99 of them, 278,400 lamports each.

    Raises LogError when all that is missing is under no checkpoint yet, NotRegistered when no promotion is open,
    ChallengeOver, and the cluster's errors.
    """
    promotion, evidence = await open_promotion(cluster, code), await find_evidence(cluster, code)
    left = missing(promotion.title, evidence.title)
    shown = [leaf for leaf in left if evidence.can_show(leaf)]
    uncovered = left[len(shown) :]  # a later leaf is never covered before an earlier one
    if uncovered and not shown:
        evidence.proved(uncovered[0])
    confirmed = await show(cluster, evidence, shown, payer, on_signed)
    after = await open_promotion(cluster, code) if confirmed else promotion
    return Challenge(after, tuple(shown), tuple(uncovered), tuple(confirmed))


async def show(
    cluster: Cluster, evidence: Evidence, leaves: Iterable[Leaf], payer: Keypair, on_signed: OnSigned | None
) -> list[Confirmed]:
    """Shows leaves to an open promotion, in this order."""
    confirmed = []
    for leaf in leaves:
        showing = instructions.challenge_promotion(
            payer=payer.pubkey(),
            code=evidence.code,
            identity_key=evidence.manufacturer.identity_key,
            shown=evidence.proved(leaf),
            shards=evidence.manufacturer.shards,
        )
        confirmed.append(await cluster.send([showing], [], payer=payer, on_signed=on_signed))
    return confirmed

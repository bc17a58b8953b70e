"""The transactions of an owner: offer, take the offer back, give away.

Whoever is not the owner is refused in simulation.
"""

from __future__ import annotations

from solders.pubkey import Pubkey

from plings.api.problems import Refused
from plings.customer.counter import Counter
from plings.customer.offering import offer
from plings.customer.paying import sol
from plings.customer.shapes import Unsigned
from plings.identity import ScanUrl
from plings.objects import gift_of, offer_of
from plings.program import instructions
from plings.program.pda import payment_address

DAY_SECONDS = 24 * 60 * 60


async def list_by_wallet(
    counter: Counter, code: ScanUrl, owner: Pubkey, asking_price_lamports: int, days: int, reference: Pubkey | None
) -> Unsigned:
    """Raises NotOwner and the program's other refusals, NotRegistered, ClusterError."""
    listing = await offer_of(counter.cluster, code, owner, asking_price_lamports, seconds=days * DAY_SECONDS)
    said = f"Offer {code.path.text} for {sol(asking_price_lamports)}, for {days} days"
    return await offer(counter, [listing], owner, reference=reference, message=said, step="list")


async def cancel_by_wallet(counter: Counter, code: ScanUrl, owner: Pubkey, reference: Pubkey | None) -> Unsigned:
    """Raises NotForSale, NotOwner, ClusterError."""
    withdrawal = instructions.cancel_listing(owner=owner, payment=payment_address(code))
    said = f"Take back the offer of {code.path.text}"
    return await offer(counter, [withdrawal], owner, reference=reference, message=said, step="cancel")


async def give_by_wallet(
    counter: Counter, code: ScanUrl, owner: Pubkey, new_owner: Pubkey, reference: Pubkey | None
) -> Unsigned:
    """Raises Refused for a leaf that changes nothing, AlreadyOwner, WrongTokenAccount, NotSlotOwner, ClusterError."""
    await _check_owner_by_leaf(counter, code, owner)
    gift = await gift_of(counter.cluster, code, owner, new_owner)
    said = f"Give {code.path.text} to {new_owner}"
    return await offer(counter, [gift], owner, reference=reference, message=said, step="give")


async def _check_owner_by_leaf(counter: Counter, code: ScanUrl, owner: Pubkey) -> None:
    """A leaf of somebody who is not the owner is taken and changes nothing: the program cannot know. The index does."""
    facts = await counter.facts(code)
    chain = facts.chain
    if chain is None or chain.standing is None or chain.standing.found or chain.slot:
        return
    if facts.index is None or facts.is_behind or facts.index.has_gaps:
        text = "whose it is cannot be looked up now: ask again [index_away]"
        raise Refused(503, "index_away", text, retry_seconds=5)
    current = facts.index.ownership.current if facts.index.ownership else None
    if current is None or current.owner != bytes(owner):
        raise Refused(
            409, "not_owner", "account: by its payment log it is not theirs to give [not_owner]", part="account"
        )

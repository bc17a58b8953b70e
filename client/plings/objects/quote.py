"""What a payment would be, what it would cost, and who would pay whom: told before anything is signed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from solders.pubkey import Pubkey

from plings.chain import Cluster
from plings.commitments import ItemProof
from plings.identity import ScanUrl
from plings.objects.lookup import FoundObject, Standing, find_standing
from plings.objects.printed import is_proof_needed
from plings.objects.route import route_of
from plings.program import errors
from plings.program.accounts import Status, Tier
from plings.program.pda import mint_address, payment_address, token_account_address
from plings.program.rent import token_account_rent_lamports

SIGNATURE_LAMPORTS = 5_000
"""The network's fee for each signature, the tag's among them. What a busy network asks beyond it is not foreseen."""
LAMPORTS_PER_SOL = 1_000_000_000
WHOLE_BPS = 10_000

_STATUSES = {
    Status.SUSPENDED: "ManufacturerSuspended",
    Status.COMPROMISED: "ManufacturerCompromised",
    Status.RETIRED: "ManufacturerRetired",
}


@dataclass(frozen=True)
class Quote:
    """A payment as it would be now. Amounts are lamports; `shares` add up to the price."""

    code: ScanUrl
    kind: str
    """purchase, first_payment, batch_payment or micro_payment"""
    tier: Tier
    amount_lamports: int
    shares: dict[str, int]
    """who gets what of the price: manufacturer, platform, seller"""
    buyer_rent_lamports: int
    sponsor_rent_lamports: int
    network_fee_lamports: int
    refusal: type[errors.ProgramError] | None
    """why the program would refuse it, if it would"""

    @property
    def buyer_lamports(self) -> int:
        """All that leaves the buyer's wallet."""
        return self.amount_lamports + self.buyer_rent_lamports + self.network_fee_lamports

    def in_currency(self, lamports: int, rate: Decimal, places: int = 4) -> Decimal:
        """`lamports` at `rate`, the price of one SOL, rounded half to even to `places` decimals."""
        value = Decimal(lamports) / LAMPORTS_PER_SOL * rate
        return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


async def quote(
    cluster: Cluster,
    code: ScanUrl,
    amount_lamports: int,
    *,
    buyer: Pubkey | None = None,
    item: ItemProof | None = None,
) -> Quote:
    """What paying `amount_lamports` for the code's object would be now.

    Of a purchase by an unknown `buyer` it assumes that they have no token account yet. `item` is the proof that the
    code was printed, if the buyer has it; it is not checked here. Raises NotRegistered (nobody's code, or a counterfeit
    class), ClusterError.
    """
    standing = await find_standing(cluster, code)
    now_unix = await cluster.clock_unix() if standing.found else 0  # an offer alone has an end
    has_account = standing.found is not None and await _has_token_account(cluster, code, buyer)
    return quote_of(standing, code, amount_lamports, now_unix=now_unix, has_token_account=has_account, item=item)


def quote_of(
    standing: Standing,
    code: ScanUrl,
    amount_lamports: int,
    *,
    now_unix: int,
    has_token_account: bool = False,
    item: ItemProof | None = None,
) -> Quote:
    """The same from what was found already. `now_unix` is the cluster's own time."""
    route = route_of(standing, code, amount_lamports)
    rent = route.rent_lamports
    if route.kind == "purchase" and not has_token_account:
        rent = token_account_rent_lamports()
    return Quote(
        code=code,
        kind=route.kind,
        tier=route.tier,
        amount_lamports=amount_lamports,
        shares=_shares(standing, amount_lamports),
        buyer_rent_lamports=rent - route.sponsor_lamports,
        sponsor_rent_lamports=route.sponsor_lamports,
        network_fee_lamports=SIGNATURE_LAMPORTS * (2 if standing.terms.signed_tag else 1),
        refusal=_refusal(standing, code, amount_lamports, now_unix, item),
    )


async def _has_token_account(cluster: Cluster, code: ScanUrl, buyer: Pubkey | None) -> bool:
    if buyer is None:
        return False
    address = token_account_address(buyer, mint_address(payment_address(code)))
    return await cluster.account(address) is not None


def _share(lamports: int, bps: int) -> int:
    return lamports * bps // WHOLE_BPS


def _shares(standing: Standing, lamports: int) -> dict[str, int]:
    """The last one gets the remainder."""
    if not standing.found:
        platform = _share(lamports, standing.terms.config.platform_fee_bps)
        return {"platform": platform, "manufacturer": lamports - platform}
    offer = standing.found.instance
    platform, royalty = _share(lamports, offer.listed_platform_fee_bps), _share(lamports, offer.listed_royalty_bps)
    return {"platform": platform, "manufacturer": royalty, "seller": lamports - platform - royalty}


def _refusal(
    standing: Standing, code: ScanUrl, lamports: int, now_unix: int, item: ItemProof | None
) -> type[errors.ProgramError] | None:
    name = _refused_by_terms(standing, code, lamports) or (
        _refused_by_owner(standing.found, lamports, now_unix)
        if standing.found
        else _refused_first(standing, lamports, item)
    )
    return getattr(errors, name) if name else None


def _refused_by_terms(standing: Standing, code: ScanUrl, lamports: int) -> str | None:
    terms = standing.terms
    if terms.config.paused:
        return "Paused"
    if terms.manufacturer.status is not Status.ACTIVE:
        return _STATUSES[terms.manufacturer.status]
    if not lamports:
        return "ZeroAmount"
    return "TagSignatureMissing" if terms.signed_tag and code.signature is None else None


def _refused_first(standing: Standing, lamports: int, item: ItemProof | None) -> str | None:
    if lamports < standing.terms.price_floor_lamports:
        return "BelowFloor"
    return "PrintedProofMissing" if is_proof_needed(standing) and item is None else None


def _refused_by_owner(found: FoundObject, lamports: int, now_unix: int) -> str | None:
    if found.is_provisional:
        return "Provisional"
    if not found.is_for_sale(now_unix):
        return "NotForSale"
    asking = found.instance.asking_price_lamports
    return "BelowAskingPrice" if asking is not None and lamports < asking else None

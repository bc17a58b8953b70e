"""What the page of a code shows, as data: the HTML and `GET /v1/view` are both made of this.

Reasons are codes with parameters, so that each language words them itself. Names were made fit to show; they are still
strangers' text. Keys are base58, times unix seconds, amounts lamports.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit


class Shown(StrEnum):
    """The grade, as in `plings.identity.Grade`, for names of files and classes."""

    MALFORMED = "malformed"
    UNKNOWN_MANUFACTURER = "unknown_manufacturer"
    COUNTERFEIT_CLASS = "counterfeit_class"
    CLASS_GENUINE = "class_genuine"
    TAG_GENUINE = "tag_genuine"

    @property
    def is_genuine(self) -> bool:
        return self in (Shown.CLASS_GENUINE, Shown.TAG_GENUINE)


class SaleState(StrEnum):
    """What a payment would be for."""

    FIRST = "first"
    """nobody owns it yet: whoever pays first does"""
    OFFERED = "offered"
    """its owner asks a price"""
    OWNED = "owned"
    """somebody owns it and asks nothing"""
    CLAIMED = "claimed"
    """its owner is getting an account for it, which can still be challenged"""
    UNKNOWN = "unknown"
    """what is missing (`missing`) decides it"""
    NONE = "none"
    """the code is not genuine: nothing is sold here"""


class Source(StrEnum):
    """Who says whose it is."""

    CHAIN = "chain"
    INDEX = "index"


@dataclass(frozen=True)
class Reason:
    """Why something is so: a rule, and what it is about."""

    code: str
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MakerView:
    """Who is registered for the prefix. `name` is null where only the chain knows them."""

    prefix: str
    name: str | None
    pubkey: str | None
    status: str


@dataclass(frozen=True)
class PictureView:
    """A picture of the class, in WebP. `url`, at the server's origin, has its digest: what is there never changes."""

    url: str
    width_pixels: int
    height_pixels: int

    @property
    def path(self) -> str:
        """The same for a page of this server, by whatever host it was asked for."""
        return urlsplit(self.url).path


@dataclass(frozen=True)
class ProductView:
    """What the class is, as its manufacturer registered it. The price is theirs, not what is paid here."""

    name: str | None
    category: str | None
    subcategory: str | None
    sku: str | None
    gtin: str | None
    price_amount: str | None
    price_currency: str | None
    picture: PictureView | None = None


@dataclass(frozen=True)
class OwnerView:
    """`is_certain`: nothing that is missing or not final could make another the owner. `how` and `since_unix` are the
    index's, null where only the chain was asked."""

    address: str
    source: Source
    is_certain: bool
    how: str | None = None
    since_unix: int | None = None


@dataclass(frozen=True)
class TenureView:
    """One owner, from when on."""

    owner: str
    how: str
    since_unix: int
    signature: str
    is_provisional: bool


@dataclass(frozen=True)
class SaleView:
    """What can be paid now. `why_not` is empty where it can.

    `amount_lamports` is what is asked, null where the customer names it; `is_fixed`: nothing else is taken. `shares`
    are who gets what of it. The buyer pays `total_lamports`: amount, rent that no sponsor pays, and the network's fee.
    """

    state: SaleState
    why_not: tuple[Reason, ...] = ()
    kind: str | None = None
    """first_payment, purchase, batch_payment, micro_payment"""
    tier: str | None = None
    """micro, batch, object"""
    amount_lamports: int | None = None
    least_lamports: int | None = None
    is_fixed: bool = False
    shares: dict[str, int] = field(default_factory=dict)
    rent_lamports: int = 0
    sponsor_lamports: int = 0
    network_fee_lamports: int = 0
    total_lamports: int | None = None
    offer_ends_at_unix: int | None = None

    @property
    def can_pay(self) -> bool:
        return self.state in (SaleState.FIRST, SaleState.OFFERED) and not self.why_not


@dataclass(frozen=True)
class PromotionView:
    """How far the way to an account and NFT is. `step`: claim, challenge, wait, finalize."""

    step: str
    final_at_unix: int | None = None


@dataclass(frozen=True)
class Links:
    """Addresses at the server's origin, for this code. `pay` is followed by `&amount=`, without which it is what is
    asked at that moment, and `&reference=`, and then as a whole percent-encoded behind `solana:`."""

    page: str
    pay: str
    action: str
    receipt: str


@dataclass(frozen=True)
class PageView:
    """A scanned code. `code` and what is made of it are null for one that is malformed.

    `owner_may` is what its owner can do here: list, cancel, give, promote, receipt. `missing` says what could not be
    asked: chain, index.
    """

    grade: Shown
    reasons: tuple[Reason, ...]
    cluster: str
    """mainnet, devnet, testnet, localnet; behind `solana:` the chain of the Wallet Standard"""
    missing: tuple[str, ...] = ()
    code: str | None = None
    path: str | None = None
    class_pointer: str | None = None
    address: str | None = None
    manufacturer: MakerView | None = None
    product: ProductView | None = None
    owner: OwnerView | None = None
    history: tuple[TenureView, ...] = ()
    """the oldest first"""
    is_history_whole: bool = True
    sale: SaleView = SaleView(SaleState.NONE)
    owner_may: tuple[str, ...] = ()
    promotion: PromotionView | None = None
    links: Links | None = None

"""What the page may have to show, one view for each state that looks different."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pictures.drawings import armchair, as_product, bookcase, noise
from plings.customer.view import (
    MakerView,
    OwnerView,
    PageView,
    PictureView,
    ProductView,
    PromotionView,
    Reason,
    SaleState,
    SaleView,
    Shown,
    Source,
    TenureView,
)
from plings.customer.viewing import links_of
from plings.identity import ScanUrl, format_address

ORIGIN: Final = "https://s.plings.io"
_KEY: Final = "Vote111111111111111111111111111111111111111"
OWNER: Final = "7vpQYyZ7RyrJh3CkWjrgcqSTqPqkRFqs4HL8pPqZzU5K"
_BUYER: Final = "9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin"
_ABOUT: Final = {"prefix": "2.3", "class_path": "2.3.2.G"}


PICTURES: Final = {
    "photograph": as_product(bookcase()),
    "wide": as_product(bookcase(1200, 500)),
    "cutout": as_product(armchair()),
    "small": as_product(armchair(60, 90)),
    "heaviest": as_product(noise(600, 450)),
}
BODIES: Final = {picture.digest: picture.body for picture in PICTURES.values()}
"""By their digests."""


def pictured(name: str) -> PictureView:
    """As a product has it."""
    picture = PICTURES[name]
    url = f"{ORIGIN}/v1/pictures/{picture.digest}.webp"
    return PictureView(url, picture.width_pixels, picture.height_pixels)


def code(instance: str) -> ScanUrl:
    """One code for each view, so that a URL chooses it."""
    text = f"https://s.plings.io?t=q&p=2.3.2.G.{instance}&cp=UYtaAsvd6GL&i=244SQyMK1FqHtNPvJ37fCc2yFsVSR2V7Wqq2b7rto5LL"
    return ScanUrl.parse(text)


def _view(grade: Shown, *reasons: Reason, **more: object) -> PageView:
    known = code("3j")
    view = PageView(
        grade=grade,
        reasons=reasons,
        cluster="localnet",
        code=known.text,
        path=known.path.text,
        class_pointer=known.class_pointer.text,
        address=format_address(known.address),
        manufacturer=MakerView("2.3", "IKEA of Sweden AB", _KEY, "active"),
        product=_BILLY,
        links=links_of(known, ORIGIN),
    )
    return replace(view, **more)  # type: ignore[arg-type]


_FIRST: Final = SaleView(
    SaleState.FIRST,
    (),
    "first_payment",
    "object",
    250_000_000,
    10_000_000,
    False,
    {"platform": 25_000_000, "manufacturer": 225_000_000},
    rent_lamports=5_192_000,
    network_fee_lamports=5_000,
    total_lamports=255_197_000,
)
_OFFERED: Final = SaleView(
    SaleState.OFFERED,
    (),
    "purchase",
    "object",
    1_500_000_000,
    1_500_000_000,
    True,
    {"platform": 150_000_000, "manufacturer": 75_000_000, "seller": 1_275_000_000},
    rent_lamports=2_074_080,
    network_fee_lamports=5_000,
    total_lamports=1_502_079_080,
    offer_ends_at_unix=1_790_000_000,
)
_HISTORY: Final = (
    TenureView(_BUYER, "created", 1_735_689_600, "5" * 88, False),
    TenureView(OWNER, "purchased", 1_767_225_600, "4" * 88, True),
)
_OWNED: Final = OwnerView(OWNER, Source.CHAIN, True, "purchased", 1_767_225_600)
_SIGNED: Final = (Reason("class_known", _ABOUT), Reason("tag_signed"))
_BILLY: Final = ProductView("BILLY bookcase, white", "Furniture", "Bookcases", "00263850", None, "49.90", "EUR")
_POANG: Final = ProductView("POÄNG armchair", "Furniture", "Chairs", "00291478", None, "99.00", "EUR")
_LONG: Final = (
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft <script>alert(1)</script>"
)

VIEWS: Final = {
    "first": _view(Shown.TAG_GENUINE, *_SIGNED, sale=_FIRST),
    "unsigned": _view(Shown.CLASS_GENUINE, Reason("class_known", _ABOUT), Reason("tag_unsigned"), sale=_FIRST),
    "offered": _view(
        Shown.TAG_GENUINE, *_SIGNED, sale=_OFFERED, owner=_OWNED, history=_HISTORY, owner_may=("list", "cancel", "give")
    ),
    "owned": _view(
        Shown.TAG_GENUINE,
        *_SIGNED,
        sale=SaleView(SaleState.OWNED, (Reason("not_for_sale"),)),
        owner=_OWNED,
        history=_HISTORY,
        is_history_whole=False,
        owner_may=("list", "give"),
    ),
    "leaf": _view(
        Shown.CLASS_GENUINE,
        Reason("class_known", _ABOUT),
        Reason("tag_unsigned"),
        sale=SaleView(SaleState.OWNED, (Reason("owned_without_account"),)),
        owner=OwnerView(OWNER, Source.INDEX, False, "payment", 1_767_225_600),
        history=(TenureView(OWNER, "payment", 1_767_225_600, "4" * 88, True),),
        owner_may=("give", "promote", "receipt"),
    ),
    "claimed": _view(
        Shown.TAG_GENUINE,
        *_SIGNED,
        sale=SaleView(SaleState.CLAIMED, (Reason("provisional"),)),
        owner=OwnerView(OWNER, Source.CHAIN, False),
        promotion=PromotionView("wait", 1_790_000_000),
        owner_may=("promote",),
    ),
    "away": _view(
        Shown.CLASS_GENUINE,
        Reason("class_known", _ABOUT),
        Reason("tag_unsigned"),
        Reason("manufacturer_status", {"status": "suspended"}),
        missing=("chain", "index"),
        product=None,
        sale=SaleView(SaleState.UNKNOWN, (Reason("chain_away"),)),
        is_history_whole=False,
    ),
    "hostile": _view(
        Shown.CLASS_GENUINE,
        Reason("class_known", _ABOUT),
        Reason("name_mixes_scripts", {"of": "product"}),
        manufacturer=MakerView("2.3", '"><img src=x onerror=alert(1)>', _KEY, "active"),
        product=ProductView(_LONG, _LONG, "{{ 7 * 7 }} {0}", "';--", None, "1", "אבג", pictured("wide")),
        sale=_FIRST,
    ),
    "unknown": _view(
        Shown.UNKNOWN_MANUFACTURER,
        Reason("no_manufacturer", {"prefix": "2.3"}),
        manufacturer=None,
        product=None,
        sale=SaleView(SaleState.NONE, (Reason("not_genuine"),)),
    ),
    "counterfeit": _view(
        Shown.COUNTERFEIT_CLASS,
        Reason("class_pointer_wrong", _ABOUT),
        product=None,
        sale=SaleView(SaleState.NONE, (Reason("not_genuine"),)),
    ),
    "photograph": _view(
        Shown.TAG_GENUINE, *_SIGNED, sale=_FIRST, product=replace(_BILLY, picture=pictured("photograph"))
    ),
    "cutout": _view(
        Shown.CLASS_GENUINE,
        Reason("class_known", _ABOUT),
        Reason("tag_unsigned"),
        sale=_OFFERED,
        owner=_OWNED,
        product=replace(_POANG, picture=pictured("cutout")),
    ),
    "small": _view(Shown.TAG_GENUINE, *_SIGNED, sale=_FIRST, product=replace(_POANG, picture=pictured("small"))),
    "heaviest": _view(
        Shown.TAG_GENUINE,
        *_SIGNED,
        sale=_OFFERED,
        owner=_OWNED,
        history=_HISTORY,
        owner_may=("list", "cancel", "give"),
        product=replace(_BILLY, picture=pictured("heaviest")),
    ),
}
"""By a name; the codes have them in the same order."""

CODES: Final = {code("23456789ABCDEFG"[at]).text: name for at, name in enumerate(VIEWS)}


def query_of(name: str) -> str:
    """The query of the code that shows a view."""
    return next(text for text, told in CODES.items() if told == name).partition("?")[2]


def view_of(code: ScanUrl) -> PageView:
    """The view of one of CODES, as if it were that code's."""
    view = VIEWS[CODES[code.text]]
    return replace(view, code=code.text, path=code.path.text, links=links_of(code, ORIGIN))

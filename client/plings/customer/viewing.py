"""From what index and chain say to what the page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final
from urllib.parse import quote as escaped

from plings.api.answers.products import Product
from plings.api.asking.texts import key as key_text
from plings.api.asking.texts import signature_text
from plings.commitments import ItemProof
from plings.customer import grading
from plings.customer.chain_facts import ChainFacts
from plings.customer.index_facts import IndexFacts
from plings.customer.names import shown_name
from plings.customer.printed import ANOTHER, MISSING, Printed, printed_of, proofs_that_hold
from plings.customer.selling import sale_of
from plings.customer.view import (
    Links,
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
from plings.identity import ScanUrl, parse_address
from plings.indexer import reading
from plings.objects import FoundObject
from plings.program.accounts import Status
from plings.registry.class_pictures import ClassPicture

_BLOCKING: Final = frozenset(("manufacturer_status", "wallet_status", "pointer_status", "keys_differ"))


@dataclass(frozen=True)
class Facts:
    """All that is known of a code. Index or chain are None where they could not be asked.

    `remembered` is the manufacturer's key as it was last heard of; `is_behind`: the index is too old to say that
    nobody owns an object.
    """

    code: ScanUrl
    index: IndexFacts | None
    chain: ChainFacts | None
    remembered: bytes | None = None
    is_behind: bool = False

    @property
    def keys(self) -> tuple[bytes | None, bytes | None]:
        """The manufacturer's key by the registry, and by the chain."""
        maker = self.index.object.manufacturer if self.index else None
        on_chain = self.chain.identity_key if self.chain else None
        return (
            parse_address(maker.pubkey) if maker and maker.pubkey else None,
            bytes(on_chain) if on_chain is not None else None,
        )

    @property
    def is_key_stolen(self) -> bool:
        """By registry or chain. Then the thief may have signed lists, too."""
        told = self.index.object if self.index else None
        said = (
            told.manufacturer.status if told and told.manufacturer else None,
            self.product.wallet_status if self.product else None,
        )
        on_chain = self.chain.standing.terms.manufacturer.status if self.chain and self.chain.standing else None
        return "compromised" in said or on_chain is Status.COMPROMISED

    @cached_property
    def proofs(self) -> tuple[ItemProof, ...]:
        """Those that the code was printed, by the manufacturer's key: what the database says is not believed."""
        registered, on_chain = self.keys
        key = registered or on_chain
        return proofs_that_hold(self.index.printed, key, self.code) if self.index and key else ()

    @property
    def printed(self) -> Printed:
        """The proof to pay with, or why there is none."""
        return printed_of(self.chain, self.proofs if self.index else None)

    @property
    def root_to_ask_for(self) -> bytes | None:
        """Of the anchored list, where none of the lists that were looked at is it: others may have come before it."""
        anchored = self.chain.anchored if self.chain else None
        return anchored.root if anchored and self.printed.why_not in (MISSING, ANOTHER) else None

    def with_proofs(self, more: tuple[ItemProof, ...]) -> Facts:
        return replace(self, index=replace(self.index, printed=(*self.index.printed, *more))) if self.index else self

    @property
    def product(self) -> Product | None:
        return self.index.object.product if self.index else None


def page_view(facts: Facts, origin: str, cluster: str) -> PageView:
    """The page of a well-formed code."""
    code, (registered, on_chain) = facts.code, facts.keys
    is_asked = facts.index is not None and facts.chain is not None
    shown, reasons = grading.grade(code, registered or on_chain or facts.remembered, is_asked=is_asked)
    if registered and on_chain and registered != on_chain:
        reasons += (Reason("keys_differ"),)
    if shown.is_genuine:
        reasons += grading.printed(bool(facts.proofs) and not facts.is_key_stolen)
        reasons += grading.warnings(facts.index.object if facts.index else None)
    owner = _owner(facts) if shown.is_genuine else None
    sale = _sale(facts, shown, reasons)
    ownership = facts.index.ownership if facts.index else None
    history = ownership.history if ownership and shown.is_genuine else ()
    return PageView(
        grade=shown,
        reasons=reasons,
        cluster=cluster,
        missing=tuple(name for name, part in (("chain", facts.chain), ("index", facts.index)) if part is None),
        code=code.text,
        path=code.path.text,
        class_pointer=code.class_pointer.text,
        address=key_text(code.address),
        manufacturer=_maker(facts),
        product=_product(facts, origin) if shown.is_genuine else None,
        owner=owner,
        history=tuple(map(_tenure, history)),
        is_history_whole=facts.index is not None and (ownership is None or ownership.next_after is None),
        sale=sale,
        owner_may=_owner_may(facts, owner),
        promotion=_promotion(facts.chain),
        links=links_of(code, origin),
    )


def malformed_view(reason: Reason, cluster: str) -> PageView:
    return PageView(Shown.MALFORMED, (reason,), cluster)


def links_of(code: ScanUrl, origin: str) -> Links:
    query = code.text.partition("?")[2]
    return Links(
        page=f"{origin}/?{query}",
        pay=f"{origin}/pay?{query}",
        action=f"solana-action:{escaped(f'{origin}/actions/pay?{query}', safe='')}",
        receipt=f"{origin}/v1/receipt?{query}",
    )


def _sale(facts: Facts, shown: Shown, reasons: Sequence[Reason]) -> SaleView:
    if not shown.is_genuine:
        return SaleView(SaleState.NONE, (Reason("not_genuine"),))
    ownership = facts.index.ownership if facts.index else None
    owned_by_leaf = ownership is not None and ownership.is_virtual
    sale = sale_of(facts.code, facts.chain, facts.product, facts.printed, owned_by_leaf=owned_by_leaf)
    why_not = [reason for reason in reasons if reason.code in _BLOCKING]
    if sale.state is SaleState.FIRST:  # the index alone knows of payments that made no account
        if facts.index is None:
            why_not.append(Reason("index_away"))
        elif facts.is_behind or facts.index.has_gaps:
            why_not.append(Reason("index_behind"))
    return replace(sale, why_not=(*sale.why_not, *why_not))


def _owner(facts: Facts) -> OwnerView | None:
    """An account's word outranks all; then the index's, which knows every leaf; then a slot's, before which there may
    be a leaf."""
    chain = facts.chain.standing if facts.chain else None
    ownership = facts.index.ownership if facts.index else None
    current = ownership.current if ownership else None
    if chain and chain.found:
        return _holder(facts.chain, chain.found, current)
    if ownership and current and not (chain and current.how.is_by_account):
        is_certain = ownership.is_gapless and not ownership.is_provisional and not facts.is_behind
        return OwnerView(key_text(current.owner), Source.INDEX, is_certain, current.how.value, current.since_unix)
    slot = facts.chain.slot if facts.chain else None
    return OwnerView(str(slot.owner), Source.CHAIN, False) if slot else None


def _holder(chain: ChainFacts | None, found: FoundObject, current: reading.Tenure | None) -> OwnerView:
    """Of an object with an account; how and since when, where the index names the same owner."""
    promotion = chain.promotion if chain else None
    owner = promotion.owner if promotion else found.instance.owner
    agrees = current is not None and current.owner == bytes(owner)
    how, since = (current.how.value, current.since_unix) if current and agrees else (None, None)
    return OwnerView(str(owner), Source.CHAIN, found.holder is not None, how, since)


def _owner_may(facts: Facts, owner: OwnerView | None) -> tuple[str, ...]:
    standing = facts.chain.standing if facts.chain else None
    if owner is None or facts.chain is None or standing is None:
        return ()
    found = standing.found
    if found is None:
        return ("give", "promote", "receipt") if owner.source is Source.INDEX else ("give", "promote")
    if found.is_provisional:
        return ("promote",)
    if found.holder is None:
        return ()
    return ("list", "cancel", "give") if found.is_for_sale(facts.chain.now_unix) else ("list", "give")


def _promotion(chain: ChainFacts | None) -> PromotionView | None:
    if chain is None or chain.promotion is None:
        return None
    is_over = chain.now_unix >= chain.promotion.final_at_unix
    return PromotionView("finalize" if is_over else "wait", chain.promotion.final_at_unix)


def _maker(facts: Facts) -> MakerView | None:
    maker = facts.index.object.manufacturer if facts.index else None
    if maker:
        return MakerView(maker.prefix, shown_name(maker.name), maker.pubkey, maker.status)
    standing = facts.chain.standing if facts.chain else None
    if standing is None:
        return None
    on_chain = standing.terms.manufacturer
    return MakerView(on_chain.prefix, None, str(on_chain.identity_key), on_chain.status.name.lower())


def _product(facts: Facts, origin: str) -> ProductView | None:
    product = facts.product
    if product is None:
        return None
    return ProductView(
        name=shown_name(product.name),
        category=shown_name(product.category),
        subcategory=shown_name(product.subcategory),
        sku=shown_name(product.sku),
        gtin=product.gtin,
        price_amount=product.price_amount,
        price_currency=product.price_currency,
        picture=_picture(facts.index.picture if facts.index else None, origin),
    )


def _picture(picture: ClassPicture | None, origin: str) -> PictureView | None:
    if picture is None:
        return None
    url = f"{origin}/v1/pictures/{picture.digest}.webp"
    return PictureView(url, picture.width_pixels, picture.height_pixels)


def _tenure(one: reading.Tenure) -> TenureView:
    return TenureView(
        key_text(one.owner), one.how.value, one.since_unix, signature_text(one.signature), one.is_provisional
    )

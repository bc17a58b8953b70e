"""The counter: from a scanned text to an answer, by the bundle alone. It opens no socket and asks nobody.

The grade is `identity.check_url`'s with the bundle's keys; what the bundle knows besides can only make it worse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from plings.commitments import ItemProof
from plings.identity import Grade, ScanUrl, Verdict, check_url
from plings.shop import rules
from plings.shop.answer import Advice, Answer, Knowledge, Remark, worst
from plings.shop.bundle import Bundle
from plings.shop.documents import read_commitments
from plings.shop.keys import batch_record_key, manufacturer_record_key, pointer_record_key
from plings.shop.records import Manufacturer, Pointer, Product
from plings.shop.told import Told, ToldStore

MOST_KEPT: Final = 1024
"""Manufacturers that are remembered, so that their keys' points are not checked with every scan."""


class Counter:
    """Answers scans by one bundle, and by what was told about classes that it has not."""

    def __init__(self, bundle: Bundle, told: ToldStore | None = None) -> None:
        self.bundle = bundle
        self._told = told
        self._manufacturers: dict[str, Manufacturer | None] = {}

    def check(self, text: str, now_unix: float, proof: ItemProof | None = None) -> Answer:
        """The answer to a scanned text at that time. `proof` is said to be of the scanned code.

        Raises BundleInvalid when a part of the bundle that is needed is damaged: nothing is graded by the rest.
        """
        verdict = check_url(text, _Keys(self, now_unix), self.bundle.header.host)
        knowledge = Knowledge.of(self.bundle.header, now_unix)
        if verdict.url is None:
            return Answer(verdict, Advice.REFUSE, verdict.reasons, knowledge)
        maker = self.manufacturer(verdict.url.path.prefix)
        if maker is not None and verdict.genuine:
            return self._genuine(verdict, verdict.url, maker, knowledge, proof)
        verdict, advice = rules.not_genuine(verdict, maker, now_unix)
        return Answer(verdict, advice, verdict.reasons, knowledge, manufacturer=maker)

    def manufacturer(self, prefix: str) -> Manufacturer | None:
        """Who prints below a prefix, by the bundle. Raises BundleInvalid."""
        if prefix not in self._manufacturers:
            record = self.bundle.find("manufacturers", manufacturer_record_key(prefix))
            found = None if record is None else Manufacturer.read(record)
            if found is not None and found.prefix != prefix:
                found = None
            if len(self._manufacturers) >= MOST_KEPT:
                self._manufacturers.clear()
            self._manufacturers[prefix] = found
        return self._manufacturers[prefix]

    def product(self, product_id: bytes, maker: Manufacturer) -> Product | None:
        """The bundle's product of an id, if it is that manufacturer's. Raises BundleInvalid."""
        record = self.bundle.find("products", product_id) if product_id else None
        product = None if record is None else Product.read(record)
        return product if product and product.organization_id == maker.organization_id else None

    def _pointer(self, code: ScanUrl, maker: Manufacturer) -> Pointer | None:
        record = self.bundle.find("pointers", pointer_record_key(maker.key, code.path.path_to_pointer))
        return None if record is None else Pointer.read(record)

    def _genuine(
        self, verdict: Verdict, code: ScanUrl, maker: Manufacturer, knowledge: Knowledge, proof: ItemProof | None
    ) -> Answer:
        found = self._looked_up(code, maker)
        if found.pointer_status == "compromised":
            verdict = replace(
                verdict, grade=Grade.COUNTERFEIT_CLASS, reasons=(*verdict.reasons, rules.pointer_is_revoked(code))
            )
        price = found.product.price(knowledge.now_unix) if found.product else None
        shown = None if proof is None else rules.shown_by(proof, maker, code)
        remarks = [
            *rules.of_manufacturer(maker),
            *rules.of_product(code, found.product, found.pointer_status, price),
            *rules.of_telling(found.told),
            *self._of_batch(code, maker, shown),
            *([shown] if shown else []),
            *rules.of_age(knowledge),
        ]
        advice = worst(one.advice for one in remarks) if verdict.genuine else Advice.REFUSE
        return Answer(
            verdict,
            advice,
            (*verdict.reasons, *(one.text for one in remarks)),
            knowledge,
            tuple(one.text for one in remarks if one.advice is not Advice.SELL),
            maker,
            found.product,
            price,
            found.pointer_status,
            None if shown is None else shown.advice is Advice.SELL,
            found.told.source if found.told else None,
            found.told.told_at_unix if found.told else None,
        )

    def _looked_up(self, code: ScanUrl, maker: Manufacturer) -> _Found:
        pointer = self._pointer(code, maker)
        if pointer is not None:
            return _Found(self.product(pointer.product_id, maker), pointer.status, None)
        told = self._told.find(maker.key, code.path.path_to_pointer) if self._told else None
        if told is None or told.product is None:
            return _Found(None, None, None)
        # A product that the bundle has, under a new pointer, has the bundle's name and price: one price for one SKU.
        return _Found(self.product(told.product_id, maker) or told.product, told.pointer_status, told)

    def _of_batch(self, code: ScanUrl, maker: Manufacturer, shown: Remark | None) -> list[Remark]:
        """What the bundle's commitments to the code's batch say, unless a proof said more."""
        if shown is not None:
            return []
        batch = code.path.text.rpartition(".")[0]
        record = self.bundle.find("batches", batch_record_key(maker.key, batch))
        return [] if record is None else rules.of_batch(code, batch, read_commitments(record), maker)


@dataclass(frozen=True, slots=True)
class _Found:
    product: Product | None
    pointer_status: str | None
    told: Told | None


class _Keys(Mapping[str, bytes]):
    """Manufacturers' keys by prefix, of those that are good at a time, as `check_url` takes them."""

    def __init__(self, counter: Counter, now_unix: float) -> None:
        self._counter = counter
        self._now_unix = now_unix

    def __getitem__(self, prefix: str) -> bytes:
        maker = self._counter.manufacturer(prefix)
        if maker is None or not maker.holds(self._now_unix):
            raise KeyError(prefix)
        return maker.key

    def __iter__(self) -> Iterator[str]:
        raise NotImplementedError("keys are found one by one")

    def __len__(self) -> int:
        return self._counter.bundle.header.sections["manufacturers"].records

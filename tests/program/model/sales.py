"""Offers that meet a change: what was agreed when listing holds, and no longer than was agreed."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from program.model.by_value import ByValueRules
from program.model.objects import OfferRules
from program.model.people import Thing, code_of, often, people, rarely, things
from program.model.platform import FEES_BPS, PlatformRules


class SaleRules(PlatformRules, OfferRules, ByValueRules):
    @rule(
        thing=things,
        buyer=people,
        fee_bps=FEES_BPS,
        late=st.sampled_from((None, None, -1, 0, 1)),
        by_value=st.booleans(),
        with_own=often,
        to_wrong=rarely,
    )
    def buy_on_old_terms(
        self,
        thing: Thing,
        buyer: str,
        fee_bps: int,
        late: int | None,
        by_value: bool,
        with_own: bool,
        to_wrong: bool,
    ) -> None:
        """The fee changes after the listing, or the offer's end comes: `late` is seconds from it."""
        thing = self.one_there(thing, is_listed=True)
        there = self.model.object(code_of(thing))
        if there is None or there.asking_price_lamports is None:
            return
        if late is None:
            self.change_fee(fee_bps)
        else:
            self.wait(there.offer_ends_at_unix + late - self.model.now_unix)
        common = {
            "thing": thing,
            "buyer": buyer,
            "word": "least",
            "seller": buyer,
            "by_holder": True,
            "another_maker": False,
            "to_wrong": to_wrong,
            "obeys": True,
        }
        if by_value:
            others = ("with_batch", "with_pool", "another_log", "another_batch", "another_pool")
            left_out = dict.fromkeys(others, False)
            self.process_payment(**common, **left_out, value="floor", with_log=True, with_own=with_own, what="listed")
        else:
            self.handle_payment(**common, a_listed_one=True)

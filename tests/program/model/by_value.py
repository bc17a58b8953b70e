"""`process_payment`: one call for every price. What it does is what the tier's own call does; which tier is its own."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import rule
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from fixtures.fix_program import address_of, with_account
from plings.program import PROGRAM_ID
from plings.program import instructions as ix
from plings.program.accounts import Tier
from program.journey import Maker
from program.model.batches import BatchRules
from program.model.call import NO_ACCOUNT, Call
from program.model.people import EVERYTHING, Thing, code_of, lamports_for, next_maker, often, people, rarely, things
from program.model.sponsors import SponsorRules, pool_of
from program.model.state import Model

VALUES = st.sampled_from(("floor", "micro", "micro", "batch", "batch", "batch"))
EDGES = st.sampled_from(("least", "least", "above", "below", "below", "balance", "balance + 1", "zero", "most"))


@dataclass(frozen=True)
class Given:
    """What a payment is shown besides the object. None is left out."""

    log: Pubkey | None
    batch: Pubkey | None
    pool: Maker | None
    own: bool
    """whether the accounts of an object with an NFT are there"""
    to_wrong: bool
    seller: Pubkey | None

    def of(self, payment: Instruction) -> Instruction:
        """The builder's payment with these accounts: the program's own address leaves one out."""
        accounts = {
            "payment_log": self.log,
            "batch_account": self.batch,
            "sponsor_pool": pool_of(self.pool) if self.pool else None,
        }
        for name, address in accounts.items():
            payment = with_account(payment, name, address or PROGRAM_ID, writable=address is not None)
        return payment


class ByValueRules(BatchRules, SponsorRules):
    @rule(
        thing=things,
        buyer=people,
        value=VALUES,
        word=EDGES,
        seller=people,
        by_holder=often,
        with_log=often,
        with_batch=st.booleans(),
        with_pool=st.booleans(),
        with_own=often,
        another_maker=rarely,
        another_log=rarely,
        another_batch=rarely,
        another_pool=rarely,
        to_wrong=rarely,
        obeys=often,
        what=st.sampled_from(("any", "listed", "new", "new", "new")),
    )
    def process_payment(
        self,
        thing: Thing,
        buyer: str,
        value: str,
        word: str,
        seller: str,
        by_holder: bool,
        with_log: bool,
        with_batch: bool,
        with_pool: bool,
        with_own: bool,
        another_maker: bool,
        another_log: bool,
        another_batch: bool,
        another_pool: bool,
        to_wrong: bool,
        obeys: bool,
        what: str,
    ) -> None:
        thing = self._chosen(thing, what)
        maker, code = next_maker(thing[0], another_maker), code_of(thing)
        sold_by = (self.model.holder(code) if by_holder else address_of(seller)) if self.model.object(code) else None
        given = Given(
            log=self.log_for(thing, maker, another_log) if with_log else None,
            batch=self.batch_for(thing, another_batch) if with_batch else None,
            pool=next_maker(maker, another_pool) if with_pool else None,
            own=with_own,
            to_wrong=to_wrong,
            seller=sold_by,
        )
        lamports = lamports_for(word, self._least(maker, thing, value), self.has(buyer))
        self.pay_by_value(thing, maker, buyer, lamports, given, obeys)

    def _chosen(self, thing: Thing, what: str) -> Thing:
        if what == "listed":
            return self.one_there(thing, is_listed=True)
        at = EVERYTHING.index(thing)
        new = (one for one in (*EVERYTHING[at:], *EVERYTHING[:at]) if self.model.object(code_of(one)) is None)
        return next(new, thing) if what == "new" else thing

    def _least(self, maker: Maker, thing: Thing, value: str) -> int:
        """The lowest that buys a listed object; else the edge of a tier."""
        there, config = self.model.object(code_of(thing)), self.model.config
        if there is not None and there.asking_price_lamports:
            return there.asking_price_lamports
        edges = {"micro": config.micro_below_lamports, "batch": config.batch_below_lamports, "floor": 0}
        return max(edges[value], self.floor_of(maker, thing[1]))

    def by_value(self, maker: Maker, thing: Thing, lamports: int) -> Tier:
        """The tier of a first payment: the class's, or else by the two thresholds."""
        named, config = self.tier_of(maker, thing[1]), self.model.config
        if named is not Tier.BY_VALUE:
            return named
        if lamports >= config.batch_below_lamports:
            return Tier.OBJECT
        return Tier.BATCH if lamports >= config.micro_below_lamports else Tier.MICRO

    def pay_by_value(self, thing: Thing, maker: Maker, buyer: str, lamports: int, given: Given, obeys: bool) -> None:
        code, terms, who = code_of(thing), self.model.maker(maker), address_of(buyer)
        treasury = terms.treasury if terms else maker.treasury.pubkey()
        to = address_of("mallory") if given.to_wrong else treasury
        with_tag = self.demands_tag(maker, thing[1]) and obeys
        payment = ix.process_payment(
            buyer=who,
            code=code,
            amount_lamports=lamports,
            identity_key=maker.identity_key,
            treasuries=ix.Treasuries(to, self.model.config.platform_treasury) if given.own else None,
            seller=given.seller,
            with_tag=with_tag,
        )
        instructions = (*[self.tag(thing)] * with_tag, given.of(payment))
        against = {
            **self.against_log(thing, maker, self.log_for(thing, maker, False)),
            **self.against_payment(maker, lamports),
            **self.against_tag(maker, thing, with_tag),
            NO_ACCOUNT: terms is None or self._gives_what_is_not_there(given),
        }
        is_wrong_treasury = given.own and to != treasury
        if self.model.object(code):
            against |= self.against_purchase(code, who, lamports, given.seller)
            against |= {"TierAccountMissing": not given.own, "WrongAccount": is_wrong_treasury}
            effect = lambda model: self.purchase(model, code, who, lamports, treasury)  # noqa: E731
            self.attempt(Call("process_payment/purchase", instructions, against, effect), by=buyer)
        elif self.by_value(maker, thing, lamports) is Tier.OBJECT:
            against |= self.against_own_first(maker, thing, lamports)
            against |= {
                "TierAccountMissing": not given.own,
                "WrongAccount": is_wrong_treasury,
                "WrongSponsorPool": given.pool not in (None, maker),
            }
            part = self.offer(maker, thing, lamports) if given.pool else None

            def effect_of_own(model: Model) -> None:
                if part is None:
                    self.first_payment(model, code, who, lamports, treasury)
                else:
                    self.sponsored_first_payment(model, maker, thing, who, lamports, treasury, part)

            name = "process_payment/own" if part is None else "process_payment/sponsored"
            self.attempt(Call(name, instructions, against, effect_of_own), by=buyer)
        else:
            self._attempt_into_log(thing, maker, buyer, lamports, given, against, instructions)

    def _gives_what_is_not_there(self, given: Given) -> bool:
        accounts = (given.log, given.batch, pool_of(given.pool) if given.pool else None)
        return any(address is not None and address not in self.model.contents for address in accounts)

    def _attempt_into_log(
        self,
        thing: Thing,
        maker: Maker,
        buyer: str,
        lamports: int,
        given: Given,
        against: dict[str, object],
        instructions: tuple[Instruction, ...],
    ) -> None:
        """Nobody fails for want of a slot: without one it is a micro-payment."""
        tier, who, log = self.by_value(maker, thing, lamports), address_of(buyer), given.log
        has_slot = tier is Tier.BATCH and given.batch is not None and self.slot(thing) is None
        against |= self.against_first(maker, thing[1], lamports, tier)
        against |= {
            "TierAccountMissing": log is None,
            "WrongPaymentLog": log not in (None, self.log_for(thing, maker, False)),
        }
        if tier is Tier.BATCH and given.batch is not None:
            in_slot = self.against_slot(thing, given.batch, lamports)
            against |= {**in_slot, "SlotTaken": False, "Overflow": has_slot and in_slot["Overflow"]}

        def effect(model: Model) -> None:
            assert log
            if has_slot:
                self.pay_for_slot(model, thing, log, who, lamports)
            else:
                self.pay_into_log(model, thing, log, who, lamports)

        case = "batch" if has_slot else "micro" if tier is Tier.MICRO else "no slot"
        self.attempt(Call(f"process_payment/{case}", instructions, against, effect), by=buyer)

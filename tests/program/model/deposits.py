"""Plain transfers to the program's addresses, which buy nothing, and what can be asked back."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule
from solders.pubkey import Pubkey

from chain.people import pay
from fixtures.fix_program import address_of, keypair_for, log_of, rent, with_account
from plings.program import instructions as ix
from plings.program import pda
from plings.proofs import shard_of
from program.model.call import Call
from program.model.machine import Machine, against_maker
from program.model.people import (
    EVERYTHING,
    Thing,
    code_of,
    lamports_for,
    next_maker,
    often,
    people,
    rarely,
    things,
    words,
)

PLACES = (
    "payment address",
    "payment address",
    "payment log",
    "checkpoint",
    "mint",
    "token account",
    "class terms",
    "batch account",
    "sponsor pool",
    "promotion",
)


def place_of(place: str, thing: Thing) -> Pubkey:
    """One of the program's addresses, whether something is there or not."""
    code, (maker, _) = code_of(thing), thing
    payment, log = pda.payment_address(code), log_of(maker, shard_of(code.address, 4))
    mint = pda.mint_address(payment)
    places = {
        "payment address": payment,
        "payment log": log,
        "checkpoint": pda.checkpoint_address(log, 0),
        "mint": mint,
        "token account": pda.token_account_address(address_of("bob"), mint),
        "batch account": pda.batch_account_address(code.path),
        "sponsor pool": pda.sponsor_pool_address(maker.account),
        "promotion": pda.promotion_address(payment),
        "class terms": pda.class_terms_address(maker.account, code.class_pointer),
    }
    return places[place]


class DepositRules(Machine):
    @rule(thing=things, place=st.sampled_from(PLACES), giver=people, word=words)
    def plain_transfer(self, thing: Thing, place: str, giver: str, word: str) -> None:
        target = place_of(place, thing)
        is_new = not self.model.lamports.get(target)
        lamports = lamports_for(word, rent(0) if is_new else 1, self.has(giver))
        who = address_of(giver)
        transfer = pay(keypair_for(giver), target, lamports)
        effect = lambda model: model.move(who, target, lamports)  # noqa: E731
        self.attempt(Call("a plain transfer", (transfer,), {}, effect), by=giver)

    @rule(giver=st.just("tycoon"), poor=people)
    def alms(self, giver: str, poor: str) -> None:
        """Who has spent all can go on."""
        if self.has(poor) < 10**10:
            transfer = pay(keypair_for(giver), address_of(poor), 10**10)
            who, target = address_of(giver), address_of(poor)
            self.attempt(Call("a plain transfer", (transfer,), {}, lambda model: model.move(who, target, 10**10)))

    @rule(
        thing=things,
        by_authority=often,
        stranger=people,
        recipient=people,
        word=words,
        another_maker=rarely,
        another_address=rarely,
    )
    def refund_deposit(
        self,
        thing: Thing,
        by_authority: bool,
        stranger: str,
        recipient: str,
        word: str,
        another_maker: bool,
        another_address: bool,
    ) -> None:
        thing = self._one_with_deposit(thing)
        maker, code, target = next_maker(thing[0], another_maker), code_of(thing), address_of(recipient)
        terms, address = self.model.maker(maker), pda.payment_address(code)
        deposit = self._deposit(address)
        lamports = lamports_for(word, rent(0), deposit)
        signer = maker.authority.pubkey() if by_authority else address_of(stranger)
        against = {
            **against_maker(self.model, maker, thing),
            "NotManufacturerAuthority": terms and signer != terms.authority,
            "ZeroAmount": lamports == 0,
            "DepositTooSmall": lamports > deposit,
        }
        refund = ix.refund_deposit(
            authority=signer,
            identity_key=maker.identity_key,
            code=code,
            recipient=target,
            amount_lamports=lamports,
        )
        if another_address:
            refund = with_account(refund, "object", pda.payment_address(code_of((thing[0], (thing[1] + 1) % 5))))
            against["WrongPaymentAddress"] = True
        effect = lambda model: model.move(address, target, lamports)  # noqa: E731
        self.attempt(Call("refund_deposit", (refund,), against, effect))

    def _one_with_deposit(self, thing: Thing) -> Thing:
        """Mostly there is nothing to refund: an object that has a deposit, instead, if there is one."""
        deposits = (one for one in (thing, *EVERYTHING) if self._deposit(pda.payment_address(code_of(one))))
        return next(deposits, thing)

    def is_anything_deposited(self) -> bool:
        return any(self._deposit(pda.payment_address(code_of(one))) for one in EVERYTHING)

    def _deposit(self, address: Pubkey) -> int:
        """What lies there beyond the rent of an account, if one is there."""
        needed = rent(self.model.sizes[address]) if address in self.model.contents else 0
        return self.model.lamports.get(address, 0) - needed

"""Sponsor pools: opened, filled, spent on customers' rent, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st
from hypothesis.stateful import rule
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from fixtures.fix_program import TOKEN_ACCOUNT_RENT, address_of, mint_bytes, rent, with_account
from plings.identity import ScanUrl
from plings.program import instructions as ix
from plings.program import pda
from plings.program.accounts import ClassTerms, SponsorPool, Status, Tier, object_space
from plings.program.interface import TOKEN_PROGRAM_ID
from program.journey import Maker
from program.model.call import NO_ACCOUNT, NOT_EMPTY, NOT_ITS_TO_CLOSE, SHORT, TAKEN, Call
from program.model.logs import LogRules
from program.model.objects import ObjectRules, is_provisional, mint_of, token_account_of
from program.model.people import (
    EVERYTHING,
    Thing,
    code_of,
    lamports_for,
    makers,
    next_maker,
    often,
    people,
    rarely,
    things,
    words,
)
from program.model.state import Holding, Model, size_of

NFT_AUTHORITY = pda.nft_authority_address()
CLOSE_ACCOUNT = 9
ITEMS = st.sampled_from((10**10, 10**10, 10**10, 3_000_000, 1, 0))
"""The most that a pool pays for one object: all of its rent, some of it, next to none; 0 is no such sum."""
BOUNDS = st.sampled_from(((0, 10**9), (0, 10**9), (0, 2**64 - 1), (12_000, 1_000_000), (1_000_000, 10**8), (2, 1)))
"""Of the payments that a pool is for; the last is out of order."""


def pool_of(maker: Maker) -> Pubkey:
    return pda.sponsor_pool_address(maker.account)


def terms_of(item: int, bounds: tuple[int, int]) -> dict[str, int]:
    least, most = bounds
    return {"per_item_lamports": item, "minimum_value_lamports": least, "maximum_value_lamports": most}


def rent_of_all(code: ScanUrl) -> int:
    """What an object with its NFT puts down."""
    return rent(object_space(code.path.text)) + rent(mint_bytes(code)) + TOKEN_ACCOUNT_RENT


class SponsorRules(LogRules, ObjectRules):
    def pool(self, maker: Maker) -> SponsorPool | None:
        return self.model.contents.get(pool_of(maker))

    def pool_pays(self, maker: Maker, lamports: int, rent_lamports: int) -> int | None:
        """What the maker's pool pays of that rent, for a payment of `lamports`; None if it is not for it."""
        pool = self.pool(maker)
        if pool is None or not pool.minimum_value_lamports <= lamports <= pool.maximum_value_lamports:
            return None
        part = min(rent_lamports, pool.per_item_lamports)
        spare = self.model.lamports[pool_of(maker)] - rent(size_of("SponsorPool"))
        return part if part <= spare else None

    def offer(self, maker: Maker, thing: Thing, lamports: int) -> int | None:
        """The same for a first payment: not for a class of a lower tier, nor for one that nobody knows."""
        is_lower = self.tier_of(maker, thing[1]) in (Tier.MICRO, Tier.BATCH)
        others_have_terms = any(terms.manufacturer == maker.account for _, terms in self.model.all_of(ClassTerms))
        is_made_up = others_have_terms and self.class_terms(maker, thing[1]) is None
        return None if is_lower or is_made_up else self.pool_pays(maker, lamports, rent_of_all(code_of(thing)))

    def spend(self, model: Model, maker: Maker, to: Pubkey, lamports: int) -> None:
        address = pool_of(maker)
        pool = model.contents[address]
        model.move(address, to, lamports)
        model.change(
            address,
            sponsored_lamports=pool.sponsored_lamports + lamports,
            sponsored_count=pool.sponsored_count + 1,
        )

    def sponsored_first_payment(
        self, model: Model, maker: Maker, thing: Thing, buyer: Pubkey, lamports: int, treasury: Pubkey, part: int
    ) -> None:
        self.spend(model, maker, buyer, part)
        self.first_payment(model, code_of(thing), buyer, lamports, treasury, close_authority=NFT_AUTHORITY)

    @rule(
        maker=makers,
        name=st.sampled_from((None,) * 5 + ("mallory",)),
        act=st.sampled_from(("set",) * 6 + ("open", "change", "close", "close")),
        item=ITEMS,
        bounds=BOUNDS,
        another_pool=rarely,
        to_wrong=rarely,
    )
    def manage_sponsor_pool(
        self,
        maker: Maker,
        name: str | None,
        act: str,
        item: int,
        bounds: tuple[int, int],
        another_pool: bool,
        to_wrong: bool,
    ) -> None:
        """To set is to open where there is none, else to change."""
        name, whose = name or maker.name, next_maker(maker, another_pool)
        if act == "close":
            self._close_pool(maker, name, whose, to_wrong)
        elif act == "open" or (act == "set" and self.pool(maker) is None):
            self.open_pool(maker, name, item, bounds)
        else:
            self._change_pool(maker, name, whose, item, bounds)

    def _against_pool_terms(self, maker: Maker, who: Pubkey, item: int, bounds: tuple[int, int]) -> dict[str, object]:
        there, (least, most) = self.model.maker(maker), bounds
        return {
            NO_ACCOUNT: there is None,
            "NotManufacturerAuthority": there and who != there.authority,
            "InvalidSponsorTerms": item == 0 or least > most,
        }

    def open_pool(self, maker: Maker, name: str, item: int, bounds: tuple[int, int]) -> None:
        who, size, terms = address_of(name), size_of("SponsorPool"), terms_of(item, bounds)
        content = SponsorPool(maker.account, **terms, sponsored_lamports=0, sponsored_count=0, returned_lamports=0)
        against = {
            **self._against_pool_terms(maker, who, item, bounds),
            TAKEN: self.pool(maker),
            SHORT: self.has(name) < rent(size) - self.model.lamports.get(pool_of(maker), 0),
        }
        opening = ix.initialize_sponsor_pool(payer=who, authority=who, identity_key=maker.identity_key, **terms)
        effect = lambda model: model.top_up(who, pool_of(maker), size, content)  # noqa: E731
        self.attempt(Call("initialize_sponsor_pool", (opening,), against, effect), by=name)

    def _change_pool(self, maker: Maker, name: str, whose: Maker, item: int, bounds: tuple[int, int]) -> None:
        who, terms = address_of(name), terms_of(item, bounds)
        against = {**self._against_pool_terms(maker, who, item, bounds), "WrongSponsorPool": whose is not maker}
        against[NO_ACCOUNT] = against[NO_ACCOUNT] or self.pool(whose) is None
        change = ix.update_sponsor_pool(authority=who, identity_key=maker.identity_key, **terms)
        effect = lambda model: model.change(pool_of(maker), **terms)  # noqa: E731
        change = with_account(change, "sponsor_pool", pool_of(whose))
        self.attempt(Call("update_sponsor_pool", (change,), against, effect), by=name)

    def _close_pool(self, maker: Maker, name: str, whose: Maker, to_wrong: bool) -> None:
        there, who = self.model.maker(maker), address_of(name)
        rightful = there.treasury if there else maker.treasury.pubkey()
        treasury, status = address_of("mallory") if to_wrong else rightful, there.status if there else Status.ACTIVE
        against = {
            NO_ACCOUNT: there is None or self.pool(whose) is None,
            "NotManufacturerAuthority": there and who != there.authority,
            "ManufacturerSuspended": status is Status.SUSPENDED,
            "ManufacturerCompromised": status is Status.COMPROMISED,
            "ManufacturerRetired": status is Status.RETIRED,
            "WrongSponsorPool": whose is not maker,
            "WrongAccount": treasury != rightful,
        }
        closing = ix.close_sponsor_pool(authority=who, identity_key=maker.identity_key, manufacturer_treasury=treasury)
        closing = with_account(closing, "sponsor_pool", pool_of(whose))
        effect = lambda model: model.close(pool_of(maker), treasury)  # noqa: E731
        self.attempt(Call("close_sponsor_pool", (closing,), against, effect), by=name)

    @rule(maker=makers, funder=people, word=words, is_ample=st.booleans())
    def fund_sponsor_pool(self, maker: Maker, funder: str, word: str, is_ample: bool) -> None:
        who, lamports = address_of(funder), lamports_for(word, 10**8 if is_ample else 5_000_000, self.has(funder))
        against = {NO_ACCOUNT: self.pool(maker) is None, "ZeroAmount": lamports == 0}
        funding = ix.fund_sponsor_pool(funder=who, identity_key=maker.identity_key, amount_lamports=lamports)
        effect = lambda model: model.move(who, pool_of(maker), lamports)  # noqa: E731
        self.attempt(Call("fund_sponsor_pool", (funding,), against, effect), by=funder)

    @rule(
        thing=things,
        buyer=people,
        word=words,
        another_maker=rarely,
        another_log=rarely,
        another_pool=rarely,
        to_wrong=rarely,
        obeys=often,
        is_new=often,
    )
    def sponsored_payment(
        self,
        thing: Thing,
        buyer: str,
        word: str,
        another_maker: bool,
        another_log: bool,
        another_pool: bool,
        to_wrong: bool,
        obeys: bool,
        is_new: bool,
    ) -> None:
        thing = self.one_for_pool(thing) if is_new else thing
        maker, code, who = next_maker(thing[0], another_maker), code_of(thing), address_of(buyer)
        payer_of_rent = next_maker(maker, another_pool)
        terms, log = self.model.maker(maker), self.log_for(thing, maker, another_log)
        lamports = lamports_for(word, self.least_for_pool(maker, thing), self.has(buyer))
        treasury = terms.treasury if terms else maker.treasury.pubkey()
        with_tag = self.demands_tag(maker, thing[1]) and obeys
        payment = ix.sponsored_payment(
            buyer=who,
            code=code,
            amount_lamports=lamports,
            identity_key=maker.identity_key,
            manufacturer_treasury=address_of("mallory") if to_wrong else treasury,
            platform_treasury=self.model.config.platform_treasury,
            shards=self.shards(maker),
            with_tag=with_tag,
        )
        payment = with_account(payment, "payment_log", log)
        payment = with_account(payment, "sponsor_pool", pool_of(payer_of_rent))
        part = self.offer(maker, thing, lamports)
        against = {
            **self.against_log(thing, maker, log),
            **self.against_payment(maker, lamports),
            **self.against_tag(maker, thing, with_tag),
            "WrongSponsorPool": payer_of_rent is not maker,
            "ObjectExists": self.model.object(code),
        }
        against[NO_ACCOUNT] = against[NO_ACCOUNT] or self.pool(payer_of_rent) is None
        if part is None:
            against |= self.against_first(maker, thing[1], lamports, Tier.MICRO)
        else:
            against |= self.against_own_first(maker, thing, lamports)
            against["WrongAccount"] = to_wrong and treasury != address_of("mallory")

        def effect(model: Model) -> None:
            if part is None:
                self.pay_into_log(model, thing, log, who, lamports)
            else:
                self.sponsored_first_payment(model, maker, thing, who, lamports, treasury, part)

        name = "sponsored_payment/micro" if part is None else "sponsored_payment/own"
        self.attempt(Call(name, (*[self.tag(thing)] * with_tag, payment), against, effect), by=buyer)

    def one_for_pool(self, thing: Thing) -> Thing:
        """An object without an account, whose maker has a pool."""
        fitting = (one for one in (thing, *EVERYTHING) if self.pool(one[0]) and not self.model.object(code_of(one)))
        return next(fitting, thing)

    def least_for_pool(self, maker: Maker, thing: Thing) -> int:
        """The lowest amount that the pool pays for, and that is taken."""
        pool = self.pool(maker)
        return max(self.floor_of(maker, thing[1]), pool.minimum_value_lamports if pool else 0)

    @rule(
        thing=things,
        person=people,
        another_maker=rarely,
        another_pool=rarely,
        to_wrong=rarely,
        where_owed=often,
    )
    def return_sponsored_rent(
        self, thing: Thing, person: str, another_maker: bool, another_pool: bool, to_wrong: bool, where_owed: bool
    ) -> None:
        account = None
        if where_owed:
            thing, account = next(self._returnable(), (thing, None))
        maker, code = next_maker(thing[0], another_maker), code_of(thing)
        there, terms = self.model.object(code), self.model.maker(maker)
        account = account or token_account_of(address_of(person), code)
        held, treasury = self.model.contents.get(account), terms.treasury if terms else maker.treasury.pubkey()
        pool = pool_of(next_maker(maker, another_pool))
        back = ix.return_sponsored_rent(
            identity_key=maker.identity_key,
            manufacturer_treasury=address_of("mallory") if to_wrong else treasury,
            payment=pda.payment_address(code),
            previous_owner=address_of(person),
        )
        back = with_account(with_account(back, "token_account", account), "sponsor_pool", pool)
        against = {
            NO_ACCOUNT: there is None or terms is None,
            "WrongSponsorPool": another_pool,
            "WrongAccount": to_wrong and treasury != address_of("mallory"),
            "WrongPrefix": maker is not thing[0],
            "WrongMint": is_provisional(there),
            "WrongTokenAccount": held is None,
            "NotReturnable": held and (held.amount or held.close_authority != NFT_AUTHORITY),
        }

        def effect(model: Model) -> None:
            there = model.contents.get(pool)
            if there:
                model.change(pool, returned_lamports=there.returned_lamports + model.lamports[account])
            model.close(account, pool if there else treasury)

        name = "return_sponsored_rent" if pool in self.model.contents else "return_sponsored_rent/no pool"
        self.attempt(Call(name, (back,), against, effect))

    def is_anything_returnable(self) -> bool:
        return any(self._returnable())

    def _returnable(self) -> Iterator[tuple[Thing, Pubkey]]:
        """Objects with empty token accounts that a sponsor paid for."""
        things = {mint_of(code_of(one)): one for one in EVERYTHING}
        for address, held in self.model.all_of(Holding):
            if not held.amount and held.close_authority:
                yield things[held.mint], address

    @rule(number=st.integers(0, 9), empty=often)
    def wallet_closes(self, number: int, empty: bool) -> None:
        """An owner takes back the rent of a token account: not one that a sponsor paid for, nor with the NFT in it."""
        accounts = [(at, held) for at, held in self.model.all_of(Holding) if not (empty and held.amount)]
        if not accounts:
            return
        account, held = accounts[number % len(accounts)]
        source, target = AccountMeta(account, False, True), AccountMeta(held.owner, False, True)
        metas = [source, target, AccountMeta(held.owner, True, False)]
        close = Instruction(TOKEN_PROGRAM_ID, bytes([CLOSE_ACCOUNT]), metas)
        against = {
            NOT_ITS_TO_CLOSE: held.close_authority,
            NOT_EMPTY: held.amount,
        }
        effect = lambda model: model.close(account, held.owner)  # noqa: E731
        self.attempt(Call("a wallet closes a token account", (close,), against, effect))

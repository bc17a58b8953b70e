"""Objects with accounts: first payments, purchases, gifts, and what wallets do with the NFT on their own."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from chain.token_2022 import create_token_account, transfer_one
from fixtures.fix_program import TOKEN_ACCOUNT_RENT, address_of, mint_bytes, rent
from plings.identity import ScanUrl
from plings.program import instructions as ix
from plings.program import pda
from plings.program.accounts import ObjectInstance, Tier, object_space
from plings.program.interface import TOKEN_PROGRAM_ID
from program.journey import Maker
from program.model.call import NO_ACCOUNT, Call
from program.model.machine import against_maker
from program.model.manufacturers import TermsOfPayments
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
from program.model.state import Holding, Mint, Model, shares

TOKEN_ACCOUNT_BYTES = TOKEN_ACCOUNT_RENT // 6_960 - 128
NO_MINT = Pubkey.default()
NOT_FOR_SALE = {
    "asking_price_lamports": None,
    "offer_ends_at_unix": 0,
    "listed_royalty_bps": 0,
    "listed_platform_fee_bps": 0,
}


def mint_of(code: ScanUrl) -> Pubkey:
    return pda.mint_address(pda.payment_address(code))


def token_account_of(owner: Pubkey, code: ScanUrl) -> Pubkey:
    return pda.token_account_address(owner, mint_of(code))


def hand_over(
    model: Model, payer: Pubkey, code: ScanUrl, new_owner: Pubkey, close_authority: Pubkey | None = None
) -> None:
    """The NFT goes from whoever holds it, or from its mint, to a token account, made where there is none."""
    holder, target = model.holder(code), token_account_of(new_owner, code)
    if target not in model.contents:
        model.top_up(payer, target, TOKEN_ACCOUNT_BYTES, Holding(mint_of(code), new_owner, 0, close_authority))
    if holder is not None:
        model.change(token_account_of(holder, code), amount=0)
    model.change(target, amount=1)


def is_provisional(there: ObjectInstance | None) -> bool:
    """Whether its promotion is not final: it has no NFT yet."""
    return there is not None and there.mint == NO_MINT


an_object_is_there = precondition(lambda self: any(self.model.all_of(ObjectInstance)))


class ObjectRules(TermsOfPayments):
    def one_there(self, thing: Thing, is_listed: bool = False) -> Thing:
        """An object that has an account (and is for sale), instead of one that has not, if there is any."""

        def fits(one: Thing) -> bool:
            there = self.model.object(code_of(one))
            return there is not None and (not is_listed or there.asking_price_lamports is not None)

        at = EVERYTHING.index(thing)
        return next((one for one in (*EVERYTHING[at:], *EVERYTHING[:at]) if fits(one)), thing)

    def against_holding(self, code: ScanUrl, signer: Pubkey, account: Pubkey) -> dict[str, object]:
        """`account` is shown as `signer`'s holding of the NFT."""
        there, held = self.model.object(code), self.model.contents.get(account)
        holds = isinstance(held, Holding) and held.amount == 1 and held.mint == mint_of(code)
        return {
            NO_ACCOUNT: there is None,
            "Provisional": is_provisional(there),
            "WrongTokenAccount": there and not holds,
            "NotOwner": there and holds and held.owner != signer,
        }

    def signer_and_account(
        self, code: ScanUrl, person: str, is_owner: bool, shows_owners: bool
    ) -> tuple[Pubkey, Pubkey]:
        """Who signs, and the token account that they show: a stranger may show the owner's."""
        holder, stranger = self.model.holder(code), address_of(person)
        if holder and shows_owners:
            return stranger, token_account_of(holder, code)
        signer = holder if holder and is_owner else stranger
        return signer, token_account_of(signer, code)

    @rule(
        thing=things,
        buyer=people,
        word=words,
        seller=people,
        by_holder=often,
        another_maker=rarely,
        to_wrong=rarely,
        obeys=often,
        a_listed_one=st.booleans(),
    )
    def handle_payment(
        self,
        thing: Thing,
        buyer: str,
        word: str,
        seller: str,
        by_holder: bool,
        another_maker: bool,
        to_wrong: bool,
        obeys: bool,
        a_listed_one: bool,
    ) -> None:
        thing = self.one_there(thing, is_listed=True) if a_listed_one else self._one_with_deposit_alone(thing)
        maker, code, who = next_maker(thing[0], another_maker), code_of(thing), address_of(buyer)
        there, terms, config = self.model.object(code), self.model.maker(maker), self.model.config
        least = (there.asking_price_lamports or 1) if there else self.floor_of(maker, thing[1])
        lamports = lamports_for(word, least, self.has(buyer))
        treasury = terms.treasury if terms else maker.treasury.pubkey()
        holder = self.model.holder(code)
        sold_by = (holder if by_holder else address_of(seller)) if there else None
        with_tag = self.demands_tag(maker, thing[1]) and obeys
        payment = ix.handle_payment(
            buyer=who,
            code=code,
            amount_lamports=lamports,
            identity_key=maker.identity_key,
            manufacturer_treasury=address_of("mallory") if to_wrong else treasury,
            platform_treasury=config.platform_treasury,
            seller=sold_by,
            with_tag=with_tag,
        )
        against = {
            **against_maker(self.model, maker, thing),
            **self.against_payment(maker, lamports),
            **self.against_tag(maker, thing, with_tag),
            "WrongAccount": to_wrong and treasury != address_of("mallory"),
        }
        if there:
            against |= self.against_purchase(code, who, lamports, sold_by)
        else:
            against |= self.against_own_first(maker, thing, lamports)

        def effect(model: Model) -> None:
            if there:
                self.purchase(model, code, who, lamports, treasury)
            else:
                self.first_payment(model, code, who, lamports, treasury)

        name = "handle_payment/purchase" if there else "handle_payment/first"
        self.attempt(Call(name, (*[self.tag(thing)] * with_tag, payment), against, effect), by=buyer)

    def against_own_first(self, maker: Maker, thing: Thing, lamports: int) -> dict[str, object]:
        needed = lamports + rent(object_space(code_of(thing).path.text))
        return {**self.against_first(maker, thing[1], lamports, Tier.OBJECT), "Overflow": needed >= 2**64}

    def _one_with_deposit_alone(self, thing: Thing) -> Thing:
        """An object without an account at whose address something lies, if there is one."""

        def fits(one: Thing) -> bool:
            address = pda.payment_address(code_of(one))
            return address not in self.model.contents and bool(self.model.lamports.get(address))

        return next((one for one in EVERYTHING if fits(one)), thing)

    def against_purchase(self, code: ScanUrl, buyer: Pubkey, lamports: int, seller: Pubkey | None) -> dict[str, object]:
        there = self.model.object(code)
        assert there
        if seller is None:
            return {"NotForSale": True}
        holder, price = self.model.holder(code), there.asking_price_lamports
        stands = price and there.owner == holder and self.model.now_unix < there.offer_ends_at_unix
        return {
            "Provisional": is_provisional(there),
            "WrongTokenAccount": seller != holder,
            "AlreadyOwner": seller == holder == buyer,
            "NotForSale": not stands,
            "BelowAskingPrice": price and lamports < price,
        }

    def first_payment(
        self,
        model: Model,
        code: ScanUrl,
        buyer: Pubkey,
        lamports: int,
        treasury: Pubkey,
        close_authority: Pubkey | None = None,
    ) -> None:
        address, mint = pda.payment_address(code), mint_of(code)
        content = ObjectInstance(
            path=code.path.text,
            class_pointer=code.class_pointer,
            address=Pubkey.from_bytes(code.address),
            owner=buyer,
            mint=mint,
            created_at_unix=model.now_unix,
            **NOT_FOR_SALE,  # type: ignore[arg-type]
        )
        model.create(buyer, address, object_space(code.path.text), content)
        model.move(buyer, address, lamports)
        model.create(buyer, mint, mint_bytes(code), Mint(1, False))
        hand_over(model, buyer, code, buyer, close_authority)
        platform, manufacturer = shares(lamports, model.config.platform_fee_bps)
        model.move(address, model.config.platform_treasury, platform)
        model.move(address, treasury, manufacturer)

    def purchase(self, model: Model, code: ScanUrl, buyer: Pubkey, lamports: int, treasury: Pubkey) -> None:
        address, seller = pda.payment_address(code), model.holder(code)
        assert seller
        agreed = model.contents[address]
        platform, royalty, rest = shares(lamports, agreed.listed_platform_fee_bps, agreed.listed_royalty_bps)
        hand_over(model, buyer, code, buyer)
        model.move(buyer, address, lamports)
        model.move(address, model.config.platform_treasury, platform)
        model.move(address, treasury, royalty)
        model.move(address, seller, rest)
        model.change(address, owner=buyer, **NOT_FOR_SALE)

    @an_object_is_there
    @rule(thing=things, anything=rarely, person=people, is_owner=often, shows_owners=rarely, to=people)
    def transfer_ownership(
        self, thing: Thing, anything: bool, person: str, is_owner: bool, shows_owners: bool, to: str
    ) -> None:
        thing = thing if anything else self.one_there(thing)
        code, new_owner = code_of(thing), address_of(to)
        signer, shown = self.signer_and_account(code, person, is_owner, shows_owners)
        gift = ix.transfer_ownership(
            owner=signer, payment=pda.payment_address(code), new_owner=new_owner, token_account=shown
        )
        against = self.against_holding(code, signer, shown)
        against["AlreadyOwner"] = signer == new_owner

        def effect(model: Model) -> None:
            hand_over(model, signer, code, new_owner)
            model.change(pda.payment_address(code), owner=new_owner, **NOT_FOR_SALE)

        self.attempt(Call("transfer_ownership", (gift,), against, effect))

    @an_object_is_there
    @rule(thing=things, to=people, burns=rarely)
    def wallet_acts(self, thing: Thing, to: str, burns: bool) -> None:
        """The program is not asked, and learns of it when it looks."""
        code, new_owner = code_of(self.one_there(thing)), address_of(to)
        holder = self.model.holder(code)
        if holder is not None and burns:
            self._burn(code, holder)
        elif holder is not None and holder != new_owner:
            self._move_in_wallets(code, holder, new_owner)

    def _move_in_wallets(self, code: ScanUrl, holder: Pubkey, new_owner: Pubkey) -> None:
        source, target = token_account_of(holder, code), token_account_of(new_owner, code)
        make = create_token_account(holder, new_owner, mint_of(code))
        move = transfer_one(mint_of(code), source, target, holder)
        effect = lambda model: hand_over(model, holder, code, new_owner)  # noqa: E731
        self.attempt(Call("a wallet moves the NFT", (make, move), {}, effect))

    def _burn(self, code: ScanUrl, holder: Pubkey) -> None:
        account, mint = token_account_of(holder, code), mint_of(code)
        metas = [AccountMeta(account, False, True), AccountMeta(mint, False, True), AccountMeta(holder, True, False)]
        burn = Instruction(TOKEN_PROGRAM_ID, bytes([8]) + (1).to_bytes(8, "little"), metas)

        def effect(model: Model) -> None:
            model.change(account, amount=0)
            model.change(mint, supply=0)

        self.attempt(Call("the holder burns the NFT", (burn,), {}, effect))


class OfferRules(ObjectRules):
    def is_anything_listed(self) -> bool:
        return any(there.asking_price_lamports for _, there in self.model.all_of(ObjectInstance))

    @an_object_is_there
    @rule(
        thing=things,
        anything=rarely,
        person=people,
        is_owner=often,
        shows_owners=rarely,
        price=st.sampled_from((1, 9_999, 9_999, 10**6, 10**6, 10**6, 10**9, 10**9, 10**9, 0, 2**64 - 1)),
        seconds=st.sampled_from((60, 60, *(10**6,) * 8, 0, -1)),
        another_maker=rarely,
    )
    def list_for_sale(
        self,
        thing: Thing,
        anything: bool,
        person: str,
        is_owner: bool,
        shows_owners: bool,
        price: int,
        seconds: int,
        another_maker: bool,
    ) -> None:
        thing = thing if anything else self.one_there(thing)
        maker, code, ends = next_maker(thing[0], another_maker), code_of(thing), self.model.now_unix + seconds
        signer, shown = self.signer_and_account(code, person, is_owner, shows_owners)
        terms = self.model.maker(maker)
        offer = ix.list_for_sale(
            owner=signer,
            payment=pda.payment_address(code),
            identity_key=maker.identity_key,
            asking_price_lamports=price,
            ends_at_unix=ends,
            token_account=shown,
        )
        against = self.against_holding(code, signer, shown)
        against[NO_ACCOUNT] = against[NO_ACCOUNT] or terms is None
        against |= {"ZeroAmount": price == 0, "OfferEnded": seconds <= 0, "WrongPrefix": maker is not thing[0]}

        def effect(model: Model) -> None:
            assert terms
            model.change(
                pda.payment_address(code),
                owner=signer,
                asking_price_lamports=price,
                offer_ends_at_unix=ends,
                listed_royalty_bps=terms.royalty_bps,
                listed_platform_fee_bps=model.config.platform_fee_bps,
            )

        self.attempt(Call("list_for_sale", (offer,), against, effect))

    @an_object_is_there
    @rule(thing=things, anything=rarely, person=people, is_owner=often, shows_owners=rarely)
    def cancel_listing(self, thing: Thing, anything: bool, person: str, is_owner: bool, shows_owners: bool) -> None:
        thing = thing if anything else self.one_there(thing)
        code, there = code_of(thing), self.model.object(code_of(thing))
        signer, shown = self.signer_and_account(code, person, is_owner, shows_owners)
        withdrawal = ix.cancel_listing(owner=signer, payment=pda.payment_address(code), token_account=shown)
        against = self.against_holding(code, signer, shown)
        against["NotForSale"] = there and not there.asking_price_lamports
        effect = lambda model: model.change(  # noqa: E731
            pda.payment_address(code), owner=signer, **NOT_FOR_SALE
        )
        self.attempt(Call("cancel_listing", (withdrawal,), against, effect))

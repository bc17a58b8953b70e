"""Payment logs: opened, paid into, swept; and changes of owner without an account."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import rule
from solders.pubkey import Pubkey

from fixtures.fix_program import address_of, log_of, rent, with_account
from plings.program import instructions as ix
from plings.program import pda
from plings.program.accounts import PaymentLog, Tier
from plings.proofs import Frontier, Kind, Leaf, shard_of
from program.journey import Maker
from program.model.call import NO_ACCOUNT, SHORT, TAKEN, Call
from program.model.machine import against_maker
from program.model.manufacturers import TermsOfPayments
from program.model.people import (
    EVERYTHING,
    Thing,
    code_of,
    codes_of,
    lamports_for,
    makers,
    next_maker,
    often,
    people,
    rarely,
    things,
    words,
)
from program.model.state import Model, ObjectKey, shares, size_of


def code_key(thing: Thing) -> ObjectKey:
    """What the leaves of one object have in common."""
    code = code_of(thing)
    return code.path.text, code.class_pointer.value, code.address


class LogRules(TermsOfPayments):
    @rule(maker=makers, shard=st.integers(0, 4), payer=people, missing=often)
    def open_payment_log(self, maker: Maker, shard: int, payer: str, missing: bool) -> None:
        terms = self.model.maker(maker)
        shards = range(terms.shards if terms and missing else 0)
        shard = next((number for number in shards if log_of(maker, number) not in self.model.contents), shard)
        self.open(maker, shard, payer)

    def open(self, maker: Maker, shard: int, payer: str) -> None:
        terms, log, who = self.model.maker(maker), log_of(maker, shard), address_of(payer)
        against = {
            NO_ACCOUNT: terms is None,
            TAKEN: log in self.model.contents,
            SHORT: self.has(payer) < rent(size_of("PaymentLog")) - self.model.lamports.get(log, 0),
            "NoSuchShard": terms and shard >= terms.shards,
        }
        content = PaymentLog(maker.account, shard, 0, 0, 0, 0, 0, self.model.now_unix, Frontier())
        instruction = ix.open_payment_log(payer=who, identity_key=maker.identity_key, shard=shard)
        effect = lambda model: model.top_up(who, log, size_of("PaymentLog"), content)  # noqa: E731
        self.attempt(Call("open_payment_log", (instruction,), against, effect), by=payer)

    def shards(self, maker: Maker) -> int:
        terms = self.model.maker(maker)
        return terms.shards if terms else 1

    def against_log(self, thing: Thing, maker: Maker, log: Pubkey) -> dict[str, object]:
        """`log` stands in a call about `thing`, with the account of `maker`."""
        against = against_maker(self.model, maker, thing)
        content = self.model.log(log)
        rightful = log_of(maker, shard_of(code_of(thing).address, self.shards(maker)))
        against[NO_ACCOUNT] = against[NO_ACCOUNT] or content is None
        against["WrongPaymentLog"] = log != rightful
        return against

    def log_for(self, thing: Thing, maker: Maker, is_astray: bool) -> Pubkey:
        """The one that its address falls to; astray, any other that is open."""
        rightful = log_of(maker, shard_of(code_of(thing).address, self.shards(maker)))
        others = [address for address, _ in self.model.all_of(PaymentLog) if address != rightful]
        return others[0] if is_astray and others else rightful

    @rule(
        thing=things,
        buyer=people,
        word=words,
        another_maker=rarely,
        another_log=rarely,
        with_tag=rarely,
        obeys=often,
        forged=st.sampled_from((None,) * 24 + ("class pointer", "class terms")),
    )
    def handle_micro_payment(
        self,
        thing: Thing,
        buyer: str,
        word: str,
        another_maker: bool,
        another_log: bool,
        with_tag: bool,
        obeys: bool,
        forged: str | None = None,
    ) -> None:
        """`forged` is what another class's stands in the place of."""
        maker, code, who = next_maker(thing[0], another_maker), code_of(thing), address_of(buyer)
        lamports = lamports_for(word, self.floor_of(maker, thing[1]), self.has(buyer))
        log = self.log_for(thing, maker, another_log)
        with_tag = with_tag or (self.demands_tag(maker, thing[1]) and obeys)
        of_class, of_another = codes_of(thing[0])[0].class_pointer, codes_of(thing[0])[3].class_pointer
        pointer = of_another if code.class_pointer == of_class else of_class
        payment = ix.handle_micro_payment(
            buyer=who,
            code=replace(code, class_pointer=pointer) if forged == "class pointer" else code,
            amount_lamports=lamports,
            identity_key=maker.identity_key,
            shards=self.shards(maker),
            with_tag=with_tag,
        )
        against = {
            **self.against_log(thing, maker, log),
            **self.against_payment(maker, lamports),
            **self.against_tag(maker, thing, with_tag),
            **self.against_first(maker, thing[1], lamports, Tier.MICRO),
        }
        against["InvalidClassPointer"] = against["InvalidClassPointer"] or forged == "class pointer"
        if forged == "class terms":
            payment = with_account(payment, "class_terms", pda.class_terms_address(maker.account, pointer))
            terms = self.model.maker(maker)
            against["WrongClassTerms"] = terms and terms.class_terms_count
        effect = lambda model: self.pay_into_log(model, thing, log, who, lamports)  # noqa: E731
        instructions = (*[self.tag(thing)] * with_tag, with_account(payment, "payment_log", log))
        self.attempt(Call("handle_micro_payment", instructions, against, effect), by=buyer)

    def pay_into_log(
        self, model: Model, thing: Thing, log: Pubkey, buyer: Pubkey, lamports: int, kind: Kind = Kind.PAYMENT
    ) -> None:
        platform, manufacturer = shares(lamports, model.config.platform_fee_bps)
        books = model.contents[log]
        model.move(buyer, log, lamports)
        model.change(
            log,
            platform_lamports=books.platform_lamports + platform,
            manufacturer_lamports=books.manufacturer_lamports + manufacturer,
        )
        model.append(self.leaf(model, kind, thing, log, buyer, buyer, lamports))

    def leaf(
        self, model: Model, kind: Kind, thing: Thing, log: Pubkey, actor: Pubkey, owner: Pubkey, lamports: int = 0
    ) -> Leaf:
        code = code_of(thing)
        return Leaf(
            kind=kind,
            payment_log=bytes(log),
            number=model.contents[log].leaf_count,
            timestamp=model.now_unix,
            actor=bytes(actor),
            owner=bytes(owner),
            amount_lamports=lamports,
            class_pointer=code.class_pointer,
            address=code.address,
            path=code.path,
        )

    @rule(thing=things, stranger=people, is_owner=st.booleans(), to=people, another_maker=rarely, another_log=rarely)
    def transfer_micro_ownership(
        self, thing: Thing, stranger: str, is_owner: bool, to: str, another_maker: bool, another_log: bool
    ) -> None:
        thing = next((one for one in (thing, *EVERYTHING) if code_key(one) in self.model.micro_owners), thing)
        maker, code = next_maker(thing[0], another_maker), code_of(thing)
        log = self.log_for(thing, maker, another_log)
        _, owner = self.model.micro_owners.get(code_key(thing), (None, None))
        actor, new_owner = Pubkey.from_bytes(owner) if owner and is_owner else address_of(stranger), address_of(to)
        gift = ix.transfer_micro_ownership(
            owner=actor,
            code=code,
            new_owner=new_owner,
            identity_key=maker.identity_key,
            shards=self.shards(maker),
        )
        against = {**self.against_log(thing, maker, log), "AlreadyOwner": actor == new_owner}
        against["ObjectExists"] = self.model.object(code)
        effect = lambda model: model.append(  # noqa: E731
            self.leaf(model, Kind.TRANSFER, thing, log, actor, new_owner)
        )
        instruction = with_account(gift, "payment_log", log)
        self.attempt(Call("transfer_micro_ownership", (instruction,), against, effect))

    @rule(
        maker=makers,
        number=st.integers(0, 3),
        to_wrong=rarely,
        another_maker=rarely,
        left_out=st.sampled_from(((), (), (), (0,), (1,), (0, 1))),
        times=st.sampled_from((1, 1, 2)),
    )
    def sweep_payment_log(
        self, maker: Maker, number: int, to_wrong: bool, another_maker: bool, left_out: tuple[int, ...], times: int
    ) -> None:
        for _ in range(times):
            self._sweep(maker, number % self.shards(maker), to_wrong, another_maker, left_out)

    def _sweep(self, maker: Maker, shard: int, to_wrong: bool, another_maker: bool, left_out: tuple[int, ...]) -> None:
        """`left_out`: 0 the manufacturer's treasury, 1 the platform's. Who is left out is owed on."""
        log, as_if = log_of(maker, shard), next_maker(maker, another_maker)
        terms, books = self.model.maker(as_if), self.model.log(log)
        rightful = terms.treasury if terms else as_if.treasury.pubkey()
        treasury = None if 0 in left_out else address_of("mallory") if to_wrong else rightful
        platform_treasury = None if 1 in left_out else self.model.config.platform_treasury
        owed = books.manufacturer_lamports * bool(treasury) if books else 0
        owed_to_platform = books.platform_lamports * bool(platform_treasury) if books else 0
        sweep = ix.sweep_payment_log(
            identity_key=as_if.identity_key,
            manufacturer_treasury=treasury,
            platform_treasury=platform_treasury,
            shard=shard,
        )
        against = {
            NO_ACCOUNT: terms is None or books is None,
            "WrongPaymentLog": as_if is not maker,
            "WrongAccount": treasury not in (rightful, None),
            "NothingOwed": books and not owed and not owed_to_platform,
        }

        def effect(model: Model) -> None:
            assert books
            for to, lamports in ((treasury, owed), (platform_treasury, owed_to_platform)):
                if to is not None:
                    model.move(log, to, lamports)
            model.change(
                log,
                manufacturer_lamports=books.manufacturer_lamports - owed,
                platform_lamports=books.platform_lamports - owed_to_platform,
            )

        instruction = with_account(sweep, "payment_log", log)
        name = "sweep_payment_log/one of two" if left_out else "sweep_payment_log"
        self.attempt(Call(name, (instruction,), against, effect))

"""Shared accounts: made, paid for by slots, slots given away, and their rent handed on."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from solders.pubkey import Pubkey

from fixtures.fix_program import address_of, rent, with_account
from plings.program import instructions as ix
from plings.program import pda
from plings.program.accounts import BatchAccount, Slot, Tier, hash_of_address
from plings.proofs import Kind
from program.journey import Maker
from program.model.call import NO_ACCOUNT, SHORT, TAKEN, Call
from program.model.logs import LogRules, code_key
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
from program.model.state import Model, size_of

SLOTS = 100


@cache
def batch_of(thing: Thing) -> Pubkey:
    return pda.batch_account_address(code_of(thing).path)


def with_slot(batch: BatchAccount, thing: Thing, slot: Slot) -> tuple[Slot | None, ...]:
    at = code_of(thing).path.instance % SLOTS
    return (*batch.slots[:at], slot, *batch.slots[at + 1 :])


class BatchRules(LogRules):
    @rule(thing=things, payer=people, missing=often, another_maker=rarely)
    def create_shared_batch_account(self, thing: Thing, payer: str, missing: bool, another_maker: bool) -> None:
        if missing:
            without = (one for one in (thing, *EVERYTHING) if batch_of(one) not in self.model.contents)
            thing = next(without, thing)
        self.open_batch(thing, payer, next_maker(thing[0], another_maker))

    def open_batch(self, thing: Thing, payer: str, maker: Maker) -> None:
        batch, path, who, size = batch_of(thing), code_of(thing).path, address_of(payer), size_of("BatchAccount")
        content = BatchAccount(
            manufacturer=maker.account,
            rent_payer=who,
            slot_rent_lamports=-(-rent(size) // SLOTS),
            rent_owed_lamports=0,
            path_to_batch=path.text.rpartition(".")[0],
            number=path.instance // SLOTS,
            slots=(None,) * SLOTS,
        )
        against = {
            NO_ACCOUNT: self.model.maker(maker) is None,
            TAKEN: batch in self.model.contents,
            SHORT: self.has(payer) < rent(size),
            "WrongPrefix": maker is not thing[0],
        }
        instruction = ix.create_shared_batch_account(payer=who, path=path, identity_key=maker.identity_key)
        effect = lambda model: model.create(who, batch, size, content)  # noqa: E731
        self.attempt(Call("create_shared_batch_account", (instruction,), against, effect), by=payer)

    def batch_for(self, thing: Thing, is_astray: bool) -> Pubkey:
        """The one that its path says; astray, any other that is there."""
        others = [address for address, _ in self.model.all_of(BatchAccount) if address != batch_of(thing)]
        return others[0] if is_astray and others else batch_of(thing)

    def slot(self, thing: Thing) -> Slot | None:
        """What is in the place of its path, whoever's it is."""
        batch = self.model.contents.get(batch_of(thing))
        return batch.slots[code_of(thing).path.instance % SLOTS] if batch else None

    def own_slot(self, thing: Thing) -> Slot | None:
        """Its slot, if its address took it."""
        slot = self.slot(thing)
        return slot if slot and slot.address_hash == hash_of_address(code_of(thing).address) else None

    def slot_rent(self, batch: Pubkey) -> int:
        content = self.model.contents.get(batch)
        return content.slot_rent_lamports if content else 0

    def against_slot(self, thing: Thing, batch: Pubkey, lamports: int) -> dict[str, object]:
        """A payment takes its slot in `batch`, which is there."""
        return {
            "WrongBatchAccount": batch != batch_of(thing),
            "SlotTaken": self.slot(thing) is not None,
            "Overflow": lamports + self.slot_rent(batch) >= 2**64,
        }

    @rule(
        thing=things,
        buyer=people,
        word=words,
        another_maker=rarely,
        another_log=rarely,
        another_batch=rarely,
        obeys=often,
        a_free_one=st.booleans(),
    )
    def handle_batch_payment(
        self,
        thing: Thing,
        buyer: str,
        word: str,
        another_maker: bool,
        another_log: bool,
        another_batch: bool,
        obeys: bool,
        a_free_one: bool,
    ) -> None:
        if a_free_one:
            thing = next((one for one in EVERYTHING if self._is_free(one)), thing)
        maker, code, who = next_maker(thing[0], another_maker), code_of(thing), address_of(buyer)
        lamports = lamports_for(word, self.floor_of(maker, thing[1]), self.has(buyer))
        log, batch = self.log_for(thing, maker, another_log), self.batch_for(thing, another_batch)
        with_tag = self.demands_tag(maker, thing[1]) and obeys
        payment = ix.handle_batch_payment(
            buyer=who,
            code=code,
            amount_lamports=lamports,
            identity_key=maker.identity_key,
            shards=self.shards(maker),
            with_tag=with_tag,
        )
        payment = with_account(with_account(payment, "payment_log", log), "batch_account", batch)
        against = {
            **self.against_log(thing, maker, log),
            **self.against_payment(maker, lamports),
            **self.against_tag(maker, thing, with_tag),
            **self.against_first(maker, thing[1], lamports, Tier.BATCH),
            **self.against_slot(thing, batch, lamports),
        }
        against[NO_ACCOUNT] = against[NO_ACCOUNT] or batch not in self.model.contents
        effect = lambda model: self.pay_for_slot(model, thing, log, who, lamports)  # noqa: E731
        instructions = (*[self.tag(thing)] * with_tag, payment)
        self.attempt(Call("handle_batch_payment", instructions, against, effect), by=buyer)

    def _is_free(self, thing: Thing) -> bool:
        return batch_of(thing) in self.model.contents and self.slot(thing) is None

    def pay_for_slot(self, model: Model, thing: Thing, log: Pubkey, buyer: Pubkey, lamports: int) -> None:
        """A payment into the log, and a hundredth of the shared account's rent on top, for who paid that."""
        address, batch = batch_of(thing), model.contents[batch_of(thing)]
        slot = Slot(buyer, model.contents[log].leaf_count, hash_of_address(code_of(thing).address))
        model.move(buyer, address, batch.slot_rent_lamports)
        model.change(
            address,
            slots=with_slot(batch, thing, slot),
            rent_owed_lamports=batch.rent_owed_lamports + batch.slot_rent_lamports,
        )
        self.pay_into_log(model, thing, log, buyer, lamports, Kind.SLOT_PAYMENT)

    def give_slot(self, model: Model, thing: Thing, owner: Pubkey) -> None:
        address, batch, slot = batch_of(thing), model.contents[batch_of(thing)], self.slot(thing)
        assert slot
        slot = Slot(owner, slot.leaf_number, slot.address_hash)
        model.change(address, slots=with_slot(batch, thing, slot))

    @rule(
        thing=things,
        stranger=people,
        is_owner=often,
        to=people,
        to_nobody=rarely,
        another_maker=rarely,
        another_log=rarely,
        another_batch=rarely,
    )
    def transfer_batch_slot(
        self,
        thing: Thing,
        stranger: str,
        is_owner: bool,
        to: str,
        to_nobody: bool,
        another_maker: bool,
        another_log: bool,
        another_batch: bool,
    ) -> None:
        """To nobody is to the key of all zeroes, which stands for a free slot."""
        thing = self.one_in_slot(thing)
        maker, code, slot = next_maker(thing[0], another_maker), code_of(thing), self.own_slot(thing)
        is_signer = slot and self.is_person(slot.owner)
        actor = slot.owner if slot and is_signer and is_owner else address_of(stranger)
        new_owner = Pubkey.default() if to_nobody else address_of(to)
        log, batch = self.log_for(thing, maker, another_log), self.batch_for(thing, another_batch)
        gift = ix.transfer_batch_slot(
            owner=actor,
            code=code,
            new_owner=new_owner,
            identity_key=maker.identity_key,
            shards=self.shards(maker),
        )
        gift = with_account(with_account(gift, "payment_log", log), "batch_account", batch)
        against = {
            **self.against_log(thing, maker, log),
            "AlreadyOwner": actor == new_owner,
            "ObjectExists": self.model.object(code),
            "WrongBatchAccount": batch != batch_of(thing),
            "NotSlotOwner": slot is None or slot.owner != actor,
            "WrongAccount": to_nobody,
        }
        against[NO_ACCOUNT] = against[NO_ACCOUNT] or batch not in self.model.contents

        def effect(model: Model) -> None:
            self.give_slot(model, thing, new_owner)
            model.append(self.leaf(model, Kind.SLOT_TRANSFER, thing, log, actor, new_owner))

        self.attempt(Call("transfer_batch_slot", (gift,), against, effect))

    def one_in_slot(self, thing: Thing) -> Thing:
        """An object that has a slot, if there is one: rather one whose slot is not yet its account's."""
        taken = [one for one in (thing, *EVERYTHING) if self.own_slot(one)]
        return next((one for one in taken if self.model.object(code_of(one)) is None), (taken or [thing])[0])

    def is_any_slot_taken(self) -> bool:
        return any(self.own_slot(one) for one in EVERYTHING)

    def is_any_slot_rent_owed(self) -> bool:
        return any(batch.rent_owed_lamports for _, batch in self.model.all_of(BatchAccount))

    def is_person(self, address: Pubkey) -> bool:
        """Somebody who can sign: a slot may be an object's."""
        return address not in self.model.contents

    @rule(thing=things, to_wrong=rarely, where_owed=often)
    def sweep_batch_account(self, thing: Thing, to_wrong: bool, where_owed: bool) -> None:
        if where_owed:
            owing = (at for at, batch in self.model.all_of(BatchAccount) if batch.rent_owed_lamports)
            batch = next(owing, batch_of(thing))
        else:
            batch = batch_of(thing)
        content = self.model.contents.get(batch)
        rightful = content.rent_payer if content else address_of("bob")
        to = address_of("platform heir") if to_wrong else rightful
        against = {
            NO_ACCOUNT: content is None,
            "WrongAccount": to != rightful,
            "NothingOwed": content and not content.rent_owed_lamports,
        }

        def effect(model: Model) -> None:
            model.move(batch, to, model.contents[batch].rent_owed_lamports)
            model.change(batch, rent_owed_lamports=0)

        sweep = ix.sweep_batch_account(batch_account=batch, rent_payer=to)
        self.attempt(Call("sweep_batch_account", (sweep,), against, effect))

    @invariant()
    def slots_are_what_the_leaves_say(self) -> None:
        """Who took an object's slot by its first payment: the slot and the log agree, until it has an account."""
        for thing in EVERYTHING:
            slot, (gift, owner) = self.own_slot(thing), self.model.micro_owners.get(code_key(thing), (None, None))
            if gift is Kind.SLOT_TRANSFER:
                assert slot
                assert bytes(slot.owner) in (owner, bytes(pda.payment_address(code_of(thing))))

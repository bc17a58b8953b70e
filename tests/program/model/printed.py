"""Printed batches: anchored, and their items proved by first payments."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st
from hypothesis.stateful import rule
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from fixtures.fix_program import address_of, rent
from plings.program import instructions as ix
from plings.program.accounts import PrintedBatch, Tier, printed_batch_space
from plings.proofs import Kind
from program.journey import Maker
from program.model.call import NO_ACCOUNT, SHORT, TAKEN, Call
from program.model.logs import LogRules
from program.model.people import (
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
from program.model.state import Model
from program.printed_items import PrintedItems

_MEMO = Pubkey.from_string("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")


@cache
def items_of(maker: Maker) -> PrintedItems:
    """The batch with the first three of the maker's codes, which are of one class, as a line printed it."""
    numbers = tuple(code.path.instance for code in codes_of(maker)[:3])
    batch = codes_of(maker)[0].path.text.removeprefix(f"{maker.prefix}.").rpartition(".")[0]
    return PrintedItems(maker, batch, f"0-{max(numbers)}", numbers)


def is_printed(thing: Thing) -> bool:
    return thing[1] < 3


class PrintedRules(LogRules):
    @rule(maker=makers, name=st.sampled_from((None, None, None, "mallory")), signed=often, of_another=rarely)
    def commit_batch(self, maker: Maker, name: str | None, signed: bool, of_another: bool) -> None:
        """`of_another`: with a true signature of another maker's batch."""
        self.anchor(maker, name, signed, of_another)

    def anchor(self, maker: Maker, name: str | None = None, signed: bool = True, of_another: bool = False) -> None:
        items, signer = items_of(maker), address_of(name or maker.name)
        terms, commitment = self.model.maker(maker), items.commitment
        check, commit = items.commit(authority=signer)
        if of_another:
            check = items_of(next_maker(maker, True)).commit()[0]
        size = printed_batch_space(commitment.item_count)
        content = PrintedBatch(
            manufacturer=maker.account,
            class_pointer=commitment.class_pointer,
            batch=commitment.batch_number,
            root=commitment.root,
            item_count=commitment.item_count,
            claimed_count=0,
            created_at_unix=commitment.created_at_unix,
            claims=bytes(size - 112),
        )
        against = {
            NO_ACCOUNT: terms is None,
            "NotManufacturerAuthority": terms and signer != terms.authority,
            **{reason: holds for reason, holds in self.against_payment(maker, 1).items() if reason != "Paused"},
            "CommitmentUnsigned": not signed or of_another,
            TAKEN: items.address in self.model.contents,
            SHORT: items.address not in self.model.contents and self.has(name or maker.name) < rent(size),
        }
        effect = lambda model: model.create(signer, items.address, size, content)  # noqa: E731
        self.attempt(Call("commit_batch", (*[check] * signed, commit), against, effect), by=name or maker.name)

    @rule(
        thing=things,
        buyer=people,
        word=words,
        a_printed_one=st.sampled_from((True, True, False)),
        of_another=rarely,
        obeys=often,
        between=rarely,
    )
    def pay_with_proof(
        self, thing: Thing, buyer: str, word: str, a_printed_one: bool, of_another: bool, obeys: bool, between: bool
    ) -> None:
        """A micro-payment after its proof; `of_another` item, or with something else `between`."""
        thing = (thing[0], thing[1] % 3) if a_printed_one else thing
        maker, code, who = thing[0], code_of(thing), address_of(buyer)
        items, lamports = items_of(maker), lamports_for(word, self.floor_of(maker, thing[1]), self.has(buyer))
        shown = thing[1] if is_printed(thing) and not of_another else (thing[1] + 1) % 3
        item = items.item(code_of((maker, shown)).path.instance)
        log, with_tag = self.log_for(thing, maker, False), self.demands_tag(maker, thing[1]) and obeys
        payment = ix.handle_micro_payment(
            buyer=who,
            code=code,
            amount_lamports=lamports,
            identity_key=maker.identity_key,
            shards=self.shards(maker),
            with_tag=with_tag,
            with_proof=True,
        )
        batch = self.model.contents.get(items.address)
        of_class = code.class_pointer == items.commitment.class_pointer
        against = {
            **self.against_log(thing, maker, log),
            **self.against_payment(maker, lamports),
            **self.against_tag(maker, thing, with_tag),
            **self.against_first(maker, thing[1], lamports, Tier.MICRO, has_proof=not between),
            "NoPaymentFollows": between,
            "WrongPrintedBatch": batch and not of_class,
            "NotPrinted": batch and of_class and not (is_printed(thing) and shown == thing[1]),
            "ItemClaimed": batch and batch.is_claimed(item.index),
        }
        against[NO_ACCOUNT] = against[NO_ACCOUNT] or batch is None

        def effect(model: Model) -> None:
            claims = bytearray(model.contents[items.address].claims)
            claims[item.index // 8] |= 1 << item.index % 8
            count = model.contents[items.address].claimed_count + 1
            model.change(items.address, claims=bytes(claims), claimed_count=count)
            self.pay_into_log(model, thing, log, who, lamports, Kind.PAYMENT)

        tag: list[Instruction] = [self.tag(thing)] * with_tag
        other = [Instruction(_MEMO, b"between", [])] * between
        instructions = (ix.prove_printed(item), *other, *tag, payment)
        self.attempt(Call("prove_printed", instructions, against, effect), by=buyer)

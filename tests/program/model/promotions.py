"""Promotions: claimed with a leaf or a slot, challenged with more of them, made final."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from fixtures.fix_program import address_of, mint_bytes, rent, with_account
from plings.program import PROGRAM_ID, pda
from plings.program import instructions as ix
from plings.program.accounts import Link, ObjectInstance, OwnershipCheckpoint, PaymentLog, Promotion, object_space
from plings.proofs import Kind, Leaf, Tree
from program.journey import Maker
from program.model.batches import BatchRules, batch_of
from program.model.call import NO_ACCOUNT, Call
from program.model.checkpoints import CheckpointRules
from program.model.logs import code_key
from program.model.objects import NO_MINT, NOT_FOR_SALE, hand_over, mint_of
from program.model.people import EVERYTHING, Thing, code_of, next_maker, often, people, rarely, things
from program.model.sponsors import NFT_AUTHORITY, SponsorRules, pool_of
from program.model.state import Mint, Model, size_of
from program.model.titles import after_leaf, after_slot

LINK_BYTES = 40
AS_IT_SHOULD_BE = {"another_maker": False, "another_log": False}
DAMAGES = st.sampled_from(("none",) * 24 + ("amount", "owner", "node", "kind", "no kind"))
SHOWS = st.sampled_from(("payment", "payment", "payment", "transfer", "slot", "slot", "any"))


def promotion_of(thing: Thing) -> Pubkey:
    return pda.promotion_address(pda.payment_address(code_of(thing)))


def promotion_bytes(links: int) -> int:
    return size_of("Promotion") + LINK_BYTES * links


@dataclass(frozen=True)
class Shown:
    """A leaf with its proof, or the object's slot if there is none; and the accounts where they should be."""

    proved: ix.ProvedLeaf | None
    leaf: Leaf | None
    """the true one that `proved` was made of"""
    checkpoint: Pubkey | None
    batch: Pubkey | None

    def of(self, call: Instruction) -> Instruction:
        for name, address in (("checkpoint", self.checkpoint), ("batch_account", self.batch)):
            call = with_account(
                call, name, address or PROGRAM_ID, writable=name != "checkpoint" and address is not None
            )
        return call


class PromotionRules(BatchRules, SponsorRules, CheckpointRules):
    # what is shown

    def leaves_of(self, thing: Thing) -> list[Leaf]:
        """All that its log has of the object."""
        log = self.log_for(thing, thing[0], False)
        return [leaf for leaf in self.model.leaves.get(log, ()) if leaf.object_key == code_key(thing)]

    def shown(self, thing: Thing, what: str, at: int, damage: str, astray: bool, left_out: bool) -> Shown:
        """`what` is a kind of leaf, any leaf of the log, or the slot. Astray, the account that it is in is another."""
        if what == "slot":
            return Shown(None, None, None, None if left_out else self.batch_for(thing, astray))
        log = self.log_for(thing, thing[0], False)
        leaves = self.model.leaves.get(log, ()) if what == "any" else self._wanted(thing, what)
        if not leaves:
            return Shown(None, None, None, None if left_out else self.batch_for(thing, astray))
        leaf = leaves[at % len(leaves)]
        checkpoint_id = max(self.model.contents[log].checkpoint_count - 1, 0)
        address = pda.checkpoint_address(log, checkpoint_id)
        proof = self._proof(leaf, self.model.contents.get(address))
        if damage == "node":
            proof = [*proof, bytes(32)]
        changes: dict[str, Any] = {
            "amount": {"amount_lamports": leaf.amount_lamports + 1},
            "owner": {"owner": bytes(address_of("mallory"))[::-1]},
            "kind": {"kind": leaf.kind % 4 + 1},
            "no kind": {"kind": 5},
        }
        told = replace(leaf, **changes.get(damage, {}))
        others = [at for at, content in self.model.all_of(OwnershipCheckpoint) if content.payment_log != log]
        shown_at = None if left_out else others[0] if astray and others else address
        return Shown(ix.ProvedLeaf(told, checkpoint_id, tuple(proof)), leaf, shown_at, None)

    def _wanted(self, thing: Thing, what: str) -> list[Leaf]:
        """Its payments or its changes of owner: of those that are under a checkpoint, if there are any."""
        wanted = [leaf for leaf in self.leaves_of(thing) if leaf.kind.is_payment == (what == "payment")]
        log = self.log_for(thing, thing[0], False)
        covered = self.model.contents[log].checkpointed_leaf_count if wanted else 0
        return [leaf for leaf in wanted if leaf.number < covered] or wanted

    def _proof(self, leaf: Leaf, checkpoint: OwnershipCheckpoint | None) -> list[bytes]:
        if checkpoint is None or leaf.number >= checkpoint.leaf_count:
            return []
        leaves = self.model.leaves[checkpoint.payment_log]
        return Tree(one.hash for one in leaves).inclusion_proof(leaf.number, checkpoint.leaf_count)

    def against_shown(self, thing: Thing, maker: Maker, shown: Shown, damage: str) -> dict[str, object]:
        log = self.log_for(thing, maker, False)
        against = self.against_log(thing, maker, log)
        if shown.leaf is None:
            against[NO_ACCOUNT] = against[NO_ACCOUNT] or (shown.batch and shown.batch not in self.model.contents)
            against["WrongBatchAccount"] = shown.batch not in (None, batch_of(thing))
            against["TitleMissing"] = shown.batch is None or self.own_slot(thing) is None
            return against
        checkpoint = self.model.contents.get(shown.checkpoint) if shown.checkpoint else None
        is_covered = checkpoint is not None and shown.leaf.number < checkpoint.leaf_count
        is_its = shown.leaf.object_key == code_key(thing)
        against[NO_ACCOUNT] = against[NO_ACCOUNT] or (shown.checkpoint and checkpoint is None)
        against["TitleMissing"] = shown.checkpoint is None
        against["WrongCheckpoint"] = checkpoint is not None and checkpoint.payment_log != log
        against["InvalidLeaf"] = damage == "no kind" or not self._is_for_titles(shown.leaf)
        against["ProofInvalid"] = damage not in ("none", "no kind") or not is_covered or not is_its
        return against

    def _is_for_titles(self, leaf: Leaf) -> bool:
        """A slot's leaves are shown by the slot."""
        return leaf.kind in (Kind.PAYMENT, Kind.TRANSFER)

    @rule(
        thing=things,
        one=people,
        other=people,
        heir=people,
        in_slot=st.sampled_from((None, None, 0, 1)),
        claims=often,
    )
    def rivals(self, thing: Thing, one: str, other: str, heir: str, in_slot: int | None, claims: bool) -> None:
        """Two pay for one object, one of them perhaps for its slot; a gift, a checkpoint, and the second's claim.

        It takes all of these for a promotion that can be contested.
        """
        thing = self._one_without_account(thing)
        for at, buyer in enumerate((one, other)):
            payment = {"thing": thing, "buyer": buyer, "word": "least", "obeys": True, **AS_IT_SHOULD_BE}
            if at == in_slot:
                self.handle_batch_payment(**payment, another_batch=False, a_free_one=False)
            else:
                self.handle_micro_payment(**payment, with_tag=False)
        self.transfer_micro_ownership(thing=thing, stranger=other, is_owner=True, to=heir, **AS_IT_SHOULD_BE)
        logs = [address for address, _ in self.model.all_of(PaymentLog)]
        if (log := self.log_for(thing, thing[0], False)) in logs:
            self.create_checkpoint(number=logs.index(log), payer="tycoon", wrong_number=False, prefers_leaves=False)
        if claims:
            self.promote_to_object(
                thing=thing,
                what="slot" if in_slot == 1 else "payment",
                at=1,
                claimant=other,
                payer="tycoon",
                is_owner=True,
                damage="none",
                another_maker=False,
                astray=False,
                left_out=False,
                promotes_new=False,
            )

    def _one_without_account(self, thing: Thing) -> Thing:
        at = EVERYTHING.index(thing)
        new = (one for one in (*EVERYTHING[at:], *EVERYTHING[:at]) if self.model.object(code_of(one)) is None)
        return next(new, thing)

    # the three steps

    @rule(
        thing=things,
        what=SHOWS,
        at=st.integers(0, 9),
        claimant=people,
        payer=people,
        is_owner=often,
        damage=DAMAGES,
        another_maker=rarely,
        astray=rarely,
        left_out=rarely,
        promotes_new=often,
    )
    def promote_to_object(
        self,
        thing: Thing,
        what: str,
        at: int,
        claimant: str,
        payer: str,
        is_owner: bool,
        damage: str,
        another_maker: bool,
        astray: bool,
        left_out: bool,
        promotes_new: bool,
    ) -> None:
        thing = self._one_to_promote(thing, what) if promotes_new else thing
        maker, code = next_maker(thing[0], another_maker), code_of(thing)
        shown, slot = self.shown(thing, what, at, damage, astray, left_out), self.own_slot(thing)
        is_slot = shown.leaf is None
        has_person = is_slot and slot is not None and self.is_person(slot.owner)
        signer = slot.owner if slot and has_person and is_owner else address_of(claimant)
        against = {
            **self.against_shown(thing, maker, shown, damage),
            "ObjectExists": self.model.object(code),
            "NotSlotOwner": is_slot and slot and slot.owner != signer,
        }
        if shown.leaf and shown.leaf.kind is Kind.TRANSFER:
            against["TitleMissing"] = True
        if shown.leaf and not self.model.config.challenge_seconds:
            against["NotTitleHolder"] = shown.leaf.owner != bytes(signer)
        who = address_of(payer)

        def effect(model: Model) -> None:
            link = Link(slot.leaf_number, slot.owner) if slot and is_slot else self._link_of(shown.leaf)
            self._claim(model, thing, who, signer, link, 0 if is_slot else shown.leaf.amount_lamports, is_slot)

        call = ix.promote_to_object(
            payer=who,
            claimant=signer,
            code=code,
            identity_key=maker.identity_key,
            shown=shown.proved,
            shards=self.shards(maker),
        )
        name = "promote_to_object/slot" if is_slot else "promote_to_object/leaf"
        self.attempt(Call(name, (shown.of(call),), against, effect), by=payer)

    def _one_to_promote(self, thing: Thing, what: str) -> Thing:
        at = EVERYTHING.index(thing)
        return next((one for one in (*EVERYTHING[at:], *EVERYTHING[:at]) if self._can_be_promoted(one, what)), thing)

    def _can_be_promoted(self, thing: Thing, what: str) -> bool:
        """Whether it has no account yet, and has a slot or else a payment under a checkpoint."""
        if self.model.object(code_of(thing)) is not None:
            return False
        if what == "slot":
            return self.own_slot(thing) is not None
        log = self.model.contents.get(self.log_for(thing, thing[0], False))
        covered = log.checkpointed_leaf_count if log else 0
        return any(leaf.kind is Kind.PAYMENT and leaf.number < covered for leaf in self.leaves_of(thing))

    def is_anything_to_promote(self) -> bool:
        return any(self._can_be_promoted(one, what) for one in EVERYTHING for what in ("slot", "payment"))

    def is_anything_promoted(self) -> bool:
        return any(self.model.all_of(Promotion))

    def _link_of(self, leaf: Leaf | None) -> Link:
        assert leaf
        return Link(leaf.number, Pubkey.from_bytes(leaf.owner))

    def _claim(
        self, model: Model, thing: Thing, payer: Pubkey, claimant: Pubkey, link: Link, amount: int, is_slot: bool
    ) -> None:
        code, address = code_of(thing), pda.payment_address(code_of(thing))
        content = ObjectInstance(
            path=code.path.text,
            class_pointer=code.class_pointer,
            address=Pubkey.from_bytes(code.address),
            owner=link.owner,
            mint=NO_MINT,
            created_at_unix=model.now_unix,
            **NOT_FOR_SALE,  # type: ignore[arg-type]
        )
        promotion = Promotion(
            object=address,
            payment_log=self.log_for(thing, thing[0], False),
            claimant=claimant,
            owner=link.owner,
            amount_lamports=amount,
            final_at_unix=model.now_unix + model.config.challenge_seconds,
            is_slot=is_slot,
            title=(link,),
        )
        model.create(payer, address, object_space(code.path.text), content)
        model.create(payer, promotion_of(thing), promotion_bytes(1), promotion)
        if is_slot:
            self.give_slot(model, thing, address)

    def promotion(self, thing: Thing) -> Promotion | None:
        return self.model.contents.get(promotion_of(thing))

    def one_promoted(self, thing: Thing) -> Thing:
        at = EVERYTHING.index(thing)
        return next((one for one in (*EVERYTHING[at:], *EVERYTHING[:at]) if self.promotion(one)), thing)

    @rule(
        thing=things,
        what=st.sampled_from(("payment", "payment", "transfer", "transfer", "transfer", "slot", "any")),
        at=st.integers(0, 9),
        payer=people,
        damage=DAMAGES,
        another_maker=rarely,
        another_promotion=rarely,
        astray=rarely,
        left_out=rarely,
        tells_news=st.booleans(),
        waits=rarely,
    )
    def challenge_promotion(
        self,
        thing: Thing,
        what: str,
        at: int,
        payer: str,
        damage: str,
        another_maker: bool,
        another_promotion: bool,
        astray: bool,
        left_out: bool,
        tells_news: bool,
        waits: bool,
    ) -> None:
        thing = self.one_promoted(thing)
        maker, code, who = next_maker(thing[0], another_maker), code_of(thing), address_of(payer)
        promotion = self.promotion(thing)
        if promotion and tells_news:
            what, at = self._news(thing, promotion, what, at)
        if promotion and waits:
            self.wait(promotion.final_at_unix - self.model.now_unix)
        shown = self.shown(thing, what, at, damage, astray, left_out)
        changed = self._challenged(thing, promotion, shown)
        shown_as = self._promotion_for(thing, another_promotion)
        against = {
            **self.against_shown(thing, maker, shown, damage),
            "WrongPromotion": promotion is None or shown_as != promotion_of(thing),
            "ChallengeOver": promotion and self.model.now_unix >= promotion.final_at_unix,
            "TitleUnchanged": promotion and changed is None,
        }
        call = ix.challenge_promotion(
            payer=who,
            code=code,
            identity_key=maker.identity_key,
            shown=shown.proved,
            shards=self.shards(maker),
        )
        call = with_account(shown.of(call), "promotion", shown_as)
        kind = "slot" if shown.leaf is None else "payment" if shown.leaf.kind is Kind.PAYMENT else "transfer"

        def effect(model: Model) -> None:
            assert changed
            self._change_title(model, thing, who, changed)
            if kind == "slot":
                self.give_slot(model, thing, changed.object)

        self.attempt(Call(f"challenge_promotion/{kind}", (call,), against, effect), by=payer)

    def _news(self, thing: Thing, promotion: Promotion, what: str, at: int) -> tuple[str, int]:
        """What there is to show that changes the title, rather of the kind `what`, if there is anything."""
        for kind in (what, "transfer", "payment"):
            leaves = self._wanted(thing, kind) if kind in ("payment", "transfer") else []
            for place, leaf in enumerate(leaves):
                if after_leaf(promotion, leaf):
                    return kind, place
        slot = self.own_slot(thing)
        has_news = slot and after_slot(promotion, slot.leaf_number, slot.owner)
        return ("slot" if has_news else what), at

    def _challenged(self, thing: Thing, promotion: Promotion | None, shown: Shown) -> Promotion | None:
        if promotion is None:
            return None
        if shown.leaf is not None:
            return after_leaf(promotion, shown.leaf)
        slot = self.own_slot(thing)
        return after_slot(promotion, slot.leaf_number, slot.owner) if slot else None

    def _promotion_for(self, thing: Thing, is_astray: bool) -> Pubkey:
        others = [address for address, _ in self.model.all_of(Promotion) if address != promotion_of(thing)]
        return others[0] if is_astray and others else promotion_of(thing)

    def _change_title(self, model: Model, thing: Thing, payer: Pubkey, changed: Promotion) -> None:
        """Everybody gets the same time again, and none is taken. Who shows it pays for more links than ever."""
        address, size = promotion_of(thing), promotion_bytes(len(changed.title))
        model.move(payer, address, max(0, rent(size) - model.lamports[address]))
        final_at = max(changed.final_at_unix, model.now_unix + model.config.challenge_seconds)
        model.put(address, replace(changed, final_at_unix=final_at), size)
        model.change(changed.object, owner=changed.owner)

    @rule(
        thing=things,
        person=people,
        payer=people,
        is_owner=often,
        owner_pays=st.booleans(),
        with_pool=st.sampled_from((False, False, True)),
        another_pool=rarely,
        another_maker=rarely,
        another_promotion=rarely,
        waits=st.sampled_from((None, None, None, -1, 0, 1)),
    )
    def finalize_promotion(
        self,
        thing: Thing,
        person: str,
        payer: str,
        is_owner: bool,
        owner_pays: bool,
        with_pool: bool,
        another_pool: bool,
        another_maker: bool,
        another_promotion: bool,
        waits: int | None,
    ) -> None:
        """`waits`: seconds more than it can be challenged."""
        thing = self.one_promoted(thing)
        maker, code, promotion = next_maker(thing[0], another_maker), code_of(thing), self.promotion(thing)
        if promotion and waits is not None:
            self.wait(promotion.final_at_unix + waits - self.model.now_unix)
        owner = promotion.owner if promotion and is_owner else address_of(person)
        who = owner if owner_pays else address_of(payer)
        pool, shown_as = next_maker(maker, another_pool), self._promotion_for(thing, another_promotion)
        part = self._part_of_rent(thing, maker, promotion) if with_pool else None
        call = ix.finalize_promotion(
            payer=who,
            owner=owner,
            code=code,
            identity_key=maker.identity_key,
            with_pool=with_pool,
        )
        call = with_account(call, "promotion", shown_as)
        if with_pool:
            call = with_account(call, "sponsor_pool", pool_of(pool))
        is_there = shown_as in self.model.contents and self.model.maker(maker)
        against = {
            NO_ACCOUNT: not is_there or (with_pool and self.pool(pool) is None),
            "WrongPrefix": maker is not thing[0],
            "WrongPromotion": shown_as != promotion_of(thing),
            "ChallengeOpen": promotion and self.model.now_unix < promotion.final_at_unix,
            "NotTitleHolder": promotion and owner != promotion.owner,
            "WrongSponsorPool": with_pool and pool is not maker,
            "NotSponsored": with_pool and part is None,
        }
        if with_pool:
            against |= self.against_payment(maker, 1)

        def effect(model: Model) -> None:
            if part is not None:
                self.spend(model, maker, who, part)
            model.create(who, mint_of(code), mint_bytes(code), Mint(1, False))
            hand_over(model, who, code, owner, NFT_AUTHORITY if part is not None else None)
            model.change(pda.payment_address(code), mint=mint_of(code), owner=owner, **NOT_FOR_SALE)
            model.close(promotion_of(thing), who)

        name = "finalize_promotion" if part is None else "finalize_promotion/sponsored"
        self.attempt(Call(name, (call,), against, effect))

    def _part_of_rent(self, thing: Thing, maker: Maker, promotion: Promotion | None) -> int | None:
        if promotion is None:
            return None
        return self.offer(maker, thing, promotion.amount_lamports)

    @invariant()
    def what_cannot_be_challenged_is_the_logs_answer(self) -> None:
        """Once nothing changes a title, its owner is who owns the object by all of its log."""
        for thing in EVERYTHING:
            promotion = self.promotion(thing)
            if promotion is None or any(after_leaf(promotion, leaf) for leaf in self.leaves_of(thing)):
                continue
            slot = self.own_slot(thing)
            if slot and after_slot(promotion, slot.leaf_number, slot.owner):
                continue
            owner = self.ownerships[promotion.payment_log].owner_of(code_key(thing))
            assert owner == bytes(promotion.owner)

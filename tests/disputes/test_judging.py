"""No mix of lying nodes makes a wrong owner where the chain, or a proof, is there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plings.disputes.anchors import Anchors
from plings.disputes.case import Case
from plings.disputes.claim import Claim
from plings.disputes.faults import Fault
from plings.disputes.judging import STALE_SLOTS, judge
from plings.disputes.testimony import (
    AccountSaid,
    ChainSaid,
    IndexSaid,
    LeafProof,
    LogSaid,
    NodeSaid,
    OwnerSaid,
)
from plings.disputes.testimony import Testimony as Told
from plings.disputes.verdict import Grade, Standing, Verdict
from plings.identity import ScanUrl
from plings.proofs import Checkpoint, Head, Kind, Leaf, Ownership, Receipt, Tree, owner_by
from proofs.made import CODE, LOG, NOW, OTHER, key

ALICE, BOB, CAROL, THIEF = PEOPLE = tuple(key(name) for name in (b"alice", b"bob", b"carol", b"thief"))
SLOT = 1_000_000
EXAMPLES = 1_000 if os.environ.get("PLINGS_SLOW") else 40


@dataclass(frozen=True)
class Log:
    """A payment log, whole: what the chain has, and what anybody may have a part of."""

    leaves: tuple[Leaf, ...]

    @cached_property
    def tree(self) -> Tree:
        return Tree(leaf.hash for leaf in self.leaves)

    @property
    def head(self) -> Head:
        return Head(self.tree.root(), len(self.leaves))

    @cached_property
    def claim(self) -> tuple[Leaf, ...]:
        ownership = Ownership(LOG.payment_log)
        for leaf in self.leaves:
            ownership.append(leaf)
        return ownership.claim_of(Claim(CODE, ALICE).object_key)

    @property
    def owner(self) -> bytes | None:
        return owner_by(self.claim[-1]) if self.claim else None

    def checkpoint(self, count: int) -> Checkpoint:
        """Of the first `count` leaves; its number is that, too."""
        return Checkpoint(LOG.payment_log, count, Head(self.tree.root(count), count), NOW, NOW)

    def receipt(self, number: int, count: int | None = None) -> Receipt:
        count = len(self.leaves) if count is None else count
        return Receipt(
            LOG, self.leaves[number], tuple(self.tree.inclusion_proof(number, count)), self.checkpoint(count)
        )

    @property
    def anchors(self) -> Anchors:
        checkpoints = tuple(self.checkpoint(count) for count in range(1, len(self.leaves) + 1))
        return Anchors(LOG, "chain", checkpoints, (self.head,), frozenset(range(len(self.leaves) + 1, 100)))


def log_of(*entries: tuple[Kind, bytes, bytes, ScanUrl]) -> Log:
    return Log(
        tuple(
            Leaf(
                kind,
                LOG.payment_log,
                number,
                NOW + number,
                actor,
                actor if kind.is_payment else owner,
                10_000 if kind.is_payment else 0,
                code.class_pointer,
                code.address,
                code.path,
            )
            for number, (kind, actor, owner, code) in enumerate(entries)
        )
    )


ENTRIES = st.tuples(
    st.sampled_from((Kind.PAYMENT, Kind.TRANSFER, Kind.TRANSFER)),
    st.sampled_from(PEOPLE),
    st.sampled_from(PEOPLE),
    st.sampled_from((CODE, CODE, CODE, OTHER)),
)
LOGS = st.lists(ENTRIES, min_size=1, max_size=14).map(lambda entries: log_of(*entries))


def said(owner: bytes | None, *receipts: Receipt, number: int | None = None, history: Sequence[Leaf] = ()) -> NodeSaid:
    current = None if owner is None else _owner(owner, number)
    return NodeSaid(
        current, True, False, SLOT, tuple(receipts), tuple(_owner(owner_by(leaf), leaf.number) for leaf in history)
    )


def _owner(owner: bytes, number: int | None) -> OwnerSaid:
    log = None if number is None else LOG.payment_log
    return OwnerSaid(owner, "payment" if log else "created", log, number, SLOT, NOW)


def honest(log: Log, *, with_proof: bool = True) -> NodeSaid:
    """It has a receipt of every leaf that counts."""
    receipts = [log.receipt(leaf.number) for leaf in log.claim] if with_proof else []
    last = log.claim[-1].number if log.claim else None
    return said(log.owner, *receipts, number=last, history=log.claim)


def chain_of(log: Log, *, whole: bool) -> ChainSaid:
    claim = tuple(LeafProof(leaf, tuple(log.tree.inclusion_proof(leaf.number)), log.head) for leaf in log.claim)
    failure = None if whole else Fault("unavailable", "its history is gone")
    return ChainSaid(SLOT, NOW, log=LogSaid(LOG.payment_log, log.head, claim if whole else None, failure))


def judged(
    nodes: Sequence[NodeSaid],
    chain: ChainSaid | None = None,
    anchors: Anchors | None = None,
    *,
    wallet: bytes = ALICE,
    index: IndexSaid | None = None,
    quorum: int | None = None,
    operators: Sequence[str] | None = None,
) -> tuple[Case, Verdict]:
    names = [f"node {at}" for at in range(len(nodes))]
    case = Case(
        Claim(CODE, wallet),
        Told("chain", NOW, 0.1, chain, () if chain else (Fault("unavailable", "it is down"),)),
        Told("index", NOW, 0.1, index, () if index else (Fault("not_asked", "it was not asked"),)),
        [Told(name, NOW, 0.1, node) for name, node in zip(names, nodes, strict=True)],
        dict(zip(names, operators or names, strict=True)),
        quorum or max(2, len(nodes) // 2 + 1),
    )
    return judge(case, anchors)


def rules_of(case: Case, at: int) -> set[str]:
    return {fault.rule for fault in case.nodes[at].faults}


@st.composite
def liars(draw: st.DrawFn, log: Log) -> list[NodeSaid]:
    """Any number of nodes that say anything at all, with any true receipts of this log, and false ones."""
    made = []
    for _ in range(draw(st.integers(0, 6))):
        numbers = draw(st.lists(st.integers(0, len(log.leaves) - 1), max_size=3))
        receipts = [log.receipt(number, draw(st.integers(number + 1, len(log.leaves)))) for number in numbers]
        if draw(st.booleans()):  # one that was tampered with
            receipt = log.receipt(draw(st.integers(0, len(log.leaves) - 1)))
            forged = replace(receipt.leaf, actor=THIEF, owner=THIEF, number=draw(st.integers(0, receipt.leaf.number)))
            receipts.append(replace(receipt, leaf=forged))
        node = said(
            draw(st.sampled_from((*PEOPLE, None))),
            *receipts,
            number=draw(st.none() | st.integers(0, len(log.leaves) - 1)),
            history=draw(st.lists(st.sampled_from(log.leaves), max_size=3)),
        )
        flags = {"is_gapless": draw(st.booleans()), "is_provisional": draw(st.booleans())}
        made.append(replace(node, **flags) if draw(st.booleans()) else node)
    return made


@settings(deadline=None, max_examples=EXAMPLES)
@given(st.data(), LOGS, st.sampled_from(PEOPLE), st.integers(1, 7))
def test_nobody_outvotes_the_chain(data: st.DataObject, log: Log, wallet: bytes, quorum: int) -> None:
    nodes = data.draw(liars(log))
    _, verdict = judged(nodes, chain_of(log, whole=True), log.anchors, wallet=wallet, quorum=quorum)
    assert verdict.grade is Grade.PROVED
    assert verdict.owner == log.owner
    assert verdict.standing is (Standing.OWNER if wallet == log.owner else Standing.NOT_OWNER)


@settings(deadline=None, max_examples=EXAMPLES)
@given(st.data(), LOGS, st.sampled_from(PEOPLE), st.integers(1, 7), st.randoms(use_true_random=False))
def test_nobody_outvotes_a_proof(data: st.DataObject, log: Log, wallet: bytes, quorum: int, chance: Random) -> None:
    """Where the history is gone, one node with receipts of what counts is enough that nobody else is taken for the
    owner, whoever says so and however many they are."""
    nodes = [*data.draw(liars(log)), *([honest(log)] if log.claim else [])]
    chance.shuffle(nodes)
    case, verdict = judged(nodes, chain_of(log, whole=False), log.anchors, wallet=wallet, quorum=quorum)
    if log.claim:
        assert case.shown_owner == log.owner
        assert verdict.owner in (None, log.owner)
        assert verdict.standing is not (Standing.NOT_OWNER if wallet == log.owner else Standing.OWNER)
    assert verdict.grade in (Grade.SHOWN, Grade.ASSERTED, Grade.OPEN)


@settings(deadline=None, max_examples=EXAMPLES)
@given(st.data(), LOGS.filter(lambda log: log.claim), st.integers(2, 4))
def test_honest_operators_of_whom_one_proves_it_are_believed(data: st.DataObject, log: Log, quorum: int) -> None:
    nodes = [*data.draw(liars(log)), honest(log), *[honest(log, with_proof=False)] * (quorum - 1)]
    _, verdict = judged(nodes, chain_of(log, whole=False), log.anchors, quorum=quorum)
    assert (verdict.grade, verdict.owner) == (Grade.SHOWN, log.owner)


@settings(deadline=None, max_examples=EXAMPLES)
@given(st.data(), LOGS, st.integers(2, 5))
def test_fewer_than_the_quorum_settle_nothing(data: st.DataObject, log: Log, quorum: int) -> None:
    nodes = data.draw(liars(log))[: quorum - 1]
    for chain in (None, chain_of(log, whole=False)):
        _, verdict = judged(nodes, chain, log.anchors if chain else None, quorum=quorum)
        assert verdict.standing is Standing.UNRESOLVED
        assert verdict.owner is None and verdict.reasons and verdict.to_settle


@settings(deadline=None, max_examples=EXAMPLES)
@given(st.data(), LOGS)
def test_whom_the_chain_contradicts_is_named(data: st.DataObject, log: Log) -> None:
    case, _ = judged(data.draw(liars(log)), chain_of(log, whole=True), log.anchors)
    for node in case.nodes:
        assert node.said
        if node.said.current and node.said.current.owner != log.owner:
            is_sure = node.said.is_gapless and not node.said.is_provisional
            assert {fault.rule for fault in node.faults} & {"chain" if is_sure else "contradicted", "stale"}


# the kinds of thieves, one by one: alice paid first, bob and the thief later; alice gave it to carol

SALE = log_of(
    (Kind.PAYMENT, BOB, BOB, OTHER),
    (Kind.PAYMENT, ALICE, ALICE, CODE),
    (Kind.PAYMENT, THIEF, THIEF, CODE),
    (Kind.TRANSFER, ALICE, CAROL, CODE),
    (Kind.TRANSFER, THIEF, THIEF, CODE),
)
BLIND = chain_of(SALE, whole=False)


def test_three_who_assert_lose_to_one_who_proves() -> None:
    liars_three = [said(THIEF, number=0)] * 3
    case, verdict = judged([*liars_three, honest(SALE)], BLIND, SALE.anchors, wallet=THIEF)
    assert verdict.standing is Standing.UNRESOLVED
    assert [rules_of(case, at) for at in range(4)] == [{"outranked"}] * 3 + [set()]


def test_who_paid_later_has_a_receipt_and_no_object() -> None:
    later = said(THIEF, SALE.receipt(2), number=2)
    for quorum in (1, 2):
        case, verdict = judged([later, honest(SALE)], BLIND, SALE.anchors, wallet=THIEF, quorum=quorum)
        assert verdict.owner in (None, CAROL) and verdict.standing is not Standing.OWNER
        assert rules_of(case, 0) == {"outranked"}


def test_who_sold_it_has_a_receipt_and_no_object() -> None:
    former = said(ALICE, SALE.receipt(1), number=1, history=SALE.claim[:1])
    case, verdict = judged([former, honest(SALE), honest(SALE)], BLIND, SALE.anchors)
    assert (verdict.standing, verdict.grade, verdict.owner) == (Standing.NOT_OWNER, Grade.SHOWN, CAROL)
    assert rules_of(case, 0) == {"outranked"}


def test_a_receipt_alone_does_not_make_the_owner() -> None:
    """Nobody shows what came before or after it: a thief's receipt is as true as an owner's."""
    _, verdict = judged([said(THIEF, SALE.receipt(2), number=2)], BLIND, SALE.anchors, wallet=THIEF)
    assert verdict.standing is Standing.UNRESOLVED
    assert any("by itself it does not show that nobody paid before" in reason for reason in verdict.reasons)


def test_a_receipt_of_another_object_is_a_lie() -> None:
    case, verdict = judged([said(BOB, SALE.receipt(0), number=0)], BLIND, SALE.anchors, wallet=BOB)
    assert rules_of(case, 0) == {"another_object"} and verdict.standing is Standing.UNRESOLVED


def test_a_receipt_that_shows_somebody_else_is_a_lie() -> None:
    case, verdict = judged([said(THIEF, SALE.receipt(1), number=1)], BLIND, SALE.anchors, wallet=THIEF)
    assert "own_proof" in rules_of(case, 0)
    assert case.shown_owner == ALICE and verdict.standing is Standing.UNRESOLVED


def test_a_receipt_that_does_not_hold_is_a_lie() -> None:
    forged = SALE.receipt(1)
    forged = replace(forged, leaf=replace(forged.leaf, actor=THIEF, owner=THIEF))
    case, _ = judged([said(THIEF, forged, number=1)], BLIND, SALE.anchors, wallet=THIEF)
    assert rules_of(case, 0) == {"proof"} and case.shown_owner is None


def test_a_log_of_one_s_own_proves_nothing() -> None:
    """A receipt that agrees with itself, under a checkpoint that the chain does not have."""
    own = log_of(*[(Kind.PAYMENT, THIEF, THIEF, CODE)] * 7)
    anchors = replace(SALE.anchors, missing=frozenset({7}))
    case, verdict = judged([said(THIEF, own.receipt(0), number=0)], BLIND, anchors, wallet=THIEF)
    assert rules_of(case, 0) == {"proof"} and verdict.standing is Standing.UNRESOLVED
    contradicting = own.receipt(0, 5)
    case, _ = judged([said(THIEF, contradicting, number=0)], BLIND, SALE.anchors, wallet=THIEF)
    assert rules_of(case, 0) == {"proof"}


def test_a_receipt_of_another_manufacturer_s_log_is_a_lie() -> None:
    other = replace(LOG, identity_key=key(b"other"), payment_log=key(b"other log"))
    receipt = replace(SALE.receipt(1), log=other)
    case, _ = judged([said(ALICE, receipt, number=1)], BLIND, SALE.anchors)
    assert rules_of(case, 0) == {"wrong_log"}


def test_a_leaf_of_another_log_is_a_lie() -> None:
    elsewhere = said(THIEF, number=0)
    assert elsewhere.current
    elsewhere = replace(elsewhere, current=replace(elsewhere.current, payment_log=key(b"other log")))
    case, verdict = judged([elsewhere, elsewhere], BLIND, SALE.anchors, wallet=THIEF)
    assert rules_of(case, 0) == {"wrong_log"} and verdict.standing is Standing.UNRESOLVED


def test_many_names_of_one_operator_are_one_voice() -> None:
    nodes = [said(THIEF)] * 5
    _, verdict = judged(nodes, wallet=THIEF, quorum=2, operators=["thief.example"] * 5)
    assert verdict.standing is Standing.UNRESOLVED
    _, verdict = judged(nodes, wallet=THIEF, quorum=2, operators=["a", "a", "a", "a", "b"])
    assert (verdict.standing, verdict.grade) == (Standing.OWNER, Grade.ASSERTED)


def test_an_operator_who_says_two_things_says_nothing() -> None:
    _, verdict = judged([said(ALICE), said(BOB), said(ALICE)], quorum=2, operators=["a", "a", "b"])
    assert verdict.standing is Standing.UNRESOLVED


@pytest.mark.parametrize(
    ("weak", "rule"),
    [
        (replace(said(ALICE), is_provisional=True), "provisional"),
        (replace(said(ALICE), is_gapless=False), "gaps"),
        (replace(said(ALICE), slot=None), "undated"),
        (replace(said(ALICE), slot=SLOT - STALE_SLOTS - 1), "stale"),
        (replace(said(ALICE), slot=SLOT + STALE_SLOTS + 1), "ahead"),
        (said(None), "unsure"),
    ],
)
def test_who_may_not_know_is_no_voice(weak: NodeSaid, rule: str) -> None:
    case, verdict = judged([weak, weak, said(ALICE)], BLIND, SALE.anchors, quorum=2)
    assert rules_of(case, 0) == {rule}
    assert verdict.standing is Standing.UNRESOLVED


def test_a_quorum_that_only_asserts_is_told_as_such() -> None:
    _, verdict = judged([said(ALICE), said(ALICE), said(BOB)])
    assert (verdict.standing, verdict.grade, verdict.owner) == (Standing.OWNER, Grade.ASSERTED, ALICE)
    assert verdict.reasons[1] == "2 say (node 0, node 1), of whom 2 are enough, so, and nobody proved anything"
    assert verdict.reasons[2] == "1 of the others say otherwise"


def test_two_quorums_settle_nothing() -> None:
    _, verdict = judged([said(ALICE), said(ALICE), said(BOB), said(BOB)], quorum=2)
    assert verdict.standing is Standing.UNRESOLVED


# the own index


def indexed(owner: bytes | None, log: Log = SALE, **others: object) -> IndexSaid:
    current = None if owner is None else _owner(owner, log.claim[-1].number if log.claim else None)
    made = IndexSaid(current, log.claim, is_gapless=True, is_provisional=False, slot=SLOT)
    return replace(made, **others)  # type: ignore[arg-type]


def proofs_in(log: Log) -> tuple[LeafProof, ...]:
    return tuple(LeafProof(leaf, tuple(log.tree.inclusion_proof(leaf.number)), log.head) for leaf in log.claim)


def test_an_index_with_the_chain_s_root_proves_what_the_node_forgot() -> None:
    index = indexed(CAROL, log=SALE, proofs=proofs_in(SALE))
    index = replace(index, log=SALE.head)
    case, verdict = judged([said(THIEF)] * 5, BLIND, SALE.anchors, wallet=CAROL, index=index)
    assert (verdict.standing, verdict.grade, verdict.by) == (Standing.OWNER, Grade.PROVED, "index")
    assert all(rules_of(case, at) == {"chain"} or rules_of(case, at) == {"contradicted"} for at in range(5))


def test_an_index_with_another_root_is_not_believed() -> None:
    other = log_of(*[(Kind.PAYMENT, THIEF, THIEF, CODE)] * 5)
    index = replace(indexed(THIEF, other, proofs=proofs_in(other)), log=other.head)
    case, verdict = judged([], BLIND, wallet=THIEF, index=index)
    assert verdict.standing is Standing.UNRESOLVED
    assert {fault.rule for fault in case.index.faults} == {"chain"}


def test_an_index_that_is_behind_does_not_decide_by_itself() -> None:
    early = Log(SALE.leaves[:2])
    index = replace(indexed(ALICE, early, proofs=proofs_in(early)), log=early.head)
    case, verdict = judged([], BLIND, index=index)
    assert verdict.standing is Standing.UNRESOLVED
    assert {fault.rule for fault in case.index.faults} == {"stale"}


def test_an_index_alone_decides_where_the_chain_is_silent() -> None:
    _, verdict = judged([], index=indexed(CAROL), wallet=CAROL)
    assert (verdict.standing, verdict.grade) == (Standing.OWNER, Grade.INDEXED)
    assert "does not say when it last went on" in verdict.cautions[0]
    _, verdict = judged([], index=indexed(CAROL, age_seconds=3.0), wallet=CAROL)
    assert not verdict.cautions
    for weak in ({"is_gapless": False}, {"is_provisional": True}, {"current": None}):
        _, verdict = judged([], index=indexed(CAROL, **weak), wallet=CAROL)
        assert verdict.standing is Standing.UNRESOLVED


def test_an_index_that_a_proof_contradicts_decides_nothing() -> None:
    """It has a later payment for the first; somebody has the receipt of the earlier one."""
    thief_s = log_of(*[(Kind.PAYMENT, THIEF, THIEF, OTHER)] * 2, (Kind.PAYMENT, THIEF, THIEF, CODE))
    for node in (honest(SALE), said(ALICE, SALE.receipt(1), number=1)):
        _, verdict = judged([node], None, SALE.anchors, index=indexed(THIEF, thief_s), wallet=THIEF, quorum=2)
        assert verdict.standing is Standing.UNRESOLVED


def test_liars_do_not_outvote_an_index_with_gaps() -> None:
    """What it knows of the log is so, even if it does not know all."""
    index = indexed(CAROL, is_gapless=False)
    _, verdict = judged([said(THIEF)] * 3, None, index=index, wallet=THIEF)
    assert verdict.standing is Standing.UNRESOLVED
    _, verdict = judged([said(CAROL)] * 2, None, index=index, wallet=CAROL)
    assert (verdict.standing, verdict.grade) == (Standing.OWNER, Grade.ASSERTED)  # no root says so


# accounts


def account(holder: bytes | None) -> ChainSaid:
    return ChainSaid(SLOT, NOW, account=AccountSaid(key(b"account"), key(b"mint"), ALICE, holder, key(b"tokens")))


def test_an_account_outranks_every_receipt_and_every_node() -> None:
    case, verdict = judged([honest(SALE), said(THIEF)], account(BOB), SALE.anchors, wallet=BOB)
    assert (verdict.standing, verdict.by) == (Standing.OWNER, "account")
    assert rules_of(case, 0) == rules_of(case, 1) == {"contradicted"}


def test_nobody_says_where_an_nft_is_but_its_account() -> None:
    _, verdict = judged([said(THIEF)] * 5, account(None), SALE.anchors, wallet=THIEF)
    assert verdict.standing is Standing.UNRESOLVED

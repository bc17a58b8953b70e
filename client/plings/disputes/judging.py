"""What is wrong with what was said: held against the object, its own proofs, the chain, and what others prove. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from plings.disputes.anchors import Anchors
from plings.disputes.case import Case
from plings.disputes.claim import Claim
from plings.disputes.faults import Fault
from plings.disputes.rules import Finding, decide, proved
from plings.disputes.testimony import ChainSaid, IndexSaid, NodeSaid, OwnerSaid, Testimony
from plings.disputes.verdict import Verdict
from plings.errors import ReceiptInvalid
from plings.identity import format_address
from plings.proofs import Leaf, Receipt, owner_by

RECEIPTS: Final = "receipts"
"""The source of those that somebody brought along. They say nothing but what they prove."""

STALE_SLOTS: Final = 1_500
"""About ten minutes: who is further behind may have missed what matters."""


def judge(case: Case, anchors: Anchors | None) -> tuple[Case, Verdict]:
    """The case with all faults that can be found in it, and the verdict on it."""
    case = replace(case, nodes=[_held_to_proofs(case, node, anchors) for node in case.nodes])
    case = replace(case, index=_index_held_to_chain(case))
    case = replace(case, nodes=_against_truth(case))
    return case, decide(case)


# a node by itself: its object, its proofs, its time


def _held_to_proofs(case: Case, node: Testimony[NodeSaid], anchors: Anchors | None) -> Testimony[NodeSaid]:
    said = node.said
    if said is None:
        return node
    faults, shown = list(node.faults), list[Leaf]()
    for receipt in said.receipts:
        try:
            leaf = _leaf_of(case.claim, receipt, anchors)
        except _Refused as refused:
            faults.append(refused.fault)
            continue
        faults += [] if node.source == RECEIPTS else _own_proof(said, receipt.leaf)
        if leaf:
            shown.append(leaf)
    faults += [] if node.source == RECEIPTS else _weaknesses(said, case.chain.said, case.index.said)
    return replace(node, faults=tuple(faults), shown=tuple(shown))


class _Refused(Exception):
    def __init__(self, rule: str, text: str) -> None:
        self.fault = Fault(rule, text)
        super().__init__(text)


def _leaf_of(claim: Claim, receipt: Receipt, anchors: Anchors | None) -> Leaf | None:
    """The leaf that a receipt proves; None where there is no root to hold it against."""
    if receipt.leaf.object_key != claim.object_key:
        raise _Refused("another_object", f"its receipt is of another object, {receipt.leaf.path.text}")
    if anchors and receipt.log != anchors.log:
        raise _Refused("wrong_log", "its receipt is of a payment log that is not the object's")
    try:
        verdict = receipt.verify(
            checkpoints=anchors.checkpoints if anchors else (), heads=anchors.heads if anchors else ()
        )
    except ReceiptInvalid as error:
        raise _Refused("proof", f"its receipt does not hold: {error}") from error
    if verdict.proved:
        return receipt.leaf
    if anchors and receipt.checkpoint.checkpoint_id in anchors.missing:
        raise _Refused("proof", f"its receipt names checkpoint {receipt.checkpoint.checkpoint_id}, which is not there")
    return None


def _own_proof(said: NodeSaid, leaf: Leaf) -> list[Fault]:
    """What it says of the owner must be what its own receipts show."""
    told = [one for one in (said.current, *said.history) if one and one.number == leaf.number]
    shows = f"its own receipt shows leaf {leaf.number:,} to make {format_address(owner_by(leaf))} the owner"
    for one in told:
        if one.owner != owner_by(leaf):
            return [Fault("own_proof", f"it says {format_address(one.owner)}, and {shows}")]
    if not told:
        return [Fault("own_proof", f"{shows}, of which it says nothing")]
    return []


def _weaknesses(said: NodeSaid, chain: ChainSaid | None, index: IndexSaid | None) -> list[Fault]:
    faults = list[Fault]()
    if said.current is None:
        faults.append(Fault("unsure", "it knows nobody who owns the object"))
    elif chain and chain.log and said.current.payment_log not in (None, chain.log.address):
        faults.append(Fault("wrong_log", "it names a payment log that is not the object's"))
    if not said.is_gapless:
        faults.append(Fault("gaps", "leaves of the log are missing there, so an earlier one may be"))
    if said.is_provisional:
        faults.append(Fault("provisional", "what it says is not final, and may be undone"))
    reference = (chain.slot if chain else None) or (index.slot if index else None)
    if said.slot is None:
        faults.append(Fault("undated", "it does not say up to which slot it has read the chain"))
    elif reference and said.slot < reference - STALE_SLOTS:
        faults.append(Fault("stale", f"it has read the chain up to slot {said.slot:,}, which is at {reference:,}"))
    elif chain and chain.slot and said.slot > chain.slot + STALE_SLOTS:
        faults.append(Fault("ahead", f"it claims slot {said.slot:,}, and the chain is at {chain.slot:,}"))
    return faults


# the own index against the chain


def _index_held_to_chain(case: Case) -> Testimony[IndexSaid]:
    index, chain, said = case.index, case.chain.said, case.index.said
    if said is None:
        return index
    faults = list(index.faults)
    if not said.is_gapless:
        faults.append(Fault("gaps", "leaves of the log are missing there, so an earlier one may be"))
    if said.is_provisional:
        faults.append(Fault("provisional", "what it says is not final, and may be undone"))
    if said.current is None:
        faults.append(Fault("unsure", "it knows nobody who owns the object"))
    if chain and chain.log and said.log and said.log != chain.log.head:
        faults.append(_other_head(said, chain.log.head.count))
    truth = proved(case)
    if truth and said.current and said.current.owner != truth.owner:
        claims_all = said.is_gapless and not said.is_provisional
        faults.append(_contradiction(said.current, truth, chain, claims_all=claims_all))
    return replace(index, faults=tuple(faults))


def _other_head(said: IndexSaid, count: int) -> Fault:
    assert said.log
    if said.log.count < count:
        return Fault("stale", f"it has {said.log.count:,} leaves of the log, and the chain has {count:,}")
    if said.log.count > count:
        return Fault("unsure", f"it has {said.log.count:,} leaves of the log, more than the {count:,} that are final")
    return Fault("chain", f"its {count:,} leaves of the log have another root than the chain's")


# nodes against what is known by then


def _against_truth(case: Case) -> list[Testimony[NodeSaid]]:
    truth = proved(case)
    if truth:
        return [_contradicted(node, truth, case.chain.said) for node in case.nodes]
    owner = case.shown_owner
    return [_outranked(node, owner) for node in case.nodes] if owner else list(case.nodes)


def _contradicted(node: Testimony[NodeSaid], truth: Finding, chain: ChainSaid | None) -> Testimony[NodeSaid]:
    said, current = node.said, node.said.current if node.said else None
    if said is None or current is None or current.owner == truth.owner:
        return node
    claims_all = said.is_gapless and not said.is_provisional
    return replace(node, faults=(*node.faults, _contradiction(current, truth, chain, claims_all=claims_all)))


def _contradiction(said: OwnerSaid, truth: Finding, chain: ChainSaid | None, *, claims_all: bool) -> Fault:
    """By a log that was read whole it is known who ever owned; an account tells the last owner alone.

    `claims_all`: it says that it knows the whole log, and nothing of it can be undone.
    """
    is_whole = chain and chain.log and chain.log.claim is not None and truth.by != "account"
    owners = [owner_by(proof.leaf) for proof in chain.log.claim or ()] if is_whole and chain and chain.log else []
    whose = format_address(truth.owner) if truth.owner else "nobody"
    text = f"it says {format_address(said.owner)}, and the chain says {whose}"
    if said.owner in owners:
        return Fault("stale", f"{text}: what it says was so before")
    return Fault("chain" if is_whole and claims_all else "contradicted", text)


def _outranked(node: Testimony[NodeSaid], owner: bytes) -> Testimony[NodeSaid]:
    current = node.said.current if node.said else None
    if current is None or current.owner == owner:
        return node
    text = f"it says {format_address(current.owner)}, and what is shown says {format_address(owner)}"
    return replace(node, faults=(*node.faults, Fault("outranked", text)))

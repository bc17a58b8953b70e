"""Who owns it, by everything that was said: the rules, strongest first. Pure. See docs/decisions/0019-disputes.md.

What proves outranks what asserts. Each rule finds the owner, or that nothing weaker may decide, or passes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from plings.disputes.case import Case
from plings.disputes.testimony import ChainSaid, LogSaid, PromotionSaid, SlotSaid
from plings.disputes.verdict import Grade, Standing, Verdict
from plings.identity import format_address
from plings.proofs import owner_by

STALE_SECONDS: Final = 600
"""After which an index that did not go on is said to be old."""


@dataclass(frozen=True)
class Finding:
    """Whose the object is, None for nobody's, and how that is known."""

    owner: bytes | None
    grade: Grade
    by: str
    reasons: tuple[str, ...]
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Open:
    """Nothing that is weaker may decide."""

    reasons: tuple[str, ...]
    to_settle: tuple[str, ...]


Found = Finding | Open | None


def decide(case: Case) -> Verdict:
    """The verdict on a claim. Everything is in `case`: faults were found before."""
    for rule in RULES:
        found = rule(case)
        if isinstance(found, Finding):
            return _verdict(case, found)
        if isinstance(found, Open):
            return _unresolved(found.reasons, found.to_settle)
    return _undecided(case)


def proved(case: Case) -> Finding | None:
    """What the chain proves, whatever anybody says."""
    for rule in PROVING:
        found = rule(case)
        if found is not None:
            return found if isinstance(found, Finding) else None
    return None


def by_class(case: Case) -> Found:
    """A code whose class pointer is not its manufacturer's was never paid for: the program takes no such payment."""
    chain = case.chain.said
    if not chain or not chain.is_counterfeit:
        return None
    reason = (
        "the code is counterfeit: its class pointer is not its manufacturer's, so the program takes no payment for it"
    )
    return Finding(None, Grade.PROVED, "class", (reason,))


def by_account(case: Case) -> Found:
    """An object's account outranks all leaves; whoever has its NFT owns the object."""
    account = case.chain.said.account if case.chain.said else None
    if account is None:
        return None
    where = f"the object has an account of its own, {format_address(account.address)}, which outranks every payment log"
    if account.is_burnt:
        return Finding(None, Grade.PROVED, "account", (where, "its NFT was burnt: nobody has it"))
    if account.holder is None:
        last = format_address(account.last_owner)
        moved = f"its NFT left {last}, the last owner that the program saw, and was not found"
        ask = f"whoever has the NFT (mint {format_address(account.mint)}) names its token account: nothing else counts"
        return Open((where, moved), (ask,))
    held = format_address(account.token_account) if account.token_account else "its owner's account"
    return Finding(account.holder, Grade.PROVED, "account", (where, f"its NFT is in {held}"))


def by_log(case: Case) -> Found:
    """All leaves of the log, which have the program's own root."""
    chain = case.chain.said
    if chain is None:
        return None
    if chain.log is None:
        reason = "the object has no account, and its payment log was never opened: nobody paid"
        return Finding(None, Grade.PROVED, "log", (reason,))
    if chain.log.claim is None:
        return None
    leaves = [proof.leaf for proof in chain.log.claim]
    told = f", told by {chain.log.told_by}," if chain.log.told_by else ""
    whole = f"all {chain.log.head.count:,} leaves of {_log_name(chain.log)}{told} have the root that the chain keeps"
    if not leaves:
        return Finding(None, Grade.PROVED, "log", (whole, "none of them is a payment for the object"))
    return _unless_promoted(chain, owner_by(leaves[-1]), "log", (whole, _made_by([leaf.number for leaf in leaves])))


def by_indexed_root(case: Case) -> Found:
    """The own index has as many leaves of the log as the chain, and they have the chain's root."""
    chain, index = case.chain.said, case.index.said
    if not (chain and chain.log and index and index.log == chain.log.head):
        return None
    count = f"all {chain.log.head.count:,} leaves of {_log_name(chain.log)}"
    same = f"the own index has {count}: they have the root that the chain keeps"
    leaves, current = [proof.leaf for proof in index.proofs], index.current
    if current and (current.number is None or (not leaves and current.number < chain.log.head.count)):
        return None  # by an account that the chain does not have, or by leaves that were not found
    if not leaves:
        return Finding(None, Grade.PROVED, "index", (same, "none of them is a payment for the object"))
    return _unless_promoted(chain, owner_by(leaves[-1]), "index", (same, _made_by([leaf.number for leaf in leaves])))


def by_shown(case: Case) -> Found:
    """Proved leaves, or the slot's account, and a quorum who say that nothing is missing."""
    owner = case.shown_owner
    if owner is None or not _is_proved(case):
        return None
    voices = case.voices_for(owner)
    if len(voices) < case.quorum:
        return None
    reasons = (_shown(case), f"{_counted(voices, case.quorum)} that this is all")
    return _unless_promoted(case.chain.said, owner, "proofs", reasons, Grade.SHOWN)


def by_index(case: Case) -> Found:
    """The own index alone, where the chain could not be asked."""
    index = case.sound_index
    if case.chain.said or not index or not index.current:
        return None
    if index.current.number is not None and case.shown_owner not in (None, index.current.owner):
        return None
    through = f"the own index, which is whole and final through slot {index.slot:,}" if index.slot else "the own index"
    reason, age = f"{through}, says so; the chain could not be asked", index.age_seconds
    cautions: tuple[str, ...] = ()
    if age is None or age > STALE_SECONDS:
        since = "does not say when it last went on" if age is None else f"last went on {age / 60:,.0f} minutes ago"
        cautions = (f"the own index {since}: what happened since it does not know",)
    return Finding(index.current.owner, Grade.INDEXED, "index", (reason,), cautions)


def by_assertion(case: Case) -> Found:
    """A quorum who say the same, where nothing is known that says otherwise."""
    known = case.shown_owner
    if known is not None and _is_proved(case):
        return None
    counted = Counter(case.voices().values())
    reached = [owner for owner, count in counted.items() if count >= case.quorum and known in (None, owner)]
    if len(reached) != 1:
        return None
    voices = case.voices_for(reached[0])
    reasons = [f"{_counted(voices, case.quorum)} so, and nobody proved anything"]
    if others := counted.total() - len(voices):
        reasons.append(f"{others} of the others say otherwise")
    return _unless_promoted(case.chain.said, reached[0], "nodes", tuple(reasons), Grade.ASSERTED)


PROVING: Final = (by_class, by_account, by_log, by_indexed_root)
RULES: Final = (*PROVING, by_shown, by_index, by_assertion)


def _unless_promoted(
    chain: ChainSaid | None, owner: bytes, by: str, reasons: tuple[str, ...], grade: Grade = Grade.PROVED
) -> Finding | Open:
    """A promotion that says another owner counts once nobody can challenge it any more."""
    promotion = chain.promotion if chain else None
    if chain is None or promotion is None:
        return Finding(owner, grade, by, reasons)
    if promotion.owner == owner:
        return Finding(owner, grade, by, reasons, ("a promotion for the same owner is open: the NFT will be theirs",))
    if chain.clock_unix is not None and chain.clock_unix < promotion.final_at_unix:
        return Finding(owner, grade, by, reasons, (_challenge(promotion),))
    late = f"a promotion for {format_address(promotion.owner)} is open, and nobody can challenge it any more"
    return Open(
        (*reasons, late), ("plings promotion finalize, by whoever it is for, decides: the account outranks the log",)
    )


def _challenge(promotion: PromotionSaid) -> str:
    return (
        f"a promotion for {format_address(promotion.owner)} is open, which leaves something out: unless somebody shows "
        f"that (plings promotion challenge) before {promotion.final_at_unix} (unix seconds), the object becomes theirs"
    )


def _verdict(case: Case, found: Finding) -> Verdict:
    is_owner = found.owner == case.claim.wallet
    whose = f"{format_address(found.owner)} owns it" if found.owner else "nobody owns it"
    standing = Standing.OWNER if is_owner else Standing.NOT_OWNER
    return Verdict(standing, found.grade, found.owner, found.by, (whose, *found.reasons), cautions=found.cautions)


def _unresolved(reasons: tuple[str, ...], to_settle: tuple[str, ...]) -> Verdict:
    return Verdict(Standing.UNRESOLVED, Grade.OPEN, None, "nothing", reasons, to_settle)


def _undecided(case: Case) -> Verdict:
    reasons, to_settle = list[str](), list[str]()
    _of_chain(case, reasons, to_settle)
    _of_index(case, reasons, to_settle)
    _of_nodes(case, reasons, to_settle)
    return _unresolved(tuple(reasons), tuple(to_settle))


def _of_chain(case: Case, reasons: list[str], to_settle: list[str]) -> None:
    chain = case.chain.said
    if chain is None:
        reasons += [f"the chain does not tell: {fault.text}" for fault in case.chain.faults]
        to_settle.append("a node of the cluster that answers (--cluster)")
    elif chain.log and chain.log.failure:
        reasons.append(f"{_log_name(chain.log)} cannot be read: {chain.log.failure.text}")
        to_settle.append("a node of the cluster that keeps all of the log's history (--cluster)")


def _of_index(case: Case, reasons: list[str], to_settle: list[str]) -> None:
    reasons += [f"the own index does not decide: {fault.text}" for fault in case.index.faults]
    chain, index = case.chain.said, case.index.said
    if chain and chain.log and index:
        reasons.append(f"the own index has not all {chain.log.head.count:,} leaves of the log that the chain has")
    if index:
        to_settle.append("an own index that is whole and up to date (plings indexer run)")


def _of_nodes(case: Case, reasons: list[str], to_settle: list[str]) -> None:
    if owner := case.shown_owner:
        reasons.append(_shown(case))
        reasons.append(f"{len(case.voices_for(owner))} of the {case.quorum} that are needed say that this is all")
        gifts = "" if _by_slot(case) else ", nor that it was not given on since"
        reasons.append(f"by itself it does not show that nobody paid before{gifts}")
        to_settle.append("more operators' nodes that agree with what is proved (--node)")
        return
    for said, count in sorted(Counter(case.voices().values()).items()):
        reasons.append(f"{count} of the {case.quorum} that are needed say {format_address(said)}, and prove nothing")
    to_settle.append("more operators' nodes that say the same (--node), and receipts (--receipt)")


def _shown(case: Case) -> str:
    if slot := _by_slot(case):
        account, owner = format_address(slot.batch_account), format_address(slot.owner)
        return f"batch account {account} has it in slot {slot.slot}, as {owner}'s"
    title, owner = case.title, format_address(owner_by(case.title[-1]))
    known = "what is proved" if _is_proved(case) else "what the own index has"
    return f"by {known} {_made_by([leaf.number for leaf in title])}, {owner}"


def _is_proved(case: Case) -> bool:
    """Whether no leaf of what is shown is the own index's word alone."""
    return _by_slot(case) is not None or case.proved_leaves.issuperset(case.title)


def _by_slot(case: Case) -> SlotSaid | None:
    """The slot, if it is what shows the owner."""
    slot = case.chain.said.slot_account if case.chain.said else None
    return slot if slot and slot.owner == case.shown_owner else None


def _made_by(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"leaf {numbers[0]:,}, the first payment, makes the owner"
    gift = f"the last of {len(numbers) - 1:,} gifts" if len(numbers) > 2 else "a gift"
    return f"leaf {numbers[0]:,} is the first payment, and leaf {numbers[-1]:,}, {gift}, makes the owner"


def _counted(voices: list[str], quorum: int) -> str:
    return f"{len(voices)} say ({', '.join(voices)}), of whom {quorum} are enough,"


def _log_name(log: LogSaid) -> str:
    return f"payment log {format_address(log.address)}"

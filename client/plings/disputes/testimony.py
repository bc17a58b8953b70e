"""What the sources said, before anybody judges it: the own index, the chain, other nodes. Keys are 32 bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from plings.disputes.faults import Fault
from plings.proofs import Head, Leaf, Receipt, owner_by

Said = TypeVar("Said")


@dataclass(frozen=True)
class Testimony(Generic[Said]):
    """One source: when it was asked (unix seconds, by our own clock), how long that took, and what it said.

    `said` is None where it gave no answer; `faults` then says why, and else what is wrong with the answer. `shown` are
    the leaves that it proved, under roots that are not its own word.
    """

    source: str
    asked_at_unix: float
    seconds: float
    said: Said | None
    faults: tuple[Fault, ...] = ()
    shown: tuple[Leaf, ...] = ()


@dataclass(frozen=True)
class LeafProof:
    """A leaf and the hashes, lowest first, that lead from it to `head` of its log."""

    leaf: Leaf
    inclusion: tuple[bytes, ...]
    head: Head
    signature: bytes | None = None
    """of the transaction that wrote it, which nothing here proves"""


@dataclass(frozen=True)
class AccountSaid:
    """The object's account, final: it has an NFT. `holder` is who has that, None where it was not found."""

    address: bytes
    mint: bytes
    last_owner: bytes
    """as the program saw last"""
    holder: bytes | None
    token_account: bytes | None
    """where the NFT is"""
    is_burnt: bool = False


@dataclass(frozen=True)
class SlotSaid:
    """A slot of a shared account: the program keeps its owner. A payment before leaf `number` outranks it."""

    batch_account: bytes
    slot: int
    owner: bytes
    number: int


@dataclass(frozen=True)
class PromotionSaid:
    """An open promotion: `owner` by what was shown of the log so far, `final_at_unix` by the cluster's clock."""

    address: bytes
    owner: bytes
    final_at_unix: int


@dataclass(frozen=True)
class LogSaid:
    """The object's payment log: `head` is the program's own.

    `claim` has the leaves that make the owner, of all leaves, which have that root; None where they could not be read,
    and `failure` says why. `told_by` names whoever told them, if it was not the chain's own node.
    """

    address: bytes
    head: Head
    claim: tuple[LeafProof, ...] | None
    failure: Fault | None = None
    told_by: str | None = None


@dataclass(frozen=True)
class ChainSaid:
    """The chain's accounts at `slot`, at `clock_unix` by its own clock, and the object's log.

    `log` is None where it was never opened, or did not matter. With `is_counterfeit` the code's class pointer is not
    the manufacturer's, so that nothing can be paid for it.
    """

    slot: int | None
    clock_unix: int | None
    is_counterfeit: bool = False
    account: AccountSaid | None = None
    slot_account: SlotSaid | None = None
    promotion: PromotionSaid | None = None
    log: LogSaid | None = None

    @property
    def owner(self) -> bytes | None:
        """Whose the object is by its account, or else by the log if that was read; None for nobody's, or unknown."""
        if self.account:
            return self.account.holder
        claim = self.log.claim if self.log else None
        return owner_by(claim[-1].leaf) if claim else None

    @property
    def is_nobody_s(self) -> bool:
        """Whether it is known that nobody owns the object."""
        if self.account:
            return self.account.is_burnt
        return self.is_counterfeit or self.log is None or self.log.claim == ()


@dataclass(frozen=True)
class OwnerSaid:
    """An owner by somebody's word. `how` is as in plings.indexer.reading; `number` is of the leaf, if one made it."""

    owner: bytes
    how: str
    payment_log: bytes | None
    number: int | None
    slot: int
    since_unix: int


@dataclass(frozen=True)
class IndexSaid:
    """What is indexed: `current` is None when it knows nobody. `claim` has the leaves that make the owner, if known.

    `log` is the root that its first leaves of the object's log have, as many as the chain has, if it has so many.
    """

    current: OwnerSaid | None
    claim: tuple[Leaf, ...]
    is_gapless: bool
    is_provisional: bool
    log: Head | None = None
    proofs: tuple[LeafProof, ...] = ()
    """of the leaves of `claim` under that root"""
    slot: int | None = None
    """up to which it has read what is final"""
    age_seconds: float | None = None
    """since it last went on; None where it never did"""


@dataclass(frozen=True)
class NodeSaid:
    """What a node answered for this object. `current` is None when it says that nobody owns it."""

    current: OwnerSaid | None
    is_gapless: bool
    is_provisional: bool
    slot: int | None
    """up to which it has read the chain, by its own word"""
    receipts: tuple[Receipt, ...] = ()
    history: tuple[OwnerSaid, ...] = field(default=())

"""Payments and gifts as a test wants them, indexed as any others: what is planted came over the chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from indexer.made import START_UNIX, transaction_of
from plings.identity import ClassPointer, Path, ScanUrl, make_code
from plings.indexer import Batch, Written, index
from plings.indexer.transaction import RawTransaction
from plings.monitoring import Finding, Look, findings, look_at_rest
from plings.monitoring.patterns.pattern import prefix_of
from plings.proofs import Kind, Leaf
from plings.registry import Registry
from plings.registry.alerts import Alert, alerts
from registry.world import World, identity

LOG = b"l" * 32


def code(path: str) -> ScanUrl:
    """The code that the manufacturer of a path prints for it."""
    return make_code(identity(prefix_of(path)), Path(path))


def wallet(number: int) -> bytes:
    """The key of one of many customers."""
    return sha256(f"customer {number}".encode()).digest()


@dataclass
class Ledger:
    """One payment log, and the registry that it is indexed into. Seconds count from START_UNIX, two slots each."""

    world: World
    leaves: int = 0
    raws: list[RawTransaction] = field(default_factory=list)

    @property
    def registry(self) -> Registry:
        """As a process has it that looks: the application's role, and nobody acts."""
        return self.world.nobody

    def paid(
        self,
        path: str,
        by: int = 1,
        *,
        at: int = 0,
        address: bytes | None = None,
        pointer: bytes | None = None,
        slot: int | None = None,
    ) -> RawTransaction:
        """The transaction of a payment for a code, by default as its manufacturer prints it."""
        return self._leaf(Kind.PAYMENT, path, wallet(by), wallet(by), at, address, pointer, slot)

    def given(self, path: str, by: int, to: bytes, *, at: int = 0) -> RawTransaction:
        """The transaction of a gift."""
        return self._leaf(Kind.TRANSFER, path, wallet(by), to, at, None, None, None)

    def _leaf(
        self,
        kind: Kind,
        path: str,
        actor: bytes,
        owner: bytes,
        at: int,
        address: bytes | None,
        pointer: bytes | None,
        slot: int | None,
    ) -> RawTransaction:
        real = code(path) if address is None or pointer is None else None
        leaf = Leaf(
            kind=kind,
            payment_log=LOG,
            number=self.leaves,
            timestamp=START_UNIX + at,
            actor=actor,
            owner=owner,
            amount_lamports=1_000 if kind.is_payment else 0,
            class_pointer=ClassPointer(pointer) if pointer is not None else real.class_pointer,  # type: ignore[union-attr]
            address=address if address is not None else real.address,  # type: ignore[union-attr]
            path=Path(path),
        )
        self.leaves += 1
        return transaction_of(leaf, 1_000 + 2 * at if slot is None else slot, leaf.number, salt=f"{leaf.number}/")

    def index(self, *raws: RawTransaction, **batch: Any) -> Written:
        return index(self.registry, Batch(raws, **batch))

    def look(self, *raws: RawTransaction, page_size: int = 20_000, **batch: Any) -> Look:
        """Indexes transactions, and looks."""
        if raws or batch:
            self.index(*raws, **batch)
        return look_at_rest(self.registry, page_size=page_size)

    def finds(self, *raws: RawTransaction) -> list[tuple[str, str]]:
        """The pattern and key of each new alert."""
        return [(one.pattern, one.key) for one in self.look(*raws).raised]

    def finding(self, **which: Any) -> Finding:
        """The only one that is open."""
        (found,) = findings(self.registry, **which)
        return found

    def alerts(self, **which: Any) -> list[Alert]:
        """As a super-admin sees them, newest first."""
        return alerts(self.world.ada, **which)


def evidence(finding: Finding | Alert, name: str) -> Sequence[Any]:
    return [one[name] for one in finding.details["evidence"]]

"""Whose an object is, and was: by its leaves, its slot or its account, in one answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from plings.identity import ClassPointer, Path, ScanUrl
from plings.identity.address import check_key
from plings.indexer.ask import ask, page_of
from plings.indexer.decoder.codes import object_key
from plings.registry import Registry
from plings.registry.database import Row

HISTORY: Final = 100
"""Tenures in a page, if nobody says otherwise: all that a leaf's title can have (decision 13)."""


class How(StrEnum):
    """What made somebody the owner: a leaf of a payment log, or what the object's own account did."""

    PAYMENT = "payment"
    """the object's first payment, which made no account"""
    TRANSFER = "transfer"
    SLOT_PAYMENT = "slot_payment"
    """the same, which took a slot of a batch account"""
    SLOT_TRANSFER = "slot_transfer"
    CREATED = "created"
    """the first payment made the account and its NFT"""
    PURCHASED = "purchased"
    TRANSFERRED = "transferred"
    PROMOTED = "promoted"
    SEEN = "seen"
    """an NFT that moved without the program: seen with this owner from then on"""

    @property
    def is_by_account(self) -> bool:
        """Whether the object's account says it, which outranks all leaves."""
        return self in _BY_ACCOUNT


_HOW: Final = {1: How.PAYMENT, 2: How.TRANSFER, 3: How.SLOT_PAYMENT, 4: How.SLOT_TRANSFER,
    11: How.CREATED, 12: How.PURCHASED, 13: How.TRANSFERRED, 14: How.PROMOTED, 15: How.SEEN}  # fmt: skip
_BY_ACCOUNT: Final = frozenset((How.CREATED, How.PURCHASED, How.TRANSFERRED, How.PROMOTED, How.SEEN))


@dataclass(frozen=True)
class Tenure:
    """One owner, from when on. `payment_log` and `number` name the leaf; both are None for what an account did.

    `ordinal` counts an object's owners from 1. `is_provisional`: its transaction is confirmed and not final yet.
    """

    ordinal: int
    owner: bytes
    how: How
    since_unix: int
    slot: int
    signature: bytes
    payment_log: bytes | None
    number: int | None
    is_provisional: bool


@dataclass(frozen=True)
class ObjectAccount:
    """The account of an object that has its own. Prices are lamports; None where nothing is for sale."""

    address: bytes
    state: str
    """deposit: nothing but money that was sent there; claimed: a promotion that can still be challenged; owned"""
    mint: str | None
    """in base58"""
    asking_price_lamports: int | None
    offer_ends_at_unix: int | None
    royalty_bps: int | None
    platform_fee_bps: int | None
    """both of the offer"""
    title_owner: str | None
    """for a claim: whose the object is by what was shown so far, in base58"""
    final_at_unix: int | None
    """for a claim: from when on nobody can challenge it"""


@dataclass(frozen=True)
class Ownership:
    """Whose the object is that path, class pointer and address name together.

    `current` is None for one that is known and nobody's: money was only sent to its account, say, or the payment is
    among what is missing. `is_gapless` says that nothing that is missing could make another the owner;
    `is_provisional` that some of what made them so can still be undone. `history` is a page of all owners, the oldest
    first; `next_after` gives the next page, None after the last.
    """

    path: str
    class_pointer: str
    address: bytes
    current: Tenure | None
    account: ObjectAccount | None
    is_gapless: bool
    is_provisional: bool
    history: tuple[Tenure, ...]
    next_after: int | None

    @property
    def owner(self) -> bytes | None:
        return self.current.owner if self.current else None

    @property
    def is_virtual(self) -> bool:
        """Whether somebody owns it, and there is no NFT that shows it."""
        return self.current is not None and not self.current.how.is_by_account


def ownership_of(registry: Registry, code: ScanUrl, *, after: int = 0, limit: int = HISTORY) -> Ownership | None:
    """`ownership` of the object of a code."""
    return ownership(
        registry,
        path=code.path.text,
        class_pointer=code.class_pointer.value,
        address=code.address,
        after=after,
        limit=limit,
    )


def ownership(
    registry: Registry,
    *,
    path: str,
    class_pointer: bytes | str,
    address: bytes,
    after: int = 0,
    limit: int = HISTORY,
) -> Ownership | None:
    """Who owns the object, how, since when, and a page of its history: up to `limit` owners after number `after`.

    None for an object that the index never heard of. Raises IdentityErrors for a code that is none, ValueRefused
    (`limit`), StateRefused (`rebuilding`), other RegistryErrors.
    """
    text = Path(path).text
    pointer = ClassPointer.parse(class_pointer) if isinstance(class_pointer, str) else ClassPointer(class_pointer)
    check_key(address)
    asked = {"key": object_key(pointer.value, address, text), "after": after, "limit": page_of(limit)}
    rows = ask(registry, _SELECT, asked)
    if not rows:
        return None
    told = rows[0]
    current = next((_tenure(row) for row in rows if row["is_current"]), None)
    history = [_tenure(row) for row in rows if row["ordinal"] and row["ordinal"] > after][:limit]
    is_more = current is not None and (history[-1].ordinal if history else after) < current.ordinal
    return Ownership(
        path=text,
        class_pointer=pointer.text,
        address=address,
        current=current,
        account=_account(told),
        is_gapless=told["is_gapless"] or bool(current and current.how.is_by_account),
        is_provisional=told["is_provisional"],
        history=tuple(history),
        next_after=history[-1].ordinal if history and is_more else None,
    )


def _tenure(row: Row) -> Tenure:
    return Tenure(
        ordinal=row["ordinal"],
        owner=row["owner"],
        how=_HOW[row["how"]],
        since_unix=row["since_unix"],
        slot=row["slot"],
        signature=row["signature"],
        payment_log=row["payment_log"],
        number=row["number"],
        is_provisional=row["is_own_provisional"],
    )


def _account(row: Row) -> ObjectAccount | None:
    if row["account"] is None:
        return None
    price = row["asking_price_lamports"] or None
    offer: dict[str, Any] = {name: row[name] if price else None for name in _OFFER}
    return ObjectAccount(
        address=row["account"],
        state=row["state"],
        mint=row["mint"],
        asking_price_lamports=price,
        title_owner=row["title_owner"],
        final_at_unix=row["final_at_unix"],
        **offer,
    )


_OFFER: Final = ("offer_ends_at_unix", "royalty_bps", "platform_fee_bps")
_SELECT: Final = """
    WITH its AS (
        SELECT object_no FROM objects WHERE object_key = encode(%(key)s, 'hex')::uuid
    ), its_log AS (
        -- all leaves of an object are in one log; their order is the indexes', which are used for it
        SELECT coalesce((
            SELECT log_no FROM payment_leaves WHERE object_no = (SELECT object_no FROM its) AND kind IN (1, 3)
            ORDER BY number LIMIT 1
        ), (
            SELECT log_no FROM payment_leaves WHERE object_no = (SELECT object_no FROM its) AND kind IN (2, 4)
            ORDER BY kind, actor, number LIMIT 1
        )) AS log_no
    ), page AS (
        (SELECT * FROM tenures WHERE object_no = (SELECT object_no FROM its) AND ordinal > %(after)s
        ORDER BY ordinal LIMIT %(limit)s)
        UNION SELECT * FROM tenures WHERE object_no = (SELECT object_no FROM its) AND is_current
    )
    SELECT a.account, a.state, a.mint, a.asking_price_lamports, a.offer_ends_at_unix, a.royalty_bps,
        a.platform_fee_bps, a.title_owner, a.final_at_unix,
        -- of one without leaves nothing says which log they would be in
        NOT EXISTS (SELECT FROM log_gaps AS g WHERE g.log_no = coalesce((SELECT log_no FROM its_log), g.log_no))
            AS is_gapless,
        EXISTS (
            SELECT FROM tenures AS t JOIN provisional_transactions USING (transaction_no)
            WHERE t.object_no = its.object_no
        ) AS is_provisional,
        t.ordinal, t.owner, t.how, t.is_current, t.since_unix, t.slot, t.number,
        (SELECT l.address FROM payment_logs AS l WHERE l.log_no = t.log_no) AS payment_log,
        (SELECT r.signature FROM raw_transactions AS r WHERE r.transaction_no = t.transaction_no) AS signature,
        EXISTS (SELECT FROM provisional_transactions AS p WHERE p.transaction_no = t.transaction_no OFFSET 0)
            AS is_own_provisional
    FROM its
    LEFT JOIN page AS t USING (object_no)
    LEFT JOIN LATERAL (
        SELECT * FROM (SELECT * FROM object_accounts AS own WHERE own.object_no = its.object_no OFFSET 0) AS own
        ORDER BY own.account LIMIT 1
    ) AS a ON true
    ORDER BY t.ordinal
"""

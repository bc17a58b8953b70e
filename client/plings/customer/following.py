"""Where the payment with a reference is.

Anybody can name any reference in a transaction of theirs, before the payment or after it; a node lists all alike. So
one counts only where the program was given an instruction about this very object with the reference at its end; one
that took effect outranks those that failed, and of several the first is it. Who waits for a payment names its amount:
a gift, an offer or a smaller payment under the same reference is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from solders.pubkey import Pubkey
from solders.signature import Signature

from plings.api.problems import Refused
from plings.chain import Cluster, Mention, Ran, Status
from plings.chain.failures import refusal
from plings.customer.offers import Offered
from plings.customer.problems import refusal_of
from plings.customer.shapes import Followed, PaymentState
from plings.errors import Failure
from plings.identity import ScanUrl
from plings.program.interface import PROGRAM_ID, parse
from plings.program.pda import payment_address

MOST: Final = 24
"""Transactions under one reference that are looked at: an honest one has one, or a few that failed. Whoever puts more
there pays for each, and hides nothing but from this page: the object is the buyer's all the same."""
_PAYMENTS: Final = frozenset(("process_payment", "handle_payment", "sponsored_payment"))


@dataclass(frozen=True)
class Found:
    """A transaction of ours, and who signed it."""

    mention: Mention
    account: Pubkey


async def follow(
    cluster: Cluster,
    code: ScanUrl,
    reference: Pubkey,
    signature: Signature | None,
    offered: Offered | None,
    least_lamports: int | None = None,
) -> Followed:
    """`signature`, which a wallet told, is looked at where the reference leads nowhere yet. With `least_lamports` only
    a payment of so much counts. Raises ClusterError."""
    found = ours(await cluster.mentions(reference, most=MOST), code, reference, least_lamports)
    if found is not None:
        return _told(found.mention.status, str(found.mention.signature), str(found.account))
    by_wallet = await cluster.status(signature) if signature is not None else None
    if by_wallet is not None:
        return _told(by_wallet, str(signature), None, is_proved=False)
    is_over = offered is not None and await cluster.finalized_height() > offered.last_valid_block_height
    state = PaymentState.EXPIRED if is_over else PaymentState.UNPAID
    return Followed(state=state, signature=None, slot=None, account=None, reason=None)


async def check_unpaid(cluster: Cluster, code: ScanUrl, reference: Pubkey, amount_lamports: int) -> None:
    """A phone that reads one code twice pays once. Raises Refused, ClusterError."""
    found = ours(await cluster.mentions(reference, most=MOST), code, reference, amount_lamports)
    if found is not None and found.mention.status.failure is None:
        text = f"reference: it was paid by {found.mention.signature} [already_paid]"
        raise Refused(409, "already_paid", text, part="reference")


def ours(mentions: list[Mention], code: ScanUrl, reference: Pubkey, least_lamports: int | None = None) -> Found | None:
    """The first that took effect; else the latest that failed; None where none is about this object."""
    found = [Found(one, who) for one in mentions if (who := _account(one, code, reference, least_lamports)) is not None]
    done = [one for one in found if one.mention.status.failure is None]
    return done[-1] if done else (found[0] if found else None)


def _account(mention: Mention, code: ScanUrl, reference: Pubkey, least: int | None) -> Pubkey | None:
    """Who signed, where it is an instruction to the program about the code's object under the reference."""
    return next((ran.accounts[0] for ran in mention.instructions if _is_about(ran, code, reference, least)), None)


def _is_about(ran: Ran, code: ScanUrl, reference: Pubkey, least: int | None) -> bool:
    if ran.program_id != PROGRAM_ID or ran.inner_index is not None or ran.accounts[-1:] != (reference,):
        return False
    told = parse(ran.data, ran.accounts)
    if told is None or told[1].get("object") != payment_address(code):
        return False
    return least is None or _paid(told[0], told[2]) >= least


def _paid(name: str, arguments: Any) -> int:
    """What a manufacturer sends back has an amount, too, and pays for nothing."""
    return int(arguments.amount_lamports) if name in _PAYMENTS else 0


def _told(status: Status, signature: str, account: str | None, *, is_proved: bool = True) -> Followed:
    """What only a signature leads to may be anything: it is seen, and no more, until the reference leads to it."""
    if status.failure is not None:
        state, reason = PaymentState.FAILED, _reason(status.failure)
    else:
        level = status.level if is_proved and status.level != "processed" else "seen"
        state, reason = PaymentState(level), None
    return Followed(state=state, signature=signature, slot=status.slot, account=account, reason=reason)


def _reason(failure: Failure) -> str:
    """The rule, as refusals have it."""
    return refusal_of(refusal(failure)).rule

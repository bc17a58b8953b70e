"""What the commands of `plings promotion` tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from plings.cli.confirmed import confirmed_facts
from plings.cli.times import moment, span

if TYPE_CHECKING:
    from plings.chain import Confirmed
    from plings.identity import ScanUrl
    from plings.program.accounts import Promotion
    from plings.proofs import Leaf


def promotion_facts(code: ScanUrl, promotion: Promotion | None, now_unix: int | None = None) -> dict[str, Any]:
    """For JSON. `seconds_left` is for challenges, and only told where the cluster's time is known."""
    if promotion is None:
        return {"open": False}
    facts = {
        "open": True,
        "promotion": _address(code),
        "claimant": str(promotion.claimant),
        "owner": str(promotion.owner),
        "final_at_unix": promotion.final_at_unix,
        "is_slot": promotion.is_slot,
        "title": [{"number": link.number, "owner": str(link.owner)} for link in promotion.title],
    }
    return facts if now_unix is None else {**facts, "seconds_left": max(promotion.final_at_unix - now_unix, 0)}


def promotion_lines(
    code: ScanUrl, promotion: Promotion | None, now_unix: int | None = None
) -> list[tuple[str, object]]:
    """For people."""
    if promotion is None:
        return [("promotion", "none is open")]
    left = "" if now_unix is None else f", {_left(promotion.final_at_unix - now_unix)}"
    return [
        ("promotion", _address(code)),
        ("claimed by", promotion.claimant),
        ("owner", f"{promotion.owner}, by what was shown"),
        *((f"leaf {link.number:,}", link.owner) for link in promotion.title),
        ("final at", f"{moment(promotion.final_at_unix)}{left}"),
    ]


def shown_facts(shown: Sequence[Leaf], confirmed: Sequence[Confirmed]) -> dict[str, Any]:
    """For JSON: what was shown, and the transactions that did."""
    return {
        "shown": [{"number": leaf.number, "kind": leaf.kind.name.lower()} for leaf in shown],
        "transactions": [confirmed_facts(one) for one in confirmed],
    }


def shown_lines(shown: Sequence[Leaf], confirmed: Sequence[Confirmed]) -> list[tuple[str, object]]:
    """For people."""
    lines: list[tuple[str, object]] = [
        (f"shown: {leaf.number:,}", f"{leaf.kind.name.lower().replace('_', ' ')}, by transaction {one.signature}")
        for leaf, one in zip(shown, confirmed, strict=True)
    ]
    return lines or [("shown", "nothing: the title lacks nothing that is in the log")]


def _left(seconds: int) -> str:
    return f"in {span(seconds)}" if seconds > 0 else "which is over: it can be made final"


def _address(code: ScanUrl) -> str:
    from plings.program.pda import payment_address, promotion_address

    return str(promotion_address(payment_address(code)))

"""What `plings keeper` tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plings.cli.output import one_line

if TYPE_CHECKING:
    from plings.keeper import Outcome, Round


def outcome_line(outcome: Outcome) -> str:
    """One duty, for people."""
    from plings.keeper import Ending, What

    duty = outcome.duty
    is_checkpoint = duty.what is What.CHECKPOINT
    number = "" if outcome.checkpoint_id is None else f" {outcome.checkpoint_id}"
    what = f"checkpoint{number}" if is_checkpoint else "sweep"
    why = f"{duty.amount:,} new leaves" if is_checkpoint else f"{duty.amount:,} lamports owed"
    ended = {
        Ending.DONE: f"made for {outcome.lamports:,} lamports by {outcome.signature}",
        Ending.WOULD: f"due, for at most {outcome.lamports:,} lamports",
        Ending.BY_ANOTHER: "somebody else was faster",
        Ending.NO_FUNDS: f"no money: {outcome.text}",
        Ending.OVER_BUDGET: f"no budget: {outcome.text}",
        Ending.UNRESOLVED: f"may be made, the next look tells: {outcome.text}",
        Ending.FAILED: f"failed: {outcome.text}",
    }[outcome.ending]
    return one_line(f"{what} of {duty.payment_log} ({why}): {ended}")


def round_line(done: Round) -> str:
    """A look as a whole, for people."""
    if done.trouble is not None:
        return one_line(f"waiting: {done.trouble}")
    if not done.logs:
        return "no payment log is known: plings indexer run finds them, or name a --maker"
    parts = [
        f"{done.logs:,} {'log' if done.logs == 1 else 'logs'}",
        f"{len(done.outcomes):,} due" if done.outcomes else "nothing due",
    ]
    if done.tiles:
        parts.append(f"{done.tiles:,} tiles made")
    if done.mismatches:
        parts.append(f"NOT what the program's roots stand for: {', '.join(done.mismatches)}")
    return ", ".join(parts)


def round_facts(done: Round) -> dict[str, Any]:
    """For JSON."""
    return {
        "logs": done.logs,
        "outcomes": [
            {
                "what": one.duty.what.value,
                "payment_log": str(one.duty.payment_log),
                "amount": one.duty.amount,
                "ending": one.ending.value,
                "text": one.text,
                "lamports": one.lamports,
                "signature": one.signature and str(one.signature),
                "checkpoint_id": one.checkpoint_id,
            }
            for one in done.outcomes
        ],
        "tiles": done.tiles,
        "mismatches": list(done.mismatches),
        "trouble": done.trouble,
    }


def summary(done: Round) -> str | None:
    """Why a look did not end well, None where it did."""
    from plings.keeper import Ending

    bad = (Ending.NO_FUNDS, Ending.OVER_BUDGET, Ending.UNRESOLVED, Ending.FAILED)
    failed = sum(done.count(ending) for ending in bad)
    if failed:
        return f"{failed:,} of what is due could not be done"
    if done.mismatches:
        return f"the index of {len(done.mismatches):,} payment logs is not what the program's roots stand for"
    return None

"""The chain's part of a drill: a compromised manufacturer takes no payments there any more."""

from __future__ import annotations

from time import monotonic
from typing import Protocol

from plings.identity import parse_address
from plings.registry.compromise import Affected
from plings.registry.drill_steps import Recorder

COMPROMISED = "compromised"


class ChainStatus(Protocol):
    """Tells and asks the program about a manufacturer, by its 32-byte identity key. Both may raise anything."""

    def status(self, public_key: bytes) -> str | None:
        """`active`, `suspended` or `compromised`, or None where the program knows no such manufacturer."""

    def mark_compromised(self, public_key: bytes) -> None:
        """Sets its status, by the platform's authority, and returns when that is confirmed."""


def tell_chain(
    recorder: Recorder, manufacturers: list[Affected], chain: ChainStatus | None
) -> dict[str, tuple[str | None, str | None]]:
    """Marks each on chain that is not, and gives each one's status before and after, by prefix. None where not known.

    What fails for one is noted and stops no other; the next run does it again.
    """
    return {one.prefix: _tell(recorder, one, chain) for one in manufacturers}


def _tell(recorder: Recorder, one: Affected, chain: ChainStatus | None) -> tuple[str | None, str | None]:
    since = monotonic()
    before: str | None = None
    if one.public_key is None:
        text = f"{one.prefix}: its key is not known here, so the chain was not told: ask the wallet's vault for it"
        recorder.note("tell_chain", one.prefix, "?", "?", "skipped", text, remains=True)
        return None, None
    if chain is None:
        text = (
            f"{one.prefix}: the chain was not told: run the drill again with a cluster, or send update_manufacturer "
            f"with status COMPROMISED for {one.public_key}, signed by the platform's authority"
        )
        recorder.note("tell_chain", one.prefix, "?", "?", "skipped", text, remains=True)
        return None, None
    try:
        key = parse_address(one.public_key)
        before = after = chain.status(key)
        if before in (None, COMPROMISED):
            recorder.note(
                "tell_chain", one.prefix, before or "not there", before or "not there", "already", since=since
            )
            return before, after
        if recorder.dry_run:
            recorder.note("tell_chain", one.prefix, str(before), COMPROMISED, "planned", since=since)
            return before, COMPROMISED
        chain.mark_compromised(key)
        after = chain.status(key)
    except Exception as error:  # whatever goes wrong there, the registry's part goes on
        text = f"{one.prefix}: the chain was not told, run the drill again: {_line(error)}"
        recorder.note("tell_chain", one.prefix, before or "?", before or "?", "failed", text, since=since, remains=True)
        return before, None
    if after != COMPROMISED:
        text = f"{one.prefix}: the chain was told and says {after}: run the drill again"
        recorder.note("tell_chain", one.prefix, str(before), str(after), "failed", text, since=since, remains=True)
    else:
        recorder.note("tell_chain", one.prefix, str(before), after, "done", since=since)
    return before, after


def note_unregistered(recorder: Recorder, successors: dict[str, str], chain: ChainStatus | None) -> None:
    """What remains to be done on chain for the new prefixes, whose keys are given in base58: it must know them, too."""
    missing = [prefix for prefix, key in successors.items() if chain is None or not _is_there(chain, key)]
    if missing:
        recorder.remains.append(f"register on chain, or they take no payments: {', '.join(missing)}")


def _is_there(chain: ChainStatus, key: str) -> bool:
    try:
        return chain.status(parse_address(key)) is not None
    except Exception:  # not known: so it is named
        return False


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__

"""What is wrong with what a source said: each fault has a stable name, and a text that is fit to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LIES: Final = frozenset(
    {
        "another_object",  # it answers, or has a receipt, for something else
        "wrong_log",  # its receipt is of a log that is not the object's
        "proof",  # its receipt does not hold
        "own_proof",  # its receipt shows something else than it says
        "chain",  # the chain says otherwise, and always did
        "ahead",  # it has read more of the chain than there is
    }
)
"""What no honest source can say, however late it is."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`rule` is a stable lower-case identifier, `text` the same for people.

    No answer of use: `not_asked`, `unavailable`, `slow`, `internal_address`, `redirects`, `http_status`, `encoded`,
    `oversized`, `malformed`, `unregistered`. It says less than is needed: `gaps`, `provisional`, `stale`, `unsure`,
    `undated`. It is wrong, and may not know: `contradicted` (by the chain), `outranked` (by what is proved), `leaves`
    (not the log's). It lies: see LIES.
    """

    rule: str
    text: str

    @property
    def is_lie(self) -> bool:
        return self.rule in LIES


class NoAnswer(Exception):
    """A source gave none, for the reason that `fault` names."""

    def __init__(self, rule: str, text: str) -> None:
        self.fault = Fault(rule, text)
        super().__init__(text)

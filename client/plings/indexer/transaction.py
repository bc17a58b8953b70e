"""A raw transaction: all that is kept of one, and enough to read everything else from it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from plings.chain import Past
from plings.indexer.lines import CUT, Line, line_text, read_line

TOP: Final = -1
"""The inner index of an instruction that the transaction itself gave."""

HEIGHT_UNKNOWN: Final = 0
"""The stack height of an instruction whose source does not tell it; a transaction's own have 1."""

TRUNCATED: Final[Line] = (CUT, "", 0)


class Call(NamedTuple):
    """An instruction that a program was given. `program` and each byte of `accounts` are positions in the keys."""

    top: int
    inner: int
    height: int
    program: int
    accounts: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class RawTransaction:
    """A transaction that took effect. Keys have 32 bytes, the signature 64; `calls` are in the order in which they ran.

    `position` orders the transactions of a slot among each other.
    """

    signature: bytes
    slot: int
    position: int
    block_time_unix: int
    keys: tuple[bytes, ...]
    calls: tuple[Call, ...]
    lines: tuple[Line, ...]
    body: bytes | None = field(default=None, compare=False, repr=False)
    """what `plings.indexer.body` packed it to, where that is known"""

    @property
    def logs(self) -> tuple[str, ...]:
        """Its logs as the runtime wrote them."""
        return tuple(line_text(line) for line in self.lines)

    @property
    def is_whole(self) -> bool:
        """Whether its logs are all there."""
        return TRUNCATED not in self.lines

    @classmethod
    def from_past(cls, past: Past, position: int = 0) -> RawTransaction:
        """What a cluster's history tells of a transaction. Raises ValueError where it tells no time."""
        if past.block_time_unix is None:
            raise ValueError(f"transaction {past.signature} has no time")
        places: dict[bytes, int] = {}
        calls = tuple(
            Call(
                ran.instruction_index,
                TOP if ran.inner_index is None else ran.inner_index,
                HEIGHT_UNKNOWN if ran.inner_index is not None else 1,
                _place(places, bytes(ran.program_id)),
                bytes(_place(places, bytes(key)) for key in ran.accounts),
                bytes(ran.data),
            )
            for ran in past.instructions
        )
        return cls(
            signature=bytes(past.signature),
            slot=past.slot,
            position=position,
            block_time_unix=past.block_time_unix,
            keys=tuple(places),
            calls=calls,
            lines=tuple(read_line(line) for line in past.logs),
        )


def _place(places: dict[bytes, int], key: bytes) -> int:
    return places.setdefault(key, len(places))

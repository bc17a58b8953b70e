"""Every instruction that a transaction ran, those that programs gave each other included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from solders.instruction import CompiledInstruction
from solders.pubkey import Pubkey

from plings.chain.cluster import Ran


def all_that_ran(
    keys: Sequence[Pubkey],
    given: Sequence[CompiledInstruction],
    called: Mapping[int, Sequence[CompiledInstruction]],
) -> tuple[Ran, ...]:
    """In the order in which they began. `called` has those that the one at a position of `given` led to.

    `keys` are the message's and after them those that it loaded from tables. Raises IndexError when one is missing.
    """
    order = [
        (one, index, place - 1 if place else None)
        for index, top in enumerate(given)
        for place, one in enumerate((top, *called.get(index, ())))
    ]
    return tuple(
        Ran(keys[one.program_id_index], tuple(keys[at] for at in one.accounts), one.data, index, inner)
        for one, index, inner in order
    )

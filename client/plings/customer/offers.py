"""What was offered under which reference, for as long as somebody may ask: until when it can be taken up."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from solders.pubkey import Pubkey

MOST: Final = 65_536
"""About 20 MB. Then the oldest is forgotten, and no longer told to be expired."""


@dataclass(frozen=True)
class Offered:
    """The latest transaction that was prepared under a reference."""

    last_valid_block_height: int


class Offers:
    """By reference. A reference is one payment's: whoever makes it makes it new."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._offered: OrderedDict[Pubkey, Offered] = OrderedDict()

    def note(self, reference: Pubkey, last_valid_block_height: int) -> None:
        self._offered[reference] = Offered(last_valid_block_height)
        self._offered.move_to_end(reference)
        if len(self._offered) > self._most:
            self._offered.popitem(last=False)

    def of(self, reference: Pubkey) -> Offered | None:
        return self._offered.get(reference)

"""What a counter says about a scan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from plings.identity import Verdict
from plings.shop.header import Header
from plings.shop.price import Price
from plings.shop.records import Manufacturer, Product


class Advice(StrEnum):
    """What to do at the till, from best to worst."""

    SELL = "sell"
    ASK = "ask"
    """a person has to look: what speaks against the sale is among the reasons"""
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was found besides the grade, one line fit to show, and the best advice that it leaves."""

    advice: Advice
    text: str


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a shop went by: its bundle's number and times (unix seconds), and the time of the scan."""

    publisher_name: str
    sequence: int
    created_at_unix: int
    expires_at_unix: int
    now_unix: int

    @classmethod
    def of(cls, header: Header, now_unix: float) -> Knowledge:
        times = (header.created_at_unix, header.expires_at_unix, int(now_unix))
        return cls(header.publisher_name, header.sequence, *times)

    @property
    def age_seconds(self) -> int:
        """Since the bundle was made; negative when this machine's clock is behind the publisher's."""
        return self.now_unix - self.created_at_unix

    @property
    def expired(self) -> bool:
        return self.now_unix >= self.expires_at_unix


@dataclass(frozen=True, slots=True)
class Answer:
    """The grade, which is `check_url`'s or worse, and why; what it is of and costs; and what to do.

    `against`: those of the reasons that stand between a genuine code and its sale.

    `told_by` is the address that told the product, unsigned, at `told_at_unix`; None when the publisher signed it.
    `printed`: a proof showed that the manufacturer printed the code, or (False) failed to; None without one.
    """

    verdict: Verdict
    advice: Advice
    reasons: tuple[str, ...]
    knowledge: Knowledge
    against: tuple[str, ...] = ()
    manufacturer: Manufacturer | None = None
    product: Product | None = None
    price: Price | None = None
    pointer_status: str | None = None
    printed: bool | None = None
    told_by: str | None = None
    told_at_unix: int | None = None


def worst(advices: Iterable[Advice]) -> Advice:
    """Of those, or SELL when there are none."""
    order = list(Advice)
    return max(advices, key=order.index, default=Advice.SELL)

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from solders.pubkey import Pubkey

from plings.identity import ClassPointer
from plings.program.accounts.layout import parse


class TagDemand(IntEnum):
    """Whether payments of a class need a signed tag."""

    AS_MANUFACTURER = 0
    DEMANDED = 1
    WAIVED = 2


class PrintedDemand(IntEnum):
    """Whether first payments of a class must prove that the code was printed."""

    NONE = 0
    DEMANDED = 1


class Tier(IntEnum):
    """How payments of a class are kept."""

    BY_VALUE = 0
    MICRO = 1
    BATCH = 2
    OBJECT = 3


@dataclass(frozen=True)
class ClassTerms:
    """A class's own terms. The floor is in lamports."""

    manufacturer: Pubkey
    class_pointer: ClassPointer
    price_floor_lamports: int
    tier: Tier
    tag_demand: TagDemand
    printed_demand: PrintedDemand = PrintedDemand.NONE

    @classmethod
    def decode(cls, data: bytes) -> ClassTerms:
        """From an account's data. Raises ClusterError when it is no ClassTerms."""
        fields = parse("ClassTerms", data)
        return cls(
            manufacturer=fields.manufacturer,
            class_pointer=ClassPointer(bytes(fields.class_pointer)),
            price_floor_lamports=fields.price_floor_lamports,
            tier=Tier(fields.tier),
            tag_demand=TagDemand(fields.tag_demand),
            printed_demand=PrintedDemand(fields.printed_demand),
        )

"""Who there is, what is printed, and how much they try to pay."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from itertools import count

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from fixtures.fix_program import RIVAL, keypair_for, remembered
from plings.identity import ScanUrl, format_segment
from program.journey import MAKER, Maker

THIRD = Maker("third", "7.5")
MAKERS = (MAKER, RIVAL, THIRD)
for _maker in MAKERS:
    remembered(_maker.identity_keypair)
    keypair_for(_maker.name)

WEALTH = {
    "alice": 10**11,
    "bob": 10**11,
    "mallory": 10**11,
    "pauper": 5_000_000,
    "tycoon": 2**62,
}
"""Whoever buys, and what they have at first."""
FUNDED = (
    *WEALTH,
    "platform authority",
    "platform heir",
    "platform treasury",
    "maker",
    "rival",
    "third",
    "third treasury",
)


MADE_UP = 4
"""Which of a maker's codes nobody printed: the first one's with an address that a thief made up, and no signature."""


@cache
def codes_of(maker: Maker) -> tuple[ScanUrl, ...]:
    """Three objects of one class in different quarters of the addresses, one of another class, and one MADE_UP."""
    of_one_class = (maker.code(f"2.G.{format_segment(number)}") for number in count(1))
    by_quarter: dict[int, ScanUrl] = {}
    for code in of_one_class:
        by_quarter.setdefault(code.address[0] >> 6, code)
        if len(by_quarter) == 3:
            first, second, third = by_quarter.values()
            address = hashlib.sha256(f"{maker.name}'s thief".encode()).digest()
            return (first, second, third, maker.code("3.G.2"), replace(first, address=address, signature=None))
    raise AssertionError("unreachable")


Thing = tuple[Maker, int]
"""An object: its maker, and which of that maker's codes it has."""

EVERYTHING: tuple[Thing, ...] = tuple((maker, number) for maker in MAKERS for number in range(5))


def code_of(thing: Thing) -> ScanUrl:
    maker, number = thing
    return codes_of(maker)[number]


def tag_of(thing: Thing) -> ScanUrl:
    """The signed tag that can be shown for it: for a MADE_UP one, the one that it was copied from."""
    maker, number = thing
    return code_of((maker, 0 if number == MADE_UP else number))


def next_maker(maker: Maker, is_astray: bool) -> Maker:
    """The maker, or another one."""
    return MAKERS[(MAKERS.index(maker) + is_astray) % len(MAKERS)]


people = st.sampled_from(tuple(WEALTH))
makers = st.sampled_from(MAKERS)
things: SearchStrategy[Thing] = st.sampled_from(EVERYTHING)
rarely = st.integers(0, 11).map(lambda number: number == 7)
"""Whether somebody errs, or cheats."""
often = rarely.map(lambda rare: not rare)

HOSTILE = ("zero", "one", "below", "balance", "balance - 1", "balance + 1", "balance - rent", "most")
words = st.sampled_from(("least", "above") * 8 + HOSTILE + ("below",) * 2)
"""How much, in words that `lamports_for` knows."""


def lamports_for(word: str, least: int, balance: int) -> int:
    """`least` is the lowest amount that is taken."""
    lamports = {
        "least": max(least, 1),
        "above": least + 12_347,
        "zero": 0,
        "one": 1,
        "below": least - 1,
        "balance": balance,
        "balance - 1": balance - 1,
        "balance + 1": balance + 1,
        "balance - rent": balance - 890_880,
        "most": 2**64 - 1,
    }[word]
    return min(max(lamports, 0), 2**64 - 1)

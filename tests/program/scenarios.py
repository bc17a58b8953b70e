"""What the tests of account substitution try: a scenario for each instruction, registered by family of instructions.

A family's file (`scenarios_<family>.py`) registers its scenarios, what stands in the bazaar for them, the accounts that
a thief could take from there, and which substitutions are harmless, and why.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from fixtures.fix_program import RIVAL, World
from program.journey import MAKER

LISTED, OTHER, FRESH, DEPOSITED = (MAKER.code(path) for path in ("2.G.3j", "2.G.3k", "2.G.3m", "2.G.3n"))
RIVALS = RIVAL.code("2.G.3j")
TAGGED = MAKER.code("3.G.3j")
UNTERMED = "2.3.4"

Scenario = Callable[[World], Awaitable[list[Instruction]]]
SCENARIOS: dict[str, Scenario] = {}


def scenario(name: str) -> Callable[[Scenario], Scenario]:
    def remember(build: Scenario) -> Scenario:
        SCENARIOS[name] = build
        return build

    return remember


Stall = Callable[[World], Awaitable[dict[str, Pubkey]]]
STALLS: list[Stall] = []
"""What families put up in the bazaar: each returns the accounts that it made, by what they are."""


def stall(build: Stall) -> Stall:
    STALLS.append(build)
    return build


BATCH_ACCOUNTS = {
    "batch account",
    "batch account of another class",
    "batch account of other number",
    "batch account of other batch",
    "batch account of slots",
    "batch account of other slots",
    "rival's batch account",
    "other batch account",
}
"""All that the stalls have: where one is not read, each will do."""

OPEN = "open"
"""Many kinds are accepted, for the reason given; one that is closed or lacks a right never is."""
UNREAD = "unread"
"""As OPEN, but nobody looks whether anything is there."""

RENT_ALONE = "whoever signs may pay the rents: the payer gets nothing for it"
NAMED_BY_AUTHORITY = "the signer, who decides, names it: any address is as good, and it can be changed"
NO_SELLER = "a first payment has no seller, and pays and reads none"
NOT_DEMANDED = "no signed tag is demanded, so the sysvar is not read"
NO_TERMS = "only the program could close it, and it never does; where nothing of ours is, the class has no terms"
NO_ACCOUNT_YET = "it is made anew for the right owner, who may have closed it"
LEFT_OUT = "the program's own address leaves it out: what it is owed stays on the books"
WHOEVER_SIGNS = "whoever signs pays, and it is their payment"
COUNTS_IF_OWNED = "a leaf says who signed, and counts if they owned the object"
IMPOSSIBLE = "a mint's owner is Token-2022 for ever; its address is checked"

HARMLESS: dict[tuple[str, str], tuple[str, set[str] | str]] = {}
"""By scenario and account: why, and which kinds of substitution."""

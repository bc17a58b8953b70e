"""Words and numbers that mean nothing, in calls that are right otherwise: refused whatever happened before."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule
from solders.instruction import Instruction

from fixtures.fix_program import address_of, remembered, with_arguments
from plings.program import instructions as ix
from plings.program.accounts import Status
from program.journey import Maker
from program.model.call import NO_ACCOUNT, Call, nothing
from program.model.manufacturers import ManufacturerRules
from program.model.people import makers
from program.model.printed import items_of

NEWCOMER = Maker("newcomer", "9.9")
remembered(NEWCOMER.identity_keypair)
PREFIXES = {
    "2": "InvalidPathLength",
    "2.0": "InvalidSegment",
    "66.3": "InvalidWallet",
    "2.1": "InvalidManufacturerIndex",
}


ERRORS = ("InvalidTier", "InvalidTagDemand", "InvalidPrintedDemand", "InvalidStatus", "InvalidItems")


def without_items(maker: Maker) -> Instruction:
    commitment = items_of(maker).commitment
    argument = {
        "batch": commitment.batch,
        "class_pointer": list(commitment.class_pointer.value),
        "instances": [],
        "root": list(bytes(32)),
        "created_at_unix": 0,
    }
    return with_arguments(items_of(maker).commit()[1], commitment=argument)


class MalformedRules(ManufacturerRules):
    @rule(prefix=st.sampled_from(sorted(PREFIXES)))
    def malformed_prefix(self, prefix: str) -> None:
        boss = self.boss(None)
        registration = ix.register_manufacturer(
            payer=boss.address,
            platform_authority=boss.address,
            identity_key=NEWCOMER.identity_key,
            prefix=prefix,
            authority=NEWCOMER.authority.pubkey(),
            treasury=address_of("platform treasury"),
            price_floor_lamports=0,
            royalty_bps=0,
        )
        self.attempt(Call("register_manufacturer", (registration,), {PREFIXES[prefix]: True}, nothing))

    @rule(maker=makers, error=st.sampled_from(ERRORS))
    def malformed_terms(self, maker: Maker, error: str) -> None:
        there = self.model.maker(maker)
        against = {NO_ACCOUNT: there is None, error: True}
        name = {"InvalidStatus": "update_manufacturer", "InvalidItems": "commit_batch"}.get(error, "set_class_terms")
        if error == "InvalidItems":
            against |= {f"Manufacturer{each.name.title()}": there and there.status is each for each in Status if each}
        self.attempt(Call(name, (self._malformed(maker, error),), against, nothing))

    def _malformed(self, maker: Maker, error: str) -> Instruction:
        authority, key = maker.authority.pubkey(), maker.identity_key
        if error == "InvalidItems":
            return without_items(maker)
        if error == "InvalidStatus":
            return ix.update_manufacturer(authority=authority, identity_key=key, status=4)  # type: ignore[arg-type]
        return ix.set_class_terms(
            payer=authority,
            authority=authority,
            identity_key=key,
            path_to_pointer=f"{maker.prefix}.2",
            price_floor_lamports=0,
            tier=4 if error == "InvalidTier" else 0,  # type: ignore[arg-type]
            tag_demand=3 if error == "InvalidTagDemand" else 0,  # type: ignore[arg-type]
            printed_demand=2 if error == "InvalidPrintedDemand" else 0,  # type: ignore[arg-type]
        )

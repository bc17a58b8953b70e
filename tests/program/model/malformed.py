"""Words and numbers that mean nothing, in calls that are right otherwise: refused whatever happened before."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule
from solders.instruction import Instruction

from fixtures.fix_program import address_of, remembered
from plings.program import instructions as ix
from program.journey import Maker
from program.model.call import NO_ACCOUNT, Call, nothing
from program.model.manufacturers import ManufacturerRules
from program.model.people import makers

NEWCOMER = Maker("newcomer", "9.9")
remembered(NEWCOMER.identity_keypair)
PREFIXES = {
    "2": "InvalidPathLength",
    "2.0": "InvalidSegment",
    "66.3": "InvalidWallet",
    "2.1": "InvalidManufacturerIndex",
}


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

    @rule(maker=makers, error=st.sampled_from(("InvalidTier", "InvalidTagDemand", "InvalidStatus")))
    def malformed_terms(self, maker: Maker, error: str) -> None:
        there = self.model.maker(maker)
        against = {NO_ACCOUNT: there is None, error: True}
        name = "update_manufacturer" if error == "InvalidStatus" else "set_class_terms"
        self.attempt(Call(name, (self._malformed(maker, error),), against, nothing))

    def _malformed(self, maker: Maker, error: str) -> Instruction:
        authority, key = maker.authority.pubkey(), maker.identity_key
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
        )

"""The platform: its settings, its pause, its authority; and time, which passes."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import rule
from solders.pubkey import Pubkey

from fixtures.fix_program import address_of, rent
from plings.program import instructions as ix
from plings.program import pda
from plings.program.accounts import Config, object_space
from program.model.call import Call
from program.model.machine import Machine
from program.model.people import often, rarely
from program.model.state import Model, size_of

CONFIG = pda.config_address()
OBJECT_RENT = rent(object_space("." * 16))
BOSSES = ("platform authority", "platform heir")
FEES_BPS = st.sampled_from((0, 1, 1_000, 2_499, 2_500))
FEES_BPS_AND_TOO_MANY = st.sampled_from((0, 1, 1_000, 2_499, 2_500, 2_501))
bosses = st.sampled_from((None,) * 5 + ("mallory", *BOSSES))
"""Who signs for the platform: None is whoever has the authority."""


@dataclass(frozen=True)
class Boss:
    name: str
    address: Pubkey

    def against(self, model: Model) -> dict[str, object]:
        return {"NotPlatformAuthority": self.address != model.config.authority}


class PlatformRules(Machine):
    def boss(self, name: str | None) -> Boss:
        rightful = next(name for name in BOSSES if address_of(name) == self.model.config.authority)
        return Boss(name or rightful, address_of(name or rightful))

    def initialize_config(self, fee_bps: int, by: str = BOSSES[0]) -> None:
        authority, treasury = address_of(by), address_of("platform treasury")
        config = Config(
            authority=authority,
            pending_authority=None,
            platform_treasury=treasury,
            micro_below_lamports=5 * OBJECT_RENT,
            batch_below_lamports=26 * OBJECT_RENT,
            checkpoint_payments=1_000,
            checkpoint_seconds=86_400,
            challenge_seconds=7 * 86_400,
            platform_fee_bps=fee_bps,
            paused=False,
        )
        instruction = ix.initialize_config(authority=authority, platform_treasury=treasury, platform_fee_bps=fee_bps)
        create = lambda model: model.top_up(authority, CONFIG, size_of("Config"), config)  # noqa: E731
        against = {"NotUpgradeAuthority": by != BOSSES[0]}
        self.attempt(Call("initialize_config", (instruction,), against, create))

    @rule(
        name=bosses,
        fee_bps=FEES_BPS_AND_TOO_MANY,
        payments=st.sampled_from((0, 1, 1, 2, 3, 1_000)),
        seconds=st.sampled_from((0, 60, 86_400, 2**32 - 1)),
        treasury=st.sampled_from((None,) * 6 + ("platform treasury", "platform treasury", "alice", "nobody")),
        thresholds=st.sampled_from(((5, 26),) * 6 + ((0, 0), (0, 26), (2, 2), (26, 5))),
        challenge=st.sampled_from((0, 60, 3_600, 7 * 86_400, 7 * 86_400)),
    )
    def update_config(
        self,
        name: str | None,
        fee_bps: int,
        payments: int,
        seconds: int,
        treasury: str | None,
        thresholds: tuple[int, int],
        challenge: int,
    ) -> None:
        """`thresholds` are in rents of an object of usual path."""
        boss, config = self.boss(name), self.model.config
        address = address_of(treasury) if treasury else None
        micro, batch = (OBJECT_RENT * rents for rents in thresholds)
        changes = {
            "platform_fee_bps": fee_bps,
            "micro_below_lamports": micro,
            "batch_below_lamports": batch,
            "checkpoint_payments": payments,
            "checkpoint_seconds": seconds,
            "challenge_seconds": challenge,
        }
        instruction = ix.update_config(authority=boss.address, platform_treasury=address, **changes)
        against = {
            **boss.against(self.model),
            "ShareTooHigh": fee_bps > 2_500,
            "InvalidThresholds": micro > batch,
            "TreasuryNotFunded": treasury and self.has(treasury) < rent(0),
        }
        effect = lambda model: model.change(  # noqa: E731
            CONFIG, platform_treasury=address or config.platform_treasury, **changes
        )
        self.attempt(Call("update_config", (instruction,), against, effect), by=boss.name)

    def change_fee(self, fee_bps: int) -> None:
        """The fee alone: the rest is what most runs want."""
        self.update_config(
            name=None,
            fee_bps=fee_bps,
            payments=1,
            seconds=86_400,
            treasury=None,
            thresholds=(5, 26),
            challenge=7 * 86_400,
        )

    @rule(name=bosses, paused=rarely, even_so=rarely)
    def pause_or_not(self, name: str | None, paused: bool, even_so: bool) -> None:
        """Mostly unpause, and only what is paused: otherwise most payments would be refused for this alone."""
        boss, is_paused = self.boss(name), self.model.config.paused
        if not (paused or is_paused or even_so):
            return
        instruction = (ix.pause if paused else ix.unpause)(authority=boss.address)
        against = {
            **boss.against(self.model),
            "Paused": paused and is_paused,
            "NotPaused": not paused and not is_paused,
        }
        effect = lambda model: model.change(CONFIG, paused=paused)  # noqa: E731
        self.attempt(Call("pause" if paused else "unpause", (instruction,), against, effect), by=boss.name)

    @rule(name=bosses, heir=st.sampled_from((*BOSSES, "mallory")), accepts=often)
    def hand_over_authority(self, name: str | None, heir: str, accepts: bool) -> None:
        pending = self.model.config.pending_authority
        if accepts and pending is not None:
            self._accept_authority(heir)
        else:
            self._offer_authority(self.boss(name), BOSSES[heir == BOSSES[1]])

    def _offer_authority(self, boss: Boss, heir: str) -> None:
        instruction = ix.transfer_authority(authority=boss.address, new_authority=address_of(heir))
        effect = lambda model: model.change(CONFIG, pending_authority=address_of(heir))  # noqa: E731
        self.attempt(Call("transfer_authority", (instruction,), boss.against(self.model), effect), by=boss.name)

    def _accept_authority(self, heir: str) -> None:
        address = address_of(heir)
        against = {"NotPendingAuthority": self.model.config.pending_authority != address}
        effect = lambda model: model.change(CONFIG, authority=address, pending_authority=None)  # noqa: E731
        call = Call("accept_authority", (ix.accept_authority(new_authority=address),), against, effect)
        self.attempt(call, by=heir)

    @rule(seconds=st.sampled_from((1, 59, 3_600, 86_400)))
    def time_passes(self, seconds: int) -> None:
        self.wait(seconds)

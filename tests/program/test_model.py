"""The program does what its model in plain Python says, call after call; see `model/__init__.py`.

More than five thousand calls by default, the same in every run; with PLINGS_SLOW=1 more than twenty thousand, new ones
in every run.
"""

from __future__ import annotations

import os
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture.engine import ConjectureRunner
from hypothesis.stateful import initialize, run_state_machine_as_test

from plings.program import errors
from plings.program.interface import IDL
from program.model.call import OTHERS
from program.model.deposits import DepositRules
from program.model.machine import Machine
from program.model.malformed import MalformedRules
from program.model.manufacturers import FLOORS, ROYALTIES
from program.model.people import MAKERS
from program.model.platform import FEES_BPS
from program.model.printed import PrintedRules
from program.model.promotions import PromotionRules
from program.model.sales import SaleRules

SLOW = bool(os.environ.get("PLINGS_SLOW"))
RUNS, LEAST_STEPS = (240, 20_000) if SLOW else (60, 5_000)

CALLS = {instruction["name"] for instruction in IDL["instructions"]}
WITHOUT_PROGRAM = {
    "a plain transfer",
    "a wallet moves the NFT",
    "the holder burns the NFT",
    "a wallet closes a token account",
}
CASES = {
    name: {f"{name}/{case}" for case in cases}
    for name, cases in {
        "handle_payment": ("first", "purchase"),
        "process_payment": ("micro", "batch", "no slot", "own", "sponsored", "purchase"),
        "sponsored_payment": ("own", "micro"),
        "promote_to_object": ("leaf", "slot"),
        "challenge_promotion": ("payment", "transfer", "slot"),
    }.items()
}
"""Calls that go by other names here than in the IDL."""
OTHER_WAYS = {"finalize_promotion/sponsored", "sweep_payment_log/one of two"}
"""What some calls do besides."""

OUT_OF_REACH = {"LogFull"}
"""2^40 leaves: test_handle_micro_payment.py writes the number in."""


class Program(MalformedRules, SaleRules, DepositRules, PromotionRules, PrintedRules):
    """Every family of instructions."""

    setting = frozenset(
        {
            "update_config",
            "hand_over_authority",
            "register_manufacturer",
            "open_payment_log",
            "change_terms",
            "change_status",
            "set_class_terms",
            "commit_batch",
            "create_shared_batch_account",
            "manage_sponsor_pool",
            "malformed_prefix",
            "malformed_terms",
            "wallet_closes",
        }
    )
    needs: ClassVar = {
        "refund_deposit": DepositRules.is_anything_deposited,
        "buy_on_old_terms": SaleRules.is_anything_listed,
        "cancel_listing": SaleRules.is_anything_listed,
        "transfer_batch_slot": SaleRules.is_any_slot_taken,
        "sweep_batch_account": SaleRules.is_any_slot_rent_owed,
        "return_sponsored_rent": SaleRules.is_anything_returnable,
        "promote_to_object": PromotionRules.is_anything_to_promote,
        "challenge_promotion": PromotionRules.is_anything_promoted,
        "finalize_promotion": PromotionRules.is_anything_promoted,
    }

    @initialize(fee_bps=FEES_BPS, floor=FLOORS, royalty_bps=ROYALTIES, number=st.sampled_from((3, 3, 3, 2)))
    def begin(self, fee_bps: int, floor: int, royalty_bps: int, number: int) -> None:
        """With some manufacturers and their logs; the others come by the rules."""
        self.initialize_config(fee_bps, by="mallory")
        self.initialize_config(fee_bps)
        self.change_fee(fee_bps)
        for maker in MAKERS[:number]:
            self.register(maker, floor, royalty_bps)
            for shard in range(self.shards(maker)):
                self.open(maker, shard, "bob")
            self.open_batch((maker, 0), "bob", maker)
            self.open_pool(maker, maker.name, 10**10, (0, 10**9))
            if number == 3:
                self.anchor(maker)


@pytest.fixture(scope="module")
def walked() -> None:
    """All runs. Hypothesis' copying of parts of a run into another is left out: here it would repeat calls."""
    Machine.steps = 0
    Machine.done.clear()
    Machine.refused.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ConjectureRunner, "generate_mutations_from", lambda *_: None, raising=False)
        run_state_machine_as_test(
            Program,
            settings=settings(
                max_examples=RUNS,
                stateful_step_count=150,
                derandomize=not SLOW,
                database=None,
                deadline=None,
                phases=[Phase.generate, Phase.shrink],
                suppress_health_check=list(HealthCheck),
            ),
        )


def test_program_does_what_the_model_says(walked: None) -> None:
    refused = sum(Machine.refused.values())
    print(f"{Machine.steps:,} calls, {refused:,} of them refused")
    assert Machine.steps >= LEAST_STEPS
    assert sum(Machine.done.values()) + refused == Machine.steps


def test_every_rule_has_taken_effect(walked: None) -> None:
    expected = WITHOUT_PROGRAM | OTHER_WAYS | {case for name in CALLS for case in CASES.get(name, {name})}
    assert expected - Machine.done.keys() == set()


@pytest.mark.skipif(not SLOW, reason="takes more steps: set PLINGS_SLOW=1")
def test_every_refusal_was_met(walked: None) -> None:
    known = {error.__name__ for error in errors.BY_CODE.values()} | set(OTHERS)
    met = {reason for _, reason in Machine.refused}
    assert known - met == OUT_OF_REACH

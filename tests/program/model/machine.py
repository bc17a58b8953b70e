"""Sends calls to the real program and to the model, and compares everything after each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine
from functools import lru_cache
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant
from solders.pubkey import Pubkey

from fixtures.fix_program import FEES, SIGNATURE_FEE, SYSTEM_ID, Receipt, World, address_of, keypair_for
from plings.chain import Account
from plings.chain.embedded import START_UNIX
from plings.errors import TransactionError
from plings.program import PROGRAM_ID
from plings.program.interface import ED25519_PROGRAM_ID, TOKEN_PROGRAM_ID
from plings.program.leaves import leaf_of
from plings.proofs import Leaf, Ownership, Tree
from program.journey import Maker
from program.model.call import BELOW_RENT, NO_ACCOUNT, SHORT, Call, reason_of
from program.model.people import FUNDED, WEALTH, Thing
from program.model.state import Holding, Mint, Model, ObjectKey, Short

Answer = TypeVar("Answer")
ENOUGH = 10**8
"""Lamports that pay for a fee and the rent of any account of ours."""
OURS = {SYSTEM_ID, PROGRAM_ID, TOKEN_PROGRAM_ID}
"""Owners of the accounts that are compared: the others are programs and what the runtime keeps for itself."""


def at_once(coroutine: Coroutine[Any, Any, Answer]) -> Answer:
    """The embedded cluster waits for nothing, so its coroutines end at the first step: no event loop is needed."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        answer: Answer = done.value
        return answer
    raise AssertionError("the embedded cluster waited")


class Weights:
    """Which rules may come next: those of the setting in one step of three, so that most steps are trade.

    A rule that finds nothing to act on comes in one step of seven: it is refused, as it should be, for want of it.
    Hypothesis' own choice, a few rules for each run, would leave most runs without a single sale.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def is_enabled(self, name: str) -> bool:
        machine = self._machine
        if machine.calls % 3 and name in machine.setting:
            return False
        has_what_it_needs = machine.needs.get(name)
        return has_what_it_needs is None or machine.calls % 7 == 0 or has_what_it_needs(machine)


class Machine(RuleBasedStateMachine):
    """The base of every family of rules."""

    setting: ClassVar[frozenset[str]] = frozenset()
    """rules that are wanted less often"""
    needs: ClassVar[dict[str, Callable[[Any], bool]]] = {}
    """rules that mostly need something to act on"""
    steps: ClassVar[int] = 0
    """calls in all runs together"""
    done: ClassVar[Counter[str]] = Counter()
    """calls that took effect, by name"""
    refused: ClassVar[Counter[tuple[str, str]]] = Counter()
    """calls that were refused, by name and reason"""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0
        self._rules_strategy.enabled_rules_strategy = st.just(Weights(self))
        self.world = World()
        for name in FUNDED:
            self.world.put(address_of(name), Account(WEALTH.get(name, 10**11), SYSTEM_ID, b"", False))
        held = at_once(self.world.snapshot())
        self.model = Model(START_UNIX, {address: account.lamports for address, account in held.items() if account})
        self.wealth, self.fees_paid = sum(self.model.lamports.values()), 0
        self.told: dict[Pubkey, list[Leaf]] = {}
        self.ownerships: dict[Pubkey, Ownership] = {}
        """the SDK's answers to who owns what, by log"""
        self.latest: tuple[Pubkey, ObjectKey] | None = None

    def teardown(self) -> None:
        self.world.rewind()

    def attempt(self, call: Call, by: str | None = None) -> None:
        """One transaction. In every other, `by` (an actor who signs) pays the fee, else FEES does."""
        Machine.steps += 1
        self.calls += 1
        payer = keypair_for(by) if by and self.calls % 2 and self.has(by) > ENOUGH else FEES
        fee = SIGNATURE_FEE * _signatures(call, payer.pubkey())
        after, reasons = self._predict(call, payer.pubkey(), fee)
        if reasons:
            error = at_once(self.world.refused(TransactionError, *call.instructions, payer=payer))
            reason = reason_of(error)
            assert reason in reasons, f"{call.name} was refused for {reason}, not for {reasons}"
            Machine.refused[call.name, reason] += 1
            if reason != BELOW_RENT:  # LiteSVM leaves that rule to the client, so the world did not send it
                self.model.lamports[payer.pubkey()] -= fee
                self.fees_paid += fee
        else:
            receipt = at_once(self.world.send(*call.instructions, payer=payer))
            self.model = after
            self.fees_paid += fee
            self._listen(receipt)
            Machine.done[call.name] += 1

    def _predict(self, call: Call, payer: Pubkey, fee: int) -> tuple[Model, set[str]]:
        after = self.model.copy()
        after.lamports[payer] -= fee
        if reasons := call.reasons():
            return after, reasons
        try:
            call.effect(after)
        except Short:
            return after, {SHORT}
        return after, {BELOW_RENT} if after.below_rent(self.model) else set()

    def _listen(self, receipt: Receipt) -> None:
        for event in receipt.events:
            if leaf := leaf_of(event):
                log = event.fields["payment_log"]
                self.told.setdefault(log, []).append(leaf)
                self.ownerships.setdefault(log, Ownership(bytes(log))).append(leaf)
                self.latest = log, leaf.object_key

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        actual = at_once(self.world.snapshot(self.model.lamports))
        for address, account in actual.items():
            is_ours = account is None or (account.owner in OURS and not account.executable)
            if is_ours or address in self.model.lamports:
                self._compare(address, account)
        assert sum(self.model.lamports.values()) + self.fees_paid == self.wealth
        assert at_once(self.world.cluster.clock_unix()) == self.model.now_unix

    def _compare(self, address: Pubkey, account: Account | None) -> None:
        held, content = (account.lamports if account else 0), self.model.contents.get(address)
        expected = self.model.lamports.get(address, 0)
        assert held == expected, f"{address} ({content}) holds {held:,}, not {expected:,}"
        if content is None:
            assert account is None or (account.owner, account.data) == (SYSTEM_ID, b""), address
            return
        assert account
        is_token = isinstance(content, Mint | Holding)
        assert account.owner == (TOKEN_PROGRAM_ID if is_token else PROGRAM_ID)
        assert len(account.data) == self.model.sizes[address]
        found = _decoded(type(content), account.data)
        assert found == content, f"{address} is {found}, not {content}"

    @invariant()
    def logs_are_what_the_events_told(self) -> None:
        assert {log: list(leaves) for log, leaves in self.model.leaves.items()} == self.told
        for log, leaves in self.told.items():
            frontier = self.model.contents[log].frontier
            assert (frontier.count, frontier.root) == (len(leaves), Tree(leaf.hash for leaf in leaves).root())

    @invariant()
    def owners_without_accounts_follow_from_the_leaves(self) -> None:
        if self.latest is not None:
            log, key = self.latest
            _, owner = self.model.micro_owners.get(key, (None, None))
            assert owner == self.ownerships[log].owner_of(key)

    # short words for the rules

    def has(self, name: str) -> int:
        return self.model.lamports.get(address_of(name), 0)

    def wait(self, seconds: int) -> None:
        if seconds > 0:
            self.world.cluster.advance_clock(seconds)
            self.model.now_unix += seconds


def against_maker(model: Model, maker: Maker, of: Thing) -> dict[str, object]:
    """What a code and the manufacturer's account that it is shown with can have against one another."""
    is_astray = maker is not of[0]
    return {NO_ACCOUNT: model.maker(maker) is None, "WrongPrefix": is_astray, "InvalidClassPointer": is_astray}


def _signatures(call: Call, payer: Pubkey) -> int:
    """The payer's, the signers', and those that the Ed25519 program checks."""
    signing = {meta.pubkey for instruction in call.instructions for meta in instruction.accounts if meta.is_signer}
    checked = sum(i.data[0] for i in call.instructions if i.program_id == ED25519_PROGRAM_ID)
    return len(signing | {payer}) + checked


@lru_cache(maxsize=4_096)
def _decoded(kind: Any, data: bytes) -> Any:
    return kind.decode(data)

"""A whole cluster inside this process: the same runtime, no network, no files, the same bytes every time.

Time, slots and blockhashes start at fixed values and move only by what is done here: a slot per transaction, seconds by
`advance_clock`. Airdrops alone are signed by a key that LiteSVM draws at random; nothing else depends on it.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Sequence
from importlib.resources import files
from types import TracebackType
from typing import Self

from solders.account import Account as StoredAccount
from solders.clock import Clock as ClockAccount
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.litesvm import LiteSVM
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import FailedTransactionMetadata, SimulatedTransactionInfo, TransactionMetadata

from plings.chain import loader
from plings.chain.cluster import (
    Account,
    Clock,
    Confirmed,
    Mention,
    OnSigned,
    Past,
    Prepared,
    Signed,
    Simulation,
    Status,
)
from plings.chain.failures import AnyMessage, failure_from_json, failure_from_solders, refusal
from plings.chain.known import ASSOCIATED_TOKEN_ID, LOADER_ID, TOKEN_2022_ID
from plings.chain.ran import all_that_ran
from plings.chain.transaction import Budget, assemble, fee_lamports, limit_for, payer_and_keys, sign, unsigned
from plings.errors import ClusterError, Failure, SettingsError

START_UNIX = 1_750_000_000
"""The clock of a new embedded cluster: 2025-06-15 15:06:40 UTC."""

REMEMBERED = 10_000
"""How many transactions `outcome` and `history` can still tell of."""

VALID_SLOTS = 150
"""For how long what was prepared can be taken up."""

_NEVER_TAKEN = frozenset({"SignatureFailure", "AccountNotFound", "InsufficientFundsForFee", "AlreadyProcessed"})
_SHIPPED = {
    TOKEN_2022_ID: "spl_token_2022-10.0.0.so",
    ASSOCIATED_TOKEN_ID: "spl_associated_token_account-1.1.1.so",
}


class EmbeddedCluster:
    """A Cluster on LiteSVM. Signatures, precompiles and rent are checked as on a real one."""

    def __init__(self) -> None:
        self._svm = LiteSVM()
        self._done: OrderedDict[Signature, Confirmed] = OrderedDict()
        self._past: deque[tuple[frozenset[Pubkey], Past]] = deque(maxlen=REMEMBERED)
        self._mentions: deque[tuple[frozenset[Pubkey], Mention]] = deque(maxlen=REMEMBERED)
        self._prepared: OrderedDict[Hash, int] = OrderedDict()
        self._svm.set_clock(ClockAccount(1, START_UNIX, 0, 1, START_UNIX))
        for program_id, name in _SHIPPED.items():
            elf = (files("plings.chain") / "programs" / name).read_bytes()
            self.deploy(program_id, elf, upgrade_authority=None)

    def deploy(self, program_id: Pubkey, elf: bytes, *, upgrade_authority: Pubkey | None) -> None:
        """Put a program at `program_id`, or replace it, as the upgradeable loader would have.

        Raises SettingsError, with the cluster unchanged, when `elf` is no program that runs here.
        """
        data = loader.program_data_bytes(elf, slot=self.slot, upgrade_authority=upgrade_authority)
        data_address = loader.program_data_address(program_id)
        before = self._svm.get_account(data_address)
        self._store(data_address, data, executable=False)
        try:
            self._store(program_id, loader.program_bytes(program_id), executable=True)
        except Exception as error:  # LiteSVMError, a class that solders does not export
            self._svm.set_account(data_address, before or StoredAccount(0, b"", Pubkey.default()))
            raise SettingsError(f"the program for {program_id} does not load: {error}") from error

    def advance_clock(self, seconds: int) -> None:
        """Let `seconds` pass, and one slot. Time does not run backwards."""
        if seconds < 0:
            raise ValueError("the clock does not run backwards")
        self._tick(seconds)

    @property
    def slot(self) -> int:
        return self._svm.get_clock().slot

    async def account(self, address: Pubkey) -> Account | None:
        stored = self._svm.get_account(address)
        if stored is None or stored.lamports == 0:
            return None
        return Account(stored.lamports, stored.owner, bytes(stored.data), stored.executable)

    async def accounts(self, addresses: Sequence[Pubkey]) -> list[Account | None]:
        return [await self.account(address) for address in addresses]

    async def send(
        self,
        instructions: Sequence[Instruction],
        signers: Sequence[Keypair],
        *,
        payer: Keypair | None = None,
        compute_limit: int | None = None,
        on_signed: OnSigned | None = None,
    ) -> Confirmed:
        """As Cluster.send. What fails here is refused, as on a cluster that is asked to simulate first."""
        payer_address, keys = payer_and_keys(signers, payer)
        self._svm.expire_blockhash()
        message = self._message(instructions, payer_address, compute_limit)
        transaction = sign(message, keys)
        trial = self._try(transaction, message)
        if trial.failure:
            raise refusal(trial.failure)
        signature = transaction.signatures[0]
        if on_signed:
            on_signed(Signed(signature, self.slot))
        result = self._svm.send_transaction(transaction)
        if isinstance(result, FailedTransactionMetadata):
            raise refusal(failure_from_solders(result.err(), result.meta().logs(), message), signature)
        return self._confirmed(result, message)

    async def simulate(
        self, instructions: Sequence[Instruction], payer: Pubkey, *, compute_limit: int | None = None
    ) -> Simulation:
        message = self._message(instructions, payer, compute_limit)
        self._svm.with_sigverify(False)
        try:
            return self._try(unsigned(message), message)
        finally:
            self._svm.with_sigverify(True)

    async def prepare(
        self, instructions: Sequence[Instruction], payer: Pubkey, *, compute_limit: int | None = None
    ) -> Prepared:
        trial = await self.simulate(instructions, payer, compute_limit=compute_limit)
        if trial.failure:
            raise refusal(trial.failure)
        units = compute_limit or limit_for(trial.compute_units)
        self._svm.expire_blockhash()
        message = self._message(instructions, payer, units)
        until = self._prepared[message.recent_blockhash] = self.slot + VALID_SLOTS
        if len(self._prepared) > REMEMBERED:
            self._prepared.popitem(last=False)
        return Prepared(message, until, units, 0)

    async def forward(self, transaction: VersionedTransaction) -> Signature:
        """As Cluster.forward. What fails is taken all the same, as by a node that does not try it first."""
        message = transaction.message
        if self._prepared.get(message.recent_blockhash, 0) < self.slot:
            raise refusal(failure_from_json("BlockhashNotFound", (), message))
        self._svm.with_blockhash_check(False)
        try:
            result = self._svm.send_transaction(transaction)
        finally:
            self._svm.with_blockhash_check(True)
        signature = transaction.signatures[0]
        if isinstance(result, FailedTransactionMetadata):
            failure = failure_from_solders(result.err(), result.meta().logs(), message)
            if failure.name in _NEVER_TAKEN:
                raise refusal(failure)
            ran = all_that_ran(message.account_keys, message.instructions, {})
            mention = Mention(signature, Status(self.slot, "finalized", failure), ran)
            self._mentions.append((frozenset(message.account_keys), mention))
            self._tick(0)
        else:
            self._confirmed(result, message)
        return signature

    async def status(self, signature: Signature) -> Status | None:
        return next((one.status for _, one in self._mentions if one.signature == signature), None)

    async def mentions(self, address: Pubkey, *, most: int) -> list[Mention]:
        return [one for named, one in reversed(self._mentions) if address in named][:most]

    async def finalized_height(self) -> int:
        return self.slot

    async def outcome(self, signature: Signature, *, last_valid_block_height: int | None = None) -> Confirmed | None:
        """As Cluster.outcome. A transaction is decided when `send` returns, so there is nothing to expire."""
        return self._done.get(signature)

    async def history(self, address: Pubkey, *, until: Signature | None = None) -> AsyncIterator[Past]:
        """As Cluster.history, of what was sent through `send`."""
        for named, past in reversed(tuple(self._past)):
            if past.signature == until:
                return
            if address in named:
                yield past

    async def airdrop(self, address: Pubkey, lamports: int) -> None:
        self._svm.expire_blockhash()
        held = await self.account(address)
        least = self._svm.minimum_balance_for_rent_exemption(len(held.data) if held else 0)
        if (held.lamports if held else 0) + lamports < least:
            raise ClusterError(f"an airdrop must leave {address} with at least {least:,} lamports, its rent")
        result = self._svm.airdrop(address, lamports)
        if isinstance(result, FailedTransactionMetadata):
            raise ClusterError(f"no airdrop of {lamports:,} lamports: {result.err()}")
        self._tick(0)

    async def clock_unix(self) -> int:
        return self._svm.get_clock().unix_timestamp

    async def clock(self) -> Clock:
        return Clock(self.slot, await self.clock_unix())

    async def close(self) -> None:
        return None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _message(self, instructions: Sequence[Instruction], payer: Pubkey, compute_limit: int | None) -> MessageV0:
        budget = Budget() if compute_limit is None else Budget(compute_limit)
        return assemble(instructions, payer, self._svm.latest_blockhash(), budget)

    def _try(self, transaction: VersionedTransaction, message: MessageV0) -> Simulation:
        result = self._svm.simulate_transaction(transaction)
        meta = result.meta()
        logs = tuple(meta.logs())
        if isinstance(result, FailedTransactionMetadata):
            failure: Failure | None = failure_from_solders(result.err(), logs, message)
        else:
            failure = self._rent_failure(result, message, logs)
        return Simulation(meta.compute_units_consumed(), logs, failure)

    def _rent_failure(
        self, result: SimulatedTransactionInfo, message: MessageV0, logs: tuple[str, ...]
    ) -> Failure | None:
        """A real cluster refuses to leave an account below its rent, unless it was so before and only shrank.

        LiteSVM does not look at it.
        """
        for address, after in result.post_accounts():
            least = self._svm.minimum_balance_for_rent_exemption(len(after.data))
            if 0 < after.lamports < least:
                before = self._svm.get_account(address)
                if before and len(before.data) == len(after.data) and after.lamports <= before.lamports < least:
                    continue
                index = message.account_keys.index(address)
                return failure_from_json({"InsufficientFundsForRent": {"account_index": index}}, logs, message)
        return None

    def _confirmed(self, meta: TransactionMetadata, message: AnyMessage) -> Confirmed:
        units, logs = meta.compute_units_consumed(), tuple(meta.logs())
        confirmed = Confirmed(meta.signature(), self.slot, units, logs, fee_lamports(message))
        self._done[confirmed.signature] = confirmed
        if len(self._done) > REMEMBERED:
            self._done.popitem(last=False)
        inner = {at: [one.instruction() for one in calls] for at, calls in enumerate(meta.inner_instructions())}
        ran = all_that_ran(message.account_keys, message.instructions, inner)
        past = Past(confirmed.signature, self.slot, self._svm.get_clock().unix_timestamp, logs, ran)
        named = frozenset(message.account_keys)
        self._past.append((named, past))
        given = tuple(one for one in ran if one.inner_index is None)
        self._mentions.append((named, Mention(past.signature, Status(past.slot, "finalized", None), given)))
        self._tick(0)
        return confirmed

    def _tick(self, seconds: int) -> None:
        now = self._svm.get_clock()
        self._svm.set_clock(
            ClockAccount(
                now.slot + 1,
                now.epoch_start_timestamp,
                now.epoch,
                now.leader_schedule_epoch,
                now.unix_timestamp + seconds,
            )
        )

    def _store(self, address: Pubkey, data: bytes, *, executable: bool) -> None:
        rent = self._svm.minimum_balance_for_rent_exemption(len(data))
        self._svm.set_account(address, StoredAccount(rent, data, LOADER_ID, executable))

"""A cluster behind a JSON-RPC node."""

from __future__ import annotations

import asyncio
import base64
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import Self

from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.sysvar import CLOCK
from solders.transaction import VersionedTransaction

from plings.chain import answers
from plings.chain.answers import LEVELS
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
from plings.chain.decision import decision, deliver, told
from plings.chain.failures import AnyMessage, failure_from_json, refusal
from plings.chain.forwarding import forward
from plings.chain.history import read_history
from plings.chain.mentions import Mentions
from plings.chain.node import Node, NodeRefusal, NodeSilence, Patience
from plings.chain.transaction import (
    Budget,
    assemble,
    check_keys,
    limit_for,
    payer_and_keys,
    sign,
    unsigned,
    written_accounts,
)
from plings.errors import ClusterError, SettingsError, TransactionError

MAX_PRIORITY_FEE_LAMPORTS = 10_000
"""What a transaction may pay above the base fee, unless told otherwise: as much as two signatures."""

_ACCOUNTS_PER_REQUEST = 100
_MOST_FEE_ACCOUNTS = 128
_SIGNATURES_REMEMBERED = 4_096
_CLOCK_UNIX_OFFSET = 32


class RpcCluster:
    """A Cluster at `url`.

    `commitment`: when something counts as done, "confirmed" (a second or so) or "finalized" (about 13 s).
    `expected_genesis`: the cluster that is meant; another is refused, by ClusterError, before anything else is asked.
    """

    def __init__(
        self,
        url: str,
        *,
        commitment: str = "confirmed",
        max_priority_fee_lamports: int = MAX_PRIORITY_FEE_LAMPORTS,
        expected_genesis: Hash | None = None,
        patience: Patience | None = None,
    ) -> None:
        if commitment not in LEVELS[1:]:
            raise SettingsError("the commitment is confirmed or finalized: what is less can be undone")
        if max_priority_fee_lamports < 0:
            raise SettingsError("the highest priority fee is 0 lamports or more")
        self._node = Node(url, patience or Patience())
        self._commitment = commitment
        self._max_priority_fee = max_priority_fee_lamports
        self._expected_genesis = expected_genesis
        self._is_expected = expected_genesis is None
        self._seen_slot = 0
        self._mentions = Mentions(self._node)
        self._signatures: OrderedDict[Signature, None] = OrderedDict()

    async def genesis_hash(self) -> Hash:
        """What tells clusters apart for good. Raises ClusterError."""
        return answers.genesis(await self._node.ask("getGenesisHash"))

    async def account(self, address: Pubkey) -> Account | None:
        answer = await self._ask("getAccountInfo", str(address), self._reading())
        return answers.account(answers.at(answer, "value"))

    async def accounts(self, addresses: Sequence[Pubkey]) -> list[Account | None]:
        found: list[Account | None] = []
        for start in range(0, len(addresses), _ACCOUNTS_PER_REQUEST):
            keys = [str(address) for address in addresses[start : start + _ACCOUNTS_PER_REQUEST]]
            values = answers.items(await self._ask("getMultipleAccounts", keys, self._reading()), "value")
            if len(values) != len(keys):
                raise NodeSilence(f"{self._node.name} answered for {len(values)} accounts of {len(keys)}")
            found += [answers.account(value) for value in values]
        return found

    async def send(
        self,
        instructions: Sequence[Instruction],
        signers: Sequence[Keypair],
        *,
        payer: Keypair | None = None,
        compute_limit: int | None = None,
        on_signed: OnSigned | None = None,
    ) -> Confirmed:
        """As Cluster.send. It simulates first, and a failure there is a refusal: nothing is sent.

        When the task is cancelled after the sending began, the CancelledError has a note with the signature.
        """
        payer_address, keys = payer_and_keys(signers, payer)
        check_keys(assemble(instructions, payer_address, Hash.default(), Budget()), keys)
        budget = await self._affordable(instructions, payer_address, compute_limit)
        transaction, signed = await self._signed(instructions, payer_address, keys, budget)
        if on_signed:
            on_signed(signed)
        try:
            status = await deliver(self._node, transaction, signed, self._commitment)
            self._seen_slot = max(self._seen_slot, status.slot)
            return await told(self._node, signed.signature, status, self._commitment, transaction.message)
        except asyncio.CancelledError as stop:
            until = signed.last_valid_block_height
            stop.add_note(f"transaction {signed.signature} may be on its way, until block height {until}")
            raise

    async def simulate(
        self, instructions: Sequence[Instruction], payer: Pubkey, *, compute_limit: int | None = None
    ) -> Simulation:
        budget = Budget() if compute_limit is None else Budget(compute_limit)
        return await self._simulated(assemble(instructions, payer, Hash.default(), budget))

    async def prepare(
        self, instructions: Sequence[Instruction], payer: Pubkey, *, compute_limit: int | None = None
    ) -> Prepared:
        budget = await self._affordable(instructions, payer, compute_limit)
        blockhash, last_height = answers.blockhash(await self._ask("getLatestBlockhash", self._seen()))
        message = assemble(instructions, payer, blockhash, budget)
        return Prepared(message, last_height, budget.compute_units, budget.priority_fee_lamports)

    async def forward(self, transaction: VersionedTransaction) -> Signature:
        trial = await self._simulated(transaction.message)  # whose answer says why, where it fails
        if trial.failure:
            raise refusal(trial.failure)
        return await forward(self._node, transaction, self._commitment)

    async def status(self, signature: Signature) -> Status | None:
        asked = await self._ask("getSignatureStatuses", [str(signature)], {"searchTransactionHistory": True})
        found = answers.status(asked)
        if found is None:
            return None
        failure = None if found.error is None else failure_from_json(found.error, (), None)
        return Status(found.slot, found.level, failure)

    async def mentions(self, address: Pubkey, *, most: int) -> list[Mention]:
        await self._check_genesis()
        return await self._mentions.of(address, most, self._seen(), self._commitment)

    async def finalized_height(self) -> int:
        return answers.integer(await self._ask("getEpochInfo", {"commitment": "finalized"}), "blockHeight")

    async def outcome(self, signature: Signature, *, last_valid_block_height: int | None = None) -> Confirmed | None:
        await self._check_genesis()
        status = await decision(
            self._node.ask, signature, self._commitment, last_valid_block_height, search_history=True
        )
        if status is None:
            return None
        self._seen_slot = max(self._seen_slot, status.slot)
        return await told(self._node, signature, status, self._commitment, None)

    async def history(self, address: Pubkey, *, until: Signature | None = None) -> AsyncIterator[Past]:
        """As Cluster.history. A node without the index of addresses refuses it (NodeRefusal)."""
        await self._check_genesis()
        async for past in read_history(self._node, address, until, self._seen(), self._commitment):
            yield past

    async def airdrop(self, address: Pubkey, lamports: int) -> None:
        answer = await self._ask("requestAirdrop", str(address), lamports, {"commitment": self._commitment})
        signature = answers.signature(answer)
        give_up = time.monotonic() + self._node.patience.silence
        while time.monotonic() < give_up:
            try:
                confirmed = await self.outcome(signature)
            except TransactionError as error:
                raise ClusterError(f"the airdrop failed: {error}") from error
            if confirmed:
                return
            await asyncio.sleep(self._node.patience.poll)
        raise ClusterError(f"{self._node.name} promised an airdrop and did not make it")

    async def clock_unix(self) -> int:
        return (await self.clock()).unix

    async def clock(self) -> Clock:
        found = await self.account(CLOCK)
        if found is None or len(found.data) < _CLOCK_UNIX_OFFSET + 8:
            raise NodeSilence(f"{self._node.name} has no readable clock")
        unix = int.from_bytes(found.data[_CLOCK_UNIX_OFFSET:][:8], "little", signed=True)
        return Clock(int.from_bytes(found.data[:8], "little"), unix)

    async def close(self) -> None:
        await self._node.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _ask(self, method: str, *params: object) -> object:
        await self._check_genesis()
        return await self._node.ask(method, *params)

    async def _check_genesis(self) -> None:
        if self._is_expected:
            return
        found = await self.genesis_hash()
        if found != self._expected_genesis:
            raise ClusterError(f"{self._node.name} is another cluster: genesis {found}, not {self._expected_genesis}")
        self._is_expected = True

    def _seen(self) -> dict[str, object]:
        """Options of a question: our own transactions are in the answer, also from a node that came by them late."""
        seen = {"minContextSlot": self._seen_slot} if self._seen_slot else {}
        return {"commitment": self._commitment, **seen}

    def _reading(self) -> dict[str, object]:
        return {"encoding": "base64", **self._seen()}

    async def _simulated(self, message: AnyMessage) -> Simulation:
        wire = base64.b64encode(bytes(unsigned(message))).decode("ascii")
        options = {**self._reading(), "sigVerify": False, "replaceRecentBlockhash": True}
        trial = answers.trial(await self._ask("simulateTransaction", wire, options))
        failure = None if trial.error is None else failure_from_json(trial.error, trial.logs, message)
        return Simulation(trial.compute_units, trial.logs, failure)

    async def _affordable(
        self,
        instructions: Sequence[Instruction],
        payer: Pubkey,
        compute_limit: int | None,
    ) -> Budget:
        """A budget with which the transaction succeeds in simulation. Raises TransactionRefused."""
        budget = Budget() if compute_limit is None else Budget(compute_limit)
        draft = assemble(instructions, payer, Hash.default(), budget)
        simulation = await self._simulated(draft)
        if simulation.failure:
            raise refusal(simulation.failure)
        units = compute_limit or limit_for(simulation.compute_units)
        budget = Budget(units, await self._unit_price(draft, units))
        if budget.micro_lamports_per_unit:
            simulation = await self._simulated(assemble(instructions, payer, Hash.default(), budget))
            if simulation.failure:
                raise refusal(simulation.failure)
        return budget

    async def _unit_price(self, message: MessageV0, compute_units: int) -> int:
        """Micro-lamports per unit with which three of four recent slots would have taken the transaction, capped."""
        written = [str(key) for key in written_accounts(message)][:_MOST_FEE_ACCOUNTS]
        try:
            fees = sorted(answers.priority_fees(await self._ask("getRecentPrioritizationFees", written)))
        except NodeRefusal:  # not every provider has the method, and a fee of 0 is always valid
            return 0
        usual = fees[len(fees) * 3 // 4] if fees else 0
        return min(usual, self._max_priority_fee * 1_000_000 // compute_units)

    async def _signed(
        self, instructions: Sequence[Instruction], payer: Pubkey, keys: dict[Pubkey, Keypair], budget: Budget
    ) -> tuple[VersionedTransaction, Signed]:
        """A transaction that was never signed before.

        Equal instructions on an equal blockhash are one transaction, to the cluster: the second of two equal payments
        would be confirmed and not made. So it waits for another blockhash then.
        """
        give_up = time.monotonic() + self._node.patience.reading
        while time.monotonic() < give_up:
            blockhash, last_height = answers.blockhash(await self._ask("getLatestBlockhash", self._seen()))
            transaction = sign(assemble(instructions, payer, blockhash, budget), keys)
            signature = transaction.signatures[0]
            if signature not in self._signatures:
                self._remember(signature)
                return transaction, Signed(signature, last_height)
            await asyncio.sleep(self._node.patience.poll)
        raise ClusterError(f"{self._node.name} gives no new blockhash: nothing was sent")

    def _remember(self, signature: Signature) -> None:
        self._signatures[signature] = None
        if len(self._signatures) > _SIGNATURES_REMEMBERED:
            self._signatures.popitem(last=False)

"""What a cluster can be asked, whichever kind it is: one in this process or one behind JSON-RPC."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from plings.errors import Failure


@dataclass(frozen=True)
class Account:
    """One account as it was when asked."""

    lamports: int
    owner: Pubkey
    data: bytes
    executable: bool


@dataclass(frozen=True)
class Signed:
    """A transaction at the moment between its signing and its sending: what to keep to survive a crash."""

    signature: Signature
    last_valid_block_height: int
    """The last block height at which a block can still take it up."""


OnSigned = Callable[[Signed], None]
"""Called between signing and sending. What it stores survives a crash; when it raises, nothing is sent."""


@dataclass(frozen=True)
class Confirmed:
    """A transaction that took effect.

    The node's record of it may be missing although its effect is certain (a node can run without history):
    then `compute_units` and `fee_lamports` are None and `logs` is empty.
    """

    signature: Signature
    slot: int
    compute_units: int | None
    logs: tuple[str, ...]
    fee_lamports: int | None


@dataclass(frozen=True)
class Ran:
    """An instruction that a program was given, by a transaction or by another program."""

    program_id: Pubkey
    accounts: tuple[Pubkey, ...]
    data: bytes
    instruction_index: int = field(default=0, compare=False)
    """Position from 0 of the transaction's own instruction that it is, or that led to it."""
    inner_index: int | None = field(default=None, compare=False)
    """Position from 0 among those which that one led to; None for the transaction's own."""


@dataclass(frozen=True)
class Past:
    """A transaction that took effect some time ago. `block_time_unix` is None where the node kept none.

    The runtime cuts logs at 10,000 bytes, so whoever sends a transaction can see to it that an event in it is not
    logged. The instructions, in the order in which they ran, are always whole.
    """

    signature: Signature
    slot: int
    block_time_unix: int | None
    logs: tuple[str, ...]
    instructions: tuple[Ran, ...]


@dataclass(frozen=True)
class Simulation:
    """What a transaction would do now. `failure` is None when it would take effect."""

    compute_units: int
    logs: tuple[str, ...]
    failure: Failure | None


@dataclass(frozen=True)
class Prepared:
    """A transaction for somebody else to sign: in simulation it succeeded. `compute_units` is its limit."""

    message: MessageV0
    last_valid_block_height: int
    compute_units: int
    priority_fee_lamports: int


@dataclass(frozen=True)
class Status:
    """How far a transaction is: `processed`, `confirmed` or `finalized`. `failure` is None when it took effect."""

    slot: int
    level: str
    failure: Failure | None


@dataclass(frozen=True)
class Mention:
    """A transaction that named an address, whether it took effect or failed.

    `instructions` are those that it was given, without those that programs gave each other.
    """

    signature: Signature
    status: Status
    instructions: tuple[Ran, ...]


@dataclass(frozen=True)
class Clock:
    """The cluster's own time, as programs see it: the slot, and unix seconds."""

    slot: int
    unix: int


class Cluster(Protocol):
    """A cluster. One instance belongs to one event loop; its methods may run side by side there.

    Every method raises ClusterError when the cluster cannot be asked or is not the one meant; by then nothing was sent.
    """

    async def account(self, address: Pubkey) -> Account | None:
        """The account at `address`, None when there is none."""
        ...

    async def accounts(self, addresses: Sequence[Pubkey]) -> list[Account | None]:
        """The accounts at `addresses`, in their order. Each hundred is of one slot; more may be of several."""
        ...

    async def send(
        self,
        instructions: Sequence[Instruction],
        signers: Sequence[Keypair],
        *,
        payer: Keypair | None = None,
        compute_limit: int | None = None,
        on_signed: OnSigned | None = None,
    ) -> Confirmed:
        """Run `instructions` as one transaction, exactly once, and wait until it is decided.

        `payer` pays the fee, the first of `signers` by default, and need not be repeated among them. `compute_limit`
        is in compute units; by default the cluster finds one. `on_signed` is called before the first byte leaves:
        what it stores survives a crash (see `outcome`); when it raises, nothing is sent.

        The limit and the price of compute units are set by two instructions after the caller's, so positions among
        the caller's stay what they were.

        Raises TransactionRefused (nothing was sent), TransactionFailed (on chain, fee paid), TransactionExpired (it can
        not take effect any more), TransactionUnresolved (it may have: ask `outcome`), or, of the first two,
        the program's own subclass.
        """
        ...

    async def simulate(
        self, instructions: Sequence[Instruction], payer: Pubkey, *, compute_limit: int | None = None
    ) -> Simulation:
        """What `instructions` would do, signed by all who must. Raises TransactionRefused when they do not fit."""
        ...

    async def prepare(
        self, instructions: Sequence[Instruction], payer: Pubkey, *, compute_limit: int | None = None
    ) -> Prepared:
        """`instructions` as one transaction for others to sign, with a limit and price as `send` has them.

        `payer` pays the fee. Raises TransactionRefused as `send` does, when in simulation it fails.
        """
        ...

    async def forward(self, transaction: VersionedTransaction) -> Signature:
        """Pass on, once, what others signed; `status` tells what became of it.

        Raises TransactionRefused when it was not taken, TransactionUnresolved when it may have been.
        """
        ...

    async def status(self, signature: Signature) -> Status | None:
        """How far a transaction is, also while another fork can still undo it; None when it was not heard of."""
        ...

    async def mentions(self, address: Pubkey, *, most: int) -> list[Mention]:
        """Up to `most` transactions that named `address`, newest first, the failed ones, too. None is undecided."""
        ...

    async def finalized_height(self) -> int:
        """The block height up to which nothing can change any more."""
        ...

    async def outcome(self, signature: Signature, *, last_valid_block_height: int | None = None) -> Confirmed | None:
        """What became of a transaction; None when it is not decided.

        Raises TransactionFailed when it failed on chain and, given `last_valid_block_height`, TransactionExpired when
        it is past. Without that number None may also mean: never heard of.
        """
        ...

    def history(self, address: Pubkey, *, until: Signature | None = None) -> AsyncIterator[Past]:
        """The transactions that named `address` and took effect, newest first, down to `until` (not with it).

        It is read while it is gone through: stop when you have enough. ClusterError comes on the way, for one when
        the node lists a transaction and has forgotten what it did. Nodes forget whole ranges, too, and some say
        nothing of it: who must have all needs a count of their own.
        """
        ...

    async def airdrop(self, address: Pubkey, lamports: int) -> None:
        """Put test money on `address` and wait for it. Raises ClusterError where there is none to give."""
        ...

    async def clock_unix(self) -> int:
        """The cluster's own time, in unix seconds, as programs see it."""
        ...

    async def clock(self) -> Clock:
        """The same, and the slot of that moment."""
        ...

    async def close(self) -> None:
        """Let go of connections. Closing twice is fine."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

"""Instructions and keys in, one signed transaction out: the same for every kind of cluster, no I/O."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from solders.compute_budget import ID as COMPUTE_BUDGET_ID
from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import Message, MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from plings.chain.known import PRECOMPILES
from plings.errors import Failure, TransactionRefused

MAX_BYTES = 1_232
MAX_COMPUTE_UNITS = 1_400_000
BUDGET_COMPUTE_UNITS = 300
"""What the two budget instructions themselves take of every transaction."""

LAMPORTS_PER_SIGNATURE = 5_000

SPARE_COMPUTE_UNITS = 10_000

_SETS_LIMIT_OR_PRICE = (b"\x02", b"\x03")
_MOST_ACCOUNTS = MAX_BYTES // 32


@dataclass(frozen=True)
class Budget:
    """How much a transaction may compute, and what it pays for that above the base fee."""

    compute_units: int = MAX_COMPUTE_UNITS
    micro_lamports_per_unit: int = 0

    @property
    def priority_fee_lamports(self) -> int:
        return -(-self.compute_units * self.micro_lamports_per_unit // 1_000_000)


def assemble(instructions: Sequence[Instruction], payer: Pubkey, blockhash: Hash, budget: Budget) -> MessageV0:
    """The message of `instructions` and, after them, the two that set `budget`.

    Both are always there, so a transaction has one size on every cluster. Raises TransactionRefused when it cannot be
    made: nothing to do, a limit out of range, a budget instruction among the caller's, too many accounts or bytes.
    """
    if not instructions:
        raise _unsendable("NoInstructions", "there is no instruction to send")
    if not 0 < budget.compute_units <= MAX_COMPUTE_UNITS:
        raise _unsendable("ComputeLimit", f"a compute limit is from 1 to {MAX_COMPUTE_UNITS:,} units")
    if any(i.program_id == COMPUTE_BUDGET_ID and i.data[:1] in _SETS_LIMIT_OR_PRICE for i in instructions):
        raise _unsendable("ComputeLimit", "the compute limit and price are set here: give compute_limit instead")
    limit = set_compute_unit_limit(budget.compute_units)
    price = set_compute_unit_price(budget.micro_lamports_per_unit)
    accounts = {meta.pubkey for i in instructions for meta in i.accounts} | {i.program_id for i in instructions}
    if len(accounts) > _MOST_ACCOUNTS:
        raise _unsendable("TooLarge", f"{len(accounts)} accounts of 32 bytes each fit no transaction")
    message = MessageV0.try_compile(payer, [*instructions, limit, price], [], blockhash)
    _check_size(message)
    return message


def limit_for(compute_units: int) -> int:
    """A tenth and some more than the simulation took, as the accounts may have changed by then.

    The last three digits are random, so that two tills with one key do not make one transaction of two equal payments.
    """
    enough = compute_units * 11 // 10 + SPARE_COMPUTE_UNITS + random.randrange(1_000)
    return min(enough, MAX_COMPUTE_UNITS)


def legacy(message: MessageV0) -> Message:
    """The same message in the form without tables, which every wallet reads."""
    return Message.new_with_compiled_instructions(
        message.header.num_required_signatures,
        message.header.num_readonly_signed_accounts,
        message.header.num_readonly_unsigned_accounts,
        message.account_keys,
        message.recent_blockhash,
        message.instructions,
    )


def payer_and_keys(signers: Sequence[Keypair], payer: Keypair | None) -> tuple[Pubkey, dict[Pubkey, Keypair]]:
    """Who pays, and every key by its address. Raises TransactionRefused when there is none."""
    everyone = [payer, *signers] if payer else list(signers)
    if not everyone:
        raise _unsendable("MissingSignature", "nobody signs: give a payer or at least one signer")
    return everyone[0].pubkey(), {key.pubkey(): key for key in everyone}


def check_keys(message: MessageV0, keys: dict[Pubkey, Keypair]) -> None:
    """Raises TransactionRefused unless `keys` are of exactly those who must sign `message`."""
    needed = required_signers(message)
    for address in needed:
        if address not in keys:
            raise _unsendable("MissingSignature", f"{address} must sign and its key was not given")
    for address in keys:
        if address not in needed:
            raise _unsendable("UnneededSigner", f"the key of {address} was given and no instruction asks for it")


def sign(message: MessageV0, keys: dict[Pubkey, Keypair]) -> VersionedTransaction:
    """`message` signed by all who must. Raises TransactionRefused as `check_keys` does."""
    check_keys(message, keys)
    return VersionedTransaction(message, [keys[address] for address in required_signers(message)])


def unsigned(message: Message | MessageV0) -> VersionedTransaction:
    """`message` with blank signatures, to simulate, or for others to sign."""
    return VersionedTransaction.populate(message, [Signature.default()] * message.header.num_required_signatures)


def required_signers(message: MessageV0) -> list[Pubkey]:
    """Who must sign, the payer first."""
    return message.account_keys[: message.header.num_required_signatures]


def written_accounts(message: MessageV0) -> list[Pubkey]:
    """Every account that the transaction may change, the payer first."""
    return [key for index, key in enumerate(message.account_keys) if message.is_maybe_writable(index)]


def fee_lamports(message: Message | MessageV0) -> int:
    """The base fee of `message`: per signature, those that precompiles verify included. No priority fee."""
    verified = 0
    for instruction in message.instructions:
        if message.account_keys[instruction.program_id_index] in PRECOMPILES and instruction.data:
            verified += instruction.data[0]
    return LAMPORTS_PER_SIGNATURE * (message.header.num_required_signatures + verified)


def _check_size(message: MessageV0) -> None:
    size = len(bytes(unsigned(message)))
    if size > MAX_BYTES:
        text = f"the transaction has {size:,} bytes, {size - MAX_BYTES:,} more than the {MAX_BYTES:,} that fit"
        raise _unsendable("TooLarge", text)


def _unsendable(name: str, text: str) -> TransactionRefused:
    return TransactionRefused(text, failure=Failure(name=name, text=text))

"""Doing one duty: within the budget, with money that is there, and without harm if somebody else is at it."""

from __future__ import annotations

from typing import Final

from solders.keypair import Keypair
from solders.system_program import ID as SYSTEM_ID

from plings.chain import Cluster, Confirmed
from plings.errors import ClusterError, TransactionError, TransactionExpired, TransactionUnresolved
from plings.keeper.budget import reserve, settle
from plings.keeper.duties import Duty, What
from plings.keeper.outcome import Ending, Outcome
from plings.keeper.rules import MOST_FEE_LAMPORTS, Rules
from plings.logs import create_checkpoint, sweep
from plings.program import errors
from plings.program.rent import rent_lamports
from plings.registry import Registry

_TAKEN: Final = 0
_TOO_FEW_LAMPORTS: Final = 1
"""The System program's words for an account that is there already, and for one that has less than is to be moved."""


async def fulfil(registry: Registry, cluster: Cluster, payer: Keypair, duty: Duty, rules: Rules) -> Outcome:
    """Does it, or tells why not. Raises ClusterError while the cluster cannot be asked, RegistryErrors."""
    if (missing := await _missing(cluster, payer, duty)) > 0:
        text = f"{payer.pubkey()} is short of {missing:,} lamports for this"
        return Outcome(duty, Ending.NO_FUNDS, text)
    entry = reserve(registry, payer.pubkey(), duty, rules.most_lamports_per_day)
    if entry is None:
        text = f"it would cost more than the {rules.most_lamports_per_day:,} lamports of a day"
        return Outcome(duty, Ending.OVER_BUDGET, text)
    try:
        outcome = await _sent(cluster, payer, duty)
    except ClusterError:
        settle(registry, entry, 0)  # nothing was sent
        raise
    settle(registry, entry, outcome.lamports)
    return outcome


async def _missing(cluster: Cluster, payer: Keypair, duty: Duty) -> int:
    """What the payer lacks to pay for it and still have their own account's rent."""
    account = await cluster.account(payer.pubkey())
    return duty.most_lamports + rent_lamports(0) - (account.lamports if account else 0)


async def _sent(cluster: Cluster, payer: Keypair, duty: Duty) -> Outcome:
    try:
        confirmed, checkpoint_id = await _do(cluster, payer, duty)
    except TransactionUnresolved as error:
        return Outcome(duty, Ending.UNRESOLVED, str(error), duty.most_lamports, error.signature)
    except TransactionError as error:
        # what failed on chain has a signature, and its fee is paid
        paid = MOST_FEE_LAMPORTS if error.signature and not isinstance(error, TransactionExpired) else 0
        return Outcome(duty, _ending(error), str(error), paid, error.signature)
    fee = MOST_FEE_LAMPORTS if confirmed.fee_lamports is None else confirmed.fee_lamports
    cost = duty.most_lamports - MOST_FEE_LAMPORTS + fee
    return Outcome(duty, Ending.DONE, "", cost, confirmed.signature, checkpoint_id)


async def _do(cluster: Cluster, payer: Keypair, duty: Duty) -> tuple[Confirmed, int | None]:
    if duty.what is What.SWEEP:
        return (await sweep(cluster, payer, duty.payment_log)).confirmed, None
    made = await create_checkpoint(cluster, payer, duty.payment_log)
    return made.confirmed, made.checkpoint_id


def _ending(error: TransactionError) -> Ending:
    if isinstance(error, errors.CheckpointTooEarly | errors.WrongCheckpoint | errors.NothingOwed):
        return Ending.BY_ANOTHER
    if error.program_id == SYSTEM_ID and error.custom_code == _TAKEN:
        return Ending.BY_ANOTHER
    is_system_s = error.program_id == SYSTEM_ID and error.custom_code == _TOO_FEW_LAMPORTS
    name = error.failure.name if error.failure else ""
    return Ending.NO_FUNDS if is_system_s or name.startswith("InsufficientFunds") else Ending.FAILED

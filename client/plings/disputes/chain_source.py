"""What the chain says: the object's account and who has its NFT, or else its slot, its promotion and its whole log.

The log is read last but for one more look at the account: an account that came up meanwhile outranks it.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from solders.pubkey import Pubkey
from solders.sysvar import CLOCK

from plings.chain import Cluster
from plings.disputes.anchors import Anchors
from plings.disputes.claim import Claim
from plings.disputes.faults import Fault
from plings.disputes.holder import find_holder
from plings.disputes.testimony import AccountSaid, ChainSaid, LeafProof, LogSaid, PromotionSaid, SlotSaid, Testimony
from plings.errors import ClusterError, NotRegistered
from plings.identity import ScanUrl, class_pointer
from plings.logs import FoundLog, WholeLog, fetch_checkpoint, find_log, key_of, read_entries
from plings.objects import FoundObject, Standing, find_manufacturer, find_object, find_standing, log_of
from plings.program import PROGRAM_ID
from plings.program.accounts import Manufacturer
from plings.program.pda import BATCH_SLOTS, batch_account_address, payment_address, promotion_address
from plings.promotions import find_promotion
from plings.proofs import Checkpoint, Head, LogIdentity

_CLOCK_SLOT: Final = slice(0, 8)
_CLOCK_UNIX: Final = slice(32, 40)


@dataclass(frozen=True)
class ChainAnswer:
    """What the chain said, and which log the object has, if its manufacturer is known."""

    testimony: Testimony[ChainSaid]
    log: LogIdentity | None


async def ask_chain(cluster: Cluster, name: str, claim: Claim, seconds: float) -> ChainAnswer:
    """What the chain says within `seconds`. A log that cannot be read by then leaves what its accounts say."""
    asked_at, started = time.time(), time.monotonic()
    asking = _Asking(cluster, claim)
    fault: Fault | None = None
    try:
        async with asyncio.timeout(seconds):
            await asking.ask()
    except TimeoutError:
        fault = asking.stopped(Fault("slow", f"it took longer than {seconds:g} seconds"))
    except NotRegistered as error:
        fault = Fault("unregistered", f"{error}: is it the right cluster?")
    except ClusterError as error:
        fault = asking.stopped(Fault("unavailable", str(error)))
    took = time.monotonic() - started
    return ChainAnswer(Testimony(name, asked_at, took, asking.said, (fault,) if fault else ()), asking.log)


async def anchors_on(cluster: Cluster, answer: ChainAnswer, numbers: frozenset[int], seconds: float) -> Anchors | None:
    """The object's log with its root, and those of its checkpoints that the cluster has; None for a log not known."""
    if answer.log is None:
        return None
    log, said = answer.log, answer.testimony.said
    head = (said.log.head,) if said and said.log else ()
    found = dict[int, Checkpoint | None]()

    async def find(number: int) -> None:
        try:
            found[number] = await fetch_checkpoint(cluster, Pubkey.from_bytes(log.payment_log), number)
        except NotRegistered:
            found[number] = None
        except ClusterError:  # then nothing is known of it
            return

    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.gather(*(find(number) for number in numbers))
    missing = frozenset(number for number, checkpoint in found.items() if checkpoint is None)
    return Anchors(log, answer.testimony.source, tuple(one for one in found.values() if one), head, missing)


class _Asking:
    """One question after the other. `said` grows, and holds at any time."""

    def __init__(self, cluster: Cluster, claim: Claim) -> None:
        self._cluster = cluster
        self._code = claim.code
        self._wallet = Pubkey.from_bytes(claim.wallet)
        self.said: ChainSaid | None = None
        self.log: LogIdentity | None = None

    async def ask(self) -> None:
        manufacturer = await find_manufacturer(self._cluster, self._code.path.prefix)
        self.log = _log_identity(manufacturer, self._code)
        slot, clock_unix = await self._clock()
        if self._code.class_pointer != class_pointer(self.log.identity_key, self._code.path.path_to_pointer):
            self.said = ChainSaid(slot, clock_unix, is_counterfeit=True)
            return
        standing = await find_standing(self._cluster, self._code)
        if await self._has_account(standing.found, slot, clock_unix):
            return
        said = ChainSaid(slot, clock_unix, slot_account=self._slot(standing), promotion=await self._promotion(standing))
        await self._ask_log(said, log_of(self._code, manufacturer))
        await self._has_account(await find_object(self._cluster, self._code), slot, clock_unix)

    def stopped(self, fault: Fault) -> Fault | None:
        """Notes why it ended early: in the log if that was being read, which leaves what the accounts say."""
        if self.said and self.said.log and self.said.log.claim is None:
            self.said = replace(self.said, log=replace(self.said.log, failure=fault))
            return None
        return fault

    async def _clock(self) -> tuple[int | None, int | None]:
        clock = await self._cluster.account(CLOCK)
        if clock is None or len(clock.data) < _CLOCK_UNIX.stop:
            return None, None
        slot, unix = (int.from_bytes(clock.data[part], "little") for part in (_CLOCK_SLOT, _CLOCK_UNIX))
        return slot, unix

    async def _has_account(self, found: FoundObject | None, slot: int | None, clock_unix: int | None) -> bool:
        """Whether the object has an account that is final; if so, who has its NFT."""
        if found is None or found.is_provisional:
            return False
        instance = found.instance
        account = AccountSaid(bytes(found.payment_address), bytes(instance.mint), bytes(instance.owner), None, None)
        self.said = ChainSaid(slot, clock_unix, account=account)
        holder = await find_holder(self._cluster, found, self._wallet)
        account = replace(account, holder=_bytes(holder.owner), token_account=_bytes(holder.token_account))
        self.said = replace(self.said, account=replace(account, is_burnt=holder.is_burnt))
        return True

    def _slot(self, standing: Standing) -> SlotSaid | None:
        path = self._code.path
        slot = standing.batch.slot_of(path, self._code.address) if standing.batch else None
        if slot is None:
            return None
        return SlotSaid(
            bytes(batch_account_address(path)), path.instance % BATCH_SLOTS, bytes(slot.owner), slot.leaf_number
        )

    async def _promotion(self, standing: Standing) -> PromotionSaid | None:
        """Where the object's account is there, and not final."""
        promotion = await find_promotion(self._cluster, self._code) if standing.found else None
        if promotion is None:
            return None
        address = bytes(promotion_address(payment_address(self._code)))
        return PromotionSaid(address, bytes(promotion.owner), promotion.final_at_unix)

    async def _ask_log(self, said: ChainSaid, address: Pubkey) -> None:
        try:
            found = await find_log(self._cluster, address)
        except NotRegistered:
            self.said = said
            return
        frontier = found.log.frontier
        log = LogSaid(bytes(address), Head(frontier.root, frontier.count), None, _UNREAD)
        self.said = replace(said, log=log)
        try:
            claim = await self._claim_in(found)
        except ClusterError as error:
            self.said = replace(said, log=replace(log, failure=Fault("unavailable", str(error))))
        else:
            self.said = replace(said, log=replace(log, claim=claim, failure=None))

    async def _claim_in(self, found: FoundLog) -> tuple[LeafProof, ...]:
        whole = WholeLog(found, await read_entries(self._cluster, found), ())
        head = Head(whole.tree.root(), len(whole.tree))
        return tuple(
            LeafProof(
                leaf,
                tuple(whole.tree.inclusion_proof(leaf.number)),
                head,
                bytes(whole.entries[leaf.number].signature),
            )
            for leaf in whole.ownership.claim_of(key_of(self._code))
        )


_UNREAD: Final = Fault("slow", "it was not read")


def _log_identity(manufacturer: Manufacturer, code: ScanUrl) -> LogIdentity:
    shard_bits = manufacturer.shards.bit_length() - 1
    return LogIdentity.of_object(bytes(PROGRAM_ID), bytes(manufacturer.identity_key), shard_bits, code.address)


def _bytes(key: Pubkey | None) -> bytes | None:
    return bytes(key) if key else None

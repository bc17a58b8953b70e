"""How many micro-payments a cluster takes, and that nothing but the payment log is shared between them.

    benchmarks/load.py [--seconds 20] [--makers 3] [--shards 4] [--payers 4] [--in-flight 600]
                       [--cluster URL] [--json FILE]

Without --cluster it starts a solana-test-validator as the tests do. Another cluster must have the program with the
tests' platform key as its upgrade authority, no Config yet, and test money to give.

Each payer pays to one log only. No writable account may be shared between payments to two logs: asserted from the
transactions themselves. So a cluster can run them side by side; how many one busy node manages is the smaller matter.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import itertools
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import httpx
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

import plings.program
from chain.people import SOL, keypair_for, pay
from fixtures.fix_validator import GenesisProgram, running_validator
from plings.chain import Cluster, connect
from plings.chain.transaction import Budget, assemble, written_accounts
from plings.identity import ScanUrl, format_segment
from plings.program import PROGRAM_ID, pda
from plings.program import instructions as ix
from plings.proofs import shard_of
from program.journey import PLATFORM, PLATFORM_TREASURY, Maker

BUDGET = Budget(compute_units=40_000)
SENT_TOGETHER = 20
ASKED_TOGETHER = 256
"""The most statuses that a node tells at once; a request may have 50 kB."""
POLL_SECONDS = 0.1
FRESH_SECONDS = 25
"""A blockhash serves this long; a cluster takes it for about a minute."""
EXPIRED_SECONDS = 60
FIRST_LAMPORTS = 10_000


@dataclass
class Log:
    """One payment log, an object that falls to it, and those who pay for that object and nothing else."""

    maker: Maker
    shards: int
    shard: int
    code: ScanUrl
    payers: list[Keypair]

    @property
    def address(self) -> Pubkey:
        return pda.payment_log_address(self.maker.account, self.shard)

    def payments(self, numbers: Iterator[int]) -> Iterator[tuple[Keypair, Instruction]]:
        """For ever, by each payer in turn, no two of one amount."""
        made = {
            payer.pubkey(): ix.handle_micro_payment(
                buyer=payer.pubkey(),
                code=self.code,
                amount_lamports=FIRST_LAMPORTS,
                identity_key=self.maker.identity_key,
                shards=self.shards,
            )
            for payer in self.payers
        }
        for payer in itertools.cycle(self.payers):
            like = made[payer.pubkey()]
            lamports = (FIRST_LAMPORTS + next(numbers)).to_bytes(8, "little")
            yield payer, Instruction(like.program_id, bytes(like.data[:-8]) + lamports, like.accounts)


@dataclass
class Sent:
    log: Log
    transaction: VersionedTransaction
    at: float = 0.0

    @property
    def signature(self) -> str:
        return str(self.transaction.signatures[0])


@dataclass
class Outcome:
    latencies: list[float] = field(default_factory=list)
    confirmed: list[Sent] = field(default_factory=list)
    failed: list[object] = field(default_factory=list)
    expired: int = 0
    refused: int = 0
    """by the node that should have taken them"""


class Rpc:
    """Batches of JSON-RPC calls: a request for each payment would measure our own HTTP client."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(timeout=30)
        self._url = url

    async def call(self, method: str, *params: object) -> Any:
        (answer,) = await self.calls(method, [params])
        return answer["result"]

    async def calls(self, method: str, each: Iterable[Iterable[object]]) -> list[dict[str, Any]]:
        body = [
            {"jsonrpc": "2.0", "id": at, "method": method, "params": list(params)} for at, params in enumerate(each)
        ]
        answers = (await self._client.post(self._url, json=body)).raise_for_status().json()
        return sorted(answers, key=lambda answer: answer["id"])

    async def blockhash(self) -> Hash:
        answer = await self.call("getLatestBlockhash", {"commitment": "confirmed"})
        return Hash.from_string(answer["value"]["blockhash"])


class Load:
    """Keeps so many payments under way, and notes what becomes of each."""

    def __init__(self, rpc: Rpc, logs: list[Log], in_flight: int) -> None:
        self.outcome = Outcome()
        self._rpc, self._most = rpc, in_flight
        self._under_way: dict[str, Sent] = {}
        self._ready: list[Sent] = []
        numbers = itertools.count(1)
        self._payments = [(log, log.payments(numbers)) for log in logs]

    async def run(self, seconds: float) -> float:
        """Seconds from the first sending to the last confirmation."""
        await self._sign()
        started = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(self._watch())
            await self._keep_sending(started + seconds)
            while self._under_way:
                await asyncio.sleep(POLL_SECONDS)
            watching.cancel()
        return time.monotonic() - started

    async def _keep_sending(self, until: float) -> None:
        refreshed = time.monotonic()
        while time.monotonic() < until:
            if time.monotonic() > refreshed + FRESH_SECONDS:
                self._ready, refreshed = [], time.monotonic()
            free = self._most - len(self._under_way)
            if free < SENT_TOGETHER:
                await asyncio.sleep(0.01)
                continue
            if len(self._ready) < free:
                await self._sign()
            await asyncio.gather(*(self._send() for _ in range(free // SENT_TOGETHER)))

    async def _sign(self) -> None:
        """Some thousand payments with one blockhash, to each log in turn."""
        blockhash = await self._rpc.blockhash()
        for _ in range(-(-max(2_000, self._most) // len(self._payments))):
            for log, payments in self._payments:
                payer, instruction = next(payments)
                message = assemble([instruction], payer.pubkey(), blockhash, BUDGET)
                self._ready.append(Sent(log, VersionedTransaction(message, [payer])))

    async def _send(self) -> None:
        batch, self._ready = self._ready[:SENT_TOGETHER], self._ready[SENT_TOGETHER:]
        options = {"encoding": "base64", "skipPreflight": True, "maxRetries": 3}
        for sent in batch:
            sent.at = time.monotonic()
            self._under_way[sent.signature] = sent
        wires = (base64.b64encode(bytes(sent.transaction)).decode() for sent in batch)
        answers = await self._rpc.calls("sendTransaction", ([wire, options] for wire in wires))
        for sent, answer in zip(batch, answers, strict=True):
            if "error" in answer:
                self._under_way.pop(sent.signature, None)
                self.outcome.refused += 1

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            signatures = list(self._under_way)
            for at in range(0, len(signatures), ASKED_TOGETHER):
                batch = signatures[at : at + ASKED_TOGETHER]
                answer = await self._rpc.call("getSignatureStatuses", batch)
                for signature, status in zip(batch, answer["value"], strict=True):
                    self._note(signature, status)

    def _note(self, signature: str, status: dict[str, Any] | None) -> None:
        sent, now = self._under_way.get(signature), time.monotonic()
        if sent is None:  # refused since
            return
        if status is None or status["confirmationStatus"] == "processed":
            if now - sent.at < EXPIRED_SECONDS:
                return
            self.outcome.expired += 1
        elif status["err"] is not None:
            self.outcome.failed.append(status["err"])
        else:
            self.outcome.latencies.append(now - sent.at)
            self.outcome.confirmed.append(sent)
        del self._under_way[signature]


async def prepare(cluster: Cluster, makers: int, shards: int, payers: int) -> list[Log]:
    """Config, manufacturers, their logs, and payers with money."""
    for rich in (PLATFORM, PLATFORM_TREASURY):
        await cluster.airdrop(rich.pubkey(), 100 * SOL)
    platform, treasury = PLATFORM.pubkey(), PLATFORM_TREASURY.pubkey()
    first = ix.initialize_config(authority=platform, platform_treasury=treasury, platform_fee_bps=1_000)
    await cluster.send([first], [PLATFORM])
    logs = [
        log for at in range(makers) for log in await _manufacturer(cluster, Maker(f"maker {at}", f"2.{at + 3}"), shards)
    ]
    for number, log in enumerate(logs):
        log.payers = [keypair_for(f"payer {at} of log {number}") for at in range(payers)]
        await cluster.send([pay(PLATFORM, payer.pubkey(), SOL) for payer in log.payers], [PLATFORM])
    return logs


async def _manufacturer(cluster: Cluster, maker: Maker, shards: int) -> list[Log]:
    platform, treasury = PLATFORM.pubkey(), PLATFORM_TREASURY.pubkey()
    registration = ix.register_manufacturer(
        payer=platform,
        platform_authority=platform,
        identity_key=maker.identity_key,
        prefix=maker.prefix,
        authority=platform,
        treasury=treasury,
        shard_bits=shards.bit_length() - 1,
    )
    await cluster.send([registration], [PLATFORM, maker.identity_keypair])
    logs = []
    for shard in range(shards):
        opening = ix.open_payment_log(payer=platform, identity_key=maker.identity_key, shard=shard)
        await cluster.send([opening], [PLATFORM])
        logs.append(Log(maker, shards, shard, _code_of(maker, shards, shard), []))
    return logs


def _code_of(maker: Maker, shards: int, shard: int) -> ScanUrl:
    codes = (maker.code(f"2.G.{format_segment(number)}") for number in itertools.count(1))
    return next(code for code in codes if shard_of(code.address, shards) == shard)


def check_locks(confirmed: list[Sent]) -> dict[str, int]:
    """That each payment writes its payer's account and its log's alone, and payments to two logs none in common."""
    writers: dict[Pubkey, set[Pubkey]] = {}
    written_by_all: dict[Pubkey, set[Pubkey]] = {}
    for sent in confirmed:
        message = sent.transaction.message
        log, written = sent.log.address, set(written_accounts(message))  # type: ignore[arg-type]
        assert written == {message.account_keys[0], log}, f"a payment writes {written}"
        written_by_all.setdefault(log, set()).update(written)
        for account in written:
            writers.setdefault(account, set()).add(log)
    shared = {account: logs for account, logs in writers.items() if len(logs) > 1}
    assert not shared, f"written by payments to several logs: {shared}"
    return {"logs": len(written_by_all), "writable_accounts": len(writers), "shared_between_logs": len(shared)}


async def compute_units(rpc: Rpc, confirmed: list[Sent], sample: int = 100) -> list[int]:
    """What some of the payments took, as the cluster tells, spread over the whole run."""
    some = confirmed[:: max(1, len(confirmed) // sample)]
    options = {"encoding": "base64", "commitment": "confirmed", "maxSupportedTransactionVersion": 0}
    answers = await rpc.calls("getTransaction", ([sent.signature, options] for sent in some))
    return [answer["result"]["meta"]["computeUnitsConsumed"] for answer in answers if answer.get("result")]


@dataclass
class Busy:
    """Processor seconds of this machine, of the node (None where it is not ours) and of this process."""

    machine: float
    node: float | None
    ours: float

    @classmethod
    def now(cls, process_id: int | None) -> Busy:
        tick = os.sysconf("SC_CLK_TCK")
        user, nice, system, _, _, interrupt, soft, *_ = (int(n) for n in _first_line("/proc/stat").split()[1:])
        node = None
        if process_id is not None:
            fields = _first_line(f"/proc/{process_id}/stat").rpartition(")")[2].split()
            node = (int(fields[11]) + int(fields[12])) / tick
        return cls((user + nice + system + interrupt + soft) / tick, node, time.process_time())

    def since(self, before: Busy, seconds: float) -> dict[str, float]:
        """Cores kept busy."""
        figures = {"machine": self.machine - before.machine, "this_benchmark": self.ours - before.ours}
        if self.node is not None and before.node is not None:
            figures["node"] = self.node - before.node
            figures["others"] = figures["machine"] - figures["node"] - figures["this_benchmark"]
        return {name: round(spent / seconds, 2) for name, spent in figures.items()}


def _first_line(file: str) -> str:
    return Path(file).read_text().partition("\n")[0]


async def measure(url: str, process_id: int | None, options: argparse.Namespace) -> dict[str, Any]:
    async with connect(url) as cluster:
        logs = await prepare(cluster, options.makers, options.shards, options.payers)
    rpc = Rpc(url)
    load = Load(rpc, logs, options.in_flight)
    before = Busy.now(process_id)
    seconds = await load.run(options.seconds)
    cores = Busy.now(process_id).since(before, seconds)
    outcome = load.outcome
    units = await compute_units(rpc, outcome.confirmed)
    cuts = quantiles(outcome.latencies, n=100) if len(outcome.latencies) > 1 else [0.0] * 99
    return {
        "payments_confirmed": len(outcome.confirmed),
        "payments_per_second": round(len(outcome.confirmed) / seconds, 1),
        "confirmation_p50_ms": round(cuts[49] * 1_000),
        "confirmation_p99_ms": round(cuts[98] * 1_000),
        "failed": len(outcome.failed),
        "expired": outcome.expired,
        "refused_by_the_node": outcome.refused,
        "compute_units_least": min(units, default=0),
        "compute_units_most": max(units, default=0),
        "manufacturers": options.makers,
        "payers": options.payers * len(logs),
        "in_flight": options.in_flight,
        "seconds": round(seconds, 1),
        **check_locks(outcome.confirmed),
        **{f"cores_busy_{name}": figure for name, figure in cores.items()},
        "cores": os.cpu_count(),
        "limit": limit(cores, os.cpu_count() or 1),
    }


def limit(cores: dict[str, float], there: int) -> str:
    """What held it back, as far as this machine can tell."""
    if "node" not in cores:
        return "not known: the node is elsewhere"
    if cores["machine"] > 0.85 * there:
        whom = "the node itself" if cores["node"] > cores["others"] else "mostly other processes: measure again alone"
        return f"this machine's processors ({whom}): not the program, not its accounts"
    return "not the processors: more payments under way (--in-flight) may give more"


@asynccontextmanager
async def cluster_for(options: argparse.Namespace) -> AsyncIterator[tuple[str, int | None]]:
    if options.cluster:
        yield options.cluster, None
        return
    program = Path(plings.program.__file__).with_name("plings.so")
    genesis = GenesisProgram(PROGRAM_ID, program, PLATFORM.pubkey())
    with tempfile.TemporaryDirectory() as folder, running_validator(Path(folder), [genesis]) as validator:
        yield validator.url, validator.process.pid


async def run(options: argparse.Namespace) -> dict[str, Any]:
    async with cluster_for(options) as (url, process_id):
        return await measure(url, process_id, options)


def parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cluster", help="the address of one that runs; by default one is started")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--makers", type=int, default=3)
    parser.add_argument("--shards", type=int, default=4, choices=[2**bits for bits in range(9)], help="for each maker")
    parser.add_argument("--payers", type=int, default=4, help="for each shard")
    parser.add_argument("--in-flight", type=int, default=600, help="payments sent and not yet confirmed")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    options = parsed(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as an exception it ends the validator, too
    figures = asyncio.run(run(options))
    for name, figure in figures.items():
        print(
            f"{name.replace('_', ' '):28} {figure:>12,}" if isinstance(figure, int | float) else f"{name:28} {figure}"
        )
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    return 0 if figures["payments_confirmed"] and not figures["failed"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Runs: 4,096 codes of one batch at a time, which is what a worker makes, and what is lost when one is killed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from plings.commitments import SUBTREE_LEAVES, subtree_root
from plings.identity import Identity
from plings.printing.formats import FORMATS
from plings.printing.job import Job
from plings.printing.maker import CodeMaker


@dataclass(frozen=True, slots=True)
class Run:
    """Which one: the batch's place in its job, and the run's in its batch."""

    batch: int
    number: int


@dataclass(frozen=True, slots=True)
class MadeRun:
    """What a file gets of it, how many codes that is, and the root of their leaves."""

    content: bytes
    codes: int
    root: bytes


class RunMaker:
    """Makes a job's runs, in any order. Its pickle holds the manufacturer's private node: it goes to workers only."""

    def __init__(self, identity: Identity, job: Job) -> None:
        self._identity, self._job = identity, job

    def __call__(self, run: Run) -> MadeRun:
        job, batch = self._job, self._job.batches[run.batch]
        start = run.number * SUBTREE_LEAVES
        maker = _maker(self._identity, batch.path, job.signed, job.nfc, job.host)
        made = list(maker.make(batch.instances.numbers(start, start + SUBTREE_LEAVES)))
        maker.check(made[0][0])
        content = FORMATS[job.output].encode([code for code, _ in made], job.columns, run.number == 0)
        return MadeRun(content, len(made), subtree_root([leaf for _, leaf in made]))


@lru_cache(maxsize=4)
def _maker(identity: Identity, batch: str, signed: bool, nfc: bool, host: str) -> CodeMaker:
    return CodeMaker(identity, batch, signed=signed, nfc=nfc, host=host)

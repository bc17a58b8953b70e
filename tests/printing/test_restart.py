"""Killed at any point, a job goes on without a duplicate or a hole, and ends with the bytes of one without trouble."""

from __future__ import annotations

import io
import os
import resource
import signal
import sys
import warnings
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from plings.errors import PrintingError
from plings.identity import ClassPath, Identity
from plings.printing import Job, print_codes
from plings.printing.journal import RECORD_BYTES, Record, append_records, journal_key, read_records
from plings.printing.run import MadeRun, Run, RunMaker
from printing.made import MAKER, SMALL, THREE_RUNS, clock, contents, job

MOST_STEPS = 400


@pytest.fixture(autouse=True)
def made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are real ones, each made once for all tests here."""
    monkeypatch.setattr(RunMaker, "__call__", lambda self, run: _made(self._job, run))
    monkeypatch.setattr(sys.modules["plings.printing.print_codes"], "NOTED_EVERY_S", 0.0)


_make = RunMaker.__call__


@lru_cache(maxsize=64)
def _made(wanted: Job, run: Run) -> MadeRun:
    return _make(RunMaker(MAKER, wanted), run)


class Mortal:
    """Changes of files are counted, and just before one of them the process dies as by kill -9."""

    def __init__(self, step: int) -> None:
        self.left = step

    def step(self) -> bool:
        """Whether this is the last one."""
        self.left -= 1
        return self.left == 0

    def counted(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if self.step():
                die()
            return real(*arguments, **options)

        return call

    def rule(self) -> None:
        """Count from now on, in this process."""
        for name in ("fsync", "rename", "replace", "unlink", "truncate", "mkdir"):
            setattr(os, name, self.counted(getattr(os, name)))
        mortal, real_open = self, io.open

        class Counted(io.FileIO):
            truncate = mortal.counted(io.FileIO.truncate)

            def write(self, content: Any) -> int:
                if mortal.step():
                    super().write(bytes(content)[: len(content) // 2])
                    die()
                return super().write(content)

        def counted_open(file: Any, mode: str = "r", *rest: Any, **options: Any) -> Any:
            if isinstance(file, int) or not set(mode) & set("wx+"):
                return real_open(file, mode, *rest, **options)
            raw = mortal.counted(Counted)(file, mode.replace("b", ""))
            return io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)

        io.open = counted_open  # type: ignore[assignment]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def print_until(step: int, wanted: Job, folder: Path) -> bool:
    """Whether the job is done in a process that dies before the step."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of a fork beside threads, of which the child has none
        child = os.fork()
    if child == 0:
        try:
            Mortal(step).rule()
            print_codes(MAKER, wanted, folder, workers=1, clock=clock)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL)
    return status == 0


@pytest.mark.parametrize("wanted", [job(*THREE_RUNS), job(*SMALL, output="parquet")], ids=["csv", "parquet"])
def test_killed_once_at_every_step(tmp_path: Path, wanted: Job) -> None:
    print_codes(MAKER, wanted, tmp_path / "whole", workers=1, clock=clock)
    whole = contents(tmp_path / "whole")
    for step in range(1, MOST_STEPS):
        folder = tmp_path / str(step)
        if print_until(step, wanted, folder):
            break
        if (folder / "manifest.json").exists():  # then all that it names is there, too
            assert contents(folder) | whole == contents(folder)
        print_codes(MAKER, wanted, folder, workers=1, clock=clock)
        assert contents(folder) == whole, step
    assert 20 < step < MOST_STEPS - 1


def test_killed_again_and_again(tmp_path: Path) -> None:
    wanted = job(*THREE_RUNS)
    print_codes(MAKER, wanted, tmp_path / "whole", workers=1, clock=clock)
    kills = 0
    while not print_until(14 + kills % 5, wanted, tmp_path / "job"):
        kills += 1
        assert kills < MOST_STEPS
    assert kills > 2
    assert contents(tmp_path / "job") == contents(tmp_path / "whole")


def stopped(folder: Path, after: int) -> None:
    """THREE_RUNS, stopped after so many runs."""

    def stop(done: int) -> None:
        nonlocal after
        after -= 1
        if after < 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        print_codes(MAKER, job(*THREE_RUNS), folder, workers=1, clock=clock, on_progress=stop)


def damage(file: Path, at: int, content: bytes) -> None:
    with file.open("r+b") as opened:
        opened.seek(at, os.SEEK_SET if at >= 0 else os.SEEK_END)
        opened.write(content)


def forge(folder: Path) -> None:
    """A first run of a stranger's codes, with a record that fits, by one who may write here and has no key."""
    stranger = Identity.from_seed(bytes(range(1, 33)), ClassPath("2.3"))
    made = _make(RunMaker(stranger, job(*THREE_RUNS)), Run(0, 0))
    record = Record(len(made.content), made.codes, made.root, sha256(made.content).digest())
    (folder / PARTIAL).write_bytes(made.content)
    append_records(folder / JOURNAL, 0, [record], journal_key(stranger, job(*THREE_RUNS), 0))


KEY = journal_key(MAKER, job(*THREE_RUNS), 0)
PARTIAL, JOURNAL = "0001-2.3.2.G.csv.partial", "0001-2.3.2.G.csv.runs"
DAMAGES: dict[str, Callable[[Path], object]] = {
    "a file that is gone": lambda folder: (folder / PARTIAL).unlink(),
    "a journal that is gone": lambda folder: (folder / JOURNAL).unlink(),
    "a file cut off": lambda folder: os.truncate(folder / PARTIAL, 100_000),
    "a file that is empty": lambda folder: os.truncate(folder / PARTIAL, 0),
    "zeros that a disk made": lambda folder: damage(folder / PARTIAL, 500_000, bytes(512)),
    "one bit": lambda folder: damage(folder / PARTIAL, 777, b"~"),
    "more behind it": lambda folder: damage(folder / PARTIAL, (folder / PARTIAL).stat().st_size, b"2.3.2.G.9,8"),
    "half a record": lambda folder: os.truncate(folder / JOURNAL, RECORD_BYTES // 2),
    "a damaged record": lambda folder: damage(folder / JOURNAL, 3, b"\1"),
    "records of nothing": lambda folder: damage(folder / JOURNAL, 2 * RECORD_BYTES, bytes(3 * RECORD_BYTES)),
    "a run that was never": lambda folder: append_records(
        folder / JOURNAL, 1, [Record(10**15, 904, bytes(32), bytes(32))], KEY
    ),
    "a run of no codes": lambda folder: append_records(
        folder / JOURNAL, 0, [Record(10**6, 0, bytes(32), bytes(32))], KEY
    ),
    "a run of somebody else": lambda folder: forge(folder),
    "names that were to be": lambda folder: (folder / "manifest.json.new").write_bytes(b"{"),
}


@pytest.mark.parametrize("done", [DAMAGES[name] for name in DAMAGES], ids=list(DAMAGES))
def test_what_a_disk_lost_is_made_again(tmp_path: Path, done: Callable[[Path], object]) -> None:
    print_codes(MAKER, job(*THREE_RUNS), tmp_path / "whole", workers=1, clock=clock)
    folder = tmp_path / "job"
    stopped(folder, 2)
    done(folder)
    print_codes(MAKER, job(*THREE_RUNS), folder, workers=1, clock=clock)
    assert contents(folder) == contents(tmp_path / "whole")


def test_a_file_that_has_its_name_is_not_changed(tmp_path: Path) -> None:
    """Killed between naming the files and the manifest; then somebody edits one."""
    print_codes(MAKER, job(*THREE_RUNS), tmp_path, workers=1, clock=clock)
    whole = contents(tmp_path)
    (tmp_path / "manifest.json").unlink()
    stopped_job = tmp_path.parent / "again"
    stopped(stopped_job, 0)
    (stopped_job / "job.json").rename(tmp_path / "job.json")
    print_codes(MAKER, job(*THREE_RUNS), tmp_path, workers=1, clock=clock)
    assert contents(tmp_path) == whole
    (tmp_path / "manifest.json").rename(tmp_path / "job.json")
    stopped(other := tmp_path.parent / "more", 0)
    (other / "job.json").replace(tmp_path / "job.json")
    damage(tmp_path / "0001-2.3.2.G.csv", 777, b"~")
    edited = contents(tmp_path)
    with pytest.raises(PrintingError, match="changed"):
        print_codes(MAKER, job(*THREE_RUNS), tmp_path, workers=1)
    assert contents(tmp_path) == edited


def test_two_processes_do_not_print_into_one_folder(tmp_path: Path) -> None:
    def meanwhile(done: int) -> None:
        with pytest.raises(PrintingError, match="busy"):
            print_codes(MAKER, job(), tmp_path)

    print_codes(MAKER, job(), tmp_path, workers=1, on_progress=meanwhile)


def test_a_full_disk_is_told_and_the_job_goes_on(tmp_path: Path) -> None:
    """A limit on the size of files, which stops a write in its midst as a full disk does."""
    print_codes(MAKER, job(*THREE_RUNS), tmp_path / "whole", workers=1, clock=clock)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (750_000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            print_codes(MAKER, job(*THREE_RUNS), tmp_path / "job", workers=1, clock=clock)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not (tmp_path / "job/manifest.json").exists()
    assert len(list(read_records(tmp_path / "job" / JOURNAL))) == 1
    print_codes(MAKER, job(*THREE_RUNS), tmp_path / "job", workers=1, clock=clock)
    assert contents(tmp_path / "job") == contents(tmp_path / "whole")

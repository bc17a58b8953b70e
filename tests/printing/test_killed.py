"""The command as real processes, killed as a system kills them: kill -9, at moments of no one's choosing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.test_process import CLEAN
from plings.printing import Job, finished, print_codes
from plings.printing.batch import Batch
from printing.made import MAKER, contents

pytestmark = pytest.mark.ui

JOB = Job((Batch.parse("2.3.2.G:0-24999"), Batch.parse("2.3.2.H:5")))
COMMAND = ["print", "run", "2.3.2.G:0-24999", "2.3.2.H:5", "--workers", "2", "-o"]
ENVIRONMENT = CLEAN | {"PLINGS_SEED": bytes(range(32)).hex()}


def start(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-m", "plings", *COMMAND, str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)


def children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_killed_until_it_is_done(tmp_path: Path) -> None:
    """Each time it lives a little longer. Its workers end with it."""
    print_codes(MAKER, JOB, tmp_path / "whole", workers=1)
    moments, kills = random.Random(5), 0
    folder = tmp_path / "job"
    while True:
        process = start(folder)
        try:
            _, errors = process.communicate(timeout=(0.3 + 0.3 * kills) * moments.uniform(0.5, 1.5))
        except subprocess.TimeoutExpired:
            workers = children(process.pid)
            process.kill()
            process.communicate()
            kills += 1
            until = time.monotonic() + 30
            while any(map(is_alive, workers)):
                assert time.monotonic() < until, "workers outlive the process"
                time.sleep(0.02)
            continue
        assert (process.returncode, errors) == (0, "")
        break
    assert kills >= 2
    made, whole = contents(folder), contents(tmp_path / "whole")
    assert made.pop("manifest.json") and whole.pop("manifest.json")  # it has times
    assert made == whole
    roots = [[batch.commitment.root for batch in finished(each).batches] for each in (folder, tmp_path / "whole")]
    assert roots[0] == roots[1]


def test_a_killed_worker_is_one_line_and_the_job_goes_on(tmp_path: Path) -> None:
    process = start(tmp_path / "job")
    until = time.monotonic() + 60
    while not (workers := [one for one in children(process.pid) if b"spawn_main" in command_line(one)]):
        assert time.monotonic() < until and process.poll() is None
        time.sleep(0.01)
    os.kill(workers[0], signal.SIGKILL)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.splitlines()[-1].startswith("plings: a worker process died")
    again = start(tmp_path / "job")
    _, errors = again.communicate(timeout=60)
    assert (again.returncode, errors) == (0, "")
    assert finished(tmp_path / "job").codes == JOB.count


def command_line(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


def test_interrupted_it_says_so(tmp_path: Path) -> None:
    process = start(tmp_path / "job")
    until = time.monotonic() + 60
    while not (tmp_path / "job/0001-2.3.2.G.csv.runs").exists():
        assert time.monotonic() < until and process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, "plings: interrupted\n")

"""The program's rules, one by one: on SBF in LiteSVM, and natively. Both are built here from `programs/rules-probe`."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from toolchain.suite import ROOT, TOOLCHAIN, Machine, installed, require, require_toolchain, run, succeeded

CRATE = ROOT / "programs" / "rules-probe"
TARGET = ROOT / "target" / "probe"
"""Not cargo's usual folder: the plings built here has no entrypoint, and must not be taken for the real one."""

RULES = re.findall(r'^ {4}"([\w-]+)" => [\w:]+,$', (CRATE / "src/lib.rs").read_text(encoding="utf-8"), re.MULTILINE)


@cache
def sbf_probe() -> Machine:
    """A machine with the probe in it. Skips the test without the toolchain, or fails it under CI."""
    require_toolchain()
    succeeded(run(TOOLCHAIN / "build", CRATE, "--locked", CARGO_TARGET_DIR=str(TARGET)))
    return Machine((TARGET / "deploy" / "rules_probe.so").read_bytes())


def probe_binary() -> bytes:
    """The probe as a program, which relays what it is given with accounts. Skips as `sbf_probe` does."""
    sbf_probe()
    return (TARGET / "deploy" / "rules_probe.so").read_bytes()


@cache
def native_probe() -> Path:
    cargo = "/usr/bin/cargo" if installed() else shutil.which("cargo")
    require(cargo is not None, "no cargo to build the native answers with")
    path = f"{Path(str(cargo)).parent}:/usr/bin:/bin"
    command = [str(cargo), "build", "--quiet", "--locked", "--features", "native", "--bin", "native"]
    succeeded(run(*command, cwd=CRATE, CARGO_TARGET_DIR=str(TARGET), PATH=path))
    return TARGET / "debug" / "native"


def sbf_answer(rule: str, data: bytes) -> str:
    """The answer in hex; anything else is how the program ended without one."""
    return sbf_probe().answer(RULES.index(rule), data)


def native_answers(calls: Iterable[tuple[str, bytes]]) -> list[str]:
    """The answers in hex; `panic` or `no answer` where there is none."""
    lines = "".join(f"{RULES.index(rule)} {data.hex()}\n" for rule, data in calls)
    done = subprocess.run([native_probe()], input=lines, text=True, capture_output=True, check=True)
    return done.stdout.splitlines()


def compute_units(rule: str, data: bytes) -> int:
    """What one call costs on SBF, all told."""
    machine = sbf_probe()
    machine.compute_units = 0
    int(machine.answer(RULES.index(rule), data) or "0", 16)  # an answer, not a failure
    return machine.compute_units

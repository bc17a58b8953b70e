"""The conformance suite: builds the crate of features for SBF and natively, makes inputs, and runs both."""

import os
import random
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from solders.compute_budget import ComputeBudget
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.litesvm import LiteSVM
from solders.message import Message
from solders.pubkey import Pubkey
from solders.transaction import Transaction
from solders.transaction_metadata import FailedTransactionMetadata

ROOT = Path(__file__).parents[2]
TOOLCHAIN = ROOT / "toolchain"
CRATE = TOOLCHAIN / "conformance"
TARGET = ROOT / "target" / "toolchain"
PREFIX = Path(os.environ.get("SBF_TOOLCHAIN_PREFIX", "/opt/sbf-toolchain"))

SEED = os.environ.get("PLINGS_SEED") or "plings"
RANDOM_INPUTS = 192
COMPUTE_UNITS = 1_400_000

# What an answer is when the program refused (a panic natively, an abort on SBF), and when it ended in another way.
PANIC = "panic"
ABORT_LOG = "SBF program panicked"

FEATURES = re.findall(r'^ {4}"([\w-]+)" => [\w:]+,$', (CRATE / "src/lib.rs").read_text(), re.MULTILINE)


def installed() -> bool:
    return Path("/usr/bin/cargo").exists() and (PREFIX / "bin/sbf-link").exists() and (PREFIX / "library").is_dir()


def require(available: bool, reason: str) -> None:
    """Skips the test when a tool is not there, and fails it where every tool must be."""
    if not available and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if not available:
        pytest.skip(reason)


def require_toolchain() -> None:
    require(installed(), f"no SBF toolchain in {PREFIX}: run toolchain/install")


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command's result, whatever it is; its error output is for the test to show."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=os.environ | environment,
        text=True,
        capture_output=True,
        check=False,
    )


def succeeded(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@cache
def sbf_program() -> bytes:
    """The crate built for SBF: by this project's toolchain, or by the official one where only that is there."""
    if installed():
        folder = TARGET / "conformance"
        succeeded(run(TOOLCHAIN / "build", CRATE, "--locked", CARGO_TARGET_DIR=str(folder)))
        return (folder / "deploy/conformance.so").read_bytes()
    require(
        shutil.which("cargo-build-sbf") is not None, "neither toolchain/install has run nor is cargo-build-sbf there"
    )
    folder = TARGET / "official"
    succeeded(
        run(
            "cargo-build-sbf",
            "--manifest-path",
            CRATE / "Cargo.toml",
            "--sbf-out-dir",
            folder,
            CARGO_TARGET_DIR=str(folder),
        )
    )
    return (folder / "conformance.so").read_bytes()


@cache
def native_binary() -> Path:
    cargo = "/usr/bin/cargo" if installed() else shutil.which("cargo")
    require(cargo is not None, "no cargo to build the native answers with")
    folder = TARGET / "conformance"
    path = f"{Path(cargo).parent}:{os.environ['PATH']}"
    succeeded(run(
        cargo, "build", "--quiet", "--locked", "--profile", "native", "--features", "native", "--bin", "native",
        cwd=CRATE, CARGO_TARGET_DIR=str(folder), PATH=path,
    ))  # fmt: skip
    return folder / "native/native"


def native_answers(feature: int, inputs: list[bytes]) -> list[str]:
    """For each input the output in hexadecimal, or PANIC, of the crate run natively."""
    lines = "".join(f"{feature} {each.hex()}\n" for each in inputs)
    result = subprocess.run([native_binary()], input=lines, text=True, capture_output=True, check=True)
    return result.stdout.splitlines()


class Machine:
    """A LiteSVM with the crate's program in it."""

    def __init__(self, program: bytes) -> None:
        budget = ComputeBudget()
        budget.compute_unit_limit = COMPUTE_UNITS
        self._svm = (
            LiteSVM()
            .with_compute_budget(budget)
            .with_sigverify(False)
            .with_blockhash_check(False)
            .with_transaction_history(0)
        )
        self._payer = Keypair.from_seed(bytes(32)).pubkey()
        self._program = Pubkey.from_bytes(bytes([7] * 32))
        self._svm.airdrop(self._payer, 10**12)
        self._svm.add_program(self._program, program)
        self.compute_units = 0

    def answer(self, feature: int, data: bytes) -> str:
        """The output in hexadecimal; PANIC; or how else the program ended, which no native run answers."""
        message = Message([Instruction(self._program, bytes([feature]) + data, [])], self._payer)
        result = self._svm.send_transaction(Transaction.new_unsigned(message))
        if isinstance(result, FailedTransactionMetadata):
            logs = result.meta().logs()
            return PANIC if any(ABORT_LOG in line for line in logs) else f"{result.err()} {logs[-1:]}"
        self.compute_units = max(self.compute_units, result.compute_units_consumed())
        return bytes(result.return_data().data).hex()


# Operands that break arithmetic: bounds, powers of two and their neighbours, small numbers; 16 bytes each.
_EDGES = [
    value.to_bytes(16, "little")
    for value in dict.fromkeys(
        [0, 1, 2, 3, 7, 10, 100, 255, 256, 2**128 - 1, 2**128 - 2, 2**127, 2**127 - 1, 2**127 + 1]
        + [2**power + step for power in (7, 8, 15, 16, 31, 32, 63, 64, 65, 96) for step in (-1, 0, 1)]
        + [2**128 - 2**power for power in (7, 15, 31, 63, 64)]
        + [int.from_bytes(bytes([byte]) * 16, "little") for byte in (0x55, 0x7F, 0x80, 0xAA)]
    )
]


def _piece(source: random.Random, size: int) -> bytes:
    """`size` bytes, random or from an edge."""
    match source.randrange(8):
        case 0 | 1:
            return source.choice(_EDGES)[:size]
        case 2:
            return source.choice(_EDGES)[16 - size :]
        case 3:
            return source.randrange(200).to_bytes(size, "little") if size > 1 else bytes([source.randrange(9)])
        case 4:
            return (source.randbytes(source.randrange(size + 1)) + bytes(size))[:size]
        case _:
            return source.randbytes(size)


def inputs(name: str) -> list[bytes]:
    """The inputs of a feature: fixed edges, then seeded random ones, many made of operands at their own edges."""
    source = random.Random(f"{SEED} {name}")
    kind = re.match(r"[ui](\d+|size)-", name)
    size = int(kind[1].replace("size", "64")) // 8 if kind else source.choice([1, 2, 4, 8])
    choice = b"\x00" if name.endswith("-panics") else b""
    found = [
        b"",
        b"\x00",
        b"\xff",
        bytes(64),
        b"\xff" * 64,
        b"\x80" * 64,
        b"\x7f" * 64,
        bytes(range(100)),
        bytes(range(255, 55, -1)),
    ]
    found += [bytes(zeros) + b"\x80" + bytes(40) for zeros in range(0, 33, 4)]
    if kind:  # pairs of edges of this very size
        least = ["00" * size, "01" + "00" * (size - 1), "ff" * size, "00" * (size - 1) + "80", "ff" * (size - 1) + "7f"]
        found += [
            choice + bytes.fromhex(a + b) + bytes([n])
            for a in least
            for b in least
            for n in (0, size * 8 - 1, size * 8)
        ]
        found += (
            [bytes([c]) + bytes.fromhex(a + b) + b"\x01" for a in least for b in least for c in range(12)]
            if choice
            else []
        )
    for number in range(RANDOM_INPUTS):
        if number % 3 == 0:
            found.append(source.randbytes(source.randrange(1000 if number % 2 else 120)))
        else:
            start = source.randbytes(1) if choice or not kind else b""
            found.append(start + b"".join(_piece(source, size) for _ in range(source.randrange(1, 48))))
    return [each[:1000] for each in found]


def differences(machine: Machine, name: str, given: list[bytes] | None = None) -> list[str]:
    """For each input with another answer on SBF than natively, one line that tells how to repeat it."""
    feature = FEATURES.index(name)
    given = inputs(name) if given is None else given
    return [
        f"{name} of {each.hex() or 'nothing'}: natively {expected}, on SBF {got}"
        for each, expected in zip(given, native_answers(feature, given), strict=True)
        if (got := machine.answer(feature, each)) != expected
    ]

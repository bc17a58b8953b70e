"""How fast codes are made, beside the keys in them: each code has one, so bare key generation is the limit.

    python benchmarks/printing.py                                  # a minute
    python benchmarks/printing.py --codes 200000 2000000 --record  # writes benchmarks/printing.json

Each process makes, in turn, some bare Ed25519 keys of given private bytes, some codes (derive, pointer, URL, leaf),
some signed codes, and some keys of bip-utils; all with the same library but the last. Rates are of all processes
together: `per_cpu_second` is per second of one processor, which a machine at other work does not change much.
`of_limit` is the ratio of these: of codes to keys, of signed codes to a key and a signature. `whole_jobs` are jobs into
CSV files on disk, with the memory of the process that writes and of its largest worker: the same for any number.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plings.identity import ClassPath, Identity
from plings.printing import Batch, Job, print_codes
from plings.printing.maker import CodeMaker
from plings.printing.workers import cores

FILE = Path(__file__).resolve().parent / "printing.json"
MAKER = Identity.from_seed(bytes(range(32)), ClassPath("2.3"))
BATCH = "2.3.4F.2aB.5"
A_DAY = 2_000_000_000
ROUNDS = 5
PRIVATE = [number.to_bytes(32, "big") for number in range(1, 1001)]


def keys(count: int) -> None:
    for private in islice(cycle(PRIVATE), count):
        Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def keys_and_signatures(count: int) -> None:
    signer = Ed25519PrivateKey.from_private_bytes(MAKER.node.key)
    for private in islice(cycle(PRIVATE), count):
        Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
        signer.sign(private * 3)


def codes(count: int) -> None:
    for _ in CodeMaker(MAKER, BATCH).make(range(count)):
        pass


def signed_codes(count: int) -> None:
    for _ in CodeMaker(MAKER, BATCH, signed=True).make(range(count)):
        pass


def bip_utils_keys(count: int) -> None:
    """The same derivation from the batch's node on, and the address."""
    from bip_utils import Base58Encoder, Bip32Slip10Ed25519

    batch = Bip32Slip10Ed25519.FromSeedAndPath(bytes(range(32)), "m/44'/501'/1'/2'/188'/5288'/4'")
    for number in range(count):
        Base58Encoder.Encode(batch.ChildKey(number + 2**31).PublicKey().RawCompressed().ToBytes()[1:])


WORK: dict[str, tuple[Callable[[int], None], int]] = {
    "keys": (keys, ROUNDS),
    "codes": (codes, ROUNDS),
    "keys_and_signatures": (keys_and_signatures, ROUNDS),
    "signed_codes": (signed_codes, ROUNDS),
    "bip_utils_keys": (bip_utils_keys, 10 * ROUNDS),
}
"""What is done, and in how many parts of --keys: bip-utils is too slow for all."""


def measure(names: list[str], count: int) -> dict[str, tuple[float, float]]:
    """Seconds of wall and of processor for `count` of each, in rounds that take turns."""
    taken = dict.fromkeys(names, (0.0, 0.0))
    for name in names:
        WORK[name][0](1)  # what is loaded at first is no part of it
    for _ in range(ROUNDS):
        for name in names:
            wall, processor = time.perf_counter(), time.process_time()
            work, parts = WORK[name]
            work(count // parts)
            before = taken[name]
            taken[name] = (before[0] + time.perf_counter() - wall, before[1] + time.process_time() - processor)
    return taken


def rates(names: list[str], count: int, processes: int) -> dict[str, dict[str, int]]:
    with get_context("spawn").Pool(processes) as pool:
        taken = pool.starmap(measure, [(names, count)] * processes, chunksize=1)
    figures = {}
    for name in names:
        made = count // WORK[name][1] * ROUNDS
        walls, processors = zip(*(one[name] for one in taken), strict=True)
        per_second = sum(made / wall for wall in walls)
        figures[name] = {
            "per_second": round(per_second),
            "per_cpu_second": round(made * processes / sum(processors)),
            "a_day": round(per_second * 86_400),
        }
    return figures


def whole_job(count: int, workers: int) -> dict[str, float]:
    """In a process of its own, whose memory is looked at when it ends."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(print_one, count, workers).result()


def print_one(count: int, workers: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=FILE.parent) as folder:
        started = time.perf_counter()
        manifest = print_codes(MAKER, Job((Batch.parse(f"{BATCH}:0-{count - 1}"),)), Path(folder), workers=workers)
        seconds = time.perf_counter() - started
    peak = {
        who: resource.getrusage(which).ru_maxrss / 1024
        for who, which in (("writer", resource.RUSAGE_SELF), ("worker", resource.RUSAGE_CHILDREN))
    }
    return {
        "codes": count,
        "seconds": round(seconds, 1),
        "codes_per_second": round(count / seconds),
        "bytes_per_code": round(manifest.batches[0].size_bytes / count, 1),
        **{f"{who}_peak_mb": round(megabytes) for who, megabytes in peak.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--keys", type=int, default=50_000, help="of each kind, in each process")
    parser.add_argument("--codes", type=int, nargs="*", default=[50_000, 200_000], help="of each whole job")
    parser.add_argument("--processes", type=int, default=cores())
    parser.add_argument("--record", action="store_true", help="writes benchmarks/printing.json")
    options = parser.parse_args()
    names = list(WORK)
    try:
        import bip_utils  # noqa: F401
    except ModuleNotFoundError:
        names.remove("bip_utils_keys")  # pip install bip-utils
    made = rates(names, options.keys, options.processes)
    cpu = {name: figures["per_cpu_second"] for name, figures in made.items()}
    figures = {
        "processes": options.processes,
        "load_average": round(os.getloadavg()[0], 1),
        "rates": made,
        "of_limit": round(cpu["codes"] / cpu["keys"], 3),
        "signed_of_limit": round(cpu["signed_codes"] / cpu["keys_and_signatures"], 3),
        "times_bip_utils": round(cpu["codes"] / cpu["bip_utils_keys"], 1) if "bip_utils_keys" in cpu else None,
        "wanted_per_second": round(A_DAY / 86_400),
        "whole_jobs": [whole_job(count, options.processes) for count in options.codes],
    }
    text = json.dumps(figures, indent=2)
    print(text)
    if options.record:
        FILE.write_text(text + "\n", encoding="ascii")


if __name__ == "__main__":
    main()

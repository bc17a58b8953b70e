"""How many codes a counter checks, beside the bare cryptography that it cannot do without.

    python benchmarks/verify.py
    python benchmarks/verify.py --record    # writes benchmarks/verify.json

One core, `check_url` on the scanned text, the manufacturers' keys at hand. Every code is another object's. What may be
remembered from earlier scans is a class's pointer, a manufacturer's key and its text, so there are three mixes:

    usual               500 manufacturers with 20 classes each, scanned as goods sell (the n-th most often: 1/n)
    new classes         every scan is of a class not seen lately
    new manufacturers   every scan is of a manufacturer not seen lately: nothing remembered helps

A class is beside one sha256 of `{key}:{path_to_pointer}`, a signed tag beside one Ed25519 verification of its message,
with the library's key object kept, or made for each call (both: a check keeps it). Rates are of processor time, of the
best of several rounds in which bare and whole take turns; times of single scans are of the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate
from pathlib import Path as File
from statistics import median, quantiles
from time import perf_counter_ns, process_time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plings.identity import (
    ClassPath,
    Grade,
    Identity,
    Path,
    ScanUrl,
    check_url,
    format_address,
    format_segment,
    make_code,
    tag_message,
)

RECORDED = File(__file__).resolve().parent / "verify.json"
SEED = bytes(range(32))
MANUFACTURERS, CLASSES = 500, 20
STRANGERS = 5_000
ROUNDS = 5
SIGNATURE = len("&s=") + 86

Work = Callable[[], object]


@dataclass(frozen=True)
class Mix:
    """Signed codes in the order in which they are scanned."""

    codes: list[ScanUrl]
    keys: dict[str, bytes]

    def texts(self, signed: bool) -> list[str]:
        return [code.text if signed else code.text[:-SIGNATURE] for code in self.codes]


def mixes(scans: int) -> dict[str, Mix]:
    chance = random.Random(1)
    makers = [Identity.from_seed(SEED, ClassPath(f"2.{format_segment(number)}")) for number in range(1, STRANGERS + 1)]
    keys = {maker.prefix.text: maker.public_key for maker in makers}
    classes = [
        (maker, f"{maker.prefix}.{format_segment(n)}") for n in range(CLASSES) for maker in makers[:MANUFACTURERS]
    ]
    often = list(accumulate(1 / place for place in range(1, len(classes) + 1)))
    orders = {
        "usual": chance.choices(chance.sample(classes, len(classes)), cum_weights=often, k=scans),
        "new classes": in_turn(classes, scans),
        "new manufacturers": in_turn([(maker, f"{maker.prefix}.4F") for maker in makers], scans),
    }
    return {name: Mix(list(printed(order)), keys) for name, order in orders.items()}


def in_turn(classes: list[tuple[Identity, str]], scans: int) -> list[tuple[Identity, str]]:
    return [classes[place % len(classes)] for place in range(scans)]


def printed(order: Iterable[tuple[Identity, str]]) -> Iterator[ScanUrl]:
    """A signed code of each class, of batches of ten thousand."""
    for number, (maker, of) in enumerate(order):
        batch, instance = divmod(number, 10_000)
        yield make_code(maker, Path(f"{of}.{format_segment(batch)}.{format_segment(instance)}"), signed=True)


def measure(mix: Mix, signed: bool) -> dict[str, object]:
    texts, keys = mix.texts(signed), mix.keys
    grade = Grade.TAG_GENUINE if signed else Grade.CLASS_GENUINE

    def check() -> None:
        for text in texts:
            check_url(text, keys)

    assert all(check_url(text, keys).grade is grade for text in texts)
    bare = bare_tags(mix) if signed else bare_classes(mix)
    seconds = best({"check": check, **bare})
    checked = seconds.pop("check")
    return {
        "checks a second": round(len(texts) / checked),
        **{f"{name} a second": round(len(texts) / taken) for name, taken in seconds.items()},
        **{f"check to {name}": round(taken / checked, 4) for name, taken in seconds.items()},
        **one_scan(texts, keys),
    }


def bare_classes(mix: Mix) -> dict[str, Work]:
    messages = [
        f"{format_address(mix.keys[code.path.prefix])}:{code.path.path_to_pointer}".encode() for code in mix.codes
    ]

    def hash_all() -> None:
        for message in messages:
            sha256(message).digest()

    return {"sha256": hash_all}


def bare_tags(mix: Mix) -> dict[str, Work]:
    signed = [
        (mix.keys[code.path.prefix], code.signature, tag_message(code.path, code.class_pointer, code.address))
        for code in mix.codes
    ]
    kept = {key: Ed25519PublicKey.from_public_bytes(key) for key in mix.keys.values()}

    def verify_kept() -> None:
        for key, signature, message in signed:
            kept[key].verify(signature, message)

    def verify_made() -> None:
        for key, signature, message in signed:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, message)

    return {"Ed25519, key kept": verify_kept, "Ed25519, key made": verify_made}


def best(works: dict[str, Work]) -> dict[str, float]:
    """Seconds of processor time of each, of its best round."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            begun = process_time()
            work()
            taken[name].append(process_time() - begun)
    return {name: min(seconds) for name, seconds in taken.items()}


def one_scan(texts: list[str], keys: dict[str, bytes]) -> dict[str, float]:
    """Microseconds of single scans: the median, and what 99 in 100 do not exceed."""
    taken = []
    for text in texts:
        begun = perf_counter_ns()
        check_url(text, keys)
        taken.append((perf_counter_ns() - begun) / 1e3)
    return {"median_us": round(median(taken), 1), "p99_us": round(quantiles(taken, n=100)[98], 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--scans", type=int, default=10_000, help="in each mix")
    parser.add_argument("--record", action="store_true", help="writes benchmarks/verify.json")
    chosen = parser.parse_args()
    figures: dict[str, object] = {
        "scans": chosen.scans,
        "python": platform.python_version(),
        "load of the machine": round(os.getloadavg()[0], 1),
    }
    for name, mix in mixes(chosen.scans).items():
        figures[name] = {"class": measure(mix, signed=False), "tag": measure(mix, signed=True)}
    text = json.dumps(figures, indent=2)
    print(text)
    if chosen.record:
        RECORDED.write_text(text + "\n")


if __name__ == "__main__":
    main()

"""A shop with very many classes: `shop.py [--millions 10] [--record]` writes shop.json with --record.

Makes a bundle of so many classes, each with a product of its own, imports it, starts a counter on it, and scans codes
drawn at random, signed and unsigned, each another one: all of it cold for the counter, and as the system's page cache
has it. 10 million take some ten minutes and 3.5 GB of disk for a while.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from memory import peak_bytes
from plings.identity import ClassPath, Identity, format_segment, make_code
from plings.identity import Path as ObjectPath
from plings.shop import (
    BundleWriter,
    Counter,
    Manufacturer,
    Pointer,
    Price,
    Product,
    ShopFolder,
    ToldStore,
    import_bundle,
)
from plings.shop.keys import manufacturer_record_key
from scratch import scratch

FILE = Path(__file__).with_name("shop.json")
SCANS = 10_000
NOW = 1_800_000_000
PUBLISHER = Ed25519PrivateKey.from_private_bytes(sha256(b"publisher").digest())
PUBLISHER_KEY = PUBLISHER.public_key().public_bytes_raw()
MAKER = Identity.from_seed(bytes(range(32)), ClassPath("2.3"))
OWNER = bytes(16)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", type=float, default=10)
    parser.add_argument("--record", action="store_true", help="write shop.json")
    parser.add_argument("--scan", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.scan:
        print(json.dumps(_scan(ShopFolder(Path(arguments.scan[0])), int(arguments.scan[1]))))
        return
    with scratch() as folder:
        facts = _measure(folder, int(arguments.millions * 1_000_000))
    text = json.dumps(facts, indent=2) + "\n"
    if arguments.record:
        FILE.write_text(text)
    print(text, end="")


def _measure(folder: Path, count: int) -> dict[str, Any]:
    started = time.monotonic()
    file = folder / "made.bundle"
    _build(file, count)
    built = time.monotonic()
    shop = ShopFolder(folder / "shop")
    import_bundle(shop, file, NOW, PUBLISHER_KEY)
    imported = time.monotonic()
    size = file.stat().st_size
    file.unlink()
    # in a process of its own, whose memory is the counter's
    scanned = subprocess.run(
        [sys.executable, __file__, "--scan", str(shop.folder), str(count)], capture_output=True, check=True, text=True
    )
    return {
        "classes": count,
        "file_bytes": size,
        "bytes_per_class": round(size / count, 1),
        "build_seconds": round(built - started, 1),
        "import_seconds": round(imported - built, 1),
        **json.loads(scanned.stdout),
    }


def _build(file: Path, count: int) -> None:
    with file.open("wb") as stream:
        writer = BundleWriter(stream)
        maker = Manufacturer("2.3", MAKER.public_key, "Maker", OWNER, "active", 0)
        writer.add("manufacturers", manufacturer_record_key("2.3"), maker.encoded)
        for key, number in _sorted_keys(count):
            writer.add("pointers", key, Pointer(number.to_bytes(16, "big"), "active").encoded)
        for number in range(count):
            product = Product(f"Product {number}", f"S-{number}", None, "Things", OWNER, "active", (_price(number),))
            writer.add("products", number.to_bytes(16, "big"), product.encoded)
        writer.finish(
            publisher_name="Benchmark",
            publisher_key=PUBLISHER_KEY,
            sequence=1,
            created_at_unix=NOW,
            expires_at_unix=NOW + 86_400,
            host="s.plings.io",
            sign=PUBLISHER.sign,
        )


def _sorted_keys(count: int) -> Iterator[tuple[bytes, int]]:
    """The keys of all classes in order: put into 256 heaps by their first byte, and each heap is sorted."""
    heaps = [bytearray() for _ in range(256)]
    known = f"{MAKER.node.address}:".encode()
    for number in range(count):
        key = sha256(known + _path(number).encode()).digest()[:16]
        heaps[key[0]] += key + number.to_bytes(4, "big")
    for at, heap in enumerate(heaps):
        heaps[at] = bytearray()
        for record in sorted(bytes(heap[start : start + 20]) for start in range(0, len(heap), 20)):
            yield record[:16], int.from_bytes(record[16:], "big")


def _path(number: int) -> str:
    return f"2.3.{format_segment(number // 4096)}.{format_segment(number % 4096)}"


def _price(number: int) -> Price:
    return Price("EUR", number % 10_000 + 1, 2)


def _scan(shop: ShopFolder, count: int) -> dict[str, Any]:
    random.seed(1)
    texts = {kind: _codes(count, signed=kind == "signed") for kind in ("unsigned", "signed")}
    started = time.perf_counter()
    bundle = shop.open_bundle()
    counter = Counter(bundle, ToldStore(shop.told_file))
    counter.check(texts["unsigned"].pop()[0], NOW)
    ready = time.perf_counter() - started
    facts: dict[str, Any] = {"start_to_first_answer_ms": round(1000 * ready, 1)}
    for kind, codes in texts.items():
        facts |= {f"{kind}_scan_us": _timed(counter, codes)}
    return facts | {"memory_bytes": peak_bytes()}


def _codes(count: int, *, signed: bool) -> list[tuple[str, int]]:
    numbers = random.sample(range(count), min(SCANS, count))
    return [(make_code(MAKER, ObjectPath(f"{_path(number)}.2.2"), signed=signed).text, number) for number in numbers]


def _timed(counter: Counter, codes: list[tuple[str, int]]) -> dict[str, float]:
    took = []
    for text, number in codes:
        started = time.perf_counter_ns()
        answer = counter.check(text, NOW)
        took.append(time.perf_counter_ns() - started)
        assert answer.advice == "sell" and answer.price == _price(number), text
    took.sort()
    return {name: round(took[int(len(took) * share)] / 1000, 1) for name, share in (("p50", 0.5), ("p99", 0.99))}


if __name__ == "__main__":
    main()

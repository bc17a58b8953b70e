"""How fast receipts are made and checked offline on one core, as JSON. Sizes are bytes, rates are per second.

`sha256` is one hash of a tree's node (65 bytes) in a bare loop of the same run: `hash_share` is how much of the time of
checking a proof such hashes alone would take, which says more than a rate on a machine that others use, too.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from plings.proofs import Receipt, ReceiptVerdict, Tree, included
from proofs.made import made_receipt

DEPTH = 10
ROUNDS = 5


def rate(work: Callable[[], int]) -> float:
    """The best of some rounds, each of which does what it counts."""
    rates = []
    for _ in range(ROUNDS):
        start = process_time()
        done = work()
        rates.append(done / (process_time() - start))
    return max(rates)


def hashing(times: int = 300_000) -> int:
    left, right = bytes(32), bytes(range(32))
    for _ in range(times):
        left = sha256(b"\1" + left + right).digest()
    return times


def checking(tree: Tree, leaves: list[bytes], rounds: int = 30) -> int:
    count, root = len(leaves), tree.root()
    proofs = [tree.inclusion_proof(index) for index in range(count)]
    for _ in range(rounds):
        for index, leaf in enumerate(leaves):
            if not included(root, leaf, index, count, proofs[index]):
                raise AssertionError(index)
    return rounds * count


def each(text: str, work: Callable[[str], object], times: int = 3_000) -> int:
    for _ in range(times):
        work(text)
    return times


def growing(leaves: list[bytes], times: int = 50) -> int:
    for _ in range(times):
        Tree(leaves).root()
    return times


def main() -> None:
    leaves = [sha256(b"\0%d" % number).digest() for number in range(2**DEPTH)]
    tree = Tree(leaves)
    hashes = rate(hashing)
    proofs = rate(lambda: checking(tree, leaves))
    chained = made_receipt(number=617, earlier=500, count=1_000)
    receipt = replace(chained, earlier=None)
    figures = {
        "sha256": round(hashes),
        "inclusion_proofs_depth_10": round(proofs),
        "hash_share": round(proofs * DEPTH / hashes, 2),
        "receipts_parsed": round(rate(lambda: each(receipt.text, Receipt.parse))),
        "receipts_parsed_and_verified": round(rate(lambda: each(receipt.text, checked))),
        "tree_of_1000_leaves_ms": round(1_000 / rate(lambda: growing(leaves[:1_000])), 2),
        "receipt_bytes": len(receipt.text),
        "receipt_bytes_with_earlier_checkpoint": len(chained.text),
    }
    print(json.dumps(figures, indent=2))


def checked(text: str) -> ReceiptVerdict:
    return Receipt.parse(text).verify()


if __name__ == "__main__":
    main()

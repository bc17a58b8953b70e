"""Up to which size of a batch a payment with the proof of one of its codes fits a transaction, on the page."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path as File

import pytest
from solders.hash import Hash

from customer.stand import ACTORS, MICRO_PRICE, PRICE, SLOT_PRICE, SPONSORED, Stand
from plings.chain.transaction import MAX_BYTES, Budget, assemble, legacy, unsigned
from plings.commitments import BatchCommitment, InstanceRanges, ItemProof, item_leaf
from plings.customer.printed import fits
from plings.customer.referencing import referenced
from plings.identity import Path, ScanUrl, make_code
from plings.objects import Standing, find_standing, payment_of
from plings.program.accounts import MOST_ITEMS

DOCS = File(__file__).resolve().parents[2] / "docs"
PATH = Path("2.3.2.5ab.5")
"""11 bytes, as in decision 27."""
LONGEST = Path(".".join(["2.3", *["2zzzzz"] * 12, "zzzzz", "zz"]))
"""96 bytes."""
MOST_HASHES = (MOST_ITEMS - 1).bit_length()
"""Of the largest batch that an anchor holds."""

AMOUNTS = {"micro": MICRO_PRICE, "slot": SLOT_PRICE, "own": PRICE, "sponsored": SPONSORED}
HASHES = {"micro": (17, 9), "slot": (16, 8), "own": (13, 5), "sponsored": (12, 4)}
"""The most that fit, without a signed tag and with one."""


def item_of(code: ScanUrl, hashes: int) -> ItemProof:
    """The proof of a code of a batch of so many levels, in which all others' leaves are anything."""
    proof = tuple(sha256(bytes([level])).digest() for level in range(hashes))
    node = item_leaf(code.path.text, code.class_pointer, code.address)
    for level, sibling in enumerate(proof):
        pair = (sibling, node) if code.path.instance >> level & 1 else (node, sibling)
        node = sha256(b"\1" + b"".join(pair)).digest()
    commitment = BatchCommitment.make(
        batch=code.path.text.rpartition(".")[0],
        instances=InstanceRanges(((0, 2**hashes - 1),)),
        root=node,
        created_at_unix=0,
        identity_key=ACTORS.identity.public_key,
        sign=ACTORS.identity.node.sign,
    )
    return ItemProof(code.path, code.address, proof, commitment)


@pytest.fixture(scope="module")
def standing(stand: Stand) -> Standing:
    """Of a class that demands proofs, with a batch account and a pool."""
    found = asyncio.run(find_standing(stand.cluster, stand.code("2.5.9")))
    assert found.batch and found.pool
    return replace(found, terms=replace(found.terms, printed=True))


def most(standing: Standing, path: Path, amount: int, *, signed: bool) -> int:
    """Hashes."""
    demanding = replace(standing, terms=replace(standing.terms, signed_tag=signed))
    code = make_code(ACTORS.identity, path, signed=signed)
    least = path.instance.bit_length()
    return max((n for n in range(least, MOST_HASHES + 1) if fits(demanding, code, amount, item_of(code, n))), default=0)


def test_what_fits(standing: Standing) -> None:
    found = {
        tier: tuple(most(standing, PATH, amount, signed=signed) for signed in (False, True))
        for tier, amount in AMOUNTS.items()
    }
    assert found == HASHES


def test_the_docs_say_so() -> None:
    page, decision = ((DOCS / name).read_text() for name in ("customer.md", "decisions/0028-customer.md"))
    told = {"micro": "as micro-payment", "slot": "in a slot", "own": "in an account", "sponsored": "where a pool pays"}
    for tier, (plain, tagged) in HASHES.items():
        sizes = [f"{min(2**hashes, MOST_ITEMS):,}" for hashes in (plain, tagged)]
        assert f"| {tier} | {sizes[0]} | {sizes[1]} |" in page, (tier, sizes)
        assert re.search(rf"{sizes[0]} (?:codes )?{told[tier]}", decision), (tier, sizes)


@pytest.mark.parametrize("tier", AMOUNTS)
def test_it_is_what_a_wallet_gets(standing: Standing, tier: str) -> None:
    """The largest that fits does, reference and all, and another hash would not."""
    code, hashes = make_code(ACTORS.identity, PATH), HASHES[tier][0]
    item = item_of(code, hashes)
    buyer, reference = ACTORS.first_buyer.pubkey(), ACTORS.second_buyer.pubkey()
    paying = payment_of(standing, code, buyer, AMOUNTS[tier], item=item)
    message = assemble(referenced(paying, reference), buyer, Hash.default(), Budget())
    size = len(bytes(unsigned(legacy(message))))
    assert MAX_BYTES - 32 - 2 <= size <= MAX_BYTES - 2 or hashes == MOST_HASHES


def test_the_longest_path_leaves_room_for_fewer(standing: Standing) -> None:
    assert most(standing, LONGEST, MICRO_PRICE, signed=False) < HASHES["micro"][0]

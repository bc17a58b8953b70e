"""A made-up log of 11 leaves, and receipts of it."""

from __future__ import annotations

from hashlib import sha256

from plings.identity import ClassPath, Identity, Path, make_code
from plings.proofs import Checkpoint, Claims, Earlier, Head, Kind, Leaf, LogIdentity, Receipt, Tree

MAKER = Identity.from_seed(bytes(range(32)), ClassPath("2.3"))
CODE = make_code(MAKER, Path("2.3.4F.2aB.5.3j"))
OTHER = make_code(MAKER, Path("2.3.4F.2aB.5.4"))
PROGRAM = sha256(b"program").digest()
LOG = LogIdentity.of_object(PROGRAM, MAKER.public_key, 0, CODE.address)
LEAVES = 11
CLAIMS = Claims("localnet", sha256(b"genesis").digest(), sha256(b"signature").digest() * 2)
NOW = 1_700_000_000


def key(name: bytes) -> bytes:
    return sha256(name).digest()


def made_leaf(number: int, actor: bytes = b"buyer") -> Leaf:
    """A payment for another object each."""
    person, address = key(actor), key(b"object %d" % number)
    pointer, path = OTHER.class_pointer, OTHER.path
    return Leaf(Kind.PAYMENT, LOG.payment_log, number, NOW + number, person, person, 10_000, pointer, address, path)


def checkpoint(tree: Tree, number: int, count: int) -> Checkpoint:
    return Checkpoint(LOG.payment_log, number, Head(tree.root(count), count), NOW + count - 1, NOW + count)


def made_receipt(number: int = 5, earlier: int = 7, count: int = LEAVES) -> Receipt:
    """Of CODE, paid by leaf `number`."""
    leaves = [made_leaf(at) for at in range(count)]
    buyer = key(b"alice")
    pointer, path = CODE.class_pointer, CODE.path
    leaf = Leaf(Kind.PAYMENT, LOG.payment_log, number, NOW, buyer, buyer, 10_000, pointer, CODE.address, path)
    leaves[number] = leaf
    tree = Tree(each.hash for each in leaves)
    older = Earlier(checkpoint(tree, 0, earlier), tuple(tree.consistency_proof(earlier)))
    later = checkpoint(tree, 1, count)
    return Receipt(LOG, leaf, tuple(tree.inclusion_proof(number)), later, older, CLAIMS)


RECEIPT = made_receipt()

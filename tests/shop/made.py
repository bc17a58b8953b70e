"""A publisher, its manufacturers, and a bundle of them that tests take apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plings.commitments import BatchCommitment, BatchTree, InstanceRanges, ItemProof, item_leaf, subtree_root
from plings.identity import ClassPath, ClassPointer, Identity, ScanUrl, class_pointer, format_segment, make_code
from plings.identity import Path as ObjectPath
from plings.proofs import Checkpoint
from plings.shop import Bundle, BundleWriter, Manufacturer, Pointer, Price, Product
from plings.shop.documents import write_checkpoint, write_commitments
from plings.shop.keys import (
    batch_record_key,
    checkpoint_record_key,
    manufacturer_record_key,
    pointer_record_key,
)

NOW = 1_800_000_000
DAY = 86_400

PUBLISHER = Ed25519PrivateKey.from_private_bytes(sha256(b"publisher").digest())
PUBLISHER_KEY = PUBLISHER.public_key().public_bytes_raw()
STRANGER = Ed25519PrivateKey.from_private_bytes(sha256(b"stranger").digest())
STRANGER_KEY = STRANGER.public_key().public_bytes_raw()

IKEA = Identity.from_seed(bytes(range(32)), ClassPath("2.3"))
ACME = Identity.from_seed(bytes(range(32)), ClassPath("2.4"))
IKEA_ID, ACME_ID = sha256(b"IKEA").digest()[:16], sha256(b"ACME").digest()[:16]

BILLY_ID, KLIPPAN_ID, ANVIL_ID = (sha256(name).digest()[:16] for name in (b"BILLY", b"KLIPPAN", b"ANVIL"))
BILLY = Product("BILLY bookcase", "00263850", None, "Bookcases", IKEA_ID, "active", (Price("EUR", 4995, 2),))
KLIPPAN = Product("KLIPPAN sofa", "70418929", None, None, IKEA_ID, "active", (Price("EUR", 24900, 2),))
ANVIL = Product("Anvil", "00263850", None, None, ACME_ID, "active", (Price("USD", 1, 2),))
"""ACME's SKU is the text of IKEA's."""


@dataclass
class Contents:
    """What goes into a bundle; tests change it before it is written."""

    makers: list[Manufacturer] = field(
        default_factory=lambda: [
            Manufacturer("2.3", IKEA.public_key, "IKEA", IKEA_ID, "active", NOW - 100 * DAY),
            Manufacturer("2.4", ACME.public_key, "ACME", ACME_ID, "active", NOW - 100 * DAY),
        ]
    )
    pointers: dict[str, Pointer] = field(
        default_factory=lambda: {
            "2.3.2": Pointer(BILLY_ID, "active"),
            "2.3.5.2": Pointer(BILLY_ID, "active"),
            "2.3.7": Pointer(KLIPPAN_ID, "active"),
            "2.4.2": Pointer(ANVIL_ID, "active"),
        }
    )
    products: dict[bytes, Product] = field(
        default_factory=lambda: {BILLY_ID: BILLY, KLIPPAN_ID: KLIPPAN, ANVIL_ID: ANVIL}
    )
    commitments: list[BatchCommitment] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)

    def records(self) -> Iterable[tuple[str, bytes, bytes]]:
        """By section, in the order of keys."""
        keys = {maker.prefix: maker.key for maker in self.makers}
        yield from _sorted("manufacturers", {manufacturer_record_key(one.prefix): one.encoded for one in self.makers})
        pointers = {
            pointer_record_key(keys[ClassPath(path).prefix], path): one.encoded for path, one in self.pointers.items()
        }
        yield from _sorted("pointers", pointers)
        yield from _sorted("products", {key: one.encoded for key, one in self.products.items()})
        batches: dict[bytes, list[BatchCommitment]] = {}
        for one in self.commitments:
            batches.setdefault(batch_record_key(one.identity_key, one.batch), []).append(one)
        yield from _sorted("batches", {key: write_commitments(several) for key, several in batches.items()})
        checkpoints = {
            checkpoint_record_key(one.payment_log, one.checkpoint_id): write_checkpoint(one) for one in self.checkpoints
        }
        yield from _sorted("checkpoints", checkpoints)


def write_bundle(
    file: Path,
    contents: Contents | None = None,
    *,
    sequence: int = 7,
    created: int = NOW,
    days: int = 7,
    signer: Ed25519PrivateKey = PUBLISHER,
    name: str = "Corner Shops",
) -> Path:
    """A bundle's file, signed by PUBLISHER unless told otherwise."""
    with file.open("wb") as stream:
        writer = BundleWriter(stream)
        for section, key, record in (contents or Contents()).records():
            writer.add(section, key, record)
        writer.finish(
            publisher_name=name,
            publisher_key=signer.public_key().public_bytes_raw(),
            sequence=sequence,
            created_at_unix=created,
            expires_at_unix=created + days * DAY,
            host="s.plings.io",
            sign=signer.sign,
        )
    return file


def made_bundle(folder: Path, contents: Contents | None = None, **others: object) -> Bundle:
    return Bundle.open(write_bundle(folder / "made.bundle", contents, **others), PUBLISHER_KEY)  # type: ignore[arg-type]


def code(path: str = "2.3.2.G.3j", *, signed: bool = True, identity: Identity = IKEA) -> ScanUrl:
    return make_code(identity, ObjectPath(path), signed=signed)


def with_status(contents: Contents, prefix: str, status: str) -> Contents:
    contents.makers = [replace(one, status=status) if one.prefix == prefix else one for one in contents.makers]
    return contents


def printed_batch(
    batch: str = "2.3.2.G", first: int = 100, count: int = 100
) -> tuple[BatchCommitment, list[ItemProof]]:
    """A signed commitment to `count` numbers from `first` on, and the proof of each."""
    paths = [ObjectPath(f"{batch}.{format_segment(number)}") for number in range(first, first + count)]
    addresses = [IKEA.instance(path).public_key for path in paths]
    pointer: ClassPointer = class_pointer(IKEA.public_key, paths[0].class_path)
    leaves = [item_leaf(path.text, pointer, address) for path, address in zip(paths, addresses, strict=True)]
    tree = BatchTree([subtree_root(leaves)])
    commitment = BatchCommitment.make(
        batch=batch,
        instances=InstanceRanges(((first, first + count - 1),)),
        root=tree.root,
        created_at_unix=NOW - DAY,
        identity_key=IKEA.public_key,
        sign=IKEA.node.sign,
    )
    proofs = [
        ItemProof(path, address, tree.proof(place, leaves), commitment)
        for place, (path, address) in enumerate(zip(paths, addresses, strict=True))
    ]
    return commitment, proofs


def _sorted(section: str, records: dict[bytes, bytes]) -> Iterable[tuple[str, bytes, bytes]]:
    for key in sorted(records):
        yield section, key, records[key]

"""A made-up batch of 11 codes, its commitment and proofs."""

from __future__ import annotations

from plings.commitments import BatchCommitment, BatchTree, InstanceRanges, ItemProof, item_leaf, subtree_root
from plings.identity import ClassPath, Identity, Path, ScanUrl, format_segment, make_code

MAKER = Identity.from_seed(bytes(range(32)), ClassPath("2.3"))
BATCH = "2.3.2.G"
INSTANCES = InstanceRanges.parse("0-7,100,200-201")
NOW = 1_700_000_000


def codes_of(instances: InstanceRanges = INSTANCES, batch: str = BATCH, maker: Identity = MAKER) -> list[ScanUrl]:
    numbers = instances.numbers(0, instances.count)
    return [make_code(maker, Path(f"{batch}.{format_segment(number)}")) for number in numbers]


def leaves_of(codes: list[ScanUrl]) -> list[bytes]:
    return [item_leaf(code.path.text, code.class_pointer, code.address) for code in codes]


def committed(instances: InstanceRanges = INSTANCES, batch: str = BATCH, maker: Identity = MAKER) -> BatchCommitment:
    return BatchCommitment.make(
        batch=batch,
        instances=instances,
        root=subtree_root(leaves_of(codes_of(instances, batch, maker))),
        created_at_unix=NOW,
        identity_key=maker.public_key,
        sign=maker.node.sign,
    )


CODES = codes_of()
LEAVES = leaves_of(CODES)
COMMITMENT = committed()


def proof_of(place: int) -> ItemProof:
    hashes = BatchTree([subtree_root(LEAVES)]).proof(place, LEAVES)
    return ItemProof(CODES[place].path, CODES[place].address, hashes, COMMITMENT)

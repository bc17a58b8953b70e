"""The calls that the rules are compared on: every frozen vector, and seeded random inputs, right and hostile."""

from __future__ import annotations

import os
import random
import struct
from collections.abc import Callable, Iterator

from solders.pubkey import Pubkey

from identity.frozen import vectors
from plings.identity import ALPHABET, ClassPointer, Path, ScanUrl, format_segment, parse_address, tag_message
from plings.program.instructions.check_tag import check_tag
from rules import twins

SEED = os.environ.get("PLINGS_SEED") or "plings"
Call = tuple[str, bytes]
Source = random.Random

WALLETS = [text for text in map(format_segment, range(1, 256)) if text.isdigit()]
STRANGERS = [*"0OIl-+ _/:\n\0é²а．\u200b.1", ".."]


def frozen_calls() -> Iterator[Call]:
    for table, rule in (("valid", "path"), ("refused", "path"), ("class_valid", "path-to-pointer")):
        yield from ((rule, row["text"].encode()) for row in vectors("paths", table))
    for row in vectors("paths", "class_refused"):
        yield "path-to-pointer", row["text"].encode()
    for row in vectors("paths", "valid"):
        yield "path-to-pointer", row["path_to_pointer"].encode()
        yield "prefix", row["prefix"].encode()
    for row in vectors("class_pointers", "valid"):
        key, value = parse_address(row["manufacturer_key"]), bytes.fromhex(row["pointer_hex"])
        yield "class-pointer", twins.counted(row["manufacturer_key"].encode()) + row["path_to_pointer"].encode()
        yield "pointer-text", value
        yield "key-text", key
        path = Path.parse(f"{row['path_to_pointer']}.1.1")
        for rule in ("class-unchecked", "class-checked", "code-unchecked", "code-checked"):
            yield rule, twins.claim(key, value, path.text, path.prefix)
    for row in vectors("tags", "tags"):
        yield "tag-message", parse_address(row["address"]) + row["class_pointer"].encode() + row["path"].encode()
        yield "tag-checked-by", signed_tag(row)
    for row in vectors("slip10", "plings"):
        yield "key-text", parse_address(row["address"])


def signed_tag(row: dict[str, str]) -> bytes:
    """The precompile's instruction for a tag, as the package makes it, and what the program compares it with."""
    query = f"t=q&p={row['path']}&cp={row['class_pointer']}&i={row['address']}&s={row['signature']}"
    code = ScanUrl.parse(f"https://s.plings.io?{query}")
    key = parse_address(row["manufacturer_key"])
    data = bytes(check_tag(code=code, identity_key=Pubkey(key)).data)
    return key + twins.counted(row["message"].encode()) + data


def random_calls() -> Iterator[Call]:
    for rule, (number, make) in RANDOM.items():
        source = random.Random(f"{SEED} {rule}")
        yield from ((rule, make(source)) for _ in range(number))


def right_path(source: Source, fewest: int = 4, most: int = 16, longest: int = 96) -> str:
    while True:
        bits = source.choice([1, 6, 12, 24, 31])
        rest = [format_segment(source.getrandbits(bits)) for _ in range(source.randint(fewest, most) - 1)]
        text = ".".join([source.choice(WALLETS), *rest])
        if len(text) <= longest:
            return text


def damaged(source: Source, text: str) -> str:
    """`text` with one fault, or none after all."""
    segments = text.split(".")
    at = source.randrange(len(segments))
    match source.randrange(10):
        case 0:
            segments[at] = "1" + segments[at]
        case 1:
            segments[at] = source.choice(["", "4GmR58", "4GmR59", "zzzzzz", "2" * 7, "1" * 5, "-3", "-", "11"])
        case 2:
            segments[0] = source.choice(["1", "61", "60", "5A", "A", "99", "111", "29", "59", "5R", "255"])
        case 3:
            segments = segments[: source.randrange(1, 5)]
        case 4:
            segments += ["1"] * source.randrange(1, 14)
        case 5:
            segments += ["22222"] * source.randrange(1, 14)
        case _:
            text = ".".join(segments)
            at = source.randrange(len(text) + 1)
            return text[:at] + source.choice(STRANGERS) + text[at + source.randrange(2) :]
    return ".".join(segments)


def path_bytes(source: Source) -> bytes:
    match source.randrange(12):
        case 0:
            return source.randbytes(source.choice([0, 1, 2, 8, 95, 96, 97, 300]))
        case 1:
            return "".join(source.choices(ALPHABET + "..." + "0-", k=source.randrange(110))).encode()
        case 2 | 3 | 4 | 5:
            return right_path(source).encode()
        case _:
            return damaged(source, right_path(source)).encode()


def class_path_bytes(source: Source) -> bytes:
    text = right_path(source, 2, 14, 92)
    return (damaged(source, text) if source.randrange(2) else text).encode()


def prefix_bytes(source: Source) -> bytes:
    text = right_path(source, 2, 2)
    return (damaged(source, text) if source.randrange(2) else text).encode()


def pointer_input(source: Source) -> bytes:
    size = source.choice([0, 1, 7, 8, 9, 32, 44, 100])
    return twins.counted(source.randbytes(size)) + source.randbytes(source.randrange(101))


def claim(source: Source) -> bytes:
    """A right one, or one that is wrong in one thing."""
    path = Path.parse(right_path(source))
    key = source.choice([source.randbytes(32), bytes(32), b"\0" * source.randrange(32) + b"\xff" * 32])[:32]
    value, prefix, text = twins.class_hash(key, path.text), path.prefix, path.text
    match source.randrange(6):
        case 0:
            value = (int.from_bytes(value, "big") ^ 1 << source.randrange(64)).to_bytes(8, "big")
        case 1:
            prefix = source.choice([prefix[:-1], prefix + ".", prefix[1:], "", "2.3", prefix.swapcase()])[:9]
        case 2:
            text = damaged(source, text)
        case 3:
            key = source.randbytes(32)
    return twins.claim(key, value, text, prefix)


def key_bytes(source: Source) -> bytes:
    zeros = source.choice([0, 0, 0, 1, 2, 4, 5, 8, 16, 31, 32])
    filled = source.choice([source.randbytes(32), b"\xff" * 32, b"\0" * 31 + b"\1", b"\1" + bytes(31)])
    return bytes(zeros) + filled[zeros:]


def amounts(source: Source) -> bytes:
    edges = [0, 1, 9_999, 10_000, 10_001, 2**64 - 1, 2**64 - 10_000, 2**63]
    amount = source.choice([source.choice(edges), source.getrandbits(source.randrange(1, 65))])
    shares = [0, 1, 1_000, 2_500, 9_999, 10_000, 10_001, 65_535, source.randrange(10_001)]
    return struct.pack("<QHH", amount, source.choice(shares), source.choice(shares))


def tag_input(source: Source) -> bytes:
    return key_bytes(source) + ClassPointer(source.randbytes(8)).text.encode() + right_path(source).encode()


def ed25519_input(source: Source) -> bytes:
    """A signature's instruction laid out in any order, sometimes with one thing wrong."""
    key, signature = source.randbytes(32), source.randbytes(64)
    path, pointer = Path.parse(right_path(source)), ClassPointer(source.randbytes(8))
    message = tag_message(path, pointer, source.randbytes(32))
    parts = {"key": key, "signature": signature, "message": message}
    data, at = b"", {}
    for name in source.sample(sorted(parts), 3):
        data += source.randbytes(source.choice([0, 0, 1, 7]))
        at[name] = 16 + len(data)
        data += parts[name]
    words = [at["signature"], 0xFFFF, at["key"], 0xFFFF, at["message"], len(message), 0xFFFF]
    head = bytearray(struct.pack("<BB7H", 1, 0, *words))
    match source.randrange(8):
        case 0:
            head[source.randrange(16)] ^= 1 << source.randrange(8)
        case 1:
            data = data[: source.randrange(len(data))]
        case 2:
            key = source.randbytes(32)
        case 3:
            message = message[: source.randrange(len(message))]
        case 4:
            message = message[:-1] + bytes([message[-1] ^ 1])
        case 5:
            head[0] = source.choice([0, 2, 255])
    whole = bytes(head) + data
    if not source.randrange(12):
        whole = source.randbytes(source.randrange(40))
    return key + twins.counted(message) + whole


def grown_input(source: Source) -> bytes:
    levels = source.choice([0, 1, 2, 3, 5, 10, 32])
    return struct.pack("<BH", levels, source.randrange(150)) + source.randbytes(4)


def frontier(source: Source) -> bytes:
    return source.randbytes(32 * source.choice([0, 1, 2, 5, 10, 20, 26]))


def count(source: Source) -> int:
    bits = source.randrange(65)
    return source.choice([source.randrange(70), source.getrandbits(bits) if bits else 0, 2**bits - 1])


def append_input(source: Source) -> bytes:
    return struct.pack("<Q", count(source)) + source.randbytes(32) + frontier(source)


def root_input(source: Source) -> bytes:
    return struct.pack("<Q", count(source)) + frontier(source)


def proof_input(source: Source) -> bytes:
    """A right proof, or one that is wrong in one thing."""
    size = source.choice([1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, source.randint(1, 200)])
    leaves = twins.tree_leaves(size, source.randbytes(4))
    index = source.randrange(size)
    root, proof, leaf, of = twins.merkle_root(leaves), twins.merkle_proof(index, leaves), leaves[index], size
    match source.randrange(10):
        case 0 if proof:
            at = source.randrange(len(proof))
            proof[at] = source.choice([source.randbytes(32), bytes(32), root, leaf])
        case 1 if proof:
            proof = proof[source.randrange(2) :][: len(proof) - 1]
        case 2:
            proof.insert(source.randrange(len(proof) + 1), source.choice([root, leaf, bytes(32)]))
        case 3:
            index = source.choice([index ^ 1, size, size - 1, 0, 2**64 - 1])
        case 4:
            of = source.choice([size + 1, max(size - 1, 0), size * 2, 0, 2**64 - 1, 2**63])
        case 5:
            leaf = source.choice([source.randbytes(32), root])
    return root + leaf + struct.pack("<QQ", index, of) + b"".join(proof)


def item_input(source: Source) -> bytes:
    return source.randbytes(40) + right_path(source).encode()


def ranges_input(source: Source) -> bytes:
    """Ascending ranges with gaps, and as often something else."""
    bits = source.choice([3, 10, 24, 31])
    numbers = sorted(source.getrandbits(bits) for _ in range(2 * source.randrange(1, 9)))
    match source.randrange(6):
        case 0:
            source.shuffle(numbers)
        case 1:
            numbers[-1] = 2**31 + source.getrandbits(3) - 4
        case 2:
            numbers = []
    return struct.pack(f"<{len(numbers)}I", *numbers)


def commitment_input(source: Source) -> bytes:
    """Sometimes of more ranges than a message has room for."""
    batch = right_path(source, 3, 15, 94).encode()
    key = parse_address(str(Pubkey(source.randbytes(32))))
    pointer = ClassPointer(source.randbytes(8)).text.encode()
    created = struct.pack("<Q", source.getrandbits(source.choice([1, 31, 63, 64])))
    ranges = b"".join(ranges_input(source) for _ in range(source.randrange(8)))
    return (
        twins.counted(batch)
        + twins.counted(str(Pubkey(key)).encode())
        + pointer
        + source.randbytes(32)
        + created
        + ranges
    )


def batch_path_bytes(source: Source) -> bytes:
    text = right_path(source, 3, 15, 94)
    return (text if source.randrange(2) else damaged(source, text)).encode()


RANDOM: dict[str, tuple[int, Callable[[Source], bytes]]] = {
    "path": (2_400, path_bytes),
    "path-to-pointer": (1_000, class_path_bytes),
    "prefix": (600, prefix_bytes),
    "class-pointer": (400, pointer_input),
    "class-checked": (600, claim),
    "code-checked": (600, claim),
    "pointer-text": (400, lambda source: source.randbytes(8)),
    "key-text": (600, key_bytes),
    "split": (1_000, amounts),
    "tag-message": (320, tag_input),
    "tag-checked-by": (1_000, ed25519_input),
    "tree-grown": (100, grown_input),
    "tree-append": (480, append_input),
    "tree-root": (320, root_input),
    "tree-includes": (1_000, proof_input),
    "item-leaf": (200, item_input),
    "item-count": (400, ranges_input),
    "commitment-message": (300, commitment_input),
    "path-to-batch": (600, batch_path_bytes),
}
"""How many random inputs of each rule, and what makes one."""

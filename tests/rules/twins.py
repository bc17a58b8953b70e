"""What each rule must answer, in Python: from the identity package where it has the rule, else from the definition.

A twin gives every answer (hex) that is right: where a text breaks two rules, program and package may name either.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable

from identity.frozen import FOLDER
from plings.commitments import InstanceRanges, item_leaf
from plings.errors import InstancesError, PathError
from plings.identity import ClassPath, ClassPointer, Path, class_pointer, format_address, tag_message

CODES: dict[str, int] = json.loads((FOLDER / "errors.json").read_text(encoding="ascii"))

SEGMENT_ERRORS = {"InvalidSegment", "InvalidWallet", "InvalidPathLength"}
KINDS = {
    "too_long": {"InvalidPathLength"},
    "too_few_segments": SEGMENT_ERRORS,
    "too_many_segments": SEGMENT_ERRORS,
    "wallet_digits": {"InvalidWallet"},
    "wallet_range": {"InvalidWallet"},
    "empty": SEGMENT_ERRORS,
    "leading_one": SEGMENT_ERRORS,
    "too_large": SEGMENT_ERRORS,
    "alphabet": SEGMENT_ERRORS,
    "dash_marker": SEGMENT_ERRORS,
}
"""The program's errors for each rule of the package.

The program reads segments, the wallet's rule with the first, before it counts them; the package counts first and looks
at the wallet last. The program's limit of 96 is in bytes, and the package finds a character that is not ASCII first.
"""

NOT_UTF8 = ("02",)
Answers = tuple[str, ...]


def refused(*names: str) -> Answers:
    return tuple("01" + struct.pack("<I", CODES[name]).hex() for name in names)


def counted(data: bytes) -> bytes:
    """Bytes after their number, as the probe reads them."""
    return bytes([len(data)]) + data


def take(data: bytes) -> tuple[bytes, bytes]:
    """What is counted at the start, and the rest."""
    return data[1 : 1 + data[0]], data[1 + data[0] :]


def _read(text: bytes, kind: type[Path] | type[ClassPath]) -> Path | ClassPath | Answers:
    try:
        return kind.parse(text.decode())
    except UnicodeDecodeError:
        return NOT_UTF8
    except PathError as error:
        return refused(*KINDS[error.rule])


def _ends(path: Path | ClassPath) -> str:
    to_pointer = path.path_to_pointer if isinstance(path, Path) else path.text
    return bytes([0, len(path.prefix), len(to_pointer)]).hex()


def path(data: bytes) -> Answers:
    read = _read(data, Path)
    return read if isinstance(read, tuple) else (_ends(read),)


def path_to_pointer(data: bytes) -> Answers:
    read = _read(data, ClassPath)
    return read if isinstance(read, tuple) else (_ends(read),)


def prefix(data: bytes) -> Answers:
    read = _read(data, ClassPath)
    if isinstance(read, tuple):
        return read if read == NOT_UTF8 else refused(*SEGMENT_ERRORS, "InvalidManufacturerIndex")
    if len(read.segments) != 2:
        return refused("InvalidSegment", "InvalidPathLength")
    if read.manufacturer == 0:
        return refused("InvalidManufacturerIndex")
    return ((b"\0" + struct.pack("<BI", read.wallet, read.manufacturer)).hex(),)


def pointer(data: bytes) -> Answers:
    key_text, to_pointer = take(data)
    return (hashlib.sha256(key_text + b":" + to_pointer).digest()[:8].hex(),)


def claim(key: bytes, pointer: bytes, path: str, prefix: str) -> bytes:
    """The input of the class check: what is registered, and what a code claims."""
    return counted(prefix.encode()) + counted(format_address(key).encode()) + pointer + path.encode()


def class_checked(data: bytes) -> Answers:
    prefix, data = take(data)
    key_text, data = take(data)
    claimed, text = data[:8], data[8:]
    read = _read(text, Path)
    if isinstance(read, tuple):
        return read
    assert isinstance(read, Path)
    if read.prefix.encode() != prefix:
        return refused("WrongPrefix")
    if hashlib.sha256(key_text + b":" + read.path_to_pointer.encode()).digest()[:8] != claimed:
        return refused("InvalidClassPointer")
    return (_ends(read),)


def class_unchecked(data: bytes) -> Answers:
    _, data = take(data)
    _, data = take(data)
    return path(data[8:])


def pointer_text(data: bytes) -> Answers:
    return (ClassPointer(data).text.encode().hex(),)


def key_text(data: bytes) -> Answers:
    return (format_address(data).encode().hex(),)


def split(data: bytes) -> Answers:
    amount, fee_bps, royalty_bps = struct.unpack("<QHH", data)
    fee, royalty = (amount * bps // 10_000 if bps <= 10_000 else None for bps in (fee_bps, royalty_bps))
    first = None if fee is None else (fee, amount - fee)
    fits = fee is not None and royalty is not None and fee + royalty <= amount
    resale = (fee, royalty, amount - fee - royalty) if fits else None  # type: ignore[operator]
    parts = [None if fee is None else (fee,), first, resale]
    return ("".join("00" if part is None else "01" + struct.pack(f"<{len(part)}Q", *part).hex() for part in parts),)


def message(data: bytes) -> Answers:
    address, text, path = data[:32], data[32:43].decode(), data[43:].decode()
    return (tag_message(Path.parse(path), ClassPointer.parse(text), address).hex(),)


def checked_by(data: bytes) -> Answers:
    key, (message, data) = data[:32], take(data[32:])
    if len(data) < 16 or data[0] != 1:
        return ("00",)
    _, *indexed = struct.unpack("<2x7H", data[:16])
    key_index, key_at, key_owner, message_at, size, message_owner = indexed
    here = {key_index, key_owner, message_owner} == {0xFFFF}
    same = data[key_at : key_at + 32] == key and data[message_at : message_at + size] == message
    whole = message_at + size <= len(data) and size == len(message)
    return ("01" if here and same and whole else "00",)


Hash = bytes


def leaf_hash(data: bytes) -> Hash:
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    return hashlib.sha256(b"\1" + left + right).digest()


def _divided(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def merkle_root(leaves: list[Hash]) -> Hash:
    """RFC 6962, section 2.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    at = _divided(len(leaves))
    return node_hash(merkle_root(leaves[:at]), merkle_root(leaves[at:]))


def merkle_proof(index: int, leaves: list[Hash]) -> list[Hash]:
    """RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    at = _divided(len(leaves))
    if index < at:
        return [*merkle_proof(index, leaves[:at]), merkle_root(leaves[at:])]
    return [*merkle_proof(index - at, leaves[at:]), merkle_root(leaves[:at])]


def proven_root(leaf: Hash, index: int, count: int, proof: list[Hash]) -> Hash | None:
    """The root that a proof leads to; None when it is too long or too short."""
    if count == 1:
        return None if proof else leaf
    if not proof:
        return None
    at = _divided(count)
    *below, sibling = proof
    if index < at:
        left = proven_root(leaf, index, at, below)
        return None if left is None else node_hash(left, sibling)
    right = proven_root(leaf, index - at, count - at, below)
    return None if right is None else node_hash(sibling, right)


def _hashes(data: bytes) -> list[Hash]:
    return [data[at : at + 32] for at in range(0, len(data), 32)]


def tree_leaves(count: int, seed: bytes) -> list[Hash]:
    return [leaf_hash(seed + struct.pack("<H", number)) for number in range(count)]


def tree_grown(data: bytes) -> Answers:
    levels, wanted = struct.unpack_from("<BH", data)
    count = min(wanted, 2**levels - 1)
    return ((struct.pack("<H", count) + merkle_root(tree_leaves(count, data[3:]))).hex(),)


def tree_append(data: bytes) -> Answers:
    (count,), carry, frontier = struct.unpack_from("<Q", data), data[8:40], _hashes(data[40:])
    level = (~count & (count + 1)).bit_length() - 1  # of the lowest zero bit
    fits = level < len(frontier)
    if fits:
        for full in frontier[:level]:
            carry = node_hash(full, carry)
        frontier[level] = carry
    return (("01" if fits else "00") + b"".join(frontier).hex(),)


def tree_root(data: bytes) -> Answers:
    (count,), frontier = struct.unpack_from("<Q", data), _hashes(data[8:])
    used = [subtree for level, subtree in enumerate(frontier) if count >> level & 1]
    if not used:
        return (hashlib.sha256().hexdigest(),)
    root, *larger = used
    for subtree in larger:
        root = node_hash(subtree, root)
    return (root.hex(),)


def tree_includes(data: bytes) -> Answers:
    root, leaf, (index, count) = data[:32], data[32:64], struct.unpack_from("<QQ", data, 64)
    proven = index < count and proven_root(leaf, index, count, _hashes(data[80:])) == root
    return ("01" if proven else "00",)


def item(data: bytes) -> Answers:
    path, pointer, address = data[40:].decode(), ClassPointer(data[:8]), data[8:40]
    return (item_leaf(path, pointer, address).hex(),)


def _ranges(data: bytes) -> tuple[tuple[int, int], ...]:
    return tuple(struct.iter_unpack("<II", data))


def item_count(data: bytes) -> Answers:
    try:
        count = InstanceRanges(_ranges(data)).count
    except InstancesError:
        count = 0
    return (struct.pack("<I", count).hex(),)


def commitment_message(data: bytes) -> Answers:
    batch, data = take(data)
    key_text, data = take(data)
    ranges = ",".join(f"{a}-{b}" if a < b else f"{a}" for a, b in _ranges(data[51:]))
    (created_at_unix,) = struct.unpack_from("<Q", data, 43)
    parts = (batch.decode(), data[:11].decode(), ranges, data[11:43].hex(), str(created_at_unix), key_text.decode())
    message = ":".join(("plings:batch:1", *parts))
    return (message.encode().hex() if len(message) <= MOST_MESSAGE_BYTES else "",)


MOST_MESSAGE_BYTES = 640


def path_to_batch(data: bytes) -> Answers:
    read = _read(data + b".1", Path)
    if isinstance(read, tuple):
        # the program looks at segments before it finds a text of 95 or 96 bytes too long for an instance behind it
        too_long = len(data) in (95, 96) and read == refused("InvalidPathLength")
        return refused(*SEGMENT_ERRORS) if too_long else read
    assert isinstance(read, Path)
    return ((struct.pack("<BI", 0, read.batch) + bytes([len(read.path_to_pointer)])).hex(),)


TWINS: dict[str, Callable[[bytes], Answers]] = {
    "path": path,
    "path-to-pointer": path_to_pointer,
    "prefix": prefix,
    "class-pointer": pointer,
    "class-unchecked": class_unchecked,
    "class-checked": class_checked,
    "code-unchecked": class_unchecked,
    "code-checked": class_checked,
    "pointer-text": pointer_text,
    "key-text": key_text,
    "split": split,
    "tag-message": message,
    "tag-checked-by": checked_by,
    "tree-grown": tree_grown,
    "tree-append": tree_append,
    "tree-root": tree_root,
    "tree-includes": tree_includes,
    "item-leaf": item,
    "item-count": item_count,
    "commitment-message": commitment_message,
    "path-to-batch": path_to_batch,
}


def class_hash(key: bytes, path: str) -> bytes:
    """The pointer's bytes of a path's class, by the identity package."""
    return class_pointer(key, Path.parse(path).class_path).value

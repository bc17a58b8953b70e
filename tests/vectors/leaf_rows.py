"""leaves.json: the bytes and hashes of leaves of payment logs, without the package. Run, it prints the file."""

from __future__ import annotations

import hashlib
import json

from reference import Row

PATHS = ("2.3.2.G.3j", "2.3.4F.2aB.5.3j", "2.3" + ".222222" * 9 + ".22222" * 5, "59.4GmR58.1.1")
NUMBERS = (0, 1, 2**40 - 2, 2**64 - 1)
TIMESTAMPS = (1_700_000_000, 0, -1, 2**63 - 1)
AMOUNTS = (1, 10_001, 2**32, 2**64 - 1)


def key(name: str) -> str:
    return hashlib.sha256(f"plings leaf {name}".encode()).hexdigest()


def data_hex(leaf: Row) -> str:
    """What is hashed after the byte 0x00."""
    little = (("kind", 1), ("payment_log", 0), ("number", 8), ("timestamp", 8), ("actor", 0), ("owner", 0))
    little += (("amount_lamports", 8), ("class_pointer", 0), ("address", 0))
    pieces = [number_hex(leaf[name], size) if size else str(leaf[name]) for name, size in little]
    return "".join(pieces) + str(leaf["path"]).encode().hex()


def number_hex(number: object, size: int) -> str:
    return (int(str(number)) % 2 ** (8 * size)).to_bytes(size, "little").hex()


def leaf(at: int) -> Row:
    """Numbers are text, for readers whose numbers are floating. The first 16 are older than slots."""
    is_transfer = at % 3 == 2
    fields: Row = {
        "kind": (2 if is_transfer else 1) + (2 if at >= 16 else 0),
        "payment_log": key(f"log {at % 2}"),
        "number": str(NUMBERS[at % 4]),
        "timestamp": str(TIMESTAMPS[at // 4 % 4]),
        "actor": key(f"actor {at}"),
        "owner": key(f"owner {at}") if is_transfer else key(f"actor {at}"),
        "amount_lamports": "0" if is_transfer else str(AMOUNTS[at // 2 % 4]),
        "class_pointer": key(f"class {at}")[:16],
        "address": key(f"address {at}"),
        "path": PATHS[at // 3 % 4],
    }
    data = data_hex(fields)
    return {**fields, "data": data, "hash": hashlib.sha256(b"\0" + bytes.fromhex(data)).hexdigest()}


def text() -> str:
    return '{"leaves": [\n' + ",\n".join("  " + json.dumps(leaf(at)) for at in range(24)) + "\n]}\n"


if __name__ == "__main__":
    print(text(), end="")

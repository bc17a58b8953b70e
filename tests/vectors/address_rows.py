"""addresses.json: the program's derived addresses, found without any Solana library. Run, it prints the file."""

from __future__ import annotations

import hashlib
import json

from reference import Code, Row, base58_number, number_of, path_of_bytes, pointer_text, seed_number

PROGRAM = "PLgDx73B29p7pHcHJc8Dbx8ozVCUcpdPWRzXdUfpD2W"
FIELD = 2**255 - 19
CURVE_D = -121665 * pow(121666, -1, FIELD) % FIELD


def key_bytes(text: str) -> bytes:
    return number_of(text).to_bytes(32, "big")


def is_on_curve(data: bytes) -> bool:
    """Whether Ed25519 has a point with this encoding (RFC 8032, 5.1.3)."""
    y = int.from_bytes(data, "little") & (2**255 - 1)
    numerator, denominator = (y * y - 1) % FIELD, (CURVE_D * y * y + 1) % FIELD
    square = numerator * pow(denominator, -1, FIELD) % FIELD
    return square == 0 or pow(square, (FIELD - 1) // 2, FIELD) == 1


def derived(seeds: list[bytes]) -> tuple[bytes, int]:
    """The address of the highest bump that is off the curve, and that bump."""
    for bump in range(255, -1, -1):
        data = b"".join(seeds) + bytes([bump]) + key_bytes(PROGRAM) + b"ProgramDerivedAddress"
        address = hashlib.sha256(data).digest()
        if not is_on_curve(address):
            return address, bump
    raise ValueError("no bump")


def row(account: str, seeds: list[bytes], **inputs: str) -> Row:
    """`seeds` in hex, each of at most 32 bytes, and what they are made of; keys are hex, too."""
    assert all(len(seed) <= 32 for seed in seeds)
    address, bump = derived(seeds)
    return {
        "account": account,
        **inputs,
        "seeds": " ".join(seed.hex() for seed in seeds),
        "address": address.hex(),
        "bump": bump,
    }


def payment(path: str) -> Row:
    code = Code(seed_number(1), path)
    pieces = [path.encode()[at : at + 32] for at in range(0, len(path), 32)]
    address = key_bytes(code.i)
    seeds = [b"plings_payment", *pieces, code.cp.encode(), address]
    value = number_of(code.cp).to_bytes(8, "big")
    assert pointer_text(value) == code.cp
    return row("payment", seeds, path=path, class_pointer=value.hex(), instance=address.hex())


def addresses() -> list[Row]:
    keys = [hashlib.sha256(f"plings address {number}".encode()).digest() for number in range(4)]
    rows = [row("config", [b"config"]), row("nft_authority", [b"nft_authority"])]
    rows += [row("manufacturer", [b"manufacturer", key], identity_key=key.hex()) for key in (*keys, bytes(32))]
    rows += [row("prefix", [b"prefix", text.encode()], prefix=text) for text in ("2.1", "2.3", "59.4GmR58")]
    rows += [
        row("class", [b"class", key, value], manufacturer=key.hex(), class_pointer=value.hex())
        for key, value in ((keys[0], b"\0" * 8), (keys[1], b"\xff" * 8), (keys[2], keys[3][:8]))
    ]
    shapes = ((4, 10), (6, 32), (6, 33), (11, 64), (11, 65), (16, 96))
    payments = [payment("2.3.4F.2aB.5.3j"), *(payment(path_of_bytes(*shape)) for shape in shapes)]
    objects = [bytes.fromhex(str(each["address"])) for each in payments]
    mints = [row("mint", [b"mint", each], object=each.hex()) for each in objects]
    promotions = [row("promotion", [b"promotion", each], object=each.hex()) for each in objects]
    pools = [row("sponsor_pool", [b"sponsor_pool", key], manufacturer=key.hex()) for key in keys]
    older = [*rows, *payments, *mints, *payment_logs(keys), *batch_accounts(), *promotions, *pools]
    return [*older, *printed_batches(keys)]


def batch_account(path: str) -> Row:
    """Of the object at `path`: the account is its batch's, and that of its hundred."""
    batch, _, instance = path.rpartition(".")
    pieces = [batch.encode()[at : at + 32] for at in range(0, len(batch), 32)]
    number = number_of(instance) // 100
    return row("batch", [b"batch", *pieces, number.to_bytes(4, "little")], path=path, number=str(number))


def batch_accounts() -> list[Row]:
    """Every number of pieces, and both ends of an account's hundred."""
    instances = (0, 99, 100, 101, 199, 200, 25_599, 25_600, 2**31 - 1)
    paths = [f"2.3.2.G.{base58_number(each)}" for each in instances]
    prefixes = ["2.31.2.G.1", "2.3.2.H.1", "2.3.2.G.1.1"]
    shapes = ((4, 10), (7, 34), (7, 35), (12, 66), (12, 67), (16, 96))
    return [batch_account(path) for path in (*paths, *prefixes, *(path_of_batch(*each) for each in shapes))]


def printed_batches(keys: list[bytes]) -> list[Row]:
    """Batches of classes of these manufacturers, by their number in the class."""
    rows = []
    for key, number in zip(keys, (0, 1, 256, 2**31 - 1), strict=True):
        pointer = hashlib.sha256(key).digest()[:8]
        seeds = [b"printed_batch", key, pointer, number.to_bytes(4, "little")]
        names = {"manufacturer": key.hex(), "class_pointer": pointer.hex(), "batch": str(number)}
        rows.append(row("printed_batch", seeds, **names))
    return rows


def path_of_batch(segments: int, size: int) -> str:
    """A path of that many bytes whose instance has one digit: its batch's has two bytes less."""
    return path_of_bytes(segments - 1, size - 2) + ".2"


def payment_logs(keys: list[bytes]) -> list[Row]:
    """Logs of these manufacturers, and checkpoints of logs at these addresses."""
    shards = list(zip(keys, (0, 1, 255), strict=False))
    numbers = list(zip(keys, (0, 1, 256, 2**64 - 1), strict=True))
    return [
        *(
            row("payment_log", [b"payment_log", key, bytes([n])], manufacturer=key.hex(), shard=str(n))
            for key, n in shards
        ),
        *(
            row(
                "checkpoint", [b"checkpoint", key, n.to_bytes(8, "little")], payment_log=key.hex(), checkpoint_id=str(n)
            )
            for key, n in numbers
        ),
    ]


def text() -> str:
    return '{"addresses": [\n' + ",\n".join("  " + json.dumps(each) for each in addresses()) + "\n]}\n"


if __name__ == "__main__":
    print(text(), end="")

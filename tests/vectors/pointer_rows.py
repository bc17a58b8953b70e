"""class_pointers.json: classes with their pointers, and texts that are no pointer."""

from __future__ import annotations

import random
from collections.abc import Callable

from reference import (
    Row,
    base58_bytes,
    base58_number,
    class_hash,
    pointer_text,
    private_of,
    public,
    refusal,
    seed_number,
)


def class_pointers() -> dict[str, list[Row]]:
    rows = [pointer_row(key, path) for key, path in ordinary_classes()]
    rows += short_pointers(12) + zero_led_pointers(6)
    return {"valid": rows, "refused": refused_pointers()}


def pointer_row(key: bytes, path: str) -> Row:
    value = class_hash(key, path)
    return {
        "manufacturer_key": base58_bytes(key),
        "path_to_pointer": path,
        "pointer_hex": value.hex(),
        "pointer": pointer_text(value),
    }


def ordinary_classes() -> list[tuple[bytes, str]]:
    """All depths of 2 to 14 segments, 18 times over."""
    chance = random.Random("plings class pointers")
    keys = [public(private_of(seed_number(0), prefix)) for prefix in ("1.2", "2.3", "4.1", "59.4GmR58")]
    keys += [bytes(32), b"\0" + bytes(range(1, 32)), b"\xff" * 32]
    classes = [(keys[0], "2.1"), (keys[1], "2.3.4F"), (keys[1], "2.3.4F.2aB"), (keys[2], "59.4GmR58")]
    for round_number in range(18):
        for depth in range(2, 15):
            limit = 58 ** (1 + round_number % 5) if depth < 14 else 58**3
            wallet = base58_number(chance.choice([1, 2, 8, 59, 240]))
            rest = [base58_number(chance.randrange(min(limit, 2**31))) for _ in range(depth - 1)]
            classes.append((chance.choice(keys), ".".join([wallet, *rest])))
    return classes


def searched(wanted: int, fits: Callable[[bytes], bool]) -> list[Row]:
    """The first classes 2.3.<n>.<m> of one manufacturer whose hash fits."""
    key = public(private_of(seed_number(1), "2.3"))
    rows: list[Row] = []
    number = 0
    while len(rows) < wanted:
        path = f"2.3.{base58_number(number // 58)}.{base58_number(number % 58)}"
        if fits(class_hash(key, path)):
            rows.append(pointer_row(key, path))
        number += 1
    return rows


def short_pointers(wanted: int) -> list[Row]:
    """Pointers whose text needs a left fill."""
    return searched(wanted, lambda value: int.from_bytes(value, "big") < 58**10 and value[0] != 0)


def zero_led_pointers(wanted: int) -> list[Row]:
    """Pointers whose first byte is zero, where base58 of bytes and of a number part ways."""
    return searched(wanted, lambda value: value[0] == 0)


def refused_pointers() -> list[Row]:
    return [
        refusal("", "length"),
        refusal("1", "length"),
        refusal("1111111111", "length"),
        refusal("111111111111", "length"),
        refusal("11111111111\n", "length"),
        refusal("1111111111\n", "alphabet"),
        refusal(" 1111111111", "alphabet"),
        refusal("1111111111\0", "alphabet"),
        refusal("0" * 11, "alphabet"),
        refusal("1111111111O", "alphabet"),
        refusal("1111I111111", "alphabet"),
        refusal("l1111111111", "alphabet"),
        refusal("1111111111١", "alphabet"),
        refusal("111111111+1", "alphabet"),
        refusal(base58_number(2**64), "too_large"),
        refusal("z" * 11, "too_large"),
    ]

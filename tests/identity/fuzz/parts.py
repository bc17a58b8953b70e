"""Damage to the parameters of a code: each function changes `parts` in place, mostly so that it stays well-formed."""

from __future__ import annotations

import base64
from random import Random

from identity.fuzz.oracle import GROUP_ORDER
from vectors.reference import ALPHABET, base58_bytes, base58_number, base64url, number_of, pointer_text

Parts = dict[str, str]


def none(chance: Random, parts: Parts, other: Parts) -> None:
    """As printed."""


def unsigned(chance: Random, parts: Parts, other: Parts) -> None:
    parts.pop("s", None)


def other_kind(chance: Random, parts: Parts, other: Parts) -> None:
    parts["t"] = chance.choice(["n", "n", "Q", "x", "", "qn"])


def part_of_another(chance: Random, parts: Parts, other: Parts) -> None:
    name = chance.choice(["p", "cp", "i", "s"])
    parts[name] = other[name]


def signature_bit(chance: Random, parts: Parts, other: Parts) -> None:
    parts["s"] = base64url(flipped(chance, signature_of(parts, other)))


def address_bit(chance: Random, parts: Parts, other: Parts) -> None:
    parts["i"] = base58_bytes(flipped(chance, number_in(parts, "i", other).to_bytes(32, "big")))


def address_with_zeros(chance: Random, parts: Parts, other: Parts) -> None:
    zeros = chance.randrange(1, 33)
    key = bytes(zeros) + chance.randbytes(32 - zeros)
    parts["i"] = base58_bytes(key[chance.choice([0, 0, 1]) :])


def large_address(chance: Random, parts: Parts, other: Parts) -> None:
    parts["i"] = base58_number(2**256 + chance.randrange(-3, 3) * chance.choice([1, 2**248]))


def pointer_bit(chance: Random, parts: Parts, other: Parts) -> None:
    parts["cp"] = pointer_text(flipped(chance, number_in(parts, "cp", other).to_bytes(8, "big")))


def large_pointer(chance: Random, parts: Parts, other: Parts) -> None:
    parts["cp"] = base58_number(2**64 + chance.randrange(-3, 3))


def neighbour(chance: Random, parts: Parts, other: Parts) -> None:
    """Another number in one segment."""
    change_segment(
        chance, parts, other, base58_number(chance.choice([1, 2, 57, 58, 240, 255, 256, 58**5, 2**31 - 1, 2**31]))
    )


def leading_one(chance: Random, parts: Parts, other: Parts) -> None:
    segments = segments_of(parts, other)
    at = chance.randrange(len(segments))
    parts["p"] = ".".join([*segments[:at], "1" + segments[at], *segments[at + 1 :]])


def odd_segment(chance: Random, parts: Parts, other: Parts) -> None:
    change_segment(chance, parts, other, chance.choice(["", "-3", "0", "l", "zzzzzz", "4GmR59", "2" * 90, "3=", "٣"]))


def more_segments(chance: Random, parts: Parts, other: Parts) -> None:
    segments = segments_of(parts, other)
    at = chance.randrange(len(segments) + 1)
    parts["p"] = ".".join([*segments[:at], *chance.choices(ALPHABET, k=chance.randrange(1, 12)), *segments[at:]])


def fewer_segments(chance: Random, parts: Parts, other: Parts) -> None:
    segments = segments_of(parts, other)
    del segments[chance.randrange(len(segments))]
    parts["p"] = ".".join(segments)


def moved_dot(chance: Random, parts: Parts, other: Parts) -> None:
    letters = list(".".join(segments_of(parts, other)).replace(".", "", 1))
    letters.insert(chance.randrange(len(letters) + 1), ".")
    parts["p"] = "".join(letters)


def unused_bits(chance: Random, parts: Parts, other: Parts) -> None:
    parts["s"] = parts.get("s", other.get("s", ""))[:85] + chance.choice("BCDEFRhx")


def other_base64(chance: Random, parts: Parts, other: Parts) -> None:
    standard = base64.b64encode(signature_of(parts, other)).decode()
    parts["s"] = chance.choice([standard, standard.rstrip("="), base64url(signature_of(parts, other)) + "=="])


def signature_plus_order(chance: Random, parts: Parts, other: Parts) -> None:
    """The same point, another number: a second spelling of one signature, if a library takes it."""
    signature = signature_of(parts, other)
    scalar = (int.from_bytes(signature[32:], "little") + GROUP_ORDER) % 2**256
    parts["s"] = base64url(signature[:32] + scalar.to_bytes(32, "little"))


def reordered(chance: Random, parts: Parts, other: Parts) -> None:
    pairs = list(parts.items())
    chance.shuffle(pairs)
    parts.clear()
    parts.update(pairs)


def missing(chance: Random, parts: Parts, other: Parts) -> None:
    parts.pop(chance.choice(["t", "p", "cp", "i", "s"]), None)


def unknown(chance: Random, parts: Parts, other: Parts) -> None:
    parts[chance.choice(["x", "", "utm_source", "P", "T", " t", "ｐ", "i[]"])] = chance.choice(["", "1", "q"])


def empty(chance: Random, parts: Parts, other: Parts) -> None:
    parts[chance.choice(["t", "p", "cp", "i", "s"])] = ""


def change_segment(chance: Random, parts: Parts, other: Parts, segment: str) -> None:
    segments = segments_of(parts, other)
    segments[chance.randrange(len(segments))] = segment
    parts["p"] = ".".join(segments)


def segments_of(parts: Parts, other: Parts) -> list[str]:
    return parts.get("p", other["p"]).split(".")


def flipped(chance: Random, data: bytes) -> bytes:
    at = chance.randrange(8 * len(data))
    return (int.from_bytes(data, "big") ^ 1 << at).to_bytes(len(data), "big")


def signature_of(parts: Parts, other: Parts) -> bytes:
    """That of `parts`, or another's where damage before this one left none."""
    try:
        signature = base64.urlsafe_b64decode(parts["s"] + "==")
    except (KeyError, ValueError):
        signature = b""
    return signature if len(signature) == 64 else base64.urlsafe_b64decode(other["s"] + "==")


def number_in(parts: Parts, name: str, other: Parts) -> int:
    limit = {"i": 2**256, "cp": 2**64}[name]
    text = parts.get(name, "")
    number = number_of(text) if text and set(text) <= set(ALPHABET) else limit
    return number if number < limit else number_of(other[name])


ALL = (
    none,
    unsigned,
    other_kind,
    part_of_another,
    signature_bit,
    address_bit,
    address_with_zeros,
    large_address,
    pointer_bit,
    large_pointer,
    neighbour,
    leading_one,
    odd_segment,
    more_segments,
    fewer_segments,
    moved_dot,
    unused_bits,
    other_base64,
    signature_plus_order,
    reordered,
    missing,
    unknown,
    empty,
)

"""What a path says in words."""

from __future__ import annotations

from dataclasses import dataclass

from plings.registry.paths import Allocation
from plings.registry.pointers import Product


@dataclass(frozen=True)
class Number:
    """A segment and the number that it stands for."""

    segment: str
    number: int


@dataclass(frozen=True)
class DecodedWallet:
    """`name`, `environment` and `status` are None for a wallet that does not exist."""

    segment: str
    number: int
    name: str | None
    environment: str | None
    status: str | None


@dataclass(frozen=True)
class DecodedManufacturer:
    """`name`, `status` and `public_key` (base58) are None where nobody is registered there, or that may not be seen."""

    prefix: str
    index: int
    name: str | None
    status: str | None
    public_key: str | None


@dataclass(frozen=True)
class Word:
    """A class segment. Names are None where its manufacturer defined none; `level` is 999 for a legacy class number."""

    level: int
    segment: str
    number: int
    level_name: str | None
    value_name: str | None
    description: str | None
    gs1_code: str | None
    sku: str | None
    active: bool
    """False for a value that is out of use: what was printed with it still means the same."""


@dataclass(frozen=True)
class Decoded:
    """What a path says. `class_pointer` is what its class hashes to; `product` is what is registered under that.

    `gtin` and `sku` are of the most specific word that has one, else of the product. `missing_levels` are required
    levels that the class path is too short for. `claimed_pointer` is the code's own, of a URL.
    """

    path: str
    wallet: DecodedWallet
    manufacturer: DecodedManufacturer
    words: tuple[Word, ...]
    batch: Number | None
    instance: Number | None
    class_path: str
    class_pointer: str | None
    claimed_pointer: str | None
    product: Product | None
    gtin: str | None
    sku: str | None
    missing_levels: tuple[int, ...]
    holder: Allocation | None
    sentence: str
    """The same in one line for people."""

"""What there is: lamports and the contents of accounts, and the only ways in which they change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Self

from solders.pubkey import Pubkey

from fixtures.fix_program import rent
from identity.frozen import FOLDER
from plings.identity import ScanUrl
from plings.program import pda
from plings.program.accounts import Config, Manufacturer, ObjectInstance, PaymentLog, TokenAccount
from plings.proofs import Kind, Leaf
from program.journey import Maker

_LAYOUTS = json.loads((FOLDER / "layouts.json").read_text(encoding="ascii"))
_NOT_FROZEN = {"BatchAccount": 4_992, "SponsorPool": 128, "Promotion": 168}
"""Bytes, as docs/decisions say; a promotion's links come on top."""


def size_of(name: str) -> int:
    """The bytes of an account, from the frozen layouts where they have it."""
    return _NOT_FROZEN.get(name) or int(_LAYOUTS[name]["size"])


class Short(Exception):
    """Somebody has fewer lamports than they should pay."""


@dataclass(frozen=True)
class Mint:
    """What matters of an NFT's mint; the client reads none."""

    supply: int
    has_authority: bool

    @classmethod
    def decode(cls, data: bytes) -> Mint:
        return cls(int.from_bytes(data[36:44], "little"), data[:4] != bytes(4))


@dataclass(frozen=True)
class Holding(TokenAccount):
    """A token account, and who but its owner can close it."""

    close_authority: Pubkey | None = None

    @classmethod
    def decode(cls, data: bytes) -> Holding:
        base = TokenAccount.decode(data)
        has_one = data[129:133] == bytes([1, 0, 0, 0])
        return cls(base.mint, base.owner, base.amount, Pubkey.from_bytes(data[133:165]) if has_one else None)


ObjectKey = tuple[str, bytes, bytes]
GIFT_AFTER = {Kind.PAYMENT: Kind.TRANSFER, Kind.SLOT_PAYMENT: Kind.SLOT_TRANSFER}
"""Which kind of gift counts after which kind of first payment."""


@dataclass
class Model:
    """Contents are frozen dataclasses, so a copy is cheap and what happens to it stays there."""

    now_unix: int
    lamports: dict[Pubkey, int]
    contents: dict[Pubkey, Any] = field(default_factory=dict)
    sizes: dict[Pubkey, int] = field(default_factory=dict)
    leaves: dict[Pubkey, tuple[Leaf, ...]] = field(default_factory=dict)
    micro_owners: dict[ObjectKey, tuple[Kind, bytes]] = field(default_factory=dict)
    """who owns an object by its leaves, and which kind of gift passes it on"""

    def copy(self) -> Self:
        copied = ("lamports", "contents", "sizes", "leaves", "micro_owners")
        return replace(self, **{name: dict(getattr(self, name)) for name in copied})

    # changes

    def move(self, source: Pubkey, target: Pubkey, lamports: int) -> None:
        if self.lamports.get(source, 0) < lamports:
            raise Short
        self.lamports[source] = self.lamports.get(source, 0) - lamports
        self.lamports[target] = self.lamports.get(target, 0) + lamports

    def create(self, payer: Pubkey, address: Pubkey, size: int, content: Any) -> None:
        """The full rent, on top of what lies there already, which stays a deposit."""
        self.move(payer, address, rent(size))
        self.put(address, content, size)

    def top_up(self, payer: Pubkey, address: Pubkey, size: int, content: Any) -> None:
        """What is missing to the rent: so do Anchor's `init` and the Associated Token program."""
        self.move(payer, address, max(0, rent(size) - self.lamports.get(address, 0)))
        self.put(address, content, size)

    def put(self, address: Pubkey, content: Any, size: int | None = None) -> None:
        self.contents[address] = content
        if size is not None:
            self.sizes[address] = size

    def change(self, address: Pubkey, **fields: Any) -> None:
        self.contents[address] = replace(self.contents[address], **fields)

    def close(self, address: Pubkey, target: Pubkey) -> None:
        """All that lies there goes to `target`."""
        self.move(address, target, self.lamports[address])
        del self.contents[address], self.sizes[address]

    def append(self, leaf: Leaf) -> None:
        """A leaf of its log, and what it means for who owns the object."""
        log = Pubkey.from_bytes(leaf.payment_log)
        self.change(log, frontier=self.contents[log].frontier.append(leaf.hash), last_leaf_at_unix=leaf.timestamp)
        self.leaves[log] = (*self.leaves.get(log, ()), leaf)
        owned = self.micro_owners.get(leaf.object_key)
        if owned is None and leaf.kind.is_payment:
            self.micro_owners[leaf.object_key] = GIFT_AFTER[leaf.kind], leaf.owner
        elif owned == (leaf.kind, leaf.actor):
            self.micro_owners[leaf.object_key] = leaf.kind, leaf.owner

    # questions

    @property
    def config(self) -> Config:
        config: Config = self.contents[pda.config_address()]
        return config

    def maker(self, maker: Maker) -> Manufacturer | None:
        return self.contents.get(maker.account)

    def log(self, address: Pubkey) -> PaymentLog | None:
        return self.contents.get(address)

    def object(self, code: ScanUrl) -> ObjectInstance | None:
        return self.contents.get(pda.payment_address(code))

    def holder(self, code: ScanUrl) -> Pubkey | None:
        """Who holds the object's NFT."""
        mint = pda.mint_address(pda.payment_address(code))
        accounts = (content for content in self.contents.values() if isinstance(content, Holding))
        return next((account.owner for account in accounts if account.mint == mint and account.amount), None)

    def all_of(self, kind: type) -> Iterator[tuple[Pubkey, Any]]:
        return ((address, content) for address, content in self.contents.items() if isinstance(content, kind))

    def below_rent(self, before: Model) -> bool:
        """Whether an account that has changed since `before` holds something, and less than its rent."""
        return any(
            0 < lamports < rent(self.sizes.get(address, 0)) and lamports != before.lamports.get(address, 0)
            for address, lamports in self.lamports.items()
        )


def shares(lamports: int, *bps: int) -> list[int]:
    """Each share rounded down, and what is left."""
    parts = [lamports * share // 10_000 for share in bps]
    return [*parts, lamports - sum(parts)]

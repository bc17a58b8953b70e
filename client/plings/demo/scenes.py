"""What happens in the demo. A scene is made after its facts were read back from the cluster or the disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from solders.pubkey import Pubkey

from plings.chain import Confirmed
from plings.identity import ScanUrl, Verdict
from plings.objects import Payment
from plings.program.accounts import Config, Manufacturer
from plings.program.events import Event


@dataclass(frozen=True)
class PlatformOpen:
    """`confirmed` is None when the platform was there already."""

    config: Config
    confirmed: Confirmed | None


@dataclass(frozen=True)
class Registered:
    manufacturer: Manufacturer
    confirmed: Confirmed


@dataclass(frozen=True)
class PrintedCode:
    code: ScanUrl
    pictures: tuple[Path, ...]


@dataclass(frozen=True)
class Printing:
    """`verdicts` are on a code read from its picture, on the signed tag, and on a forgery of that."""

    batch: tuple[PrintedCode, ...]
    listing: Path
    read_from: Path
    code: ScanUrl
    verdicts: tuple[tuple[str, Verdict], ...]


@dataclass(frozen=True)
class Paid:
    """`shares` are lamports by receiver, `rent_lamports` what the new accounts hold."""

    name: str
    buyer: str
    payment: Payment
    shares: dict[str, int]
    rent_lamports: int


@dataclass(frozen=True)
class ForSale:
    owner: Pubkey
    asking_price_lamports: int
    confirmed: Confirmed


@dataclass(frozen=True)
class Balance:
    who: str
    address: Pubkey
    before_lamports: int
    after_lamports: int

    @property
    def change_lamports(self) -> int:
        return self.after_lamports - self.before_lamports


@dataclass(frozen=True)
class Settlement:
    """`proofs` were all found true. `fees_lamports` is None where the node kept no records."""

    balances: tuple[Balance, ...]
    rent_lamports: int
    fees_lamports: int | None
    events: tuple[Event, ...]
    proofs: tuple[str, ...]
    owner: Pubkey


Scene = PlatformOpen | Registered | Printing | Paid | ForSale | Settlement

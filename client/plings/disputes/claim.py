"""What is disputed: whether a wallet owns the object of a code."""

from __future__ import annotations

from dataclasses import dataclass

from plings.identity import ScanUrl
from plings.identity.address import check_key
from plings.proofs import ObjectKey


@dataclass(frozen=True)
class Claim:
    """Somebody says that `wallet`, a public key of 32 bytes, owns the code's object. Raises AddressError for no key.

    Whether they have the wallet's secret key is another question, and not asked here.
    """

    code: ScanUrl
    wallet: bytes

    def __post_init__(self) -> None:
        check_key(self.wallet)

    @property
    def object_key(self) -> ObjectKey:
        """As leaves tell the object from others."""
        return self.code.path.text, self.code.class_pointer.value, self.code.address

"""Which payment log: whose it is, and that its address can be no other's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from plings.proofs.derived_address import derived_address
from plings.proofs.shard import shard_of

MOST_SHARD_BITS: Final = 8


@dataclass(frozen=True, slots=True)
class LogIdentity:
    """A payment log and what its address is derived from. Keys are 32 bytes.

    What a receipt says is not checked here: it is right when it equals what `of_object` derives.
    """

    program_id: bytes
    identity_key: bytes
    """the manufacturer's public key, which its class pointers hash"""
    manufacturer: bytes
    """its Manufacturer account"""
    shard_bits: int
    """0 to 8: the manufacturer has 2^shard_bits logs"""
    shard: int
    """the first `shard_bits` bits of the address of every object in this log"""
    payment_log: bytes

    @classmethod
    def of_object(cls, program_id: bytes, identity_key: bytes, shard_bits: int, address: bytes) -> LogIdentity:
        """The log that all payments for the object at `address` go to."""
        shard = shard_of(address, 1 << shard_bits)
        manufacturer = _derived(program_id, b"manufacturer", identity_key)
        log = _derived(program_id, b"payment_log", manufacturer, bytes([shard]))
        return cls(program_id, identity_key, manufacturer, shard_bits, shard, log)

    def checkpoint_account(self, checkpoint_id: int) -> bytes:
        """Where the cluster keeps that checkpoint: the account that a root is compared with."""
        return _derived(self.program_id, b"checkpoint", self.payment_log, checkpoint_id.to_bytes(8, "little"))


@lru_cache(maxsize=4096)
def _derived(program_id: bytes, *seeds: bytes) -> bytes:
    # A shop sees the same few logs with every receipt, and finding an address costs more than checking a proof.
    return derived_address(program_id, seeds)

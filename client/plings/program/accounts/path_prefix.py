from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from plings.program.accounts.layout import parse


@dataclass(frozen=True)
class PathPrefix:
    """Whose a path prefix is: the Manufacturer account and its identity key."""

    manufacturer: Pubkey
    identity_key: Pubkey

    @classmethod
    def decode(cls, data: bytes) -> PathPrefix:
        """From an account's data. Raises ClusterError when it is no PathPrefix."""
        fields = parse("PathPrefix", data)
        return cls(manufacturer=fields.manufacturer, identity_key=fields.identity_key)

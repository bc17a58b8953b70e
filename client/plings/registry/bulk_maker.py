"""The manufacturer whose pointers are loaded, and what every row of it begins with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from plings.errors import ValueRefused
from plings.registry.database import Registry
from plings.registry.manufacturers import manufacturer


@dataclass(frozen=True)
class Maker:
    """`partition` is the table that its pointers are put into, `number` what the global registry calls it."""

    prefix: str
    number: int
    public_key: str
    organization_id: UUID
    partition: str

    @cached_property
    def hash_prefix(self) -> bytes:
        """What a class pointer hashes before the path."""
        return f"{self.public_key}:".encode("ascii")


def maker_of(registry: Registry, prefix: str) -> Maker:
    """The manufacturer of a prefix such as `2.3`. Raises NotInRegistry, ValueRefused (`no_key`)."""
    found = manufacturer(registry, prefix)
    if found.ed25519_public_key is None:
        raise ValueRefused(f"the identity key of {prefix} is not known", "no_key")
    select = "SELECT pointers_go_into(shard_id) AS partition FROM manufacturer_registry WHERE id = %s"
    partition = registry.rows(select, [found.id])[0]["partition"]
    return Maker(prefix, found.number, found.ed25519_public_key, found.organization_id, partition)

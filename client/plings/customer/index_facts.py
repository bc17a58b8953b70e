"""What registry and index say of a code, read in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from plings.api.answers.objects import ObjectAnswer
from plings.api.asking.objects import object_of
from plings.identity import ScanUrl
from plings.indexer import reading
from plings.registry import Registry

HISTORY: Final = 20
"""Owners on a page: the first of them, and the one it is now."""


@dataclass(frozen=True)
class IndexFacts:
    """`ownership` is None for an object that nothing on chain names."""

    object: ObjectAnswer
    ownership: reading.Ownership | None


def index_facts(registry: Registry, code: ScanUrl) -> IndexFacts:
    """Raises RegistryErrors: it is away, or being rebuilt."""
    with registry.transaction():
        return IndexFacts(object_of(registry, code), _ownership(registry, code))


def _ownership(registry: Registry, code: ScanUrl) -> reading.Ownership | None:
    return reading.ownership(
        registry,
        path=code.path.text,
        class_pointer=code.class_pointer.value,
        address=code.address,
        limit=HISTORY,
    )

"""What registry and index say of a code, read in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from solders.pubkey import Pubkey

from plings.api.answers.objects import ObjectAnswer
from plings.api.asking.objects import object_of
from plings.identity import ScanUrl
from plings.indexer import reading
from plings.program.pda import manufacturer_address
from plings.registry import Registry
from plings.registry.class_pictures import ClassPicture, picture_of_class

HISTORY: Final = 20
"""Owners on a page: the first of them, and the one it is now."""


@dataclass(frozen=True)
class IndexFacts:
    """`ownership` is None for an object that nothing on chain names. `has_gaps`: leaves of the manufacturer's logs are
    missing, so that one of them may be a payment for it. `picture` is the class's."""

    object: ObjectAnswer
    ownership: reading.Ownership | None
    has_gaps: bool = False
    picture: ClassPicture | None = None


def index_facts(registry: Registry, code: ScanUrl) -> IndexFacts:
    """Raises RegistryErrors: it is away, or being rebuilt."""
    with registry.transaction():
        told = object_of(registry, code)
        key = told.manufacturer.pubkey if told.manufacturer else None
        return IndexFacts(
            told,
            reading.ownership_of(registry, code, limit=HISTORY),
            key is not None and _has_gaps(registry, key),
            picture_of_class(registry, UUID(told.product.class_id)) if told.product else None,
        )


def _has_gaps(registry: Registry, identity_key: str) -> bool:
    maker = str(manufacturer_address(Pubkey.from_string(identity_key)))
    return bool(registry.rows(_GAPS, [maker])[0]["has_gaps"])


_GAPS: Final = """
    SELECT EXISTS (
        SELECT FROM log_gaps JOIN payment_logs AS l USING (log_no)
        JOIN chain_events AS e ON e.subject = l.address AND e.name = 'PaymentLogOpened'
        WHERE e.body ->> 'manufacturer' = %s
    ) AS has_gaps
"""

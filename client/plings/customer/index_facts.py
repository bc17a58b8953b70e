"""What registry and index say of a code, read in one transaction."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from solders.pubkey import Pubkey

from plings.api.answers.objects import ObjectAnswer
from plings.api.asking.objects import object_of
from plings.commitments import ItemProof
from plings.errors import StateRefused
from plings.identity import Grade, ScanUrl
from plings.indexer import reading
from plings.program.pda import manufacturer_address
from plings.registry import Registry
from plings.registry.class_pictures import ClassPicture, picture_of_class
from plings.registry.printed_proofs import find_proofs

log = logging.getLogger("plings.api")

HISTORY: Final = 20
"""Owners on a page: the first of them, and the one it is now."""


@dataclass(frozen=True)
class IndexFacts:
    """`ownership` is None for an object that nothing on chain names. `has_gaps`: leaves of the manufacturer's logs are
    missing, so that one of them may be a payment for it. `picture` is the class's.
    `printed`: proofs that the code was printed, by the registry, which are not verified."""

    object: ObjectAnswer
    ownership: reading.Ownership | None
    has_gaps: bool = False
    picture: ClassPicture | None = None
    printed: tuple[ItemProof, ...] = ()


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
            proofs_of(registry, code) if told.grade in _GENUINE else (),
        )


def proofs_of(registry: Registry, code: ScanUrl, root: bytes | None = None) -> tuple[ItemProof, ...]:
    """Of the list with a root, where one is named. Raises RegistryErrors but for lists that were changed."""
    try:
        return tuple(find_proofs(registry, code, root))
    except StateRefused as error:
        log.error("%s", error)
        return ()


def _has_gaps(registry: Registry, identity_key: str) -> bool:
    maker = str(manufacturer_address(Pubkey.from_string(identity_key)))
    return bool(registry.rows(_GAPS, [maker])[0]["has_gaps"])


_GENUINE: Final = (Grade.CLASS_GENUINE.value, Grade.TAG_GENUINE.value)
_GAPS: Final = """
    SELECT EXISTS (
        SELECT FROM log_gaps JOIN payment_logs AS l USING (log_no)
        JOIN chain_events AS e ON e.subject = l.address AND e.name = 'PaymentLogOpened'
        WHERE e.body ->> 'manufacturer' = %s
    ) AS has_gaps
"""

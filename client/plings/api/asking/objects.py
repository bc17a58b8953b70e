"""What a code is: its grade by the registry's key, its product, and whose it is by the index."""

from __future__ import annotations

from contextlib import suppress

from plings.api.answers.metadata import Metadata
from plings.api.answers.objects import Manufacturer, ObjectAnswer
from plings.api.answers.products import Product
from plings.api.asking.classes import manufacturer, shaped
from plings.api.asking.ownership import account
from plings.api.asking.texts import key
from plings.errors import NotInRegistry
from plings.identity import ScanUrl, check_url, parse_address
from plings.indexer import reading
from plings.registry import Registry
from plings.registry.pointers import find_product


def object_of(registry: Registry, code: ScanUrl) -> ObjectAnswer:
    """All that is known of a code. Whoever's it is: there is always an answer."""
    with registry.transaction():
        maker = manufacturer(registry, code.path.prefix)
        product = _product(registry, code, maker)
        found = reading.ownership_of(registry, code, limit=1)
    keys = {maker.prefix: parse_address(maker.pubkey)} if maker is not None and maker.pubkey else {}
    verdict = check_url(code.text, keys, code.host)
    return ObjectAnswer(
        path=code.path.text,
        class_pointer=code.class_pointer.text,
        address=key(code.address),
        url=code.text,
        grade=verdict.grade.value,
        reasons=list(verdict.reasons),
        manufacturer=maker,
        product=product,
        is_seen=found is not None,
        owner=key(found.owner) if found is not None and found.owner is not None else None,
        account=account(found) if found is not None else None,
    )


def metadata(registry: Registry, code: ScanUrl) -> Metadata:
    """The metadata of an object that somebody owns. Raises NotInRegistry."""
    with registry.transaction():
        found = reading.metadata(
            registry,
            path=code.path.text,
            class_pointer=code.class_pointer.value,
            address=code.address,
            host=code.host,
        )
    return Metadata(**found)


def _product(registry: Registry, code: ScanUrl, maker: Manufacturer | None) -> Product | None:
    """What is registered under the pointer, if it is of this very class."""
    with suppress(NotInRegistry):
        found = find_product(registry, code.class_pointer.text)
        if maker is not None and (found.manufacturer_pubkey, found.path_to_pointer) == (
            maker.pubkey,
            code.path.path_to_pointer,
        ):
            return shaped(found)
    return None

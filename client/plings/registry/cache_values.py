"""Values of the cache: JSON, with a code that only who knows the registry's secret can make.

Whoever else writes to the cache can take values away and bring old ones back for as long as they were meant to hold;
what they make up is ignored.
"""

from __future__ import annotations

import hmac
import json
import time
from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from plings.registry.pointers import Product

_FIELDS: Final = frozenset(field.name for field in fields(Product))
_MOST_BYTES: Final = 1 << 16


@dataclass(frozen=True)
class Found:
    """What is known of a pointer: its product, or that it has none."""

    product: Product | None


def sealed(product: Product | None, secret: bytes, class_pointer: str, generation: str, seconds: int) -> bytes:
    """The value that holds a product, or that there is none, for so long."""
    facts: dict[str, Any] = {
        "pointer": class_pointer,
        "generation": generation,
        "expires_at": int(time.time()) + seconds,
        "product": None if product is None else {name: _plain(value) for name, value in asdict(product).items()},
    }
    return json.dumps({**facts, "code": _code(facts, secret)}).encode()


def unsealed(value: bytes, secret: bytes, class_pointer: str, generation: str) -> Found | None:
    """What a value holds; None when it is not ours, of another pointer or generation, or too old."""
    if len(value) > _MOST_BYTES:
        return None
    try:
        facts = json.loads(value)
        code = facts.pop("code")
        if not hmac.compare_digest(_code(facts, secret), code) or not _holds(facts, class_pointer, generation):
            return None
        return Found(None if facts["product"] is None else _product(facts["product"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidOperation):
        return None


def _holds(facts: dict[str, Any], class_pointer: str, generation: str) -> bool:
    asked = (class_pointer, generation)
    return (facts["pointer"], facts["generation"]) == asked and time.time() < facts["expires_at"]


def _code(facts: dict[str, Any], secret: bytes) -> str:
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return hmac.new(secret, text.encode(), "sha256").hexdigest()


def _plain(value: object) -> object:
    return str(value) if isinstance(value, UUID | Decimal) else value


def _product(facts: dict[str, Any]) -> Product:
    if facts.keys() != _FIELDS:  # of another version of ours
        raise KeyError
    price = facts["price_amount"]
    return Product(
        **{**facts, "class_id": UUID(facts["class_id"]), "price_amount": None if price is None else Decimal(price)}
    )

"""A decoded path in one line for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plings.registry.decoded import Decoded, Word


def sentence(decoded: Decoded) -> str:
    """`BILLY White (Furniture, Bookcases) of IKEA, batch 15, instance 158, in wallet v1`, as much as is known of it."""
    parts = [f"{_what(decoded)} of {_maker(decoded)}" if decoded.words else _maker(decoded)]
    if decoded.batch is not None and decoded.instance is not None:
        parts += [f"batch {decoded.batch.number}", f"instance {decoded.instance.number}"]
    parts.append(_wallet(decoded))
    if decoded.class_pointer and decoded.claimed_pointer not in (None, decoded.class_pointer):
        parts.append("but its class pointer is that of something else")
    return ", ".join(parts)


def _what(decoded: Decoded) -> str:
    *above, last = decoded.words
    name = decoded.product.name if decoded.product and last.value_name is None else _name(last)
    groups = [_name(word) for word in above if word.value_name is not None]
    return f"{name} ({', '.join(groups)})" if groups else name


def _name(word: Word) -> str:
    return word.value_name or f"{word.level_name or 'class'} {word.number}"


def _maker(decoded: Decoded) -> str:
    maker = decoded.manufacturer
    if maker.name is None:
        return f"an unknown manufacturer {maker.prefix}"
    return maker.name if maker.status == "active" else f"{maker.name} ({maker.status})"


def _wallet(decoded: Decoded) -> str:
    wallet = decoded.wallet
    if wallet.name is None:
        return f"in wallet {wallet.number}, which does not exist"
    kind = [] if wallet.environment == "production" else [str(wallet.environment)]
    notes = kind + ([] if wallet.status == "active" else [str(wallet.status)])
    return f"in wallet {wallet.name}" + (f" ({', '.join(notes)})" if notes else "")

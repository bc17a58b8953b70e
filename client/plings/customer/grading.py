"""How far a code is what it claims, and why: as `plings.identity.check_url`, with reasons that have codes."""

from __future__ import annotations

from typing import Final

from plings.api.answers.objects import Manufacturer, ObjectAnswer
from plings.customer.names import mixes_scripts
from plings.customer.view import Reason, Shown
from plings.errors import IdentityError
from plings.identity import Grade, ScanUrl, check_url
from plings.identity.class_pointer import hash_class

USUAL: Final = frozenset(("active", "transferring", "transferred", "deprecated", "exhausted"))
"""Statuses under which a code is what it was."""


def malformed(error: IdentityError) -> Reason:
    """Which part of a scanned text breaks which rule. What the text says is not repeated."""
    return Reason("malformed", {"part": error.part, "rule": error.rule})


def grade(code: ScanUrl, key: bytes | None, *, is_asked: bool) -> tuple[Shown, tuple[Reason, ...]]:
    """By the manufacturer's key. Without one: `is_asked`, nobody is registered; else nobody could be asked."""
    prefix, class_path = code.path.prefix, code.path.path_to_pointer
    about = {"prefix": prefix, "class_path": class_path}
    if key is None:
        return Shown.UNKNOWN_MANUFACTURER, (
            Reason("no_manufacturer" if is_asked else "keys_unavailable", {"prefix": prefix}),
        )
    verdict = check_url(code.text, {prefix: key}, code.host)
    if verdict.grade is Grade.TAG_GENUINE:
        return Shown.TAG_GENUINE, (Reason("class_known", about), Reason("tag_signed"))
    if verdict.grade is Grade.CLASS_GENUINE:
        return Shown.CLASS_GENUINE, (Reason("class_known", about), Reason("tag_unsigned"))
    is_class = hash_class(key, class_path) == code.class_pointer.value
    return Shown.COUNTERFEIT_CLASS, (Reason("signature_forged") if is_class else Reason("class_pointer_wrong", about),)


def printed(is_proved: bool) -> tuple[Reason, ...]:
    """That a code is on a list of its manufacturer's. That it is on none that we have says nothing against it."""
    return (Reason("printed"),) if is_proved else ()


def warnings(told: ObjectAnswer | None) -> tuple[Reason, ...]:
    """What the registry says against a code whose grade is good."""
    if told is None:
        return ()
    found = [Reason(f"{what}_status", {"status": status}) for what, status in _statuses(told) if status not in USUAL]
    product = told.product
    for what, name in (("manufacturer", _name(told.manufacturer)), ("product", product.name if product else None)):
        if mixes_scripts(name):
            found.append(Reason("name_mixes_scripts", {"of": what}))
    return tuple(found)


def _statuses(told: ObjectAnswer) -> list[tuple[str, str]]:
    found = [("manufacturer", told.manufacturer.status)] if told.manufacturer else []
    if told.product:
        found += [("pointer", told.product.pointer_status), ("wallet", told.product.wallet_status)]
        found += [("class", told.product.class_status)]
    return found


def _name(maker: Manufacturer | None) -> str | None:
    return maker.name if maker else None

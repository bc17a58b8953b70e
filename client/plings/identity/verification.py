"""Verification: what a code is worth to someone who has the manufacturers' public keys and no network.

The answer is a grade with its reasons. A right class pointer alone shows that the class is real, not that the
manufacturer printed this tag; only a signature shows that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from plings.errors import AddressError, IdentityError, PathError, SettingsError, shown
from plings.identity.address import is_weak_key, parse_address
from plings.identity.class_pointer import hash_class_text
from plings.identity.keys import check_prefix
from plings.identity.path import ClassPath
from plings.identity.printed import PrintedCode
from plings.identity.tag import message_of, verify_message
from plings.identity.url import DEFAULT_HOST, ScanUrl


class Grade(StrEnum):
    """What a check can find, from worst to best."""

    MALFORMED = "malformed"
    UNKNOWN_MANUFACTURER = "unknown manufacturer"
    COUNTERFEIT_CLASS = "counterfeit class"
    CLASS_GENUINE = "class genuine"
    TAG_GENUINE = "tag genuine"


@dataclass(frozen=True)
class Verdict:
    """A grade of a text scanned for a host, and why (one line each, fit to show)."""

    grade: Grade
    reasons: tuple[str, ...]
    text: str
    host: str

    @property
    def genuine(self) -> bool:
        """Whether the class is the manufacturer's and nothing speaks against the tag, which may still be a copy."""
        return self.grade in (Grade.CLASS_GENUINE, Grade.TAG_GENUINE)

    @cached_property
    def url(self) -> ScanUrl | None:
        """The code itself unless it is malformed, parsed when it is first asked for."""
        return None if self.grade is Grade.MALFORMED else ScanUrl.parse(self.text, self.host)


def check_url(text: str, keys: Mapping[str, bytes], host: str = DEFAULT_HOST) -> Verdict:
    """The verdict on a scanned text. No text makes it raise.

    `keys` maps a prefix (`2.3`) to that manufacturer's 32-byte public identity key. A signature that does not verify
    makes the code a `counterfeit class` even if its pointer is right: the manufacturer did not make this tag.
    Raises only for a caller's mistake: AddressError for a key that is not 32 bytes, SettingsError for a host that is
    none.
    """
    code = PrintedCode.recognize(text, host)
    if code is None:
        try:
            code = PrintedCode.of(ScanUrl.parse(text, host))
        except IdentityError as error:
            return Verdict(Grade.MALFORMED, (str(error),), text, host)
    grade, *reasons = _graded(code, keys.get(code.prefix))
    return Verdict(grade, tuple(reasons), text, host)


def _graded(code: PrintedCode, key: bytes | None) -> tuple[Grade, *tuple[str, ...]]:
    """The grade of a well-formed code, and the reasons."""
    if key is None:
        return Grade.UNKNOWN_MANUFACTURER, f"there is no key for manufacturer {code.prefix}"
    if hash_class_text(key, code.path_to_pointer) != code.class_pointer:
        reason = f"the class pointer is not the one of {code.path_to_pointer} by manufacturer {code.prefix}"
        return Grade.COUNTERFEIT_CLASS, reason
    class_reason = f"the class {code.path_to_pointer} is one of manufacturer {code.prefix}"
    if code.signature is None:
        return Grade.CLASS_GENUINE, class_reason, "the tag is not signed, so it does not show who printed it"
    if verify_message(key, message_of(code.path, code.class_pointer, code.address), code.signature):
        return Grade.TAG_GENUINE, class_reason, "the manufacturer signed this tag"
    forged = "the tag's signature is not the manufacturer's: the tag is forged or altered"
    return Grade.COUNTERFEIT_CLASS, class_reason, forged


def parse_keys(json_text: str) -> dict[str, bytes]:
    """Manufacturers' keys from a JSON object of prefix to base58 key, as `check_url` takes them.

    Raises SettingsError, which names the entry, for a duplicate, a prefix that is not `wallet.manufacturer`, a text
    that is no 32-byte key, or a key of small order.
    """
    try:
        entries = json.loads(json_text, object_pairs_hook=_entries)
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"the manufacturer keys are not JSON: {error}") from error
    if not isinstance(entries, dict):
        raise SettingsError("the manufacturer keys are not a JSON object")
    return {prefix: _key(prefix, text) for prefix, text in entries.items()}


def _entries(pairs: list[tuple[str, object]]) -> dict[str, object]:
    entries: dict[str, object] = {}
    for name, value in pairs:
        if name in entries:  # JSON leaves open which one counts
            raise SettingsError(f"the manufacturer keys have {shown(name)} twice")
        entries[name] = value
    return entries


def _key(prefix: str, text: str) -> bytes:
    try:
        check_prefix(ClassPath(prefix))
        key = parse_address(text)
    except (PathError, AddressError) as error:
        raise SettingsError(f"the manufacturer keys' entry {shown(prefix)}: {error}") from error
    if is_weak_key(key):
        raise SettingsError(f"the manufacturer keys' entry {shown(prefix)}: the key is a point of small order")
    return key

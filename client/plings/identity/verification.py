"""Verification: what a code is worth to someone who has the manufacturers' public keys and no network.

The answer is a grade with its reasons. A right class pointer alone shows that the class is real, not that the
manufacturer printed this tag; only a signature shows that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from plings.errors import AddressError, IdentityError, PathError, SettingsError, shown
from plings.identity.address import is_weak_key, parse_address
from plings.identity.class_pointer import hash_class
from plings.identity.keys import check_prefix
from plings.identity.path import ClassPath
from plings.identity.tag import verify_tag
from plings.identity.url import DEFAULT_HOST, ScanUrl


class Grade(StrEnum):
    """What a check can find, from worst to best."""

    MALFORMED = "malformed"
    UNKNOWN_MANUFACTURER = "unknown manufacturer"
    COUNTERFEIT_CLASS = "counterfeit class"
    CLASS_GENUINE = "class genuine"
    TAG_GENUINE = "tag genuine"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A grade, why (one line each, fit to show), and the code itself unless it is malformed."""

    grade: Grade
    reasons: tuple[str, ...]
    url: ScanUrl | None

    @property
    def genuine(self) -> bool:
        """Whether the class is the manufacturer's and nothing speaks against the tag, which may still be a copy."""
        return self.grade in (Grade.CLASS_GENUINE, Grade.TAG_GENUINE)


def check_url(text: str, keys: Mapping[str, bytes], host: str = DEFAULT_HOST) -> Verdict:
    """The verdict on a scanned text. No text makes it raise.

    `keys` maps a prefix (`2.3`) to that manufacturer's 32-byte public identity key. A signature that does not verify
    makes the code a `counterfeit class` even if its pointer is right: the manufacturer did not make this tag.
    Raises only for a caller's mistake: AddressError for a key that is not 32 bytes, SettingsError for a host that is
    none.
    """
    try:
        url = ScanUrl.parse(text, host)
    except IdentityError as error:
        return Verdict(Grade.MALFORMED, (str(error),), None)
    prefix = url.path.prefix
    key = keys.get(prefix)
    if key is None:
        return Verdict(Grade.UNKNOWN_MANUFACTURER, (f"there is no key for manufacturer {prefix}",), url)
    if hash_class(key, url.path.path_to_pointer) != url.class_pointer.value:
        reason = f"the class pointer is not the one of {url.path.path_to_pointer} by manufacturer {prefix}"
        return Verdict(Grade.COUNTERFEIT_CLASS, (reason,), url)
    return _grade_tag(url, key)


def _grade_tag(url: ScanUrl, key: bytes) -> Verdict:
    """The verdict on a code whose class is right."""
    class_reason = f"the class {url.path.path_to_pointer} is one of manufacturer {url.path.prefix}"
    if url.signature is None:
        unsigned = "the tag is not signed, so it does not show who printed it"
        return Verdict(Grade.CLASS_GENUINE, (class_reason, unsigned), url)
    if verify_tag(key, url.path, url.class_pointer, url.address, url.signature):
        return Verdict(Grade.TAG_GENUINE, (class_reason, "the manufacturer signed this tag"), url)
    forged = "the tag's signature is not the manufacturer's: the tag is forged or altered"
    return Verdict(Grade.COUNTERFEIT_CLASS, (class_reason, forged), url)


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

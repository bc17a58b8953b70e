"""Names of hosts that codes and links lead to: settings of ours, and no part of anybody's code."""

from __future__ import annotations

from typing import Final

from plings.errors import SettingsError, shown

_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def check_host(host: str, most: int) -> str:
    """A lower-case host name (RFC 1123) of at most `most` characters, as it is. Raises SettingsError."""
    labels = host.split(".") if isinstance(host, str) and len(host) <= most else [""]
    if not all(label and _LETTERS.issuperset(label) and label[0] != "-" != label[-1] for label in labels):
        raise SettingsError(f"{shown(host)} is no lower-case host name of at most {most} characters")
    return host

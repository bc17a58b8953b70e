"""Key files as solana-keygen writes them: a JSON array of 64 numbers, the private key and then the public one.

Errors name the file and what is wrong with it, and never any of its contents.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from plings.errors import SettingsError, shown

if TYPE_CHECKING:
    from solders.keypair import Keypair

KEYPAIR_BYTES = 64
LONGEST_FILE = 4096


def read_keypair(file: Path) -> Keypair:
    """The key pair in `file`. Raises SettingsError."""
    from solders.keypair import Keypair

    numbers = _numbers(file)
    try:
        return Keypair.from_bytes(bytes(numbers))
    except ValueError:
        raise _bad(file, "its last 32 numbers are not the public key of its first 32") from None


def _numbers(file: Path) -> list[int]:
    try:
        with file.open("rb") as data:
            content = data.read(LONGEST_FILE + 1)
    except OSError as error:
        raise _bad(file, f"it cannot be read: {error.strerror}") from error
    try:
        numbers = json.loads(content) if len(content) <= LONGEST_FILE else None
    except (ValueError, RecursionError):
        numbers = None
    if not isinstance(numbers, list) or len(numbers) != KEYPAIR_BYTES:
        raise _bad(file, f"it is not a JSON array of {KEYPAIR_BYTES} numbers")
    if not all(type(number) is int and 0 <= number <= 255 for number in numbers):
        raise _bad(file, "it holds something else than numbers from 0 to 255")
    return numbers


def _bad(file: Path, reason: str) -> SettingsError:
    return SettingsError(f"key file {shown(str(file))}: {reason}")

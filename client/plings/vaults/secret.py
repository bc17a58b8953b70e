"""Where passphrases, PINs and settings come from: the caller, or the environment. Nothing here is kept."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from plings.errors import SettingsError

Secret = Callable[[], str]
"""Asked anew for each operation: a passphrase for a file, a PIN for a token."""

VAULT_VARIABLE: Final = "PLINGS_VAULT"
PASSPHRASE_VARIABLE: Final = "PLINGS_VAULT_PASSPHRASE"
MODULE_VARIABLE: Final = "PLINGS_PKCS11_MODULE"
PIN_VARIABLE: Final = "PLINGS_PKCS11_PIN"


def ask(secret: Secret | None, variable: str, name: str) -> str:
    """What `secret` answers, or without it the environment's `variable`. Raises SettingsError, which never holds it."""
    answer = secret() if secret else os.environ.get(variable)
    if answer is None:
        raise SettingsError(f"no {name}: set {variable}")
    if not isinstance(answer, str) or not answer:
        raise SettingsError(f"the {name} is empty")
    if any("\ud800" <= character <= "\udfff" for character in answer):  # what is not UTF-8 in the environment
        raise SettingsError(f"the {name} is not UTF-8")
    return answer


def setting(given: Path | None, variable: str, name: str) -> Path:
    """`given`, or without it the environment's `variable`. Raises SettingsError."""
    value = given or os.environ.get(variable)
    if not value:
        raise SettingsError(f"no {name}: set {variable}")
    return Path(value)

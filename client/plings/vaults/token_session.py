"""Sessions with a PKCS#11 token (OASIS PKCS#11 2.40): logged in, one at a time, errors turned into ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final

import pkcs11
from pkcs11 import exceptions
from pkcs11.types import Session, Token

from plings.errors import SettingsError, VaultError, shown
from plings.vaults.reference import TokenReference

_ONE_AT_A_TIME: Final = Lock()
"""Being logged in is a state of the whole process in PKCS#11, and closing one session here logs all of them out."""

_WRONG_PIN: Final = "the PIN is wrong"
_REASONS: Final[dict[type[Exception], str]] = {
    exceptions.PinIncorrect: _WRONG_PIN,
    exceptions.PinInvalid: _WRONG_PIN,
    exceptions.PinLenRange: _WRONG_PIN,
    exceptions.PinLocked: "the PIN is locked after too many wrong ones",
    exceptions.PinExpired: "the PIN has expired",
    exceptions.UserPinNotInitialized: "the token has no user PIN yet",
    exceptions.UserAlreadyLoggedIn: "something else in this process is logged in to the token",
    exceptions.NoSuchToken: "there is no such token",
    exceptions.MultipleTokensReturned: "more than one token has this label",
    exceptions.TokenWriteProtected: "the token is write-protected",
    exceptions.MechanismInvalid: "the token cannot do AES-GCM (CKM_AES_GCM)",
}


@contextmanager
def session(reference: TokenReference, module: Path, pin: str, *, write: bool = False) -> Iterator[Session]:
    """A session with the token, logged in as its user. Raises VaultError, and SettingsError for the module."""
    with _ONE_AT_A_TIME:
        library = _library(module)
        try:
            token: Token = library.get_token(token_label=reference.token)
            with token.open(rw=write, user_pin=pin) as opened:
                yield opened
        except exceptions.PKCS11Error as error:
            raise refusal(reference, explain(error)) from None


def explain(error: exceptions.PKCS11Error) -> str:
    """Why a token refused, in words, or as the library names it."""
    name = str(error) if type(error) is exceptions.PKCS11Error else type(error).__name__
    return _REASONS.get(type(error), f"the token refused: {name}")


def refusal(reference: TokenReference, reason: str) -> VaultError:
    return VaultError(f"{reference}: {reason}")


def _library(module: Path) -> Any:
    if not module.is_absolute():  # else the folder that somebody happens to work in decides what code is loaded
        raise _unusable(module, "it is no absolute path")
    if not module.is_file():
        raise _unusable(module, "there is no such file")
    try:
        return pkcs11.lib(str(module))
    except exceptions.PKCS11Error as error:
        raise _unusable(module, f"it cannot be started: {shown(str(error) or type(error).__name__, 200)}") from None


def _unusable(module: Path, reason: str) -> SettingsError:
    return SettingsError(f"PKCS#11 module {shown(str(module))}: {reason}")

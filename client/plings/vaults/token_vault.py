"""The vault for production: a PKCS#11 token.

What a token can do and what it cannot: PKCS#11 has no mechanism for SLIP-0010, so no standard token can derive the
keys of prefixes inside. The seed is therefore sealed instead: encrypted with AES-256-GCM by a key that was made in the
token, is sensitive and not extractable, and never leaves it. The sealed seed lies beside that key, in a private data
object. To derive or sign, the token decrypts the seed, which then is in this process's memory for a moment. So without
the token and its PIN nobody has the seed; whoever runs code in the process while it is used, does.

Destroying the key in the token, with the token's own tools, erases the seed for good: what it sealed opens nowhere
else.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from pkcs11.constants import Attribute, MechanismFlag, ObjectClass
from pkcs11.exceptions import PKCS11Error
from pkcs11.mechanisms import GCMParams, KeyType, Mechanism
from pkcs11.types import Object, Session

from plings.errors import VaultError
from plings.vaults.reference import TokenReference
from plings.vaults.secret import PIN_VARIABLE, Secret, ask
from plings.vaults.token_session import explain, refusal, session
from plings.vaults.vault import Vault

VERSION: Final = b"\x01"
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
APPLICATION: Final = "plings"

_FOR_SEALING: Final = MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT
_NEVER_LEAVES: Final[dict[Attribute, Any]] = {
    Attribute.PRIVATE: True,
    Attribute.SENSITIVE: True,
    Attribute.EXTRACTABLE: False,
    Attribute.MODIFIABLE: False,
}
_MADE_INSIDE: Final = {
    Attribute.KEY_TYPE: KeyType.AES,
    Attribute.VALUE_LEN: 32,
    Attribute.LOCAL: True,
    Attribute.SENSITIVE: True,
    Attribute.ALWAYS_SENSITIVE: True,
    Attribute.EXTRACTABLE: False,
    Attribute.NEVER_EXTRACTABLE: True,
    Attribute.DECRYPT: True,
}
"""What the token itself must say of the key: one that came from outside, or could ever leave, seals nothing."""


class TokenVault(Vault):
    """A key and a data object in a token, both with the reference's label. `module` is the path of its library."""

    def __init__(self, reference: TokenReference, module: Path, secret: Secret | None) -> None:
        super().__init__(reference)
        self._reference = reference
        self._module = module
        self._secret = secret

    def exists(self) -> bool:
        with self._session() as opened:
            return bool(self._objects(opened))

    def _put(self, seed: bytes) -> None:
        with self._session(write=True) as opened:
            if self._objects(opened):
                raise self._refusal("it exists already")
            with _undone_on_failure() as made:
                made.append(self._make_key(opened))
                made.append(self._keep(opened, self._seal(made[0], seed)))
                # Labels are not unique in a token: this also finds what another process made at the same time.
                if self._unseal(opened) != seed:
                    raise self._refusal("the token did not keep what it was given")

    def _get(self) -> bytes:
        with self._session() as opened:
            return self._unseal(opened)

    def _session(self, *, write: bool = False) -> AbstractContextManager[Session]:
        pin = ask(self._secret, PIN_VARIABLE, f"PIN for {self.reference}")
        return session(self._reference, self._module, pin, write=write)

    def _objects(self, opened: Session, kind: ObjectClass | None = None) -> list[Any]:
        """What the token has under the label: all, or of one class."""
        wanted: dict[Attribute, Any] = {Attribute.LABEL: self._reference.object}
        return list(opened.get_objects(wanted if kind is None else {**wanted, Attribute.CLASS: kind}))

    def _make_key(self, opened: Session) -> Any:
        label, template = self._reference.object, _NEVER_LEAVES
        return opened.generate_key(
            KeyType.AES, 256, label=label, store=True, capabilities=_FOR_SEALING, template=template
        )

    def _keep(self, opened: Session, sealed: bytes) -> Object:
        return opened.create_object(
            {
                Attribute.CLASS: ObjectClass.DATA,
                Attribute.TOKEN: True,
                Attribute.PRIVATE: True,
                Attribute.MODIFIABLE: False,
                Attribute.APPLICATION: APPLICATION,
                Attribute.LABEL: self._reference.object,
                Attribute.VALUE: sealed,
            }
        )

    def _seal(self, key: Any, seed: bytes) -> bytes:
        """A version byte, a nonce of 12, the ciphertext and its tag of 16. The key seals once, so no nonce repeats."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed: bytes = key.encrypt(seed, mechanism=Mechanism.AES_GCM, mechanism_param=self._parameters(nonce))
        return VERSION + nonce + sealed

    def _unseal(self, opened: Session) -> bytes:
        key, data = self._pair(opened)
        content: bytes = data[Attribute.VALUE]
        nonce, sealed = content[1 : 1 + NONCE_BYTES], content[1 + NONCE_BYTES :]
        if content[:1] != VERSION or len(sealed) <= TAG_BYTES:
            raise self._refusal("its sealed seed is damaged, or of another version")
        try:
            seed: bytes = key.decrypt(sealed, mechanism=Mechanism.AES_GCM, mechanism_param=self._parameters(nonce))
        except PKCS11Error as error:
            detail = "its sealed seed was changed, or belongs to another object or token"
            raise self._refusal(f"{detail} ({explain(error)})") from None
        return seed

    def _pair(self, opened: Session) -> tuple[Any, Any]:
        """The key, checked, and the data object."""
        keys = self._objects(opened, ObjectClass.SECRET_KEY)
        data = self._objects(opened, ObjectClass.DATA)
        if not keys and not data:
            raise self._refusal("the token has no such object")
        if len(keys) > 1 or len(data) > 1:
            raise self._refusal("the token has more than one object of this label")
        if not data:
            raise self._refusal("its key seals nothing: making it was cut short, so destroy that key and begin again")
        if not keys:
            raise self._refusal("its key is gone from the token, and with it the seed")
        if any(keys[0][attribute] != value for attribute, value in _MADE_INSIDE.items()):
            raise self._refusal("its key was not made in the token, or is not kept from leaving it")
        return keys[0], data[0]

    def _parameters(self, nonce: bytes) -> GCMParams:
        """The reference is authenticated too, so that nothing sealed under it opens under another."""
        return GCMParams(nonce, b"plings vault " + VERSION + str(self.reference).encode(), 8 * TAG_BYTES)

    def _refusal(self, reason: str) -> VaultError:
        return refusal(self._reference, reason)


@contextmanager
def _undone_on_failure() -> Iterator[list[Any]]:
    """A list of new objects, which are destroyed again when what follows fails."""
    made: list[Any] = []
    try:
        yield made
    except BaseException:
        for one in reversed(made):
            with suppress(PKCS11Error):
                one.destroy()
        raise

"""The vault for development: a file, encrypted with a passphrase. See `sealed_file` for what is in it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from plings.errors import VaultError, shown
from plings.vaults.private_file import read_private, write_new
from plings.vaults.reference import FileReference
from plings.vaults.scrypt import Scrypt
from plings.vaults.sealed_file import seal, unseal
from plings.vaults.secret import PASSPHRASE_VARIABLE, Secret, ask
from plings.vaults.vault import Vault

LONGEST_FILE: Final = 4096


class FileVault(Vault):
    """The file `NAME.json` in `folder`, which is made (mode 0700) with its first file."""

    def __init__(self, reference: FileReference, folder: Path, secret: Secret | None, work: Scrypt) -> None:
        super().__init__(reference)
        self._reference = reference
        self._file = folder / f"{reference.name}.json"
        self._secret = secret
        self._work = work

    def exists(self) -> bool:
        return os.path.lexists(self._file)

    def _put(self, seed: bytes) -> None:
        if self.exists():  # before the work; `write_new` refuses whatever comes in between
            raise self._refusal("it exists already")
        passphrase = self._passphrase()  # outside, so that no error of the caller's is taken for one of the file
        with self._refusals():
            content = seal(seed, self._reference, passphrase, self._work)
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_new(self._file, content)

    def _get(self) -> bytes:
        with self._refusals():
            content = read_private(self._file, LONGEST_FILE)
        passphrase = self._passphrase()
        with self._refusals():
            return unseal(content, self._reference, passphrase)

    def _passphrase(self) -> str:
        return ask(self._secret, PASSPHRASE_VARIABLE, f"passphrase for {self.reference}")

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except VaultError as error:
            raise self._refusal(str(error)) from None
        except FileExistsError:
            raise self._refusal("it exists already") from None
        except FileNotFoundError:
            raise self._refusal("there is no such file") from None
        except OSError as error:
            reason = "it is a symbolic link" if error.errno == errno.ELOOP else error.strerror
            raise self._refusal(str(reason)) from error

    def _refusal(self, reason: str) -> VaultError:
        return VaultError(f"{self.reference} (file {shown(str(self._file))}): {reason}")

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from plings.vaults import Scrypt, Vault, open_vault
from vaults.softhsm import PIN, TOKEN, SoftHsm, running_softhsm

CHEAP = Scrypt(n=2, r=1, p=1)
_numbers = itertools.count(1)

OpenToken = Callable[..., Vault]


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have vaults of their own."""
    for name in ("PLINGS_VAULT", "PLINGS_VAULT_PASSPHRASE", "PLINGS_PKCS11_MODULE", "PLINGS_PKCS11_PIN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="package")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftHsm]:
    with running_softhsm(tmp_path_factory.mktemp("softhsm")) as started:
        yield started


@pytest.fixture
def name() -> str:
    """An object's label that no other test has used."""
    return f"wallet-v{next(_numbers)}"


@pytest.fixture
def open_token(softhsm: SoftHsm, name: str) -> OpenToken:
    """Opens the vault of `name`, or of another object or token."""

    def opened(object: str = name, *, token: str = TOKEN, pin: str = PIN) -> Vault:
        reference = f"pkcs11:token={token.replace(' ', '%20')};object={object}"
        return open_vault(reference, secret=lambda: pin, module=softhsm.module)

    return opened

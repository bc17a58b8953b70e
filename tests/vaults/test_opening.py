from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import plings.vaults
from plings.errors import SettingsError, VaultError
from plings.vaults import Vault, open_vault

TOKEN = "pkcs11:token=plings;object=wallet-v1"
PROGRAM = """
import sys
from plings.vaults import open_vault
open_vault("file:wallet-v1", folder=".")
assert "pkcs11" not in sys.modules
assert not {"solders", "anchorpy", "httpx", "socket"} & set(sys.modules)
"""


def test_the_scheme_decides(tmp_path: Path) -> None:
    vault = open_vault("file:wallet-v1", folder=tmp_path)
    assert isinstance(vault, Vault)
    assert str(vault.reference) == "file:wallet-v1"
    with pytest.raises(VaultError):
        open_vault("vault:wallet-v1", folder=tmp_path)


def test_files_need_no_pkcs11() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("reference", "variable"), [("file:a", "PLINGS_VAULT"), (TOKEN, "PLINGS_PKCS11_MODULE")])
def test_missing_settings_are_named(reference: str, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=f"set {variable}$"):
        open_vault(reference)
    monkeypatch.setenv(variable, "")
    with pytest.raises(SettingsError, match=f"set {variable}$"):
        open_vault(reference)


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "plings.vaults.token_vault", raising=False)
    monkeypatch.delitem(sys.modules, "plings.vaults.token_session", raising=False)
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(SettingsError, match=r"pip install 'plings\[pkcs11\]'") as caught:
        open_vault(TOKEN, module=Path("/lib/any.so"))
    assert caught.value.__suppress_context__


def test_public_names_are_sorted_and_exist() -> None:
    names = plings.vaults.__all__
    assert sorted(names, key=lambda name: (not name.isupper(), name.islower(), name)) == names
    assert all(hasattr(plings.vaults, name) for name in names)

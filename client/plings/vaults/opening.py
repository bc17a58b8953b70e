"""From a reference to its vault."""

from __future__ import annotations

from pathlib import Path

from plings.errors import SettingsError
from plings.vaults.file_vault import FileVault
from plings.vaults.reference import FileReference, TokenReference, parse_reference
from plings.vaults.scrypt import Scrypt
from plings.vaults.secret import MODULE_VARIABLE, VAULT_VARIABLE, Secret, setting
from plings.vaults.vault import Vault

PRODUCTION = Scrypt()


def open_vault(
    reference: str,
    *,
    secret: Secret | None = None,
    folder: Path | None = None,
    module: Path | None = None,
    work: Scrypt = PRODUCTION,
) -> Vault:
    """The vault that `reference` means. Nothing is read or asked for before its first operation.

    `secret` answers with the passphrase of a file or the PIN of a token, at each operation; without it they come from
    PLINGS_VAULT_PASSPHRASE or PLINGS_PKCS11_PIN. `folder`, else PLINGS_VAULT, holds the files; `module`, else
    PLINGS_PKCS11_MODULE, is the token's library. `work` is what a new file's passphrase costs to try.
    Raises VaultError for the reference and SettingsError for what is not set or not installed.
    """
    parsed = parse_reference(reference)
    if isinstance(parsed, FileReference):
        return FileVault(parsed, setting(folder, VAULT_VARIABLE, "folder for vaults"), secret, work)
    return _token_vault(parsed, setting(module, MODULE_VARIABLE, "PKCS#11 module"), secret)


def _token_vault(reference: TokenReference, module: Path, secret: Secret | None) -> Vault:
    try:
        from plings.vaults.token_vault import TokenVault
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "pkcs11":
            raise
        raise SettingsError("references to PKCS#11 tokens need more: pip install 'plings[pkcs11]'") from None
    return TokenVault(reference, module, secret)
